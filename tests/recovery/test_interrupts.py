"""Ctrl-C, once and twice, before the decision and after it: a real process and a real SIGINT."""

from __future__ import annotations

from pathlib import Path

import pytest

from pair.documents import ROLES

from .site import site


@pytest.mark.parametrize(
    "step", ["lock-candidate", "edit-config", "commit-confirmed", "get-config after commit-confirmed"]
)
def test_one_before_the_decision_takes_everything_back(tmp_path: Path, step: str) -> None:
    with site(tmp_path) as each:
        hold = each.hold("backup", step)
        with each.desk.applying() as client:
            hold.wait_reached(30)
            client.interrupt()
            hold.release()
            ended = client.wait()
        assert ended.status == 5, ended.err
        assert ended.document["outcome"] == "ABORTED"
        assert "Ctrl-C" in ended.document["cause"]["what"]
        each.assert_settled("ABORTED")


@pytest.mark.parametrize(
    "step", ["commit-confirming", "get-config after commit-confirming", "unlock-candidate"]
)
def test_one_after_the_decision_is_too_late(tmp_path: Path, step: str) -> None:
    with site(tmp_path) as each:
        hold = each.hold("master", step)
        with each.desk.applying() as client:
            hold.wait_reached(30)
            client.interrupt()
            hold.release()
            ended = client.wait()
        assert ended.status == 0, ended.err
        assert ended.document["outcome"] == "COMMITTED"
        each.assert_settled("COMMITTED")


@pytest.mark.parametrize(
    ("step", "outcome"), [("commit-confirmed", "ABORTED"), ("commit-confirming", "COMMITTED")]
)
@pytest.mark.parametrize("role", ROLES)
def test_two_leave_at_once_and_say_what_to_run(tmp_path: Path, role: str, step: str, outcome: str) -> None:
    with site(tmp_path) as each:
        hold = each.hold(role, step)
        with each.desk.applying() as client:
            hold.wait_reached(30)
            client.interrupt()
            client.wait_caught()  # of two at the same moment a process may see one
            client.interrupt()
            ended = client.wait()  # with the reply still held: it does not wait for it
        assert ended.status == 6, ended.err
        assert ended.document["outcome"] == "IN_DOUBT"
        assert "recover" in ended.err
        assert each.history[0].end is None
        hold.release()
        (result,) = each.desk.recover()
        assert result["outcome"] == outcome
        each.assert_settled(outcome)
