"""What a change promises, looked at before it is confirmed: the real flow on the toy network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.audit.check import Status
from egresspair.configuration import VpnState
from egresspair.device_schema import SchemaFacts
from egresspair.dialects.huawei_schema import SUBJECT
from egresspair.intent import Role
from egresspair.plan import Plan
from egresspair.policy import Policy
from egresspair.transaction import Ending, Result, apply_plan
from egresspair.transaction.proof import Look
from toy import plans, xml
from toy.network import Fault, ToyNetwork
from toy.router import NEW, OLD, Habits

LABEL = "/ni:network-instance/instances/instance[name='vpna']/l3vpn:afs/af[type='ipv4-unicast']/state/label"
STATUS = LABEL.replace("/label", "/status")
DOWN = {Role.BACKUP: Habits(down=True)}


def run(
    plan: Plan, *, proof: bool = True, soak: float | None = None, **network: Any
) -> tuple[Result, ToyNetwork]:
    toy = ToyNetwork(plan, **network)
    return toy.run(apply_plan(plan, proof=proof, soak=soak)), toy


def held(toy: ToyNetwork) -> list[str]:
    return [toy.routers[role].running for role in Role]


def statuses(result: Result) -> dict[tuple[str, str], Status]:
    return {(each.check.name, each.check.device): each.check.status for each in result.checks}


def assert_taken_back(result: Result, toy: ToyNetwork) -> None:
    assert result.ending is Ending.ABORTED
    assert held(toy) == [OLD, OLD]
    for role in Role:
        assert (toy.routers[role].locks, toy.routers[role].pending) == ({}, None)


def test_a_change_is_confirmed_when_both_promises_hold_on_both_routers() -> None:
    result, toy = run(plans.plan())
    assert held(toy) == [NEW, NEW]
    assert statuses(result) == {
        (name, device): Status.HOLDS
        for name in ("label-assigned", "vpn-up")
        for device in ("masg-1", "masg-2")
    }
    assert [each.promised for each in result.checks] == [True] * 4


@pytest.mark.parametrize("role", Role)
def test_a_vpn_instance_that_is_down_takes_both_back_and_the_cause_shows_it(role: Role) -> None:
    result, toy = run(plans.plan(), habits={role: Habits(down=True)})
    assert_taken_back(result, toy)
    cause = result.cause
    assert cause is not None
    assert cause.where == ("masg-1" if role is Role.MASTER else "masg-2")
    assert (
        "vpna: check vpn-up (the VPN instance is up) failed in the confirm window: it is down" in cause.what
    )
    assert f"{STATUS} = down" in cause.what
    assert "--no-proof" in cause.hint


def test_the_cause_is_what_is_to_be_mended_and_the_result_has_what_follows() -> None:
    """Without the VPN instance up no label is in use: that is no second cause."""
    result, _ = run(plans.plan(), habits=DOWN)
    assert "label-assigned" not in str(result.cause)
    assert statuses(result)["label-assigned", "masg-2"] is Status.FAILS


def test_both_routers_are_named_when_both_are_down() -> None:
    result, _ = run(plans.plan(), habits={role: Habits(down=True) for role in Role})
    assert result.cause is not None
    assert result.cause.where == "masg-1 and masg-2"


def test_a_router_that_was_done_by_hand_has_to_hold_its_promise_too() -> None:
    result, toy = run(plans.plan(plans.BARE, plans.LABELLED), habits=DOWN)
    assert result.ending is Ending.ABORTED
    assert toy.routers[Role.MASTER].running == OLD
    assert "edit-config" not in [name for role, name in toy.log if role is Role.BACKUP]


def test_what_needs_a_moment_is_waited_for() -> None:
    result, toy = run(plans.plan(), habits={Role.BACKUP: Habits(down=True, up_after=2.0)})
    assert result.ending is Ending.COMMITTED
    assert [exchange.flight for exchange in toy.exchanges].count("state") in range(3, 6)
    assert [state.assigned_label for state in result.backup.states] == [2001]


def test_it_is_waited_for_no_longer_than_the_policy_says() -> None:
    result, toy = run(
        plans.plan(policy=Policy(label_wait=1.0)), habits={Role.BACKUP: Habits(down=True, up_after=2.0)}
    )
    assert_taken_back(result, toy)


def test_it_is_waited_for_no_longer_than_a_soak_and_the_margin_leave() -> None:
    """The commits took so long that the whole wait would not fit any more."""
    policy = Policy(confirm_timeout=60, soak=10.0, label_wait=30.0)
    habits = {role: Habits(down=True, up_after=1e6, commit_seconds=10.0) for role in Role}
    toy = ToyNetwork(plans.plan(policy=policy), habits=habits)
    states: list[float] = []
    toy.meddle = lambda net, effect: states.append(net.world.clock) if _is_cancel(effect) else None
    result = toy.run(apply_plan(toy.plan))
    assert_taken_back(result, toy)
    (cancelled,) = states
    started = cancelled - 1000.0
    assert started < 60 + 10 - policy.margin - policy.soak


def _is_cancel(effect: object) -> bool:
    return getattr(effect, "flight", "") == "cancel"


def test_no_flight_is_added_when_all_is_well() -> None:
    result, _ = run(plans.plan())
    assert result.flights == 6


def test_without_proof_it_is_confirmed_and_told() -> None:
    result, toy = run(plans.plan(), habits=DOWN, proof=False)
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]
    assert any("check vpn-up" in note and "it is down" in note for note in result.backup.notes)
    assert not result.master.notes
    assert any("not required" in note for note in result.notes)
    assert "state" not in [exchange.flight for exchange in toy.exchanges]


@pytest.mark.parametrize(
    ("state", "there"),
    [
        (VpnState("vpna", 2001, "up"), True),
        (VpnState("vpna", 2002, "up"), False),
        (VpnState("vpna", 2001, "down"), False),
        (VpnState("vpna", None, "up"), False),
    ],
)
def test_what_is_plainly_there_is_not_waited_for(state: VpnState, there: bool) -> None:
    router = plans.plan().master
    assert Look(router.after, (state,), told=True).shows(router) is there


def test_a_router_that_never_tells_is_waited_for_only_where_something_is_new() -> None:
    plan = plans.plan()
    nothing = replace(plans.BARE, exists=False, family=False, route_distinguisher=None)
    new = plans.plan(nothing, nothing).master
    silent = Look(plan.master.after, (VpnState("vpna"),))
    assert silent.shows(plan.master)
    assert not silent.shows(plans.told(plan).master)
    assert not silent.shows(new)


# a soak


def test_a_soak_of_its_own_is_kept_and_followed_by_the_last_look() -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan)
    started = toy.world.clock
    assert toy.run(apply_plan(plan, soak=30)).ending is Ending.COMMITTED
    assert toy.world.clock - started > 30
    assert toy.exchanges[-3].flight == "read again"


def test_what_breaks_during_the_soak_takes_both_back() -> None:
    def fall(toy: ToyNetwork, effect: object) -> None:
        if type(effect).__name__ == "Sleep":
            toy.routers[Role.BACKUP].label_replies[plan.backup.read_state.body] = xml.states(
                {"vpna": None}, "down"
            )

    plan = plans.plan()
    result, toy = run(plan, soak=30, meddle=fall)
    assert_taken_back(result, toy)
    assert "check vpn-up" in str(result.cause)


def test_a_soak_that_does_not_fit_any_more_is_not_begun() -> None:
    policy = Policy(confirm_timeout=60, soak=40.0)
    result, toy = run(plans.plan(policy=policy), habits={role: Habits(commit_seconds=15.0) for role in Role})
    assert_taken_back(result, toy)
    assert "too few for a soak of 40 s" in str(result.cause)
    assert toy.world.clock < 1000 + 60


# a removal


def test_a_label_that_is_taken_away_has_to_be_free_again() -> None:
    result, toy = run(plans.removal(), habits={Role.BACKUP: Habits(keeps_label=True)})
    assert_taken_back(result, toy)
    assert "masg-2: vpna: check label-gone (the label is free again) failed" in str(result.cause)
    assert f"2001 is still in use ({LABEL} = 2001)" in str(result.cause)


def test_a_removal_does_not_ask_for_a_vpn_instance_that_is_up() -> None:
    result, _ = run(plans.removal(), habits=DOWN)
    assert result.ending is Ending.COMMITTED
    assert statuses(result) == {("label-gone", device): Status.HOLDS for device in ("masg-1", "masg-2")}


# what is not known


def test_a_router_that_never_tells_of_its_state_is_told_and_not_refused() -> None:
    result, toy = run(plans.plan(), habits={Role.BACKUP: Habits(no_state=True)})
    assert result.ending is Ending.COMMITTED
    assert any("check label-assigned" in note and "cannot be known" in note for note in result.backup.notes)
    assert "state" not in [exchange.flight for exchange in toy.exchanges]


def test_a_new_vpn_instance_on_such_a_router_is_given_its_moment() -> None:
    nothing = replace(plans.BARE, exists=False, family=False, route_distinguisher=None)
    result, toy = run(plans.plan(nothing, nothing), habits={Role.BACKUP: Habits(no_state=True)})
    assert result.ending is Ending.COMMITTED
    assert "state" in [exchange.flight for exchange in toy.exchanges]


def test_a_router_that_has_told_before_has_to_tell_now() -> None:
    plan = plans.told(plans.plan())
    result, toy = run(plan, habits={Role.BACKUP: Habits(hides_state_when_new=True)})
    assert_taken_back(result, toy)
    assert "masg-2: vpna: check label-assigned" in str(result.cause)
    assert "cannot be known in the confirm window: the router shows no state" in str(result.cause)


def test_what_cannot_be_read_is_not_known() -> None:
    plan = plans.told(plans.plan())
    toy = ToyNetwork(plan)
    nonsense = xml.states({"vpna": "plenty"})  # type: ignore[dict-item]
    toy.routers[Role.MASTER].label_replies[plan.master.read_state.body] = nonsense
    result = toy.run(apply_plan(plan))
    assert_taken_back(result, toy)
    assert "state/label is 'plenty', not a number" in str(result.cause)


def test_a_node_that_the_routers_schema_lacks_is_not_waited_for() -> None:
    plan = plans.told(plans.plan())
    lacking = SchemaFacts(no_state=SUBJECT.state)
    master, backup = (replace(each, view=replace(each.view, schema=lacking)) for each in plan)
    result, toy = run(
        replace(plan, master=master, backup=backup), habits={r: Habits(no_state=True) for r in Role}
    )
    assert result.ending is Ending.COMMITTED
    assert any("the router's schema has no such node" in note for note in result.master.notes)
    assert "state" not in [exchange.flight for exchange in toy.exchanges]


def test_a_router_that_told_in_the_window_has_to_tell_at_the_last_look() -> None:
    result, toy = run(plans.plan(), faults=(Fault(Role.BACKUP, 12, "refused"),))
    assert_taken_back(result, toy)
    assert "cannot be known in the confirm window" in str(result.cause)


STATES = st.builds(
    VpnState,
    st.just("vpna"),
    st.sampled_from([None, 2001, 2002, 48000]),
    st.sampled_from([None, "up", "down", "nonsense"]),
)


@given(master=STATES, backup=STATES, told=st.booleans())
def test_it_is_confirmed_only_if_every_promise_holds_or_can_never_be_known(
    master: VpnState, backup: VpnState, told: bool
) -> None:
    plan = plans.told(plans.plan()) if told else plans.plan()
    toy = ToyNetwork(plan)
    for role, state in zip(Role, (master, backup), strict=True):
        reply = xml.states({"vpna": state.assigned_label}, state.status)
        toy.routers[role].label_replies[plan[role].read_state.body] = reply
    result = toy.run(apply_plan(plan))
    kept = [
        state == VpnState("vpna", 2001, "up") or (state == NOTHING and not told) for state in (master, backup)
    ]
    assert result.ok is all(kept)
    assert held(toy) == [NEW if result.ok else OLD] * 2


NOTHING = VpnState("vpna")


# what must not get worse


def families(**others: int) -> Any:
    return xml.states({"vpna": 2001, **others})


def grab(read: Any, label: int) -> Any:
    """Another VPN instance gets the new label between the locks and the last look."""

    def meddle(toy: ToyNetwork, _effect: object) -> None:
        reply = families(thief=label) if "tentative" in toy.states else families()
        toy.routers[Role.BACKUP].label_replies[read.body] = reply

    return meddle


@pytest.mark.parametrize(("before", "label"), [(plans.LABELLED, 3001), (plans.BARE, 2001)])
def test_a_new_label_that_somebody_else_gets_meanwhile_takes_both_back(before: Any, label: int) -> None:
    plan, read = plans.comparing(plans.plan(before, before, label=label))
    result, toy = run(plan, meddle=grab(read, label))
    assert_taken_back(result, toy)
    assert (
        "masg-2: vpna: check label-owner (nobody else holds the label) failed in the confirm window"
        in str(result.cause)
    )
    assert "VPN instance thief" in str(result.cause)


def test_a_label_that_fails_before_is_no_excuse_for_the_next_one() -> None:
    """The old label had another holder as well, and so has the new one."""
    plan, read = plans.comparing(plans.plan(plans.LABELLED, plans.LABELLED, label=3001))

    def meddle(toy: ToyNetwork, _effect: object) -> None:
        thief = 3001 if "tentative" in toy.states else 2001
        toy.routers[Role.BACKUP].label_replies[read.body] = families(thief=thief)

    result, toy = run(plan, meddle=meddle)
    assert_taken_back(result, toy)
    assert "check label-owner" in str(result.cause)


def test_a_label_that_the_change_leaves_as_it_is_must_only_not_be_lost() -> None:
    plan, read = plans.comparing(plans.plan(plans.BARE, plans.LABELLED))
    result, toy = run(plan, meddle=grab(read, 2001))
    assert_taken_back(result, toy)
    assert "check label-owner (nobody else holds the label) held before and failed" in str(result.cause)


def test_a_first_label_of_which_nobody_can_say_who_else_holds_it_is_told() -> None:
    plan, read = plans.comparing(plans.plan())

    def refuse(toy: ToyNetwork, _effect: object) -> None:
        reply = xml.error("operation-failed", "not now") if "tentative" in toy.states else families()
        toy.routers[Role.MASTER].label_replies[read.body] = reply

    result, _ = run(plan, meddle=refuse)
    assert result.ending is Ending.COMMITTED
    assert any("label-owner" in note and "not now" in note for note in result.master.notes)


def test_what_failed_before_is_told_and_takes_nothing_back() -> None:
    plan, read = plans.comparing(plans.plan(plans.BARE, plans.LABELLED))

    def stolen(toy: ToyNetwork, _effect: object) -> None:
        toy.routers[Role.BACKUP].label_replies[read.body] = families(thief=2001)

    result, _ = run(plan, meddle=stolen)
    assert result.ending is Ending.COMMITTED
    notes = [note for note in result.backup.notes if "check label-owner" in note]
    assert ["failed before the change and" in note for note in notes] == [True]


def test_a_removal_that_takes_a_vpn_instance_down_is_taken_back() -> None:
    plan, read = plans.comparing(plans.removal())
    result, toy = run(plan, habits={Role.BACKUP: Habits(down_when_new=True)}, meddle=_answering(read))
    assert_taken_back(result, toy)
    assert "masg-2: vpna: check vpn-up (the VPN instance is up) held before and failed" in str(result.cause)


def test_a_removal_from_a_vpn_instance_that_was_down_is_told() -> None:
    plan, read = plans.comparing(plans.removal())
    result, _ = run(plan, habits=DOWN, meddle=_answering(read))
    assert result.ending is Ending.COMMITTED
    assert any("check vpn-up" in note and "failed before" in note for note in result.backup.notes)


def test_what_cannot_be_compared_is_told() -> None:
    """The labels of other VPN instances were read before, and are refused now."""
    plan, read = plans.comparing(plans.plan(plans.LABELLED, plans.BARE))

    def refuse(toy: ToyNetwork, _effect: object) -> None:
        reply = xml.error("operation-failed", "not now") if "tentative" in toy.states else families()
        toy.routers[Role.MASTER].label_replies[read.body] = reply

    result, _ = run(plan, meddle=refuse)
    assert result.ending is Ending.COMMITTED
    assert any("label-owner" in note and "not now" in note for note in result.master.notes)


def _answering(read: Any) -> Any:
    def answer(toy: ToyNetwork, _effect: object) -> None:
        for role in Role:
            toy.routers[role].label_replies[read.body] = families()

    return answer


# the result


def test_the_result_has_the_checks_as_plain_values_and_in_a_notebook() -> None:
    result, _ = run(plans.plan(), habits=DOWN)
    (found,) = (
        each for each in result.to_dict()["checks"] if (each["name"], each["device"]) == ("vpn-up", "masg-2")
    )
    assert (found["status"], found["failed"], found["promised"], found["before"]) == (
        "fails",
        True,
        True,
        None,
    )
    assert found["evidence"] == [{"device": "masg-2", "path": STATUS, "value": "down"}]
    page = result._repr_html_()
    assert "vpn-up" in page
    assert STATUS in page
