"""Between the confirmed commits and the decision: what was promised holds, and has held for the soak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..audit.causes import root_causes
from ..intent import Role
from ..netconf.reply import Answer
from ..netconf.rpc import Rpc
from .effects import Flow, RunChecks, Sleep, now
from .outcome import Cause
from .participant import Participant, Stop
from .proof import can_prove, judge, standing
from .run import Run
from .seen import Seen
from .states import State

LABEL_POLL = 0.5


def verify(run: Run) -> Flow[None]:
    """What the change promised holds, has held for the soak, and holds still as the last thing before the
    decision; nothing else got worse; the caller's checks pass.
    """
    if not can_prove(run.plan):
        run.unproven = "nothing was proven: no audit is known for these routers"
    yield from _proven(run)
    yield from _soak(run)
    yield from _asked(run)
    answers = yield from run.send("read again", {p.role: (p.plan.read, *p.state_reads) for p in run})
    for participant in run:
        read, *states = answers[participant.role]
        stop = read_back(participant, read)
        if stop:
            raise stop
        _take_states(participant, states)
    _look_at(run)
    _refuse_unproven(run)
    for participant in run:
        for proven in run.checks:
            if proven.check.device in (participant.device, "") and proven.worth_telling:
                participant.note(proven.what)
    yield from _within_margin(run)
    yield from run.enter(State.VERIFIED)


def note_standing(run: Run) -> None:
    """How the checks stood before the change."""
    before = {p.role: p.before for p in run if p.before is not None}
    if len(before) == len(run.participants) and can_prove(run.plan):
        run.standing = standing(run.plan, before)


def _proven(run: Run) -> Flow[None]:
    """Wait for the routers to bring about what was committed: a label or an interface may need a moment."""
    if not run.with_checks and all(p.look.shows(p.plan) for p in run):
        return  # judged once, at the last look
    _look_at(run)
    if _open(run):
        present = yield from now()
        latest = min(present + run.policy.label_wait, _latest(run) - run.policy.soak)
        while _open(run) and (yield from now()) < latest:
            yield Sleep(min(LABEL_POLL, run.policy.label_wait))
            yield from _read_states(run, {p.role: p.promise_reads for p in run})
    if not run.unproven and any(proven.failed for proven in run.checks):
        yield from _read_states(
            run, {p.role: p.state_reads for p in run}
        )  # whoever has the label names the cause
    _refuse_unproven(run)


def _read_states(run: Run, reads: Mapping[Role, tuple[Rpc, ...]]) -> Flow[None]:
    answers = yield from run.send("state", reads)
    for participant in run:
        _take_states(participant, answers[participant.role])
    _look_at(run)


def _open(run: Run) -> bool:
    return not run.unproven and any(proven.open for proven in run.checks)


def _take_states(participant: Participant, answers: Sequence[Answer]) -> None:
    participant.read_states(*answers)
    if not participant.alive:  # nobody decides to commit on a router that just went away
        lost = next(answer for answer in answers if not answer.answered)
        raise participant.stop(lost, "the reading of the assigned labels")


def _look_at(run: Run) -> None:
    """Judge what the routers said last."""
    if can_prove(run.plan):
        run.checks = judge(run.plan, run.standing, {p.role: p.look for p in run})


def _refuse_unproven(run: Run) -> None:
    """Names what is to be mended; what only follows from it is in the result."""
    failed = [] if run.unproven else [proven for proven in run.checks if proven.failed]
    roots = root_causes([proven.check for proven in failed], {p.device for p in run})
    following = {id(check) for root in roots for check in root.consequences}
    stops = [
        Stop(Cause(proven.what, where=proven.check.device, hint=proven.hint))
        for proven in failed
        if id(proven.check) not in following
    ]
    if stops:
        raise Stop.together(stops)


def _soak(run: Run) -> Flow[None]:
    if not run.policy.soak:
        return
    left = _latest(run) - (yield from now())
    if left < run.policy.soak:
        what = f"only {max(left, 0):.1f} s of the confirm timeout are left, too few for a soak of {run.policy.soak:g} s"
        raise Stop(Cause(what, hint="Lengthen confirm_timeout or shorten the soak."))
    yield Sleep(run.policy.soak)


def _asked(run: Run) -> Flow[None]:
    """The caller's own checks, never beyond the window."""
    if not run.with_checks:
        return
    seen = Seen(
        run.plan,
        configs={p.role: p.seen or p.plan.after for p in run},
        states={p.role: p.states for p in run},
        checks=run.checks,
    )
    failures = yield RunChecks(seen, run.policy.check_timeout, _latest(run))
    if failures:
        raise Stop(Cause("; ".join(failures)))


def _latest(run: Run) -> float:
    """When the decision has to be taken, on the clock of `Now`, to reach both routers before a timer fires."""
    return min(_deadline(run, participant) for participant in run.changing)


def _deadline(run: Run, participant: Participant) -> float:
    slowest = max(p.commit.seconds for p in run.changing if p.commit is not None)
    return participant.commit_sent + run.policy.confirm_timeout - run.policy.margin - slowest


def _within_margin(run: Run) -> Flow[None]:
    """The decision is only taken while it can still reach both routers before the shorter timer fires."""
    present = yield from now()
    for participant in run.changing:
        if present > _deadline(run, participant):
            left = participant.commit_sent + run.policy.confirm_timeout - present
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
