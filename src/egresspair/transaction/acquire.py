"""The first flight: both locks on both routers, and running as it is under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import EgressPairError, RefusalReason, Refused
from ..intent import Role
from ..netconf import rpc
from ..netconf.monitoring import LockHolder, lock_holder, lock_state
from ..netconf.reply import Answer
from ..plan.references import references_in
from .effects import Answers, Flow, Sleep
from .outcome import Cause
from .participant import Participant, Stop
from .run import Run

JITTER = 0.5
Datastores = tuple[rpc.Datastore, ...]
BOTH: Datastores = ("running", "candidate")
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
    def plain(self) -> bool:
        """The error says that somebody else holds the lock, and nothing more."""
        return all(error.tag in _HELD for error in self.answer.errors)

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


def acquire(run: Run, datastores: Datastores = BOTH) -> Flow[None]:
    """Lock these datastores on both routers, or hold nothing. A lock of running also proves that nothing is pending.

    Raises:
        Refused: a lock is held, a candidate is dirty, or a router does not hold any more what the plan
            was made from.
        Stop: a session was lost.
    """
    wait = run.policy.lock_wait
    for attempt in range(1, run.policy.lock_attempts + 1):
        denials = yield from _try(run, datastores, one_by_one=attempt > 1)
        if not denials:
            return (yield from _refuse_stale(run))
        yield from release(run)
        for denial in denials:
            if not denial.plain:  # the lock may be ours all the same
                yield from run.reopen(denial.participant)
        for denial in denials:
            if denial.dirty:
                raise _dirty(denial)
        if attempt == run.policy.lock_attempts:
            raise _locked(denials[0], (yield from _holder(run, denials[0])), attempt)
        yield Sleep(wait, jitter=JITTER)
        wait *= 2


def _try(run: Run, datastores: Datastores, *, one_by_one: bool) -> Flow[list[Denial]]:
    """After a first denial in one order that is the same for every client, so that two of them cannot
    starve each other.
    """
    participants = sorted(run, key=lambda participant: participant.plan.view.host_key)
    groups = [[participant] for participant in participants] if one_by_one else [participants]
    denials: list[Denial] = []
    for group in groups:
        batches = {participant.role: _locks_and_reads(participant, datastores) for participant in group}
        answers = yield from run.send("lock", batches)
        for participant in group:  # every lock is noted before the first failure is acted on
            _note_locks(participant, zip(datastores, answers[participant.role], strict=False))
        for participant in group:
            denials += _judged(participant, datastores, answers[participant.role])
        if denials:
            break
    return denials


def _locks_and_reads(participant: Participant, datastores: Datastores) -> tuple[rpc.Rpc, ...]:
    """What several want to know is asked once."""
    plan = participant.plan
    reads = (plan.read, *participant.label_reads, *plan.references, *_compared_reads(participant))
    return *(rpc.lock(datastore) for datastore in datastores), *dict.fromkeys(reads)


def _compared_reads(participant: Participant) -> tuple[rpc.Rpc, ...]:
    """What the confirm window is compared with; nothing where there is nothing to read but the state itself."""
    return participant.state_reads if participant.plan.proof else ()


def _note_locks(participant: Participant, locks: Iterable[tuple[rpc.Datastore, Answer]]) -> None:
    if participant.alive:
        participant.locks |= {datastore for datastore, answer in locks if answer.ok}


def _judged(participant: Participant, datastores: Datastores, answers: Sequence[Answer]) -> list[Denial]:
    denials = []
    for datastore, answer in zip(datastores, answers, strict=False):
        if any(error.tag in _HELD | _DIRTY for error in answer.errors):
            denials.append(Denial(participant, datastore, answer))
        elif not answer.ok:
            raise participant.stop(answer, f"the lock of {datastore}")
    if not denials:
        _take_reads(participant, {answer.rpc: answer for answer in answers[len(datastores) :]})
    return denials


def _take_reads(participant: Participant, answers: Mapping[rpc.Rpc, Answer]) -> None:
    read = answers[participant.plan.read]
    labels, references, states = (
        [answers[each] for each in reads]
        for reads in (participant.label_reads, participant.plan.references, _compared_reads(participant))
    )
    if participant.read(read) is None:
        raise participant.stop(read, "the reading of running")
    if (unread := participant.read_owners(labels)) is not None:
        raise participant.stop(unread, "the reading of the labels in use")
    try:
        participant.references = references_in(participant.plan, references)
    except EgressPairError as error:
        raise Stop(Cause(error.what, where=participant.device, hint=error.hint)) from error
    if states:
        participant.read_states(*states)
        participant.before = participant.look


def _refuse_stale(run: Run) -> Flow[None]:
    """Under the locks nothing can change any more: now the routers must be as the plan saw them."""
    stale = [participant for participant in run if not participant.is_old]
    taken = [(participant, owner) for participant in run for owner in participant.strangers]
    referred = [(participant, each) for participant in run for each in participant.references]
    if stale or taken or referred:
        yield from release(run)
    if stale:
        raise Refused(
            "the configuration is not any more what the plan was made from",
            reason=RefusalReason.STALE,
            where=" and ".join(participant.device for participant in stale),
            hint="Somebody changed it meanwhile, or this plan was applied already. Make a new plan and look at it.",
        )
    for participant, reference in referred:
        raise Refused(
            f"{reference.vpn} cannot be deleted any more: {reference.what}",
            reason=RefusalReason.STALE,
            where=participant.device,
            hint="It came since the plan was made.",
        )
    for participant, owner in taken:
        raise Refused(
            f"label {owner.label} has been taken since the plan was made: it is {owner.held} now",
            reason=RefusalReason.STALE,
            where=participant.device,
            hint="Choose another label and make a new plan.",
        )


def release(run: Run) -> Flow[None]:
    """Give back every lock that our sessions hold. What is not answered is given back by the server at the
    session's end.
    """
    yield from released(run, (yield from run.send("unlock", unlocks(run))))


def unlocks(run: Run) -> Mapping[Role, tuple[rpc.Rpc, ...]]:
    """What gives back every lock that our sessions hold."""
    return {
        participant.role: tuple(rpc.unlock(datastore) for datastore in sorted(participant.locks))
        for participant in run
        if participant.alive and participant.locks
    }


def released(run: Run, answers: Answers) -> Flow[None]:
    """They were given back."""
    for role, of_role in answers.items():
        participant = run.participants[role]
        participant.locks.clear()
        if participant.alive and not all(answer.ok for answer in of_role):
            yield from run.reopen(participant)  # the end of a session frees what it would not give back
