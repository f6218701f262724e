"""The transaction as a generator: two-phase commit with presumed abort, enforced by the routers' own
confirm timers.

Each function is one flight. Nothing here touches a socket, clock, file or thread.
"""

from __future__ import annotations

from ..errors import RefusalReason, Refused
from ..netconf import rpc
from ..netconf.reply import Answer
from ..plan import Plan, Saving
from .acquire import acquire, release
from .effects import (
    COMMIT,
    Flow,
    JournalRefused,
    Learn,
    NewToken,
    Record,
    RunChecks,
    Sleep,
    decide,
    now,
)
from .outcome import Cause, Ending, Result
from .participant import Participant, Stop, batch
from .run import Run
from .settle import abort, forward
from .states import State

LABEL_POLL = 0.5


def apply_plan(plan: Plan) -> Flow[Result]:
    """Bring both routers to what the plan wants, or neither.

    Raises:
        Refused: nothing was edited and every lock was given back.
    """
    run = Run(plan)
    run.started = yield from now()
    if plan.is_empty:
        return (yield from _no_change(run))
    while True:
        try:
            yield from acquire(run)
            yield from _stage(run)
            yield from _tentative(run)
            yield from _verify(run)
            return (yield from _decide(run))
        except Stop as stop:
            ending = yield from abort(run, stop.cause)
            if not (run.lied and ending is Ending.ABORTED):
                return (yield from run.result(ending, stop.cause))
            yield from _distrust(run)


def _no_change(run: Run) -> Flow[Result]:
    answers = yield from run.send("read", {p.role: (p.plan.read, p.plan.read_state) for p in run})
    for participant in run:
        read, state = answers[participant.role]
        if participant.read(read) is None:
            cause = participant.stop(read, "the reading of running").cause
            return (yield from run.result(Ending.ABORTED, cause))
        participant.certain = True
        participant.read_states(state)
    stale = [participant.device for participant in run if not participant.is_old]
    if stale:
        raise Refused(
            "the configuration is not any more what the plan was made from",
            reason=RefusalReason.STALE,
            where=" and ".join(stale),
            hint="Make a new plan and look at it.",
        )
    yield from _save(run)
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
    answers = yield from run.send("edit", batches)
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
    sent = yield from now()
    answers = yield from run.send("commit", {p.role: _commit_batch(run, p) for p in run})
    stops = [
        stop
        for participant in run
        if (stop := _committed(run, participant, answers[participant.role], sent)) is not None
    ]
    if stops:
        raise Stop.together(stops)


def _announce(run: Run) -> Flow[None]:
    for participant in run.changing:
        participant.token = yield NewToken(participant.role)
    try:
        yield Record("tokens", {p.device: p.token for p in run.changing})
    except JournalRefused as error:
        raise Stop(
            Cause(f"the journal did not take the record that announces the commit: {error}")
        ) from error


def _commit_batch(run: Run, participant: Participant) -> tuple[rpc.Rpc, ...]:
    plan = participant.plan
    if not participant.changes:
        return plan.read, plan.read_state
    commit = rpc.commit_confirmed(timeout=run.policy.confirm_timeout, persist=participant.token)
    return commit, rpc.unlock("running"), plan.read, plan.read_state


def _committed(run: Run, participant: Participant, answers: tuple[Answer, ...], sent: float) -> Stop | None:
    """What the answers of flight 3 say. Every participant is looked at before the first failure is acted
    on.
    """
    *commit, read, state = answers
    if commit:
        participant.commit, participant.commit_sent = commit[0], sent
        if commit[1].ok:
            participant.locks.discard("running")
        if not commit[0].ok:
            return participant.stop(commit[0], "the confirmed commit")
    participant.read_states(state)
    stop = _checked(participant, read)
    if stop and participant.changes and participant.is_old and _may_repeat(participant):
        run.lied.append(participant)
    return stop


def _may_repeat(participant: Participant) -> bool:
    """Without ``<validate>`` the edit must have been tested when it entered the candidate."""
    return participant.validates and participant.plan.view.server.test_then_set


def _checked(participant: Participant, read: Answer) -> Stop | None:
    """None if the read-back shows what it must; an ``ok`` to a commit proves nothing."""
    try:
        if participant.read(read) is None:
            return participant.stop(read, "the reading of running after the commit")
    except Stop as stop:
        return stop
    if participant.is_new:
        return None
    if participant.changes and participant.is_old:
        what = "answered ok to the commit and applied nothing"
        return Stop(
            Cause(what, where=participant.device, hint="Its <validate> may spoil the commit that follows it.")
        )
    return Stop(Cause("running does not hold what was committed", where=participant.device))


def _verify(run: Run) -> Flow[None]:
    """What the change promised holds, has held for the soak, and holds still as the last thing before the
    decision.
    """
    yield from _assigned(run)
    if run.policy.soak:
        yield Sleep(run.policy.soak)
    failures = yield RunChecks({p.role: (p.plan.after, p.states) for p in run})
    if failures:
        raise Stop(Cause(f"a check failed: {'; '.join(failures)}"))
    answers = yield from run.send("read again", {p.role: (p.plan.read, p.plan.read_state) for p in run})
    for participant in run:
        read, state = answers[participant.role]
        stop = _checked(participant, read)
        if stop:
            raise stop
        participant.read_states(state)
    wrong = _wrong_labels(run)
    if wrong:
        raise Stop(wrong[0])
    yield from _within_margin(run)
    yield from run.enter(State.VERIFIED)


def _assigned(run: Run) -> Flow[None]:
    """Wait for the labels to be assigned, where the router tells."""
    deadline = (yield from now()) + run.policy.label_wait
    while _wrong_labels(run):
        if (yield from now()) >= deadline:
            raise Stop(_wrong_labels(run)[0])
        yield Sleep(min(LABEL_POLL, run.policy.label_wait))
        answers = yield from run.send("state", {p.role: (p.plan.read_state,) for p in run})
        for participant in run:
            participant.read_states(answers[participant.role][0])
            if not participant.alive:
                raise participant.stop(answers[participant.role][0], "the reading of the assigned labels")


def _wrong_labels(run: Run) -> list[Cause]:
    """An absent label is not known to be wrong: some servers have no such state."""
    return [
        Cause(
            f"VPN instance {state.name} was assigned label {state.assigned_label} instead of {wanted}",
            where=participant.device,
            hint="Something else on the router holds that label.",
        )
        for participant in run
        for state in participant.states
        if (wanted := participant.plan.labels.get(state.name)) is not None
        and state.assigned_label not in (None, wanted)
    ]


def _within_margin(run: Run) -> Flow[None]:
    """The decision is only taken while it can still reach both routers before the shorter timer fires."""
    present = yield from now()
    slowest = max(p.commit.seconds for p in run.changing if p.commit is not None)
    for participant in run.changing:
        left = participant.commit_sent + run.policy.confirm_timeout - present
        if left < run.policy.margin + slowest:
            what = f"only {left:.1f} s of its confirm timeout are left, too few to confirm on both routers"
            raise Stop(
                Cause(what, where=participant.device, hint="Lengthen confirm_timeout or shorten the soak.")
            )


def _decide(run: Run) -> Flow[Result]:
    """The point of no return."""
    winner = yield from decide(COMMIT, run.attempt)
    if winner is None:
        cause = Cause(
            "whether the decision was recorded is not known, so nothing was confirmed", hint="Run recover."
        )
        yield from run.enter(State.IN_DOUBT, str(cause))
        return (yield from run.result(Ending.IN_DOUBT, cause))
    if winner != COMMIT:
        raise Stop(Cause("a recovery decided to abort this transaction meanwhile"))
    yield from run.enter(State.DECIDED)
    return (yield from _confirm(run))


def _confirm(run: Run) -> Flow[Result]:
    """Flights 4 and 5."""
    batches = {p.role: (rpc.commit_confirming(persist_id=p.token), p.plan.read) for p in run.changing}
    answers = yield from run.send("confirm", batches)
    for participant in run:
        if participant.changes:
            confirmed, read = answers[participant.role]
            participant.certain = _checked(participant, read) is None and confirmed.ok
        else:
            participant.certain = participant.alive
    ending, cause = Ending.COMMITTED, None
    if not all(participant.certain for participant in run.changing):
        ending, cause = yield from forward(run)
    if ending is Ending.COMMITTED:
        yield from _save(run)
    yield from release(run)
    yield from run.enter(State[ending.name])
    return (yield from run.result(ending, cause))


def _save(run: Run) -> Flow[None]:
    """Never rolls back: both routers hold the new configuration, and the result says what a reboot would
    do.
    """
    for participant in run:
        participant.saving = participant.plan.saving(save=False)
    if not run.policy.save:
        return
    copy = rpc.copy_config("running", "startup")
    savers = [p for p in run if p.plan.view.server.startup and p.alive]
    answers = yield from run.send("save", {p.role: (copy,) for p in savers})
    for participant in savers:
        (answer,) = answers[participant.role]
        participant.saving = Saving.SAVED if answer.ok else Saving.NOT_SAVED
        if not answer.ok:
            participant.notes.append(f"not saved: {answer}")


def _distrust(run: Run) -> Flow[None]:
    """A commit that answered ok and applied nothing is tried once more without ``<validate>``."""
    for liar in run.lied:
        liar.notes.append("its <validate> spoils the commit that follows: repeated without")
        liar.validates = False
        yield Learn(liar.role)
    run.lied.clear()
    run.forget()
    yield from run.enter(State.PLANNED)
