"""A client that is killed with SIGKILL at each of its steps, and recover in another process.

The lab holds a reply, or an operation that it has not executed yet; the client is killed while it waits.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pair.documents import ROLES

from .site import Site, site

LOCKING = ("lock-running", "lock-candidate", "get-config after lock-candidate")
STAGING = ("edit-config", "validate")
ON_TRIAL = ("commit-confirmed", "unlock-running", "get-config after commit-confirmed")
"""Replies to: the commit, the unlock behind it, the read-back."""
CONFIRMING = ("commit-confirming", "get-config after commit-confirming")


def killed(each: Site, role: str, step: str, *options: object, before: bool = False) -> None:
    """Apply, and kill it at this step."""
    hold = each.hold(role, step, before=before)
    with each.desk.applying(*options) as client:
        hold.wait_reached(30)
        client.kill()
    hold.release()


def settle(each: Site, outcome: str) -> None:
    """Recover in a new process: it says what happened, and that is what happened."""
    (result,) = each.desk.recover()
    assert result["outcome"] == outcome
    each.assert_settled(outcome)


@pytest.mark.parametrize(("role", "step"), list(zip(ROLES * 3, (*LOCKING, *STAGING), strict=False)))
def test_killed_before_any_commit(tmp_path: Path, role: str, step: str) -> None:
    with site(tmp_path) as each:
        killed(each, role, step)
        settle(each, "ABORTED")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", ON_TRIAL)
def test_killed_while_the_change_is_on_trial(tmp_path: Path, role: str, step: str) -> None:
    with site(tmp_path) as each:
        killed(each, role, step)
        settle(each, "ABORTED")


@pytest.mark.parametrize("role", ROLES)
def test_killed_when_one_router_has_the_commit_and_the_other_will_never(tmp_path: Path, role: str) -> None:
    with site(tmp_path) as each:
        killed(each, role, "commit-confirmed", before=True)
        settle(each, "ABORTED")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", CONFIRMING)
def test_killed_while_it_confirms(tmp_path: Path, role: str, step: str) -> None:
    with site(tmp_path) as each:
        killed(each, role, step)
        settle(each, "COMMITTED")


@pytest.mark.parametrize("role", ROLES)
def test_killed_while_the_last_locks_are_given_back(tmp_path: Path, role: str) -> None:
    """The end is written down meanwhile: a recovery finds it, or finds the same."""
    with site(tmp_path) as each:
        killed(each, role, "unlock-candidate")
        assert [result["outcome"] for result in each.desk.recover()] in ([], ["COMMITTED"])
        each.assert_settled("COMMITTED")


@pytest.mark.parametrize("role", ROLES)
def test_killed_when_one_router_is_confirmed_and_the_other_is_not(tmp_path: Path, role: str) -> None:
    with site(tmp_path) as each:
        other = each.lab["backup" if role == "master" else "master"]
        hold = each.hold(role, "commit-confirming", before=True)
        with each.desk.applying() as client:
            hold.wait_reached(30)
            other.wait_for(lambda device: not device.pending)
            client.kill()
        assert each.lab[role].pending  # asked now: the dead client's confirmation may still be executed
        hold.release()
        settle(each, "COMMITTED")


@pytest.mark.parametrize("role", ROLES)
def test_killed_when_one_router_is_confirmed_and_the_other_reverts_meanwhile(
    tmp_path: Path, role: str
) -> None:
    with site(tmp_path) as each:
        killed(each, role, "commit-confirming", before=True)
        each.lab[role].stop()
        each.lab[role].start()
        assert {frozenset(labels) for labels in each.labels} == {frozenset(), frozenset({"vpna"})}
        settle(each, "COMMITTED")


def test_killed_between_the_decision_and_the_first_confirmation(tmp_path: Path) -> None:
    with site(tmp_path) as each:
        holds = [each.hold(role, "commit-confirming", before=True) for role in ROLES]
        with each.desk.applying() as client:
            for hold in holds:
                hold.wait_reached(30)
            client.kill()
        settle(each, "COMMITTED")


def test_killed_before_the_first_confirmation_and_recovered_after_the_timers(tmp_path: Path) -> None:
    with site(tmp_path) as each:
        holds = [each.hold(role, "commit-confirming", before=True) for role in ROLES]
        with each.desk.applying() as client:
            for hold in holds:
                hold.wait_reached(30)
            client.kill()
        for device in each.lab:
            device.wait_for(lambda device: not device.pending)
        assert each.running == each.before
        settle(each, "ABORTED")


@pytest.mark.parametrize("role", ROLES)
def test_killed_while_it_saves(tmp_path: Path, role: str) -> None:
    with site(tmp_path) as each:
        killed(each, role, "copy-config", "--save")
        (result,) = each.desk.recover()
        assert result["outcome"] == "COMMITTED"
        each.assert_settled("COMMITTED")
        assert [device.startup == device.running for device in each.lab] == [True, True]
        assert [router["startup"] for router in result["routers"]] == ["saved to startup"] * 2


@pytest.mark.parametrize("role", ROLES)
def test_a_commit_that_is_executed_while_recover_runs(tmp_path: Path, role: str) -> None:
    """The session of the dead client lives on at the router, and with it an operation that it has not begun."""
    with site(tmp_path, timeout=2) as each:
        hold = each.hold(role, "commit-confirmed", before=True, outlive=True)
        with each.desk.applying() as client:
            hold.wait_reached(30)
            client.kill()
        looked = each.lab[role].hold("cancel-commit")
        with each.desk.recovering() as recovery:
            looked.wait_reached(30)
            hold.release()
            each.lab[role].wait_for(lambda device: device.pending)
            looked.release()
            results = recovery.results()
        assert [result["outcome"] for result in results] == ["ABORTED"]
        each.assert_settled("ABORTED")


@pytest.mark.parametrize("step", ["cancel-commit", "lock-running", "unlock"])
def test_recover_is_killed_too(tmp_path: Path, step: str) -> None:
    with site(tmp_path) as each:
        killed(each, "backup", "get-config after commit-confirmed")
        hold = each.hold("backup", step)
        with each.desk.recovering() as first:
            hold.wait_reached(30)
            first.kill()
        hold.release()
        settle(each, "ABORTED")


@pytest.mark.parametrize("step", ["commit-confirming", "get-config after commit-confirming"])
def test_two_recoveries_at_once_do_no_harm(tmp_path: Path, step: str) -> None:
    with site(tmp_path) as each:
        killed(each, "master", step, before=step == "commit-confirming")
        with each.desk.recovering() as one, each.desk.recovering() as two:
            results = [*one.results(), *two.results()]
        assert {result["outcome"] for result in results} == {"COMMITTED"}
        each.assert_settled("COMMITTED")
