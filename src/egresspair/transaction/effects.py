"""What a transaction may ask of the world. The flow yields these values and is sent what came back; it does
nothing itself.

Two drivers perform them: one over real sessions, one on a toy network that dies wherever it is told to.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from ..intent import Role
from ..netconf.reply import Answer
from ..netconf.rpc import Rpc
from .outcome import Result
from .seen import Seen
from .states import State

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Send these operations, to all routers at the same time, each router's in one write. Answer:
    `Answers`.
    """

    flight: str
    batches: Mapping[Role, tuple[Rpc, ...]]
    timeout: float | None


@dataclass(frozen=True, slots=True)
class Send:
    """The first half of an `Exchange`: nothing is waited for. `Collect` is the other half; until then nothing else may
    be sent. Answer: None.
    """

    flight: str
    batches: Mapping[Role, tuple[Rpc, ...]]
    timeout: float | None


@dataclass(frozen=True, slots=True)
class Collect:
    """Wait for what was sent. Answer: `Answers`."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Close the session if one is open and open another. Answer: an empty string, or why there is none."""

    role: Role


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait. ``jitter`` is the share of the time by which the wait may vary, so that two callers fall out of
    step. Answer: None.
    """

    seconds: float
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class Now:
    """Seconds on a clock that goes on in suspend and knows no adjustment. Answer: a float."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Wall time in seconds since the epoch, for people and for other processes. Answer: a float."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A persist token that nobody can guess. Answer: a string."""

    role: Role


@dataclass(frozen=True, slots=True)
class Enter:
    """The transaction moves to a state. Answer: None."""

    state: State
    why: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Write a journal record and have it on disk before the next effect. Answer: None; a refused write
    raises `JournalError`.
    """

    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decide:
    """Insert the one decision of this transaction: the first writer wins. Answer: `Decision`, the winner's,
    or None if unknown.
    """

    wanted: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Reload:
    """Read the journal again, now that a decision stands. Answer: `Unfinished`."""


@dataclass(frozen=True, slots=True)
class End:
    """Write down that it has ended so. Answer: the `Result` as the caller gets it."""

    result: Result


@dataclass(frozen=True, slots=True)
class Learn:
    """Remember that ``<validate>`` makes this server's commits apply nothing. Answer: None."""

    role: Role


@dataclass(frozen=True, slots=True)
class RunChecks:
    """Run the caller's checks. Answer: the failures, as text.

    Attributes:
        seconds: that they may take together.
        latest: when they have to have ended, on the clock of `Now`.
    """

    seen: Seen
    seconds: float
    latest: float


Effect = (
    Exchange
    | Send
    | Collect
    | Reopen
    | Sleep
    | Now
    | Wall
    | NewToken
    | Enter
    | Record
    | Decide
    | Reload
    | End
    | Learn
    | RunChecks
)
Flow = Generator[Effect, Any, T]
Answers = Mapping[Role, tuple[Answer, ...]]


class Abandoned(Exception):
    """The driver gives up at once: whatever is not known now stays unknown."""


COMMIT = "commit"
ABORT = "abort"


def exchange(flight: str, batches: Mapping[Role, Sequence[Rpc]], timeout: float | None) -> Flow[Answers]:
    """Send, if there is anything to send; a role without operations gets no entry."""
    filled = {role: tuple(rpcs) for role, rpcs in batches.items() if rpcs}
    if not filled:
        return {}
    return cast("Answers", (yield Exchange(flight, filled, timeout)))


def now() -> Flow[float]:
    return cast("float", (yield Now()))


def wall() -> Flow[float]:
    return cast("float", (yield Wall()))


def utc(at: float) -> str:
    """A wall time for people."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def reopen(role: Role) -> Flow[str]:
    return cast("str", (yield Reopen(role)))


def decide(wanted: str, attempt: int) -> Flow[str | None]:
    return cast("str | None", (yield Decide(wanted, attempt)))
