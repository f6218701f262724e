"""The seam between what decides and what talks: an open NETCONF session as the library sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .capabilities import Capabilities
from .notification import Heard
from .reply import Answer
from .rpc import Rpc


@dataclass(frozen=True, slots=True)
class Peer:
    """Who answered.

    Attributes:
        session_id: the server's number for this session.
        capabilities: of the server's hello.
        host_key: fingerprint of the server's host key, ``SHA256:…`` as OpenSSH prints it: its identity.
    """

    session_id: str
    capabilities: Capabilities
    host_key: str


class Pending(Protocol):
    """Operations under way on one session."""

    def wait(self, timeout: float) -> tuple[Answer, ...]:
        """The answers, in the order of sending, one for each operation.

        An operation without a reply within ``timeout`` seconds (counted from sending) is ``UNKNOWN``; so is
        one that was written before the connection was lost. After an unanswered operation the session is
        closed: a late reply must not be taken for another's.
        """
        ...


class Device(Protocol):
    """One open session."""

    @property
    def name(self) -> str: ...

    @property
    def peer(self) -> Peer: ...

    @property
    def alive(self) -> bool:
        """False once the connection is known to be gone."""
        ...

    def send(self, rpcs: Sequence[Rpc]) -> Pending:
        """Write all operations at once, in order, without waiting.

        Never raises for a lost connection: the answers tell.
        """
        ...

    def close(self) -> None:
        """Close the session. Safe to call twice."""
        ...


class NotifyingDevice(Device, Protocol):
    """An open session that may carry notifications (RFC 5277), after `rpc.create_subscription`."""

    def hear(self, timeout: float) -> Heard:
        """The notifications since the last call; waits up to ``timeout`` seconds for one, else there are none.

        Raises:
            SessionLost: the session is over, and everything that it brought was taken.
        """
        ...

    def on_news(self, ring: Callable[[], None]) -> None:
        """Have ``ring`` called after each notification and after the loss of the session, on whichever thread noticed.

        It must be quick; it may raise nothing.
        """
        ...
