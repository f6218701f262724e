"""Between the confirmed commits and the decision: what was promised holds, and has held for the soak."""

from __future__ import annotations

from ..netconf.reply import Answer
from .effects import Flow, RunChecks, Sleep, now
from .outcome import Cause
from .participant import Participant, Stop
from .run import Run
from .states import State

LABEL_POLL = 0.5


def verify(run: Run) -> Flow[None]:
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
        stop = read_back(participant, read)
        if stop:
            raise stop
        participant.read_states(state)
        if not participant.alive:  # nobody decides to commit on a router that just went away
            raise participant.stop(state, "the reading of the assigned labels")
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


def read_back(participant: Participant, read: Answer) -> Stop | None:
    """None if the read-back shows what it must; an ``ok`` to a commit proves nothing."""
    if participant.read(read) is None:
        return participant.stop(read, "the reading of running after the commit")
    if participant.is_new:
        return None
    if participant.changes and participant.is_old:
        what = "answered ok to the commit and applied nothing"
        return Stop(
            Cause(what, where=participant.device, hint="Its <validate> may spoil the commit that follows it.")
        )
    return Stop(Cause("running does not hold what was committed", where=participant.device))
