"""The transaction as a generator: two-phase commit with presumed abort, enforced by the routers' own
confirm timers.

Each function is one flight. Nothing here touches a socket, clock, file or thread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from ..errors import JournalError, Refused
from ..netconf import rpc
from ..netconf.reply import Answer, Outcome
from ..plan import Plan
from .acquire import acquire, release, released, unlocks
from .back import abort
from .effects import (
    COMMIT,
    Abandoned,
    End,
    Flow,
    Learn,
    NewToken,
    Record,
    decide,
    now,
    wall,
)
from .forward import forward
from .outcome import Cause, Ending, Result
from .participant import Participant, Stop, batch
from .run import Run
from .saving import save
from .states import State
from .verdict import aborted_ending, doubt
from .verify import note_standing, read_back, verify

NOT_WRITTEN = (
    "interrupted while this end was written down: it may not be in the journal. Run egresspair recover."
)


def apply_plan(
    plan: Plan, *, soak: float | None = None, proof: bool = True, with_checks: bool = True
) -> Flow[Result]:
    """Bring both routers to what the plan wants, or neither.

    Args:
        soak: seconds, instead of those of the plan's policy.
        proof: what the change promises must hold before it is confirmed, and nothing may get worse; False for only
            telling it.
        with_checks: `RunChecks` is wanted; False if the driver has none anyway.

    Raises:
        Refused: nothing was edited and every lock was given back.
    """
    run = Run(plan, soak=soak, proof=proof, with_checks=with_checks)
    run.started = yield from now()
    try:
        result = yield from (_no_change(run) if plan.is_empty else _attempts(run))
    except Abandoned as abandoned:
        result = yield from _left(run, Cause(str(abandoned)))
    return result if run.ended else (yield from _end(result))


def _end(result: Result) -> Flow[Result]:
    """The result as the journal has it; one that nobody waits for is as true without."""
    try:
        return cast("Result", (yield End(result)))
    except Abandoned:
        return replace(result, notes=(*result.notes, NOT_WRITTEN))


def _attempts(run: Run) -> Flow[Result]:
    while True:
        try:
            yield from acquire(run)
            yield from run.enter(State.LOCKED)
            yield from _stage(run)
            yield from _tentative(run)
            yield from verify(run)
            return (yield from _decide(run))
        except Stop as stop:
            cause = stop.cause
        except Refused as refused:
            if run.attempt == 1:
                raise
            # The first attempt sent commits and took them back: that is more than a refusal.
            cause = Cause(refused.what, where=refused.where, hint=refused.hint)
        ending, cause = yield from abort(run, cause)
        if not (run.lied and ending is Ending.ABORTED):
            return (yield from run.result(ending, cause))
        yield from _distrust(run)


def _left(run: Run, cause: Cause) -> Flow[Result]:
    """What may be said when the driver gives up: whoever may have been sent a commit is in doubt."""
    if run.committing:
        present, clock = (yield from now()), (yield from wall())
        for participant in run.changing:
            if participant.commit is None:
                participant.commit = Answer(rpc.commit(), Outcome.UNKNOWN, reason="not waited for")
                participant.commit_sent, participant.commit_wall = present, clock
            participant.certain = False
    ending = aborted_ending(run)
    if ending is Ending.IN_DOUBT:
        cause = replace(cause, hint=str((yield from doubt(run))))
    return (yield from run.result(ending, cause))


def _no_change(run: Run) -> Flow[Result]:
    """Both routers hold what is wanted, and under a lock of running: it is not on trial, and nobody changes it now."""
    try:
        yield from acquire(run, ("running",))
        answers = yield from run.send("state", {p.role: (p.plan.read_state,) for p in run})
        for participant in run:
            participant.certain = participant.alive
            participant.read_states(answers[participant.role][0])
            if not participant.alive:
                raise participant.stop(answers[participant.role][0], "the reading of the assigned labels")
        yield from save(run)
        yield from release(run)
    except Stop as stop:
        yield from release(run)
        return (yield from run.result(Ending.ABORTED, stop.cause))
    return (yield from run.result(Ending.NO_CHANGE))


def _stage(run: Run) -> Flow[None]:
    """Flight 2, and the barrier: both candidates hold the edit and both are valid."""
    yield from run.enter(State.STAGED)
    batches = {
        participant.role: batch(participant.plan.edit, rpc.validate() if participant.validates else None)
        for participant in run.changing
    }
    for participant in run.changing:
        participant.edited = True
    yield from run.send_ahead("edit", batches)
    note_standing(run)  # while the routers are at work
    answers = yield from run.collect()
    stops = [
        participant.stop(failed, "the change")
        for participant in run.changing
        if (failed := next((answer for answer in answers[participant.role] if not answer.ok), None))
    ]
    if stops:
        raise Stop.together(stops)
    yield from run.enter(State.PREPARED)


def _tentative(run: Run) -> Flow[None]:
    """Flight 3: both routers hold the change, and will drop it if they hear nothing more.

    Running is unlocked in the same write: a lock that is still held when the timer fires makes real servers
    fail to roll back.
    """
    yield from run.enter(State.TENTATIVE)
    yield from _announce(run)
    sent, clock = (yield from now()), (yield from wall())
    run.committing = True
    answers = yield from run.send("commit", {p.role: _commit_batch(run, p) for p in run})
    stops = [
        stop
        for participant in run
        if (stop := _committed(run, participant, answers[participant.role], (sent, clock))) is not None
    ]
    if stops:
        raise Stop.together(stops)


def _announce(run: Run) -> Flow[None]:
    """The tokens have to be known to a recovery before a commit that carries them is sent, and not much earlier: it
    reckons the timers from here, and a recovery that was quicker is obeyed here.
    """
    for participant in run.changing:
        participant.token = yield NewToken(participant.role)
    try:
        yield Record(
            "tokens", {"attempt": run.attempt, "tokens": {p.role.value: p.token for p in run.changing}}
        )
    except JournalError as error:
        raise Stop(
            Cause(f"the journal did not take the record that announces the commit: {error}")
        ) from error


def _commit_batch(run: Run, participant: Participant) -> tuple[rpc.Rpc, ...]:
    plan = participant.plan
    if not participant.changes:
        return plan.read, *participant.promise_reads
    commit = rpc.commit_confirmed(timeout=run.policy.confirm_timeout, persist=participant.token)
    return commit, rpc.unlock("running"), plan.read, *participant.promise_reads


def _committed(
    run: Run, participant: Participant, answers: tuple[Answer, ...], sent: tuple[float, float]
) -> Stop | None:
    """What the answers of flight 3 say. Every participant is looked at before the first failure is acted on."""
    ours = 2 if participant.changes else 0
    commit, (read, *states) = answers[:ours], answers[ours:]
    seen = read_back(participant, read)
    readable = read.ok and not participant.unreadable
    participant.took = participant.is_new if readable else None
    if commit:
        participant.commit = commit[0]
        participant.commit_sent, participant.commit_wall = sent
        if commit[1].ok:
            participant.locks.discard("running")
        if not commit[0].ok:
            return participant.stop(commit[0], "the confirmed commit")
        if not commit[1].ok:  # the timer might not take effect while running is locked
            return participant.stop(commit[1], "the unlocking of running")
    participant.read_states(*states)
    if seen and commit and readable and participant.is_old and _may_repeat(participant):
        run.lied.append(participant)
    return seen


def _may_repeat(participant: Participant) -> bool:
    """Without ``<validate>`` the edit must have been tested when it entered the candidate."""
    return participant.validates and participant.plan.view.server.test_then_set


def _decide(run: Run) -> Flow[Result]:
    """The point of no return."""
    winner = yield from decide(COMMIT, run.attempt)
    if winner is None:
        cause = Cause(
            "whether the decision was recorded is not known, so nothing was confirmed",
            hint="Run egresspair recover.",
        )
        yield from run.enter(State.IN_DOUBT, str(cause))
        return (yield from run.result(Ending.IN_DOUBT, cause))
    if winner != COMMIT:
        raise Stop(Cause("a recovery decided to abort this transaction meanwhile"))
    yield from run.enter(State.DECIDED)
    return (yield from _confirm(run))


def _confirm(run: Run) -> Flow[Result]:
    """Flights 4 and 5."""
    batches = {p.role: _confirm_batch(p) for p in run.changing}
    answers = yield from run.send("confirm", batches)
    for participant in run:
        if participant.changes:
            _confirmed(participant, *answers[participant.role])
        else:
            participant.certain = participant.alive
    ending, cause = Ending.COMMITTED, None
    if not all(participant.certain for participant in run.changing):
        ending, cause = yield from forward(run)
    if ending is not Ending.COMMITTED:
        yield from release(run)
        yield from run.enter(State[ending.name])
        return (yield from run.result(ending, cause))
    yield from save(run)
    return (yield from _committed_whole(run, cause))


def _committed_whole(run: Run, cause: Cause | None) -> Flow[Result]:
    """Flight 5: the end is written down while the routers take the last locks back. Neither waits for the other."""
    yield from run.enter(State.COMMITTED)
    locks = unlocks(run)
    if locks:
        yield from run.send_ahead("unlock", locks)
    result = yield from _end((yield from run.result(Ending.COMMITTED, cause)))
    run.ended = True
    try:
        if locks:
            yield from released(run, (yield from run.collect()))
    except Abandoned:
        pass  # what is not given back goes with the session
    return result


def _confirm_batch(participant: Participant) -> tuple[rpc.Rpc, ...]:
    """A lock of running that is granted proves that nothing is pending any more: an ``ok`` does not."""
    confirm = rpc.commit_confirming(persist_id=participant.token)
    return confirm, participant.plan.read, rpc.lock("running"), rpc.unlock("running")


def _confirmed(participant: Participant, confirm: Answer, read: Answer, lock: Answer, unlock: Answer) -> None:
    participant.confirmed = confirm.ok
    if lock.ok and not unlock.ok and participant.alive:
        participant.locks.add("running")
    participant.certain = (
        read_back(participant, read) is None and confirm.ok and lock.ok and participant.alive
    )


def _distrust(run: Run) -> Flow[None]:
    """A commit that answered ok and applied nothing is tried once more without ``<validate>``."""
    for liar in run.lied:
        liar.notes.append("its <validate> spoils the commit that follows: repeated without")
        liar.validates = False
        yield Learn(liar.role)
    clock = yield from wall()
    for participant in run:
        participant.note_rollback(clock)
    run.lied.clear()
    run.forget()
    yield from run.enter(State.PLANNED)
