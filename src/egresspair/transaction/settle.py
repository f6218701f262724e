"""Settling: from wherever a transaction stopped to both-old or both-new, claiming nothing that was not read
back.

Which undo is meant: *cancel* the confirmed commit, or let its *timer* revert, or *compensate* with the
inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from lxml import etree

from ..netconf import rpc
from ..netconf.reply import Answer
from ..netconf.rpc import Datastore, Rpc
from .acquire import release
from .effects import ABORT, COMMIT, Flow, Sleep, decide, now, utc, wall
from .outcome import Cause, Ending, Holds
from .participant import Participant, batch
from .run import Run
from .states import State

Attempt = Callable[[Run, Participant], Flow[bool]]
_BOTH: tuple[Datastore, ...] = ("running", "candidate")


def abort(run: Run, cause: Cause) -> Flow[tuple[Ending, Cause]]:
    """Take back whatever was done, on both routers."""
    yield from run.enter(State.ABORTING, str(cause))
    if any(participant.may_hold_new for participant in run):
        # The decision is recorded before the first cancel. If that fails nothing will be confirmed either:
        # going back is safe.
        winner = yield from decide(ABORT, run.attempt)
        if winner == COMMIT:
            # Only this process could have done so, in an insert whose outcome it did not learn.
            yield from run.enter(State.IN_DOUBT, "the decision to commit stands")
            return Ending.IN_DOUBT, replace(cause, hint="The decision to commit stands. Run recover.")
    yield from _retreat(run)
    yield from go_back(run)
    yield from release(run)
    ending = aborted_ending(run)
    if not (run.lied and ending is Ending.ABORTED):
        yield from run.enter(State[ending.name])
    return ending, (yield from _aborted_cause(run, ending, cause))


def _aborted_cause(run: Run, ending: Ending, cause: Cause) -> Flow[Cause]:
    """Why it was aborted, and what is left to do where the abort itself did not come through."""
    if ending is Ending.IN_DOUBT:
        left = yield from doubt(run)
    elif ending is Ending.DIVERGED:
        left = diverged(run)
    else:
        return cause
    return replace(cause, hint=str(left))


def aborted_ending(run: Run) -> Ending:
    """What may be said after an abort."""
    held = {participant.holds for participant in run}
    if held <= {Holds.OLD, Holds.NOT_READ}:
        return Ending.ABORTED
    return Ending.IN_DOUBT if Holds.UNKNOWN in held else Ending.DIVERGED


def _retreat(run: Run) -> Flow[None]:
    """The quick way, both at once, for sessions that are alive: cancel or discard, and read back."""
    batches = {p.role: _retreat_batch(p) for p in run if p.alive}
    answers = yield from run.send("cancel", batches)
    for role, of_role in answers.items():
        participant = run.participants[role]
        *cancel, read = of_role
        seen = participant.read(read)
        cancelled = all(answer.ok for answer in cancel) or not participant.may_hold_new
        participant.certain = (
            seen is not None and participant.is_old and cancelled and not participant.in_doubt
        )
    cleared = {p.role: (rpc.discard_changes(),) for p in run if p.alive and p.certain and p.may_hold_new}
    yield from run.send("discard", cleared)


def _retreat_batch(participant: Participant) -> tuple[Rpc, ...]:
    if participant.may_hold_new:
        return rpc.cancel_commit(persist_id=participant.token), participant.plan.read
    discard = rpc.discard_changes() if participant.edited and "candidate" in participant.locks else None
    return batch(discard, participant.plan.read)


def go_back(run: Run) -> Flow[None]:
    """The slow way, with new sessions if need be, for every router that is not yet known to be as it was."""
    yield from _pursue(run, [p for p in run if p.may_hold_new], _try_back)
    for participant in run:
        if not (participant.certain or participant.may_hold_new):
            # It was never sent a commit, so nothing can happen there any more: one look, and no harm if it fails.
            yield from _look_once(run, participant)


def _look_once(run: Run, participant: Participant) -> Flow[None]:
    if not participant.alive:
        yield from run.reopen(participant)
    if participant.alive:
        (read,) = yield from run.send_to("read back", participant, participant.plan.read)
        participant.certain = participant.read(read) is not None


def _pursue(run: Run, participants: Iterable[Participant], attempt: Attempt) -> Flow[None]:
    """Try one after the other, round after round, until each is known or time is up: none waits for a dead one."""
    deadline = (yield from now()) + run.policy.settle_timeout
    left = [participant for participant in participants if not participant.certain]
    while left:
        for participant in list(left):
            if not participant.alive:
                yield from run.reopen(participant)
            if participant.alive and (yield from attempt(run, participant)):
                left.remove(participant)
        if not left or (yield from now()) >= deadline:
            return
        yield Sleep(run.policy.retry_wait)


def _try_back(run: Run, participant: Participant) -> Flow[bool]:
    """Cancel, then look under both locks: granted, they prove that nothing is pending and that no old
    session is left.
    """
    yield from run.send_to("cancel", participant, rpc.cancel_commit(persist_id=participant.token))
    if not (yield from _look(run, participant)):
        return False
    if participant.is_new and not participant.is_old and participant.plan.inverse is not None:
        yield from _put(run, participant, participant.plan.inverse)
    yield from _let_go(run, participant)
    return participant.certain


def _look(run: Run, participant: Participant) -> Flow[bool]:
    """Read running under both locks; `certain` if that worked. A lock(running) is denied while a confirmed
    commit is pending.
    """
    if not participant.alive:
        return False
    wanted = [datastore for datastore in _BOTH if datastore not in participant.locks]
    locks = [rpc.lock(datastore) for datastore in wanted]
    answers = yield from run.send_to("look", participant, *locks, participant.plan.read)
    *granted, read = answers
    if participant.alive:
        participant.locks |= {d for d, answer in zip(wanted, granted, strict=True) if answer.ok}
    participant.certain = participant.locks.issuperset(_BOTH) and participant.read(read) is not None
    if not participant.certain and participant.alive and "running" in participant.locks:
        # Never keep running locked while a timer may be running: the rollback would fail without a word.
        yield from run.send_to("unlock", participant, rpc.unlock("running"))
        participant.locks.discard("running")
    return participant.certain


def _put(run: Run, participant: Participant, edit: Rpc) -> Flow[None]:
    """One edit under both locks with a plain commit: to compensate, or to apply again."""
    participant.certain = False
    check = rpc.validate() if participant.validates else None
    staged = yield from run.send_to("edit", participant, *batch(rpc.discard_changes(), edit, check))
    if not all(answer.ok for answer in staged):
        participant.notes.append("; ".join(str(answer) for answer in staged if not answer.ok))
        participant.certain = participant.alive
        return
    committed, read = yield from run.send_to("commit", participant, rpc.commit(), participant.plan.read)
    participant.certain = committed.answered and participant.read(read) is not None
    if not committed.ok:
        participant.notes.append(str(committed))


def _let_go(run: Run, participant: Participant) -> Flow[None]:
    """Leave a clean candidate and no lock behind."""
    if participant.alive and "candidate" in participant.locks:
        yield from run.send_to("discard", participant, rpc.discard_changes())
    if participant.alive and participant.locks:
        unlocks = [rpc.unlock(datastore) for datastore in sorted(participant.locks)]
        yield from run.send_to("unlock", participant, *unlocks)
        participant.locks.clear()


def forward(run: Run, *, again: bool = False) -> Flow[tuple[Ending, Cause | None]]:
    """After the decision to commit: confirm what is still pending, and make the best of what is not.

    ``again``: where no router was confirmed and all are back at their pre-image, apply the change anew. By default that
    is an abort: hours later it would be an interruption that nobody expects.
    """
    yield from _pursue(run, run.changing, _try_forward)
    reverted = [p for p in run.changing if p.holds is Holds.OLD]
    if reverted and (again or any(p.holds is Holds.NEW for p in run.changing)):
        yield from _again(run, reverted)
    return (yield from _forward_ending(run))


def _try_forward(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from _may_confirm(run, participant)):
        return False
    yield from run.send_to("confirm", participant, rpc.commit_confirming(persist_id=participant.token))
    known = yield from _look(run, participant)
    if known:
        yield from _let_go(run, participant)
    return known


def _may_confirm(run: Run, participant: Participant) -> Flow[bool]:
    """A confirming commit from another session also commits what stands in a shared candidate: take its
    lock first.

    A server may refuse that lock while a commit is pending even when the candidate is clean; then the
    candidate must equal running.
    """
    if "candidate" in participant.locks:
        return True
    (lock,) = yield from run.send_to("lock candidate", participant, rpc.lock("candidate"))
    if lock.ok:
        participant.locks.add("candidate")
        return True
    if not participant.alive:
        return False
    reads = rpc.get_config("candidate"), rpc.get_config("running")
    candidate, running = yield from run.send_to("compare", participant, *reads)
    return candidate.ok and running.ok and _same(candidate, running)


def _same(candidate: Answer, running: Answer) -> bool:
    texts = [
        etree.canonicalize(etree.tostring(answer.reply.data, encoding="unicode"), strip_text=True)
        for answer in (candidate, running)
        if answer.reply is not None and answer.reply.data is not None
    ]
    return len(texts) == 2 and texts[0] == texts[1]  # noqa: PLR2004  (both of them)


def _again(run: Run, reverted: list[Participant]) -> Flow[None]:
    """One router is confirmed and the other reverted meanwhile: apply there again, or take the confirmed one back."""
    clock = yield from wall()
    for participant in reverted:
        participant.note_rollback(clock)
        participant.certain = False
    yield from _pursue(run, reverted, _try_again)
    if any(p.holds is Holds.OLD for p in reverted):
        confirmed = [p for p in run.changing if p.holds is Holds.NEW]
        for participant in confirmed:
            participant.certain = False
        yield from _pursue(run, confirmed, _try_inverse)


def _try_again(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from _look(run, participant)):
        return False
    if (
        participant.is_old
        and participant.plan.edit is not None
        and (yield from _label_free(run, participant))
    ):
        yield from _put(run, participant, participant.plan.edit)
    yield from _let_go(run, participant)
    return participant.certain


def _label_free(run: Run, participant: Participant) -> Flow[bool]:
    """The check of the plan, repeated under the lock: nobody else has taken the label meanwhile."""
    (labels,) = yield from run.send_to("labels", participant, participant.plan.read_labels)
    if labels.ok:
        participant.read_owners(labels)
    for owner in participant.strangers:
        participant.notes.append(f"label {owner.label} belongs to VPN instance {owner.vpn} now")
    return labels.ok and not participant.strangers


def _try_inverse(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from _look(run, participant)):
        return False
    if participant.is_new and participant.plan.inverse is not None:
        yield from _put(run, participant, participant.plan.inverse)
    yield from _let_go(run, participant)
    return participant.certain


def _forward_ending(run: Run) -> Flow[tuple[Ending, Cause | None]]:
    held = {participant.holds for participant in run.changing}
    if held == {Holds.NEW}:
        return Ending.COMMITTED, None
    if held == {Holds.OLD}:
        return Ending.ABORTED, Cause("no router could be confirmed before its timer reverted the change")
    if Holds.UNKNOWN in held:
        return Ending.IN_DOUBT, (yield from doubt(run))
    return Ending.DIVERGED, diverged(run)


def doubt(run: Run) -> Flow[Cause]:
    """What is not known of whom, and when the routers' own timers will have decided."""
    unknown = [p for p in run if p.holds is Holds.UNKNOWN]
    present, clock = (yield from now()), (yield from wall())
    fires = clock + max(p.commit_sent for p in unknown) + run.policy.confirm_timeout - present
    return Cause(
        "whether it holds the old or the new configuration is not known",
        where=" and ".join(participant.device for participant in unknown),
        hint=f"Its confirm timer will have fired by {utc(fires)}. Run recover.",
    )


def diverged(run: Run) -> Cause:
    """Who holds something that this transaction did not put there."""
    others = [p for p in run if p.holds is Holds.OTHER]
    if others:
        return Cause(
            "somebody else changed the same nodes meanwhile",
            where=" and ".join(participant.device for participant in others),
            hint="Compare the routers; the inverse payloads are in the plan. With unequal labels a failover may "
            "deliver to the wrong VPN.",
        )
    return Cause(
        "the routers could not be brought to the same state",
        hint="Compare them by hand; with unequal labels a failover may deliver to the wrong VPN.",
    )
