"""Settling: from wherever a transaction stopped to both-old or both-new, claiming nothing that was not read
back.

Which undo is meant: *cancel* the confirmed commit, or let its *timer* revert, or *compensate* with the
inverse.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from ..netconf import rpc
from ..netconf.reply import Answer
from ..netconf.rpc import Datastore, Rpc
from .acquire import release
from .effects import ABORT, COMMIT, Flow, Sleep, decide, now
from .outcome import Cause, Ending, Holds
from .participant import Participant, batch
from .run import Run
from .states import State

Attempt = Callable[[Run, Participant], Flow[bool]]
_BOTH: tuple[Datastore, ...] = ("running", "candidate")


def abort(run: Run, cause: Cause) -> Flow[Ending]:
    """Take back whatever was done, on both routers."""
    yield from run.enter(State.ABORTING, str(cause))
    if any(participant.may_hold_new for participant in run):
        # The decision is recorded before the first cancel. If that fails nothing will be confirmed either:
        # going back is safe.
        winner = yield from decide(ABORT, run.attempt)
        if winner == COMMIT:
            yield from run.enter(State.IN_DOUBT, "another process decided to commit")
            return Ending.IN_DOUBT
    yield from _retreat(run)
    for participant in run:
        if not participant.certain:
            yield from _back(run, participant)
    yield from release(run)
    ending = aborted_ending(run)
    if not (run.lied and ending is Ending.ABORTED):
        yield from run.enter(State[ending.name])
    return ending


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


def _back(run: Run, participant: Participant) -> Flow[None]:
    """The slow way: with a new session if need be, until it is known or time is up."""
    if participant.may_hold_new:
        yield from _pursue(run, participant, _try_back)
        return
    # It was never sent a commit, so nothing can happen there any more: one look, and no harm if it fails.
    if not participant.alive:
        yield from run.reopen(participant)
    if participant.alive:
        (read,) = yield from run.send_to("read back", participant, participant.plan.read)
        participant.certain = participant.read(read) is not None


def _pursue(run: Run, participant: Participant, attempt: Attempt) -> Flow[None]:
    deadline = (yield from now()) + run.policy.settle_timeout
    while True:
        if not participant.alive:
            yield from run.reopen(participant)
        if participant.alive and (yield from attempt(run, participant)):
            return
        if (yield from now()) >= deadline:
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


def forward(run: Run) -> Flow[tuple[Ending, Cause | None]]:
    """After the decision to commit: confirm what is still pending, and make the best of what is not."""
    for participant in run.changing:
        if not participant.certain:
            yield from _pursue(run, participant, _try_forward)
    reverted = [p for p in run.changing if p.holds is Holds.OLD]
    if reverted and any(p.holds is Holds.NEW for p in run.changing):
        yield from _again(run, reverted)
    return _forward_ending(run)


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
    """One router is confirmed and the other reverted meanwhile: apply there again, or take the confirmed
    one back.
    """
    for participant in reverted:
        yield from _pursue(run, participant, _try_again)
    if any(p.holds is Holds.OLD for p in reverted):
        for participant in run.changing:
            if participant.holds is Holds.NEW:
                yield from _pursue(run, participant, _try_inverse)


def _try_again(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from _look(run, participant)):
        return False
    if participant.is_old and participant.plan.edit is not None:
        yield from _put(run, participant, participant.plan.edit)
    yield from _let_go(run, participant)
    return participant.certain


def _try_inverse(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from _look(run, participant)):
        return False
    if participant.is_new and participant.plan.inverse is not None:
        yield from _put(run, participant, participant.plan.inverse)
    yield from _let_go(run, participant)
    return participant.certain


def _forward_ending(run: Run) -> tuple[Ending, Cause | None]:
    held = {participant.holds for participant in run.changing}
    if held == {Holds.NEW}:
        return Ending.COMMITTED, None
    if held == {Holds.OLD}:
        return Ending.ABORTED, Cause("no router could be confirmed before its timer reverted the change")
    if Holds.UNKNOWN in held:
        lost = " and ".join(p.device for p in run.changing if p.holds is Holds.UNKNOWN)
        return Ending.IN_DOUBT, Cause(
            "whether the confirmation arrived is not known", where=lost, hint="Run recover."
        )
    return Ending.DIVERGED, Cause(
        "the routers could not be brought to the same state", hint="Compare them by hand."
    )
