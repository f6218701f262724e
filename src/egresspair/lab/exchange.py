"""One RPC from execution to reply."""

from __future__ import annotations

import asyncio
from typing import Protocol

from lxml import etree

from .answer import OK
from .errors import RpcError, RpcFailed
from .messages import Rpc, error_reply, hello, reply
from .monitoring import capabilities
from .operations import perform
from .router import Router
from .sessions import Session
from .surroundings import Surroundings, Wire


class Partner(Protocol):
    """The session that an exchange belongs to."""

    shared: Surroundings
    wire: Wire
    router: Router
    session: Session
    gone: asyncio.Event

    async def send(self, message: bytes, *, chunk_size: int = 0) -> None:
        """Send a message in the framing in force."""
        ...


class Exchange:
    """One RPC, or the server's hello: the `behaviours.Call` of the fault script."""

    def __init__(self, conversation: Partner, names: frozenset[str], rpc: Rpc | None) -> None:
        self.names = names
        self.router = conversation.router
        self.session = conversation.session
        self.gone = conversation.gone
        self.result = OK
        self.ended = False
        self._conversation = conversation
        self._rpc = rpc
        self._failure: RpcFailed | None = None

    @property
    def _root(self) -> etree._Element | None:
        return None if self._rpc is None else self._rpc.root

    @property
    def errors(self) -> tuple[RpcError, ...]:
        """What is wrong with what was executed."""
        return self._failure.errors if self._failure is not None else ()

    def execute(self) -> None:
        """Carry it out, unless the session was killed or the device restarted meanwhile."""
        if self._rpc is None or self.session.id not in self.router.sessions:
            return
        try:
            self.result = perform(self.router, self.session, self._rpc.operation)
        except RpcFailed as failure:
            self._failure = failure

    async def answer(self, *, chunk_size: int = 0, message_id: str | None = None) -> None:
        """Send the answer."""
        await self._conversation.send(self._message(message_id), chunk_size=chunk_size)

    def _message(self, message_id: str | None) -> bytes:
        if self._rpc is None:
            return hello(self.session.id, capabilities(self.router))
        if message_id is not None:
            self._rpc.root.set("message-id", message_id)
        if self._failure is not None:
            return error_reply(self._root, self._failure.errors)
        return reply(self._root, self.result)

    async def answer_errors(self, *errors: RpcError) -> None:
        """Answer these errors instead."""
        if self._rpc is None:
            self.cut()
        else:
            await self._conversation.send(error_reply(self._root, errors))

    async def answer_warnings(self, *warnings: RpcError) -> None:
        """Answer with warnings, or with the error if there is one."""
        if self._rpc is None or self._failure is not None:
            await self.answer()
        else:
            await self._conversation.send(error_reply(self._root, warnings, self.result))

    async def send(self, message: bytes) -> None:
        """Send bytes as a message."""
        await self._conversation.send(message)

    def cut(self) -> None:
        """Cut the connection."""
        self.ended = True
        self._conversation.wire.cut()

    def end_of_file(self) -> None:
        """Close the channel."""
        self.ended = True
        self._conversation.wire.close()

    def restart(self, seconds: float | None) -> None:
        """Take the device away."""
        self.ended = True
        self._conversation.shared.restart(seconds)
