"""The same with the journal in PostgreSQL: killed, recovered from a process of its own, and rivals."""

from __future__ import annotations

from pathlib import Path

import pytest

from servers.postgres import PASSWORD, Postgres

from .site import site


@pytest.mark.parametrize(
    ("step", "before", "outcome"),
    [
        ("edit-config", False, "ABORTED"),
        ("commit-confirmed", False, "ABORTED"),
        ("commit-confirmed", True, "ABORTED"),
        ("commit-confirming", False, "COMMITTED"),
        ("commit-confirming", True, "COMMITTED"),
    ],
)
def test_killed(tmp_path: Path, postgres: Postgres, step: str, before: bool, outcome: str) -> None:
    with site(tmp_path, journal=postgres.url(postgres.new_database())) as each:
        hold = each.hold("backup", step, before=before)
        with each.desk.applying() as client:
            hold.wait_reached(30)
            client.kill()
        hold.release()
        (result,) = each.desk.recover()
        assert result["outcome"] == outcome
        each.assert_settled(outcome)


def test_two_on_one_pair(tmp_path: Path, postgres: Postgres) -> None:
    with site(tmp_path, journal=postgres.url(postgres.new_database())) as each:
        hold = each.hold("backup", "edit-config")
        with each.desk.applying() as first:
            hold.wait_reached(30)
            with each.desk.applying() as second:
                refused = second.wait()
            hold.release()
            assert first.wait().status == 0
        assert refused.status == 10
        assert f"pid {first.popen.pid}" in refused.err
        each.assert_settled("COMMITTED")


def test_a_database_that_goes_away_before_the_announcement_stops_it(
    tmp_path: Path, postgres: Postgres
) -> None:
    database = postgres.new_database()
    with site(tmp_path, journal=postgres.url(database)) as each:
        hold = each.hold("backup", "edit-config")
        with each.desk.applying() as client:
            hold.wait_reached(30)
            with postgres.connect() as administrator:
                administrator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
            postgres.kill_backends(database)
            hold.release()
            ended = client.wait()
        assert ended.status == 5, ended.err
        assert "the journal did not take the record" in ended.err
        assert PASSWORD not in ended.err + ended.out
        assert each.running == each.before
        assert not any(
            "commit-confirmed" in message.names for device in each.lab for message in device.received
        )
        with postgres.connect() as administrator:
            administrator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        (result,) = each.desk.recover()
        assert result["outcome"] == "ABORTED"
        each.assert_settled("ABORTED")


@pytest.mark.parametrize("step", ["commit-confirmed", "get-config after commit-confirmed"])
def test_a_database_that_goes_away_before_the_decision_leaves_nothing_confirmed(
    tmp_path: Path, postgres: Postgres, step: str
) -> None:
    database = postgres.new_database()
    with site(tmp_path, journal=postgres.url(database)) as each:
        hold = each.hold("backup", step)
        with each.desk.applying() as client:
            hold.wait_reached(30)
            with postgres.connect() as administrator:
                administrator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
            postgres.kill_backends(database)
            hold.release()
            ended = client.wait()
        assert ended.status in (5, 6), ended.err
        confirming = [m for device in each.lab for m in device.received if "commit-confirming" in m.names]
        assert confirming == []
        with postgres.connect() as administrator:
            administrator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        (result,) = each.desk.recover()
        assert result["outcome"] == "ABORTED"
        each.assert_settled("ABORTED")
