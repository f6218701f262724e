"""The observer that tells a person how a transaction comes along, and knows how things stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.text import Text

from ...events import (
    Connected,
    Event,
    FlightSent,
    OperationAnswered,
    SchemaCompiled,
    SchemaDownloaded,
    SchemaKnown,
    StageStarted,
    StateEntered,
    Waiting,
)
from ...transaction.states import State
from .show import text

_MEANINGS: Final = {
    State.LOCKED: "running and candidate are ours on both routers",
    State.STAGED: "the change goes into the candidates",
    State.PREPARED: "every router finds it valid",
    State.TENTATIVE: "committed for a trial; unless confirmed, the routers revert by themselves",
    State.VERIFIED: "read back: the routers hold what was planned",
    State.DECIDED: "no way back: the trial is confirmed",
    State.ABORTING: "taking everything back",
    State.COMMITTED: "confirmed",
}
_STYLES: Final = {State.COMMITTED: "green", State.ABORTING: "bold yellow", State.ABORTED: "bold yellow"}

_UNTOUCHED: Final = frozenset({State.PLANNED, State.LOCKED, State.STAGED, State.PREPARED})
_ON_TRIAL: Final = frozenset({State.TENTATIVE, State.VERIFIED, State.ABORTING})


class Progress:
    """One line for each state; with `verbose` one for each operation too.

    Its text says how the routers stand should the command end now.

    Args:
        tell: shows a line.
        confirm_timeout: seconds after which a router reverts a commit on trial.
    """

    def __init__(self, tell: Callable[[Text], None], *, confirm_timeout: int, verbose: bool = False) -> None:
        self._tell = tell
        self._confirm_timeout = confirm_timeout
        self._verbose = verbose
        self._state: State | None = None
        self._tried = False
        self._done: tuple[str, ...] = ()

    def __call__(self, event: Event) -> None:
        match event:
            case StageStarted(heading, done):
                self._state, self._tried, self._done = None, False, done
                self._tell(text(heading, "bold"))
            case StateEntered(state, why):
                self._enter(State(state), why)
            case Connected(device, session):
                self._tell(text(f"{device}: connected, session {session}", "dim", indent=2))
            case Waiting(seconds) if self._verbose or seconds >= 1:
                self._tell(text(f"waiting {seconds:.1f} s", "dim", indent=2))
            case SchemaDownloaded() | SchemaCompiled():
                self._tell(text(event, "dim", indent=2))
            case FlightSent() | OperationAnswered() | SchemaKnown() if self._verbose:
                self._tell(text(event, "dim", indent=4))

    def _enter(self, state: State, why: str) -> None:
        self._state = state
        self._tried |= state is State.TENTATIVE
        meaning = why or _MEANINGS.get(state, "")
        self._tell(text(f"{state.upper():9} {meaning}".rstrip(), _STYLES.get(state, "cyan"), indent=2))

    def __str__(self) -> str:
        if not self._done:
            return self._standing()
        return f"What was done before stands: {', '.join(self._done)}. Of the stage under way: {self._standing()}"

    def _standing(self) -> str:
        if self._state is None or (self._state in _UNTOUCHED) or self._state is State.ABORTED:
            return (
                "Nothing was changed: the sessions are closed, and with them locks and candidates are gone."
            )
        if self._state is State.COMMITTED:
            return "Both routers hold the new configuration."
        if self._state in _ON_TRIAL:
            return self._on_trial()
        if self._state in (State.IN_DOUBT, State.DIVERGED):
            return "What the routers hold is not known, and the pair may differ. Run: egresspair recover"
        return (
            "The decision to commit had been taken: a router that was not confirmed reverts within "
            f"{self._confirm_timeout} s, so the pair may differ. Run: egresspair recover"
        )

    def _on_trial(self) -> str:
        if not self._tried:
            return "Nothing was changed: no commit had been sent."
        return (
            "The commit was not confirmed: the sessions are closed, and both routers revert by themselves within "
            f"{self._confirm_timeout} s. Run: egresspair recover"
        )
