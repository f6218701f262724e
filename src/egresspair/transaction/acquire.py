"""The first flight: both locks on both routers, and running as it is under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import RefusalReason, Refused
from ..netconf import rpc
from ..netconf.monitoring import LockHolder, lock_holder, lock_state
from ..netconf.reply import Answer
from .effects import Flow, Sleep
from .participant import Participant
from .run import Run
from .states import State

JITTER = 0.5
_HELD = frozenset({"lock-denied", "in-use"})
_DIRTY = frozenset({"resource-denied", "operation-failed"})


@dataclass(frozen=True, slots=True)
class Denial:
    """A lock that was not granted."""

    participant: Participant
    datastore: str
    answer: Answer

    @property
    def dirty(self) -> bool:
        """The candidate holds somebody's uncommitted edits: waiting does not help."""
        return self.datastore == "candidate" and any(error.tag in _DIRTY for error in self.answer.errors)

    @property
    def said(self) -> str:
        """What the router answered."""
        return "; ".join(map(str, self.answer.errors))

    @property
    def claimed(self) -> str:
        """The holder's session by the error itself, empty if that names none."""
        return next((e.session_id for e in self.answer.errors if e.session_id not in ("", "0")), "")


def _dirty(denial: Denial) -> Refused:
    return Refused(
        f"the candidate cannot be locked: most likely it holds somebody's uncommitted edits ({denial.said})",
        reason=RefusalReason.DIRTY,
        where=denial.participant.device,
        hint="They were neither discarded nor committed. Have their owner do either, then try again.",
    )


def _locked(denial: Denial, holder: LockHolder | None, attempts: int) -> Refused:
    if holder is not None:
        who = str(holder)
    elif denial.claimed:
        who = f"session {denial.claimed}, as the router says; since when it does not say"
    else:
        who = "somebody whom the router does not name; since when cannot be known"
    return Refused(
        f"{denial.datastore} is locked by {who}, after {attempts} attempts ({denial.said})",
        reason=RefusalReason.LOCKED,
        where=denial.participant.device,
        hint="A confirmed commit that waits for its confirmation locks running too. Try again later.",
    )


def _holder(run: Run, denial: Denial) -> Flow[LockHolder | None]:
    """Who is in the way, by the server's own state: the session-id in an error is not always true."""
    participant = denial.participant
    if not (participant.alive and participant.plan.view.server.monitoring):
        return None
    (state,) = yield from run.send_to("holder", participant, lock_state())
    return lock_holder(state.reply.data, denial.datastore) if state.ok and state.reply else None


def acquire(run: Run) -> Flow[None]:
    """Lock everything, or hold nothing.

    Raises:
        Refused: a lock is held, a candidate is dirty, or a router does not hold any more what the plan
            was made from.
        Stop: a session was lost.
    """
    wait = run.policy.lock_wait
    for attempt in range(1, run.policy.lock_attempts + 1):
        denials = yield from _try(run, one_by_one=attempt > 1)
        if not denials:
            yield from _refuse_stale(run)
            yield from run.enter(State.LOCKED)
            return
        yield from release(run)
        for denial in denials:
            if denial.dirty:
                raise _dirty(denial)
        if attempt == run.policy.lock_attempts:
            raise _locked(denials[0], (yield from _holder(run, denials[0])), attempt)
        yield Sleep(wait, jitter=JITTER)
        wait *= 2


def _try(run: Run, *, one_by_one: bool) -> Flow[list[Denial]]:
    """After a first denial in one order that is the same for every client, so that two of them cannot
    starve each other.
    """
    participants = sorted(run, key=lambda participant: participant.plan.view.host_key)
    groups = [[participant] for participant in participants] if one_by_one else [participants]
    denials: list[Denial] = []
    for group in groups:
        batches = {participant.role: _locks_and_reads(participant) for participant in group}
        answers = yield from run.send("lock", batches)
        for participant in group:  # every lock is noted before the first failure is acted on
            _note_locks(participant, answers[participant.role])
        for participant in group:
            denials += _judged(participant, answers[participant.role])
        if denials:
            break
    return denials


def _locks_and_reads(participant: Participant) -> tuple[rpc.Rpc, ...]:
    plan = participant.plan
    return rpc.lock("running"), rpc.lock("candidate"), plan.read, plan.read_labels


def _note_locks(participant: Participant, answers: Sequence[Answer]) -> None:
    if participant.alive:
        participant.locks |= {datastore for datastore, answer in _lock_answers(answers) if answer.ok}


def _lock_answers(answers: Sequence[Answer]) -> Iterator[tuple[rpc.Datastore, Answer]]:
    yield "running", answers[0]
    yield "candidate", answers[1]


def _judged(participant: Participant, answers: Sequence[Answer]) -> list[Denial]:
    denials = []
    for datastore, answer in _lock_answers(answers):
        if any(error.tag in _HELD | _DIRTY for error in answer.errors):
            denials.append(Denial(participant, datastore, answer))
        elif not answer.ok:
            raise participant.stop(answer, f"the lock of {datastore}")
    if not denials:
        _take_reads(participant, *answers[2:])
    return denials


def _take_reads(participant: Participant, read: Answer, labels: Answer) -> None:
    if participant.read(read) is None:
        raise participant.stop(read, "the reading of running")
    if not labels.ok:
        raise participant.stop(labels, "the reading of the labels in use")
    participant.read_owners(labels)


def _refuse_stale(run: Run) -> Flow[None]:
    """Under the locks nothing can change any more: now the routers must be as the plan saw them."""
    stale = [participant for participant in run if not participant.is_old]
    taken = [(participant, owner) for participant in run for owner in participant.strangers]
    if stale or taken:
        yield from release(run)
    if stale:
        raise Refused(
            "the configuration is not any more what the plan was made from",
            reason=RefusalReason.STALE,
            where=" and ".join(participant.device for participant in stale),
            hint="Somebody changed it meanwhile. Make a new plan and look at it.",
        )
    for participant, owner in taken:
        raise Refused(
            f"label {owner.label} has been given to VPN instance {owner.vpn} since the plan was made",
            reason=RefusalReason.STALE,
            where=participant.device,
            hint="Choose another label and make a new plan.",
        )


def release(run: Run) -> Flow[None]:
    """Give back every lock that our sessions hold. What is not answered is given back by the server at the
    session's end.
    """
    batches = {
        participant.role: tuple(rpc.unlock(datastore) for datastore in sorted(participant.locks))
        for participant in run
        if participant.alive
    }
    answers = yield from run.send("unlock", batches)
    for role, of_role in answers.items():
        participant = run.participants[role]
        participant.locks.clear()
        if participant.alive and not all(answer.ok for answer in of_role):
            yield from run.reopen(participant)  # the end of a session frees what it would not give back
