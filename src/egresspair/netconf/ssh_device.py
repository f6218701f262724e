"""A `Device` on an SSH connection of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import SessionLost
from .device import Peer
from .exchange import Operation
from .notification import Heard
from .reply import Answer
from .rpc import Rpc
from .session import Session


class SshDevice:
    """One open session; see `Device`."""

    def __init__(self, name: str, session: Session, peer: Peer) -> None:
        self._name = name
        self._session = session
        self._peer = peer

    @property
    def name(self) -> str:
        return self._name

    @property
    def peer(self) -> Peer:
        return self._peer

    @property
    def alive(self) -> bool:
        return not self._session.exchange.lost

    def send(self, rpcs: Sequence[Rpc]) -> SshPending:
        return SshPending(self._session, self._session.submit(rpcs))

    def close(self) -> None:
        self._session.close()

    def hear(self, timeout: float) -> Heard:
        """See `NotifyingDevice`."""
        heard = self._session.exchange.hear(timeout)
        if not heard and self._session.exchange.lost:
            raise SessionLost(self._session.exchange.lost, where=self._name)
        return heard

    def on_news(self, ring: Callable[[], None]) -> None:
        """See `NotifyingDevice`."""
        self._session.exchange.on_news(ring)

    def __repr__(self) -> str:
        state = "open" if self.alive else "closed"
        return f"<SshDevice {self._name} session {self._peer.session_id} {state}>"


class SshPending:
    """A `Pending` of an `SshDevice`."""

    def __init__(self, session: Session, operations: tuple[Operation, ...]) -> None:
        self._session = session
        self._operations = operations

    def wait(self, timeout: float) -> tuple[Answer, ...]:
        if not self._session.exchange.wait(self._operations, timeout):
            self._session.abandon(f"no reply within {timeout:g} s")
        return tuple(operation.answer for operation in self._operations if operation.answer is not None)
