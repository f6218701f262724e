"""One thing goes wrong on one router, at any step: the pair is never split, and the outcome is true."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

import egresspair as ep
from egresspair.errors import Diverged, InDoubt, RefusalReason, Refused, TransactionAborted
from egresspair.transaction import Holds

from .bench import Bench, bench, outcome
from .documents import BOTH_LABELLED, ROLES, intent, labels

FAULTS = ("refuse", "hang", "drop-request", "drop-reply", "garbage", "eof", "die")
LOST = tuple(fault for fault in FAULTS if fault != "refuse")
ENOUGH = 0.8
"""Seconds that a router has for an answer: it is on the loopback and needs milliseconds, on a busy machine hundreds."""


def cells(steps: Sequence[str], faults: Sequence[str]) -> pytest.MarkDecorator:
    """A row of the table for each router, step and fault; a step is an RPC, or the nth after a colon."""
    return pytest.mark.parametrize(("role", "step", "fault"), list(product(ROLES, steps, faults)))


def other(role: str) -> str:
    return "backup" if role == "master" else "master"


def strike(each: Bench, role: str, step: str, fault: str) -> tuple[ep.Result | None, Exception | None]:
    """Plan in peace, apply with the fault."""
    rpc, _, nth = step.partition(":")
    with each.open(intent()) as pair:
        plan = pair.plan(intent())
        each.lab.fault(f"{role}:{rpc}:{fault}:{nth or 1}")
        ended = outcome(pair, plan)
        each.assert_released(*(ROLES if fault not in ("die", "die-after") else (other(role),)))
    assert not each.lab[role]._shared.script.faults, f"the fault never happened: {ended[1]}"
    return ended


def holds(result: ep.Result | None, role: str) -> Holds:
    assert result is not None
    return result[ep.Role(role)].holds


@cells(("lock-running", "lock-candidate"), LOST)
def test_a_router_lost_while_it_is_locked(role: str, step: str, fault: str) -> None:
    assert_aborted_untouched(role, step, fault)


@cells(("get-config", "edit-config", "validate"), FAULTS)
def test_a_router_that_fails_before_the_commit(role: str, step: str, fault: str) -> None:
    assert_aborted_untouched(role, step, fault)


def assert_aborted_untouched(role: str, step: str, fault: str) -> None:
    with bench(timeout=ENOUGH) as each:
        result, error = strike(each, role, step, fault)
        assert isinstance(error, TransactionAborted)
        assert error.where == ("masg-1" if role == "master" else "masg-2")
        assert holds(result, role) is (Holds.NOT_READ if fault == "die" else Holds.OLD)
        assert holds(result, other(role)) is Holds.OLD
        assert each.running == each.before
        assert not any("commit" in message.names for device in each.lab for message in device.received)


@pytest.mark.parametrize("role", ROLES)
def test_a_lock_of_running_that_is_refused_once_is_tried_again(role: str) -> None:
    with bench() as each:
        result, error = strike(each, role, "lock-running", "refuse")
        assert error is None
        assert result is not None
        assert result.ending is ep.Ending.COMMITTED
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2


@pytest.mark.parametrize("role", ROLES)
def test_a_lock_of_the_candidate_that_is_refused_ends_it(role: str) -> None:
    with bench() as each:
        _, error = strike(each, role, "lock-candidate", "refuse")
        assert isinstance(error, Refused)
        assert error.reason is RefusalReason.DIRTY
        each.assert_untouched()


@cells(("commit-confirmed", "get-config:4"), tuple(fault for fault in FAULTS if fault != "die"))
def test_a_router_that_fails_between_commit_and_decision(role: str, step: str, fault: str) -> None:
    with bench(timeout=ENOUGH) as each:
        result, error = strike(each, role, step, fault)
        assert isinstance(error, TransactionAborted)
        assert [router.holds for router in error.result] == [Holds.OLD, Holds.OLD]
        assert result is error.result
        assert each.running == each.before


@cells(("commit-confirmed",), ("error-but-done", "error-armed-unchanged", "hang-after", "restart-after"))
def test_a_commit_that_was_done_although_nobody_was_told(role: str, step: str, fault: str) -> None:
    with bench(timeout=ENOUGH) as each:
        _, error = strike(each, role, step, fault)
        assert isinstance(error, TransactionAborted)
        assert [router.holds for router in error.result] == [Holds.OLD, Holds.OLD]
        assert each.running == each.before


@cells(("commit-confirmed", "get-config:3", "get-config:4", "unlock-running"), ("die", "die-after"))
def test_a_router_that_is_gone_after_a_commit_is_in_doubt(role: str, step: str, fault: str) -> None:
    with bench() as each:
        _, error = strike(each, role, step, fault)
        assert isinstance(error, InDoubt)
        assert error.result[ep.Role(role)].holds is Holds.UNKNOWN
        assert error.result[ep.Role(other(role))].holds is Holds.OLD
        assert each.running[other(role)] == each.before[other(role)]


CONFIRMING = ("refuse", "hang", "drop-request", "drop-reply", "garbage", "eof")
DONE_ALREADY = ("error-but-done", "hang-after", "restart", "restart-after")


@cells(("commit-confirming",), (*CONFIRMING, *DONE_ALREADY))
def test_after_the_decision_both_go_forward(role: str, step: str, fault: str) -> None:
    with bench(timeout=ENOUGH) as each:
        result, error = strike(each, role, step, fault)
        assert error is None
        assert result is not None
        assert result.ending is ep.Ending.COMMITTED
        assert [router.holds for router in result] == [Holds.NEW, Holds.NEW]
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2


@cells(("commit-confirming",), ("die", "die-after"))
def test_a_router_that_is_gone_after_the_decision_is_in_doubt(role: str, step: str, fault: str) -> None:
    with bench() as each:
        _, error = strike(each, role, step, fault)
        assert isinstance(error, InDoubt)
        assert not isinstance(error, Diverged)
        assert error.result[ep.Role(role)].holds is Holds.UNKNOWN
        assert error.result[ep.Role(other(role))].holds is Holds.NEW
        assert labels(each.running[other(role)]) == {"vpna": "2001"}


@pytest.mark.parametrize("fault", ["hang", "restart"])
def test_both_routers_fail_while_they_confirm(fault: str) -> None:
    with bench(timeout=ENOUGH) as each, each.open(intent()) as pair:
        plan = pair.plan(intent())
        each.lab.fault(f"any:commit-confirming:{fault}")
        result, error = outcome(pair, plan)
        each.assert_released()
        runs = [labels(running) for running in each.running.values()]
        assert runs[0] == runs[1]
        if error is None:
            assert result is not None
            assert result.ending is ep.Ending.COMMITTED
            assert runs[0] == {"vpna": "2001"}
        else:
            assert isinstance(error, TransactionAborted)
            assert each.running == each.before


@pytest.mark.parametrize("fault", ["hang", "drop-reply", "die"])
def test_a_removal_that_fails_leaves_both_labels(fault: str) -> None:
    with bench(BOTH_LABELLED, timeout=ENOUGH) as each, each.open(intent()) as pair:
        plan = pair.plan_removal(intent())
        each.lab.fault(f"backup:edit-config:{fault}")
        _, error = outcome(pair, plan)
        assert isinstance(error, TransactionAborted)
        assert each.running == each.before
