"""A proxy that sees the NETCONF inside SSH: records every byte, and breaks sessions at a chosen operation.

To the client it is an SSH server with its own host key, to the server a client. Messages pass byte for byte.

    with Recorder(netconfd) as recorder:
        commit = recorder.hold_reply("commit")
        ...                                  # connect to recorder.port, trust recorder.host_key
        commit.reached.wait(5)               # the server has answered, the client does not know
        commit.release()
    recorder.operations("edit-config")       # the bytes that the server received
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import asyncssh

from .loop import LoopThread
from .ports import HOST
from .wire import Message, read_message

_BASE_1_1 = b"urn:ietf:params:netconf:base:1.1"


class Upstream(Protocol):
    """The server behind: a Netconfd, or what looks like one."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...

    @property
    def username(self) -> str: ...

    @property
    def key_file(self) -> Path: ...


@dataclass
class Trap:
    """Something that is to happen at the nth operation of a name, counted over all sessions from now on.

    Attributes:
        reached: set when it happened.
    """

    name: str
    nth: int
    action: str
    reached: threading.Event = field(default_factory=threading.Event)
    _gate: asyncio.Event = field(default_factory=asyncio.Event)
    _let: Callable[[], None] = lambda: None

    def release(self) -> None:
        """Let a held reply go."""
        self._let()


class _Cut(Exception):
    """This session is to be cut."""


@dataclass
class Session:
    """One session that passed."""

    process: asyncssh.SSHServerProcess[bytes]
    upstream: asyncssh.SSHClientProcess[bytes]
    connection: asyncssh.SSHClientConnection
    chunked: bool = False
    traps: dict[str, Trap] = field(default_factory=dict)


class Recorder:
    """In front of one server.

    Attributes:
        port, host_key: where to connect, and the fingerprint shown there; log in as to the server behind.
        sent: every message that the server was sent, in order, over all sessions.
        replied: every message that the server sent.
    """

    host = HOST

    def __init__(self, upstream: Upstream) -> None:
        self.username = upstream.username
        self.key_file = upstream.key_file
        self.port = 0
        self.sent: list[Message] = []
        self.replied: list[Message] = []
        self._upstream = upstream
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self.host_key = self._key.get_fingerprint()
        self._traps: list[Trap] = []
        self._kept: list[Session] = []
        self._loop = LoopThread()

    def __enter__(self) -> Self:
        self._acceptor = self._loop.run(self._listen())
        self.port = self._acceptor.get_port()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._stop())
        self._loop.close()

    def names(self) -> list[str]:
        """The operations that the server was sent, without hellos."""
        return [message.name for message in self.sent if message.name != "hello"]

    def operations(self, name: str) -> list[bytes]:
        """The bytes between ``<rpc>`` and ``</rpc>`` of every operation of this name."""
        return [message.operation for message in self.sent if message.name == name]

    def cut_before(self, name: str, nth: int = 1) -> Trap:
        """Cut the session when the client has sent it; the server never hears of it."""
        return self._set(Trap(name, nth, "before"))

    def cut_after(self, name: str, nth: int = 1, *, keep_upstream: bool = False) -> Trap:
        """Cut the session when the server has answered it; the client never hears of that.

        With ``keep_upstream`` the server does not notice that the client is gone.
        """
        return self._set(Trap(name, nth, "keep" if keep_upstream else "after"))

    def hold_reply(self, name: str, nth: int = 1) -> Trap:
        """Keep the server's answer, and all that follows it in this session, until released."""
        trap = Trap(name, nth, "hold")
        trap._let = lambda: self._loop.call(trap._gate.set)
        return self._set(trap)

    def _set(self, trap: Trap) -> Trap:
        self._traps.append(trap)
        return trap

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            HOST,
            0,
            server_host_keys=[self._key],
            authorized_client_keys=str(self._upstream.key_file) + ".pub",
            process_factory=self._serve,
            encoding=None,
        )

    async def _stop(self) -> None:
        self._acceptor.close()
        for session in self._kept:
            session.connection.abort()
        await self._acceptor.wait_closed()

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        connection = await asyncssh.connect(
            self._upstream.host,
            self._upstream.port,
            username=self._upstream.username,
            client_keys=[str(self._upstream.key_file)],
            known_hosts=None,
            config=None,
        )
        upstream = await connection.create_process(subsystem="netconf", encoding=None)
        try:
            await self._relay(Session(process, upstream, connection))
        except (asyncio.IncompleteReadError, asyncssh.Error, ConnectionError):  # one side left at the hellos
            connection.abort()
            process.channel.get_connection().abort()

    async def _relay(self, session: Session) -> None:
        """Both directions until one ends, then both ends are closed, or cut."""
        session.chunked = await self._pass_hellos(session)
        pumps = [
            asyncio.ensure_future(self._pump(lambda: self._to_server(session))),
            asyncio.ensure_future(self._pump(lambda: self._to_client(session))),
        ]
        done, running = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in running:
            pump.cancel()
        cut = [pump.result() for pump in done if pump.result()]
        if "keep" in cut:
            self._kept.append(session)
        else:
            session.connection.abort() if cut else session.connection.close()
        if cut:
            session.process.channel.get_connection().abort()
        else:
            session.process.exit(0)

    async def _pass_hellos(self, session: Session) -> bool:
        """Each as soon as it comes: netconfd loses an operation that it reads together with the client's hello."""

        async def to_server() -> Message:
            hello = await read_message(session.process.stdin, chunked=False)
            session.upstream.stdin.write(hello.framed)
            self.sent.append(hello)
            return hello

        async def to_client() -> Message:
            hello = await read_message(session.upstream.stdout, chunked=False)
            session.process.stdout.write(hello.framed)
            self.replied.append(hello)
            return hello

        hellos = await asyncio.gather(to_server(), to_client())
        return all(_BASE_1_1 in hello.content for hello in hellos)

    async def _pump(self, step: Callable[[], Awaitable[None]]) -> str:
        """Repeat the step to the end of the stream; the action of the trap that ended it, else nothing."""
        try:
            while True:
                await step()
        except _Cut as cut:
            return str(cut)
        except (asyncio.IncompleteReadError, asyncssh.Error, ConnectionError):
            return ""

    async def _to_server(self, session: Session) -> None:
        message = await read_message(session.process.stdin, chunked=session.chunked)
        trap = self._sprung(message.name)
        if trap is not None and trap.action == "before":
            trap.reached.set()
            raise _Cut(trap.action)
        if trap is not None:
            session.traps[message.message_id] = trap
        self.sent.append(message)
        session.upstream.stdin.write(message.framed)

    def _sprung(self, name: str) -> Trap | None:
        for trap in [trap for trap in self._traps if trap.name == name]:
            trap.nth -= 1
            if trap.nth == 0:
                self._traps.remove(trap)
                return trap
        return None

    async def _to_client(self, session: Session) -> None:
        message = await read_message(session.upstream.stdout, chunked=session.chunked)
        self.replied.append(message)
        trap = session.traps.pop(message.message_id, None)
        if trap is not None:
            trap.reached.set()
            if trap.action != "hold":
                raise _Cut(trap.action)
            await trap._gate.wait()
        with suppress(asyncssh.Error, ConnectionError):
            session.process.stdout.write(message.framed)
