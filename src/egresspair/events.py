"""What happens, as values. Progress on a terminal, the log, a notebook and the tests are observers of the
same events.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

logger = logging.getLogger("egresspair")


@dataclass(frozen=True, slots=True)
class Connected:
    """A session was opened."""

    device: str
    session_id: str
    host_key: str

    def __str__(self) -> str:
        return f"{self.device}: session {self.session_id} open"


@dataclass(frozen=True, slots=True)
class StateEntered:
    """The transaction moved to a state."""

    state: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.state}: {self.why}" if self.why else self.state


@dataclass(frozen=True, slots=True)
class StageStarted:
    """The next transaction of a sequence begins.

    Attributes:
        heading: e.g. ``Stage 2 of 3: host routes``.
        done: the names of the stages that stand.
    """

    heading: str
    done: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.heading


@dataclass(frozen=True, slots=True)
class FlightSent:
    """Operations went out: for each device their names, in order."""

    flight: str
    operations: tuple[tuple[str, tuple[str, ...]], ...]

    def __str__(self) -> str:
        parts = (f"{device} {', '.join(names)}" for device, names in self.operations)
        return f"{self.flight} -> {'; '.join(parts)}"


@dataclass(frozen=True, slots=True)
class OperationAnswered:
    """One operation came to an outcome: ok, errors, not sent or unknown."""

    device: str
    operation: str
    outcome: str
    seconds: float
    detail: str = ""

    def __str__(self) -> str:
        text = f"{self.device} {self.operation}: {self.outcome} after {self.seconds * 1000:.1f} ms"
        return f"{text} ({self.detail})" if self.detail else text


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing happens for a while."""

    seconds: float

    def __str__(self) -> str:
        return f"waiting {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class SchemaKnown:
    """A router's YANG modules are known from an earlier time: nothing was downloaded."""

    device: str
    digest: str

    def __str__(self) -> str:
        return f"{self.device}: schema {self.digest[:12]} is known"


@dataclass(frozen=True, slots=True)
class SchemaDownloaded:
    """A router gave YANG modules by get-schema."""

    device: str
    modules: int
    octets: int

    def __str__(self) -> str:
        return f"{self.device}: {self.modules} YANG modules downloaded ({self.octets} octets)"


@dataclass(frozen=True, slots=True)
class SchemaCompiled:
    """YANG modules were compiled: those of a router, or of a folder."""

    device: str
    modules: int

    def __str__(self) -> str:
        return f"{self.device}: schema of {self.modules} implemented modules compiled"


Event = (
    Connected
    | StageStarted
    | StateEntered
    | FlightSent
    | OperationAnswered
    | Waiting
    | SchemaKnown
    | SchemaDownloaded
    | SchemaCompiled
)


class Observer(Protocol):
    """Told of every event, in order, on the thread that works. It must be quick; it may raise nothing."""

    def __call__(self, event: Event, /) -> None: ...


def log_event(event: Event) -> None:
    """The observer that writes to the logger ``egresspair`` at level INFO; no message bodies, no secrets."""
    logger.info("%s", event)


def to_all(observers: Iterable[Observer]) -> Callable[[Event], None]:
    """One observer for several. One that raises is logged and does not stop a transaction half way."""
    listed = tuple(observers)

    def tell(event: Event) -> None:
        for observer in listed:
            try:
                observer(event)
            except Exception:
                logger.exception("an observer failed on %s", event)

    return tell
