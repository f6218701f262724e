"""One NETCONF session from hello to end: messages in, faults or operations, messages out."""

from __future__ import annotations

import asyncio
import time

from lxml import etree

from .exchange import Exchange
from .faults import Fault, names_of
from .framing import Deframer, FramingError, frame
from .messages import BadHello, Malformed, client_capabilities, error_reply, read_rpc
from .names import BASE_1_1
from .sessions import Session
from .surroundings import Received, Surroundings, Wire


class SessionOver(Exception):
    """The session has ended."""


class Conversation:
    """One session."""

    def __init__(self, shared: Surroundings, wire: Wire) -> None:
        self.shared = shared
        self.wire = wire
        self.router = shared.router
        self.session: Session = self.router.open_session(wire.username, self.end_soon)
        self.session.notify = self._notify
        self._notifying: set[asyncio.Task[None]] = set()
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

    def _notify(self, message: bytes) -> None:
        """Send a message as soon as may be; the session goes on meanwhile."""
        task = asyncio.get_running_loop().create_task(self.send(message))
        self._notifying.add(task)
        task.add_done_callback(self._notifying.discard)

    # receiving

    async def _read(self) -> None:
        """Take bytes as they come: the end of the connection is seen while an operation is under way."""
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
        if hold is not None and hold.before and not await hold.wait(self.gone):
            raise SessionOver
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
