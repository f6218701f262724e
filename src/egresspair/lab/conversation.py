"""One NETCONF session from hello to end: messages in, faults or operations, messages out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from lxml import etree

from .answer import OK
from .errors import RpcError, RpcFailed
from .faults import Fault, FaultScript, names_of
from .framing import Deframer, FramingError, frame
from .holds import Hold
from .messages import (
    BadHello,
    Malformed,
    Rpc,
    client_capabilities,
    error_reply,
    hello,
    read_rpc,
    reply,
)
from .monitoring import capabilities
from .names import BASE_1_1
from .operations import perform
from .router import Router, Session


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


class SessionOver(Exception):  # noqa: N818  (not an error)
    """The session has ended."""


class Conversation:
    """One session."""

    def __init__(self, shared: Surroundings, wire: Wire) -> None:
        self.shared = shared
        self.wire = wire
        self.router = shared.router
        self.session: Session = self.router.open_session(wire.username, self.end_soon)
        self.gone = asyncio.Event()
        self.over = False
        self._deframer = Deframer()
        self._chunks = False
        self._greeted = False
        self._messages: asyncio.Queue[bytes | None] = asyncio.Queue()

    def end_soon(self) -> None:
        """End the session at once, from outside."""
        self.over = True
        self.gone.set()
        self.wire.close()

    async def run(self) -> None:
        """Talk until either side ends."""
        reader = asyncio.create_task(self._read())
        try:
            await self._greet()
            while (message := await self._messages.get()) is not None:
                await self._handle(message)
        except SessionOver:
            pass
        finally:
            reader.cancel()
            self.router.close_session(self.session)
            self.wire.close()

    async def send(self, message: bytes, *, chunk_size: int = 0) -> None:
        """Send a message in the framing in force."""
        await self.wire.send(frame(message, chunked=self._chunks, chunk_size=chunk_size))

    # receiving

    async def _read(self) -> None:
        """Take bytes as they come, so that the end of the connection is seen while an operation is under way."""
        try:
            while received := await self.wire.receive():
                self._deframer.feed(received)
                while (message := self._next()) is not None:
                    self._messages.put_nowait(message)
        except (FramingError, SessionOver):
            pass
        finally:
            self._messages.put_nowait(None)
            self.gone.set()

    def _next(self) -> bytes | None:
        message = self._deframer.next_message()
        if message is not None and not self._greeted:
            self._take_hello(message)
            return self._next()
        return message

    def _take_hello(self, message: bytes) -> None:
        """The client's hello decides the framing of what stands right behind it."""
        self._greeted = True
        self._record("hello", frozenset({"hello"}), message)
        try:
            offered = client_capabilities(message)
        except BadHello:
            raise SessionOver from None
        self.session.chunked = BASE_1_1 in offered and not self.router.has("base-1.0")
        if self.session.chunked:
            self._deframer.use_chunks()

    def _record(self, name: str, names: frozenset[str], raw: bytes) -> None:
        self.shared.received.append(Received(name, names, self.session.id, raw, time.monotonic()))

    # handling

    async def _greet(self) -> None:
        greeting = Exchange(self, frozenset({"hello"}), None)
        await self._let_happen(greeting)

    async def _handle(self, message: bytes) -> None:
        self._chunks = self.session.chunked
        self.session.in_rpcs += 1
        try:
            rpc = read_rpc(message)
        except Malformed as problem:
            self._record("", frozenset(), message)
            await self._answer_malformed(problem)
            return
        names = names_of(rpc.operation, pending=self.router.pending is not None)
        self._record(etree.QName(rpc.operation).localname, names, message)
        await self._let_happen(Exchange(self, names, rpc))

    async def _answer_malformed(self, problem: Malformed) -> None:
        """malformed-message is for base:1.1 only; an old peer's session ends (RFC 6241, appendix A)."""
        unreadable = problem.failure.errors[0].tag == "malformed-message"
        if unreadable and not self.session.chunked:
            raise SessionOver
        await self.send(error_reply(problem.root, problem.failure.errors))

    async def _let_happen(self, exchange: Exchange) -> None:
        hold = self.shared.held(exchange.names)
        if hold is not None and hold.before:
            await hold.wait(self.gone)
        fault = self.shared.script.due(exchange.names)
        if fault is not None:
            await self._misbehave(exchange, fault)
            return
        exchange.execute()
        if hold is not None and not hold.before:
            await hold.wait(self.gone)
        await exchange.answer()
        if exchange.result.ends_session:
            raise SessionOver

    async def _misbehave(self, exchange: Exchange, fault: Fault) -> None:
        await fault.behaviour.act(exchange, fault.argument or 0)
        if exchange.ended or self.over:
            raise SessionOver


class Exchange:
    """One RPC, or the server's hello: the `behaviours.Call` of the fault script."""

    def __init__(self, conversation: Conversation, names: frozenset[str], rpc: Rpc | None) -> None:
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
