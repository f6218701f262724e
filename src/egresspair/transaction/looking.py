"""Finding out what a router holds, and leaving it clean: the steps that settling is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..netconf import rpc
from ..netconf.rpc import Datastore, Rpc
from .effects import Flow, Sleep, now
from .participant import Participant, batch
from .run import Run

Attempt = Callable[[Run, Participant], Flow[bool]]
_BOTH: tuple[Datastore, ...] = ("running", "candidate")


def pursue(run: Run, participants: Iterable[Participant], attempt: Attempt) -> Flow[None]:
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


def look(run: Run, participant: Participant) -> Flow[bool]:
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
    readable = participant.read(read) is not None
    participant.certain = readable and (yield from _nothing_pending(run, participant))
    if not participant.certain and participant.alive and "running" in participant.locks:
        # Never keep running locked while a timer may be running: the rollback would fail without a word.
        yield from run.send_to("unlock", participant, rpc.unlock("running"))
        participant.locks.discard("running")
    return participant.certain


def _nothing_pending(run: Run, participant: Participant) -> Flow[bool]:
    """Both locks prove it. Where somebody else keeps running locked, a router that tells of trials can say so instead;
    the candidate's lock is needed all the same: it proves that no old session of ours is left.
    """
    if participant.locks.issuperset(_BOTH):
        return True
    if participant.plan.read_trial is None or "candidate" not in participant.locks:
        return False
    trial_, read = yield from run.send_to(
        "trial", participant, participant.plan.read_trial, participant.plan.read
    )
    if not trial_.ok or trial_.reply is None or participant.read(read) is None:
        return False
    trial = participant.plan.view.dialect.read_trial(trial_.reply.data)
    return trial is not None and not trial.pending


def look_once(run: Run, participant: Participant) -> Flow[None]:
    """One look without locks, for a router that was never sent a commit."""
    if not participant.alive:
        yield from run.reopen(participant)
    if participant.alive:
        (read,) = yield from run.send_to("read back", participant, participant.plan.read)
        participant.certain = participant.read(read) is not None


def put(run: Run, participant: Participant, edit: Rpc) -> Flow[None]:
    """One edit under both locks with a plain commit: to compensate, or to apply again. Without them, nothing."""
    if not participant.locks.issuperset(_BOTH):
        participant.certain = False
        return
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


def let_go(run: Run, participant: Participant) -> Flow[None]:
    """Leave a clean candidate and no lock behind."""
    if participant.alive and "candidate" in participant.locks:
        (discard,) = yield from run.send_to("discard", participant, rpc.discard_changes())
        if participant.alive and not discard.ok:
            yield from run.reopen(participant)  # what is under our lock goes with the session
    if participant.alive and participant.locks:
        unlocks = [rpc.unlock(datastore) for datastore in sorted(participant.locks)]
        yield from run.send_to("unlock", participant, *unlocks)
        participant.locks.clear()
