"""Settling backwards: to both-old, claiming nothing that was not read back.

Which undo is meant: *cancel* the confirmed commit, let its *timer* revert, or *compensate* with the inverse.
"""

from __future__ import annotations

from dataclasses import replace

from ..netconf import rpc
from ..netconf.rpc import Rpc
from .acquire import release
from .effects import ABORT, COMMIT, Flow, decide
from .looking import let_go, look, look_once, pursue, put
from .outcome import Cause, Ending
from .participant import Participant, batch
from .run import Run
from .states import State
from .verdict import aborted_ending, diverged, doubt


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
            return Ending.IN_DOUBT, replace(
                cause, hint="The decision to commit stands. Run egresspair recover."
            )
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
    answers = dict(answers) | dict((yield from run.send("discard", cleared)))
    for role, of_role in answers.items():
        participant = run.participants[role]
        discards = [answer for answer in of_role if answer.rpc.name == "discard-changes"]
        if participant.alive and not all(answer.ok for answer in discards):
            yield from run.reopen(participant)  # what is under our lock goes with the session


def _retreat_batch(participant: Participant) -> tuple[Rpc, ...]:
    if participant.may_hold_new:
        return rpc.cancel_commit(persist_id=participant.token), participant.plan.read
    discard = rpc.discard_changes() if participant.edited and "candidate" in participant.locks else None
    return batch(discard, participant.plan.read)


def go_back(run: Run) -> Flow[None]:
    """The slow way, with new sessions if need be, for every router that is not yet known to be as it was."""
    yield from pursue(run, [p for p in run if p.may_hold_new], _try_back)
    for participant in run:
        if not (participant.certain or participant.may_hold_new):
            # It was never sent a commit, so nothing can happen there any more: one look, and no harm if it fails.
            yield from look_once(run, participant)


def _try_back(run: Run, participant: Participant) -> Flow[bool]:
    """Cancel, then look under both locks: granted, they prove that nothing is pending and that no old
    session is left.
    """
    yield from run.send_to("cancel", participant, rpc.cancel_commit(persist_id=participant.token))
    if not (yield from look(run, participant)):
        return False
    if participant.is_new and not participant.is_old and participant.plan.inverse is not None:
        yield from put(run, participant, participant.plan.inverse)
        if participant.is_old:
            participant.took = False  # it was compensated, nothing was rolled back
            participant.note("kept the change although it was cancelled, and was taken back with the inverse")
    yield from let_go(run, participant)
    return participant.certain
