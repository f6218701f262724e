"""What a session talks through, and what the sessions of a device share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from .faults import FaultScript
from .holds import Hold
from .router import Router


class Wire(Protocol):
    """The transport under a session."""

    username: str

    async def receive(self) -> bytes:
        """Some bytes; none at the end of file."""
        ...

    async def send(self, octets: bytes) -> None:
        """Write bytes; does nothing on a dead connection."""
        ...

    def close(self) -> None:
        """Close the channel."""
        ...

    def cut(self) -> None:
        """Cut the TCP connection."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """One message that a device received.

    Attributes:
        name: the operation, or ``hello``; empty if it was unreadable.
        names: every name that the fault script knows it by.
        session_id: on which session.
        raw: the message exactly as it stood between the framing.
        at: when, on the clock of `time.monotonic`.
    """

    name: str
    names: frozenset[str]
    session_id: int
    raw: bytes = field(repr=False)
    at: float


@dataclass
class Surroundings:
    """What the sessions of a device share."""

    router: Router
    script: FaultScript
    restart: Callable[[float | None], None]
    received: list[Received] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    def held(self, names: frozenset[str]) -> Hold | None:
        """The hold that takes an RPC of these names; each takes one."""
        for hold in self.holds:
            if hold.rpc in names:
                self.holds.remove(hold)
                return hold
        return None
