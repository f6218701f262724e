"""Settling a transaction whose client was lost, from what the journal and the routers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ..intent import Role
from ..netconf import rpc
from ..netconf.reply import Answer, Outcome
from ..plan import Plan
from .acquire import release
from .back import go_back
from .effects import ABORT, COMMIT, Abandoned, Flow, Reload, decide, now, wall
from .forward import forward
from .outcome import Cause, Ending, Result
from .participant import Stop
from .run import Run
from .saving import save
from .states import State
from .verdict import aborted_ending, diverged, doubt


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What the journal knows of a transaction without an end.

    Attributes:
        plan: what was to be done.
        attempt: the attempt under way.
        tokens: of the announced confirmed commits; empty if none was announced, and then none was sent.
        announced: wall time of that announcement, in seconds since the epoch.
        decision: of that attempt, None if none was taken.
    """

    plan: Plan
    attempt: int = 1
    tokens: Mapping[Role, str] | None = None
    announced: float = 0.0
    decision: str | None = None


def recover_plan(unfinished: Unfinished, *, again: bool = False) -> Flow[Result]:
    """Take both routers to the new or to the old configuration, by the decision.

    A transaction without a decision is aborted, and the decision to do so is taken first: the process that began it may
    still be alive, and will obey. ``again``: see `forward.forward`. A Ctrl-C leaves it in doubt, for the next recovery.
    """
    try:
        return (yield from _recovered(unfinished, again=again))
    except (Stop, Abandoned) as interruption:
        run = yield from _resumed(unfinished)
        cause = Cause(str(interruption), hint="Run egresspair recover again.")
        return (yield from run.result(Ending.IN_DOUBT, cause))


def _recovered(unfinished: Unfinished, *, again: bool) -> Flow[Result]:
    settled = yield from _decided(unfinished)
    run = yield from _resumed(settled or unfinished)
    if settled is None:
        cause = Cause(
            "whether the decision was recorded is not known, so nothing was done",
            hint="Run egresspair recover again.",
        )
        return (yield from run.result(Ending.IN_DOUBT, cause))
    ending, why = yield from (forward(run, again=again) if settled.decision == COMMIT else _back(run))
    if ending is Ending.COMMITTED:
        yield from save(run)
    yield from release(run)
    if ending is not Ending.IN_DOUBT:
        yield from run.enter(State[ending.name])
    return (yield from run.result(ending, why))


def _decided(unfinished: Unfinished) -> Flow[Unfinished | None]:
    """The transaction as the journal has it once a decision stands; None if that is not known.

    Whoever began it may have gone on since the journal was read: only now can it not announce a commit any more.
    """
    while True:
        choice = unfinished.decision or (yield from decide(ABORT, unfinished.attempt))
        if choice is None:
            return None
        fresh = cast("Unfinished", (yield Reload()))
        if fresh.attempt == unfinished.attempt:
            return fresh if fresh.decision is not None else None
        unfinished = fresh


def _resumed(unfinished: Unfinished) -> Flow[Run]:
    """The participants as they were left: without a session, and with a commit in doubt if one was announced."""
    run = Run(unfinished.plan)
    run.state, run.attempt = State.IN_DOUBT, unfinished.attempt
    run.started = yield from now()
    age = (yield from wall()) - unfinished.announced
    for participant in run:
        participant.alive = False
        participant.token = (unfinished.tokens or {}).get(participant.role, "")
        if participant.changes and participant.token:
            commit = rpc.commit_confirmed(timeout=run.policy.confirm_timeout, persist=participant.token)
            participant.commit = Answer(commit, Outcome.UNKNOWN, reason="the client was lost")
            participant.commit_sent = run.started - age
            participant.commit_wall = unfinished.announced
    return run


def _back(run: Run) -> Flow[tuple[Ending, Cause | None]]:
    yield from go_back(run)
    ending = aborted_ending(run)
    if ending is Ending.IN_DOUBT:
        return ending, (yield from doubt(run))
    if ending is Ending.DIVERGED:
        return ending, diverged(run)
    return ending, Cause("the client was lost before the decision to commit")
