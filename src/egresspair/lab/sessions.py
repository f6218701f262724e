"""What a router knows of its sessions: who they are, their candidates, their pending confirmed commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .tree import Node


def now() -> str:
    """The time as YANG writes it (``date-and-time``)."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class Candidate:
    """A candidate datastore. While it is clean it is running, whatever running is.

    Attributes:
        config: what it holds; None while it is clean.
        base: running as it was at the first edit.
        edits: what was done to it, to be done again on another base (private candidates).
    """

    config: Node | None = None
    base: Node | None = None
    edits: list[Callable[[Node], Node]] = field(default_factory=list)

    def clear(self) -> None:
        """Make it clean."""
        self.config = self.base = None
        self.edits = []


@dataclass
class Session:
    """What a router knows of one session.

    Attributes:
        id: session-id of the hello.
        chunked: True if both sides speak base:1.1.
        end: cuts the session's connection.
        notify: sends it a message; None for one that does not speak NETCONF.
    """

    id: int
    username: str = ""
    chunked: bool = False
    end: Callable[[], None] = lambda: None
    notify: Callable[[bytes], None] | None = None
    candidate: Candidate = field(default_factory=Candidate)
    validated: bool = False
    in_rpcs: int = 0
    since: str = field(default_factory=now)


@dataclass
class Pending:
    """A confirmed commit that nobody has confirmed yet.

    Attributes:
        before: running as it was before.
        persist: the token that confirms it from any session; None if only its own session can.
        session_id: who issued it.
    """

    before: Node
    persist: str | None
    session_id: int
    timer: asyncio.TimerHandle
