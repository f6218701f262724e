"""The real flow on the toy network: what the routers hold afterwards, and whether the result says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from egresspair.errors import RefusalReason, Refused
from egresspair.intent import Role
from egresspair.plan import Plan, Saving
from egresspair.policy import Policy
from egresspair.transaction import Ending, Holds, Result, apply_plan
from egresspair.transaction.effects import Abandoned
from toy import plans
from toy.network import KINDS, Fault, Running, ToyNetwork
from toy.router import FOREIGN, NEW, OLD, Config, Habits, Pending

BOTH = tuple(Role)
LOSSES = [kind for kind in KINDS if kind not in ("refused", "ok, not done", "done, error")]


def run(plan: Plan, **network: Any) -> tuple[Result, ToyNetwork]:
    toy = ToyNetwork(plan, **network)
    result = toy.run(apply_plan(plan))
    assert isinstance(result, Result)
    return result, toy


def held(toy: ToyNetwork) -> list[str]:
    return [toy.routers[role].running for role in BOTH]


def assert_clean(toy: ToyNetwork) -> None:
    """No lock and no timer is left by a session that is alive, and no candidate is dirty."""
    for role in BOTH:
        router = toy.routers[role]
        assert not router.locks
        assert router.pending is None
        assert not router.candidates


def test_both_routers_get_the_label() -> None:
    result, toy = run(plans.plan())
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]
    assert [router.holds for router in result] == [Holds.NEW, Holds.NEW]
    assert [state.assigned_label for state in result.master.states] == [2001]
    assert_clean(toy)


def test_the_way_through_the_states() -> None:
    _, toy = run(plans.plan())
    assert toy.states == ["locked", "staged", "prepared", "tentative", "verified", "decided", "committed"]


def test_flights_are_those_of_the_design() -> None:
    result, toy = run(plans.plan())
    assert [exchange.flight for exchange in toy.exchanges] == [
        "lock",
        "edit",
        "commit",
        "read again",
        "confirm",
        "unlock",
    ]
    assert result.flights == len(toy.exchanges)


def test_running_is_unlocked_right_behind_the_confirmed_commit() -> None:
    _, toy = run(plans.plan())
    (commit,) = (exchange for exchange in toy.exchanges if exchange.flight == "commit")
    for rpcs in commit.batches.values():
        assert [rpc.name for rpc in rpcs] == ["commit", "unlock", "get-config", "get"]
        assert b"<running/>" in rpcs[1].body


def test_tokens_are_recorded_before_the_commit_is_sent() -> None:
    plan = plans.plan()
    seen: list[str] = []
    toy = ToyNetwork(plan, meddle=lambda net, effect: seen.append(type(effect).__name__ + str(net.sent)))
    toy.run(apply_plan(plan))
    assert toy.records == [
        ("tokens", {"attempt": 1, "tokens": {"master": "token-master", "backup": "token-backup"}})
    ]
    names = [entry.split("{")[0] for entry in seen]
    assert names.index("Record") < [i for i, name in enumerate(names) if name == "Exchange"][2]


def test_unchanged_pair_is_no_change_and_is_only_read_and_held_still() -> None:
    result, toy = run(plans.plan(plans.LABELLED, plans.LABELLED))
    assert result.ending is Ending.NO_CHANGE
    assert {name for _, name in toy.log} == {"lock", "get-config", "get", "unlock"}
    assert_clean(toy)


def test_what_is_on_trial_is_not_called_no_change() -> None:
    """Somebody's confirmed commit may vanish with its timer: running looks right, and is not to be relied on."""
    plan = plans.plan(plans.LABELLED, plans.LABELLED)
    toy = ToyNetwork(plan)
    router = toy.routers[Role.BACKUP]
    router.pending = Pending("somebody", toy.world.clock + 60, Config(FOREIGN), router.open())
    with pytest.raises(Refused, match="masg-2: running is locked by") as caught:
        toy.run(apply_plan(plan))
    assert caught.value.reason is RefusalReason.LOCKED
    assert not toy.routers[Role.MASTER].locks


def test_no_change_that_loses_a_router_says_so() -> None:
    result, _ = run(
        plans.plan(plans.LABELLED, plans.LABELLED), faults=(Fault(Role.BACKUP, 4, "lost before"),)
    )
    assert result.ending is Ending.ABORTED
    assert "masg-2" in str(result.cause)


@pytest.mark.parametrize(
    ("nth", "ending"),
    [
        (3, Ending.ABORTED),
        (4, Ending.ABORTED),
        (9, Ending.ABORTED),
        (11, Ending.ABORTED),
        (14, Ending.COMMITTED),
    ],
)
def test_an_ok_without_data_is_not_taken_for_a_reading(nth: int, ending: Ending) -> None:
    result, toy = run(plans.plan(), faults=(Fault(Role.BACKUP, nth, "ok, not done"),))
    assert result.ending is ending
    assert not toy.learned
    judge(result, toy)


def test_refusal_of_the_second_attempt_is_an_abort() -> None:
    """Commits were sent and taken back by then: `Refused` would say that nothing was edited."""

    def lock_it(network: ToyNetwork, effect: object) -> None:
        if network.learned and getattr(effect, "flight", "") == "lock":
            router = network.routers[Role.MASTER]
            router.locks.setdefault("running", 99)

    result, toy = run(plans.plan(), habits={Role.BACKUP: Habits(validate_spoils_commit=True)}, meddle=lock_it)
    assert result.ending is Ending.ABORTED
    assert "locked" in str(result.cause)
    assert held(toy) == [OLD, OLD]


def test_confirmation_that_lies_is_found_out() -> None:
    """The confirming commit answers ok and confirms nothing: a lock of running tells."""
    result, toy = run(plans.plan(), faults=(Fault(Role.BACKUP, 13, "ok, not done"),))
    assert result.ending is Ending.COMMITTED
    assert all(toy.routers[role].pending is None for role in BOTH)


def test_confirmation_is_proven_by_outlasting_the_timer_while_somebody_holds_running() -> None:
    def take(network: ToyNetwork, _effect: object) -> None:
        if network.sent[Role.BACKUP] >= 16:
            network.routers[Role.BACKUP].locks.setdefault("running", 99)

    plan = plans.plan(policy=Policy(settle_timeout=5.0))
    toy = ToyNetwork(plan, meddle=take, faults=(Fault(Role.BACKUP, 15, "refused"),))
    started = toy.world.clock
    result = toy.run(apply_plan(plan))
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]
    assert toy.world.clock - started > plan.policy.confirm_timeout


def test_a_router_that_tells_of_trials_proves_the_confirmation_at_once() -> None:
    """Somebody keeps running locked right behind our confirmation: the trial status says what the lock cannot."""

    def take(network: ToyNetwork, _effect: object) -> None:
        if network.sent[Role.BACKUP] >= 16:
            network.routers[Role.BACKUP].locks.setdefault("running", 99)

    plan = plans.plan(server=replace(plans.SERVER, tells_trial=True))
    toy = ToyNetwork(plan, meddle=take, faults=(Fault(Role.BACKUP, 15, "refused"),))
    started = toy.world.clock
    result = toy.run(apply_plan(plan))
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]
    assert toy.world.clock - started < 1


def test_lock_that_is_granted_with_an_error_is_not_kept() -> None:
    result, toy = run(plans.plan(), faults=(Fault(Role.MASTER, 1, "done, error"),))
    assert result.ending is Ending.COMMITTED
    assert_clean(toy)


def test_running_that_stays_locked_behind_the_commit_is_not_risked() -> None:
    result, toy = run(plans.plan(), faults=(Fault(Role.MASTER, 8, "refused"),))
    assert result.ending is Ending.ABORTED
    assert "unlocking of running" in str(result.cause)
    assert_clean(toy)


def test_aborted_result_does_not_show_the_labels_of_the_trial() -> None:
    result, _ = run(plans.plan(), check_failures=("no",))
    assert result.ending is Ending.ABORTED
    assert [router.states for router in result] == [(), ()]
    assert any("rolled back" in note for note in result.master.notes)


def test_refused_commit_is_not_called_a_rollback() -> None:
    result, _ = run(plans.plan(), faults=(Fault(Role.BACKUP, 7, "refused"),))
    assert result.ending is Ending.ABORTED
    assert not any("rolled back" in note for note in result.backup.notes)


def test_router_that_cannot_follow_takes_the_other_back() -> None:
    """One was confirmed, the other reverted and does not take the change again: the first gets its inverse."""

    def revert(network: ToyNetwork, effect: object) -> None:
        router = network.routers[Role.BACKUP]
        if getattr(effect, "flight", "") == "confirm" and router.running == NEW:
            router.restart()
            object.__setattr__(router.habits, "refuses_edit", True)

    habits = {Role.BACKUP: Habits(commit_seconds=0.0001)}
    result, toy = run(plans.plan(), habits=habits, meddle=revert)
    assert result.ending is Ending.ABORTED
    assert held(toy) == [OLD, OLD]
    assert "did not take the change again" in str(result.cause)
    assert any("inverse" in note for note in result.master.notes)
    assert not any("rolled back" in note for note in result.master.notes)


def test_giving_up_before_any_commit_is_not_in_doubt() -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan)
    running = Running(apply_plan(plan))
    assert toy.go(running, 6) is None
    running.failure = Abandoned("interrupted by a second Ctrl-C")
    result = toy.go(running, None)
    assert result.ending is Ending.ABORTED


def test_giving_up_while_commits_are_under_way_is_in_doubt_and_says_until_when() -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan)
    running = Running(apply_plan(plan))
    while toy.exchanges[-1:] == [] or toy.exchanges[-1].flight != "commit":
        assert toy.go(running, 1) is None
    running.failure = Abandoned("interrupted by a second Ctrl-C")
    result = toy.go(running, None)
    assert result.ending is Ending.IN_DOUBT
    assert "Its confirm timer will have fired by 2027" in str(result.cause)


def test_router_done_by_hand_is_held_still_but_not_edited() -> None:
    result, toy = run(plans.plan(master=plans.LABELLED))
    assert result.ending is Ending.COMMITTED
    assert toy.routers[Role.BACKUP].running == NEW
    names = [name for role, name in toy.log if role is Role.MASTER]
    assert "edit-config" not in names
    assert "commit" not in names
    assert names.count("lock") == 2
    assert result.master.holds is Holds.OLD
    assert_clean(toy)


def test_removal_takes_the_label_away() -> None:
    result, toy = run(plans.removal())
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]
    assert [state.assigned_label for state in result.backup.states] == [None]


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nth", range(1, 30))
def test_one_fault_anywhere_never_splits_the_pair_silently(role: Role, kind: str, nth: int) -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan, faults=(Fault(role, nth, kind),))
    try:
        result = toy.run(apply_plan(plan))
    except Refused:
        assert held(toy) == [OLD, OLD]
        toy.pass_time(1000)
        assert_clean(toy)
        return
    judge(result, toy)


def judge(result: Result, toy: ToyNetwork) -> None:
    """The reported outcome is the true one, now and when every timer has fired."""
    if result.ending is Ending.COMMITTED:
        assert held(toy) == [NEW, NEW]
    if result.ending is Ending.ABORTED:
        assert held(toy) == [OLD, OLD]
    assert result.ending is not Ending.DIVERGED
    before = held(toy)
    toy.die()  # an unlock that lied is undone by the end of the session alone
    toy.pass_time(1000)
    if result.ending in (Ending.COMMITTED, Ending.ABORTED):
        assert held(toy) == before
        assert_clean(toy)


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize("kind", LOSSES)
@pytest.mark.parametrize("nth", range(1, 7))
def test_router_that_dies_before_any_commit_leaves_the_other_as_it_was(
    role: Role, kind: str, nth: int
) -> None:
    """Operations 1 to 6 are the locks, the reads and the edit with its validation."""
    result, toy = run(plans.plan(), faults=(Fault(role, nth, kind),), unreachable=frozenset({role}))
    assert result.ending is Ending.ABORTED
    assert result[role].holds is Holds.NOT_READ
    assert held(toy) == [OLD, OLD]
    other = toy.routers[next(r for r in BOTH if r is not role)]
    assert not other.locks


def test_router_lost_at_commit_and_never_reached_again_is_in_doubt() -> None:
    result, toy = run(
        plans.plan(), faults=(Fault(Role.BACKUP, 7, "lost after"),), unreachable=frozenset({Role.BACKUP})
    )
    assert result.ending is Ending.IN_DOUBT
    assert result.backup.holds is Holds.UNKNOWN
    assert result.master.holds is Holds.OLD
    assert "no answer" in str(result.cause)
    toy.pass_time(1000)
    assert held(toy) == [OLD, OLD]


def test_commit_that_comes_late_is_waited_for() -> None:
    """The session looked dead, and the commit comes after we gave up: nothing may be claimed too early."""
    result, toy = run(plans.plan(), faults=(Fault(Role.MASTER, 7, "delayed", delay=3.0),))
    assert result.ending is Ending.ABORTED
    toy.pass_time(1000)
    assert held(toy) == [OLD, OLD]


def test_lying_server_is_found_out_and_the_change_repeated_without_validate() -> None:
    habits = {Role.BACKUP: Habits(validate_spoils_commit=True)}
    result, toy = run(plans.plan(), habits=habits)
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]
    assert toy.learned == [Role.BACKUP]
    assert sum(name == "validate" for role, name in toy.log if role is Role.BACKUP) == 1
    assert sum(name == "validate" for role, name in toy.log if role is Role.MASTER) == 2
    assert_clean(toy)


def test_server_that_lies_again_is_given_up() -> None:
    result, toy = run(plans.plan(), habits={Role.MASTER: Habits(lies_always=True)})
    assert result.ending is Ending.ABORTED
    assert "applied nothing" in str(result.cause)
    assert held(toy) == [OLD, OLD]
    assert_clean(toy)


def test_wrong_assigned_label_takes_both_back() -> None:
    result, toy = run(plans.plan(), habits={Role.BACKUP: Habits(wrong_label=48000)})
    assert result.ending is Ending.ABORTED
    assert "2001 is configured, 48000 is in use" in str(result.cause)
    assert held(toy) == [OLD, OLD]
    assert_clean(toy)


def test_server_without_state_is_reported_as_unknown() -> None:
    result, _ = run(plans.plan(), habits={role: Habits(no_state=True) for role in BOTH})
    assert result.ending is Ending.COMMITTED
    assert "not told by the router" in str(result)


def test_failed_check_takes_both_back() -> None:
    result, toy = run(plans.plan(), check_failures=("vpna has no route to the CE",))
    assert result.ending is Ending.ABORTED
    assert "no route to the CE" in str(result.cause)
    assert held(toy) == [OLD, OLD]


def test_decision_of_a_recovery_is_obeyed() -> None:
    result, toy = run(plans.plan(), decisions={1: "abort"})
    assert result.ending is Ending.ABORTED
    assert held(toy) == [OLD, OLD]


def test_unknown_decision_confirms_nothing() -> None:
    result, toy = run(plans.plan(), journal_fault="decision unknown, not written")
    assert result.ending is Ending.IN_DOUBT
    toy.pass_time(1000)
    assert held(toy) == [OLD, OLD]


def test_journal_that_refuses_stops_before_the_commit() -> None:
    result, toy = run(plans.plan(), journal_fault="record refused")
    assert result.ending is Ending.ABORTED
    assert "commit" not in {name for _, name in toy.log}
    assert_clean(toy)


def test_the_tokens_are_on_disk_before_a_commit_and_after_the_edit() -> None:
    seen: list[tuple[int, bool]] = []

    def look(toy: ToyNetwork, effect: object) -> None:
        if type(effect).__name__ in ("Exchange", "Send"):
            seen.append((len(toy.records), "commit" in {name for _, name in toy.log}))

    _, toy = run(plans.plan(), meddle=look)
    assert [count for count, _ in seen] == [0, 0, 1, 1, 1, 1]
    assert toy.records[0][0] == "tokens"


def test_decision_is_not_taken_when_time_is_short() -> None:
    policy = Policy(confirm_timeout=20, soak=8.0, margin=5.0, label_wait=5.0)
    result, toy = run(plans.plan(policy=policy), meddle=_slow_read_again)
    assert result.ending is Ending.ABORTED
    assert "of its confirm timeout are left" in str(result.cause)
    assert held(toy) == [OLD, OLD]


def _slow_read_again(toy: ToyNetwork, effect: object) -> None:
    if getattr(effect, "flight", "") == "read again":
        toy.pass_time(9.0)


def test_lock_held_by_somebody_is_refused_with_the_holder_and_nothing_is_kept() -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan)
    stranger = toy.routers[Role.BACKUP].open()
    toy.routers[Role.BACKUP].locks["running"] = stranger
    with pytest.raises(Refused, match=rf"masg-2: running is locked by session {stranger}") as caught:
        toy.run(apply_plan(plan))
    assert caught.value.reason is RefusalReason.LOCKED
    assert not toy.routers[Role.MASTER].locks
    assert toy.routers[Role.BACKUP].locks == {"running": stranger}


def test_lock_that_is_given_back_in_time_is_waited_for() -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan)
    toy.routers[Role.BACKUP].locks["candidate"] = toy.routers[Role.BACKUP].open()

    def give_back(net: ToyNetwork, effect: object) -> None:
        if type(effect).__name__ == "Sleep":
            net.routers[Role.BACKUP].locks.pop("candidate", None)

    toy.meddle = give_back
    assert toy.run(apply_plan(plan)).ending is Ending.COMMITTED


def test_dirty_candidate_is_refused_and_left_alone() -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan)
    toy.routers[Role.MASTER].candidates[0] = Config(FOREIGN)
    with pytest.raises(Refused, match="masg-1: the candidate cannot be locked") as caught:
        toy.run(apply_plan(plan))
    assert caught.value.reason is RefusalReason.DIRTY
    assert toy.routers[Role.MASTER].candidates == {0: Config(FOREIGN)}


def test_stale_plan_is_refused_before_any_edit() -> None:
    plan = plans.plan()
    toy = ToyNetwork(plan)
    toy.routers[Role.MASTER].running = FOREIGN
    with pytest.raises(Refused, match="masg-1: the configuration is not any more") as caught:
        toy.run(apply_plan(plan))
    assert caught.value.reason is RefusalReason.STALE
    assert "edit-config" not in {name for _, name in toy.log}
    assert not toy.routers[Role.BACKUP].locks


def test_stale_empty_plan_is_refused() -> None:
    plan = plans.plan(plans.LABELLED, plans.LABELLED)
    toy = ToyNetwork(plan)
    toy.routers[Role.MASTER].running = FOREIGN
    with pytest.raises(Refused, match="masg-1"):
        toy.run(apply_plan(plan))


@pytest.mark.parametrize("habit", ["no_candidate_lock_while_pending", "private_candidate"])
@pytest.mark.parametrize("nth", range(7, 16))
@pytest.mark.parametrize("kind", KINDS)
def test_other_servers_do_not_split_either(habit: str, nth: int, kind: str) -> None:
    plan = plans.plan()
    habits = {role: Habits(**{habit: True}) for role in BOTH}
    toy = ToyNetwork(plan, habits=habits, faults=(Fault(Role.BACKUP, nth, kind),))
    judge(toy.run(apply_plan(plan)), toy)


def test_confirmation_that_is_lost_is_sent_again() -> None:
    # 1-4 locks and reads, 5-6 edit, 7-10 commit, 11-12 read again, 13 the confirming commit
    result, toy = run(plans.plan(), faults=(Fault(Role.BACKUP, 13, "lost before"),))
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]


def test_router_that_reverted_before_its_confirmation_gets_the_change_again() -> None:
    """The other one is confirmed: the change is applied there anew, so that the pair does not end split."""
    result, toy = run(plans.plan(), faults=(Fault(Role.BACKUP, 13, "restart"),))
    assert result.ending is Ending.COMMITTED
    assert held(toy) == [NEW, NEW]


def test_somebody_else_in_the_window_is_not_overwritten() -> None:
    def meddle(toy: ToyNetwork, effect: object) -> None:
        router = toy.routers[Role.BACKUP]
        if getattr(effect, "flight", "") == "confirm" and router.running == NEW:
            router.restart()
            router.running = FOREIGN

    result, toy = run(plans.plan(), meddle=meddle)
    assert result.ending is Ending.DIVERGED
    assert held(toy) == [NEW, FOREIGN]
    assert result.backup.holds is Holds.OTHER


def test_saving_is_asked_for_and_told() -> None:
    server = plans.replace_startup()
    result, toy = run(plans.plan(server=server, policy=Policy(save=True)))
    assert result.ending is Ending.COMMITTED
    assert [router.saving for router in result] == [Saving.SAVED, Saving.SAVED]
    assert [toy.routers[role].startup.word for role in BOTH] == [NEW, NEW]


def test_unsaved_change_is_warned_of() -> None:
    result, _ = run(plans.plan(server=plans.replace_startup()))
    assert result.unsaved == ("masg-1", "masg-2")
    assert "WARNING: not saved to startup on masg-1 and masg-2" in str(result)


def test_failed_saving_never_rolls_back() -> None:
    plan = plans.plan(server=plans.replace_startup(), policy=Policy(save=True))
    result, toy = run(plan, faults=(Fault(Role.BACKUP, 17, "refused"),))
    assert result.ending is Ending.COMMITTED
    assert result.backup.saving is Saving.NOT_SAVED
    assert held(toy) == [NEW, NEW]
