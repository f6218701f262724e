"""The states of a transaction and the moves between them, as a table: the documentation's diagram is drawn
from it.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a transaction stands. `DECIDED` is the point of no return."""

    PLANNED = "planned"
    LOCKED = "locked"
    STAGED = "staged"
    PREPARED = "prepared"
    TENTATIVE = "tentative"
    VERIFIED = "verified"
    DECIDED = "decided"
    ABORTING = "aborting"
    COMMITTED = "committed"
    ABORTED = "aborted"
    IN_DOUBT = "in doubt"
    DIVERGED = "diverged"


MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.LOCKED, State.ABORTING, State.ABORTED}),
    State.LOCKED: frozenset({State.STAGED, State.PLANNED, State.ABORTING}),
    State.STAGED: frozenset({State.PREPARED, State.ABORTING}),
    State.PREPARED: frozenset({State.TENTATIVE, State.ABORTING}),
    State.TENTATIVE: frozenset({State.VERIFIED, State.ABORTING}),
    State.VERIFIED: frozenset({State.DECIDED, State.ABORTING, State.IN_DOUBT}),
    State.DECIDED: frozenset({State.COMMITTED, State.ABORTED, State.IN_DOUBT, State.DIVERGED}),
    State.ABORTING: frozenset({State.ABORTED, State.IN_DOUBT, State.DIVERGED, State.PLANNED}),
    State.IN_DOUBT: frozenset({State.COMMITTED, State.ABORTED, State.DIVERGED}),
    State.COMMITTED: frozenset(),
    State.ABORTED: frozenset(),
    State.DIVERGED: frozenset(),
}


class IllegalMove(RuntimeError):
    """A defect of ours: the flow tried a move that the table does not have. Nothing was changed by it."""


def check_move(present: State, wanted: State) -> State:
    """The new state.

    Raises:
        IllegalMove: the table has no such move.
    """
    if wanted not in MOVES[present]:
        raise IllegalMove(f"no move leads from {present} to {wanted}")
    return wanted
