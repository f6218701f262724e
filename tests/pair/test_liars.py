"""Servers that say ok and do nothing: found out by what they run, and remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest

import egresspair as ep
from egresspair.netconf.quirks import ShortMemory
from egresspair.transaction import Holds

from .bench import POLICY
from .bench import bench as new_bench
from .documents import ALL, BOTH_LABELLED, ROLES, intent, labels, sent

LIAR = "validate-breaks-commit"


@pytest.mark.parametrize("liars", [("master",), ("backup",), ROLES])
def test_a_liar_is_found_out_and_the_change_repeated_without_validate(liars: tuple[str, ...]) -> None:
    with new_bench(switches={role: [LIAR] for role in liars}) as each:
        result = each.apply(intent())
        assert result.ending is ep.Ending.COMMITTED
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2
        assert [len(sent(each.lab, role, "edit-config")) for role in ROLES] == [2, 2]
        validations = {role: len(sent(each.lab, role, "validate")) for role in ROLES}
        assert validations == {role: 1 if role in liars else 2 for role in ROLES}
        for role in ROLES:
            assert any("validate" in note for note in result[ep.Role(role)].notes) == (role in liars)
        each.assert_released()


def test_what_was_learned_is_remembered_for_that_server_alone() -> None:
    with new_bench(switches={"backup": [LIAR]}) as each:
        each.apply(intent())
        for device in each.lab:
            device.forget_received()
        assert each.apply(intent(3001)).ending is ep.Ending.COMMITTED
        assert [len(sent(each.lab, role, "edit-config")) for role in ROLES] == [1, 1]
        assert [len(sent(each.lab, role, "validate")) for role in ROLES] == [1, 0]


def test_without_a_memory_it_is_learned_again() -> None:
    with new_bench(switches={"backup": [LIAR]}) as each:
        each.apply(intent())
        each.memory = ShortMemory()
        each.lab["backup"].forget_received()
        assert each.apply(intent(3001)).ending is ep.Ending.COMMITTED
        assert len(sent(each.lab, "backup", "validate")) == 1
        assert len(sent(each.lab, "backup", "edit-config")) == 2


def test_a_server_that_never_applies_anything_aborts_it() -> None:
    with new_bench() as each:
        each.lab.fault("backup:commit-confirmed:ok-without-effect:*")
        with pytest.raises(
            ep.TransactionAborted, match="answered ok to the commit and applied nothing"
        ) as caught:
            each.apply(intent())
        assert caught.value.where == "masg-2"
        assert len(sent(each.lab, "backup", "edit-config")) == 2
        assert [router.holds for router in caught.value.result] == [Holds.OLD, Holds.OLD]
        each.assert_untouched()


def test_a_removal_is_repeated_too() -> None:
    with new_bench(BOTH_LABELLED, switches={"any": [LIAR]}) as each:
        assert each.apply(intent(), remove=True).ending is ep.Ending.COMMITTED
        assert [labels(running) for running in each.running.values()] == [{}, {}]


def test_an_edit_that_was_not_taken_is_seen_before_the_decision() -> None:
    with new_bench() as each:
        each.lab.fault("master:edit-config:ok-without-effect:*")
        with pytest.raises(ep.TransactionAborted, match="applied nothing"):
            each.apply(intent())
        each.assert_untouched()


@pytest.mark.parametrize("role", ROLES)
def test_a_change_that_vanishes_during_the_soak_is_seen(role: str) -> None:
    with new_bench(policy=replace(POLICY, soak=0.05)) as each, each.open(intent()) as pair:
        plan = pair.plan(intent())

        def check(_: object) -> None:
            each.lab[role].stop()
            each.lab[role].start()

        with pytest.raises(ep.TransactionAborted):
            pair.apply(plan, accept=ALL, checks=[check])
        each.assert_untouched()


@pytest.mark.parametrize("fault", ["refuse", "drop-reply", "hang"])
@pytest.mark.parametrize("role", ROLES)
def test_a_read_back_that_fails_is_not_taken_for_a_lie(role: str, fault: str) -> None:
    with new_bench(timeout=0.3) as each, each.open(intent()) as pair:
        plan = pair.plan(intent())
        each.lab.fault(f"{role}:get-config:{fault}:3")  # two are read under the locks, one after the commit
        with pytest.raises(ep.TransactionAborted):
            pair.apply(plan, accept=ALL)
        assert each.memory._known == {}
        each.assert_untouched()


@pytest.mark.parametrize("role", ROLES)
def test_a_confirmation_that_confirms_nothing_is_found_out(role: str) -> None:
    """It answers ok, and the timer would still revert: only a lock of running tells."""
    with new_bench() as each:
        each.lab.fault(f"{role}:commit-confirming:ok-without-effect")
        assert each.apply(intent()).ending is ep.Ending.COMMITTED
        assert not any(device.pending for device in each.lab)
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2
        each.assert_released()
