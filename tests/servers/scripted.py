"""A NETCONF server over real SSH that does what a test tells it, right or wrong.

async def script(peer: Peer) -> None:
    await peer.greet()
    rpc = await peer.receive()
    await peer.send(b"garbage")

with Scripted(script) as server: ...
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any

import asyncssh
from lxml import etree

from .loop import LoopThread
from .ports import HOST
from .wire import END, HELLO_NS, Message, chunk, read_message

CAPABILITIES = (
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:base:1.1",
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.1",
    "urn:ietf:params:netconf:capability:validate:1.1",
)
OK = b"<ok/>"
PASSWORD = "s3cret-word"


class Peer:
    """The client that a script talks to."""

    def __init__(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        self.process = process
        self.chunked = False

    async def greet(self, capabilities: Sequence[str] = CAPABILITIES, *, session_id: str = "7") -> Message:
        """Exchange hellos; both sides then use the framing that they agreed on."""
        await self.send_framed(hello(capabilities, session_id) + END)
        theirs = await read_message(self.process.stdin, chunked=False)
        self.chunked = "urn:ietf:params:netconf:base:1.1" in capabilities
        return theirs

    async def receive(self) -> Message:
        return await read_message(self.process.stdin, chunked=self.chunked)

    async def send(self, content: bytes) -> None:
        """Send a message in the session's framing."""
        await self.send_framed(chunk(content) if self.chunked else content + END)

    async def send_framed(self, raw: bytes) -> None:
        """Send these bytes."""
        self.process.stdout.write(raw)
        await self.process.stdout.drain()

    async def answer(self, request: Message, content: bytes = OK) -> None:
        await self.send(reply(request.message_id, content))

    async def answer_all(self) -> None:
        """``<ok/>`` to everything until the client goes."""
        while True:
            await self.answer(await self.receive())

    def cut(self) -> None:
        """Drop the TCP connection."""
        self.process.channel.get_connection().abort()

    async def hang(self) -> None:
        """Say nothing until the client goes."""
        await self.process.stdin.read()


def hello(capabilities: Sequence[str] = CAPABILITIES, session_id: str = "7") -> bytes:
    """A server's hello, unframed."""
    root = etree.Element(etree.QName(HELLO_NS, "hello"), nsmap={None: HELLO_NS})
    listed = etree.SubElement(root, etree.QName(HELLO_NS, "capabilities"))
    for uri in capabilities:
        etree.SubElement(listed, etree.QName(HELLO_NS, "capability")).text = uri
    if session_id:
        etree.SubElement(root, etree.QName(HELLO_NS, "session-id")).text = session_id
    return etree.tostring(root)


def reply(message_id: str, content: bytes = OK) -> bytes:
    """An ``<rpc-reply>`` around ``content``, unframed."""
    root = etree.Element(
        etree.QName(HELLO_NS, "rpc-reply"), {"message-id": message_id}, nsmap={None: HELLO_NS}
    )
    root.text = ""
    opening, slash, closing = etree.tostring(root).rpartition(b"</")
    return opening + content + slash + closing


Script = Callable[[Peer], Awaitable[None]]


class _Login(asyncssh.SSHServer):
    def __init__(self, server: Scripted) -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._server.logins.append(conn)
        self._connection = conn

    def begin_auth(self, _: str) -> bool:
        if self._server.cut_at_login:
            self._connection.abort()
        return True

    def password_auth_supported(self) -> bool:
        return self._server.password is not None and not self._server.questions_only

    async def validate_password(self, username: str, password: str) -> bool:
        await asyncio.sleep(self._server.login_delay)
        self._server.passwords_seen.append(password)
        return (username, password) == (self._server.username, self._server.password)

    def kbdint_auth_supported(self) -> bool:
        return self._server.questions_only

    def get_kbdint_challenge(self, *_: str) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Password:", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return (username, list(responses)) == (self._server.username, [self._server.password])


class Scripted:
    """The server. Each session runs the script; what that raises is raised again when the server is left.

    Attributes:
        host, port, username, password: how to log in; no password for a server that has none.
        host_key: fingerprint of the first of its host keys, ``SHA256:…``.
        logins: the connections that were made.
    """

    host = HOST

    def __init__(
        self,
        script: Script,
        *,
        username: str = "netconf",
        password: str | None = PASSWORD,
        subsystem: str = "netconf",
        host_key: str = "ssh-ed25519",
        more_host_keys: Sequence[asyncssh.SSHKey] = (),
        questions_only: bool = False,
        login_delay: float = 0,
        cut_at_login: bool = False,
        options: dict[str, Any] | None = None,
    ) -> None:
        self.login_delay = login_delay
        self.cut_at_login = cut_at_login
        self.questions_only = questions_only
        self.passwords_seen: list[str] = []
        self.username = username
        self.password = password
        self.port = 0
        self.logins: list[asyncssh.SSHServerConnection] = []
        self._script = script
        self._subsystem = subsystem
        self.private_key = asyncssh.generate_private_key(host_key)
        self._more_keys = more_host_keys
        self.host_key = self.private_key.get_fingerprint()
        self._options = options or {}
        self._loop = LoopThread()
        self._failures: list[BaseException] = []

    def __enter__(self) -> Scripted:
        self._acceptor = self._loop.run(self._listen())
        self.port = self._acceptor.get_port()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._stop())
        self._loop.close()
        if error is None and self._failures:
            raise self._failures[0]

    @property
    def known_hosts_line(self) -> str:
        public = self.private_key.export_public_key().decode().split()
        return f"[{HOST}]:{self.port} {public[0]} {public[1]}\n"

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            HOST,
            0,
            server_factory=lambda: _Login(self),
            server_host_keys=[self.private_key, *self._more_keys],
            process_factory=self._serve,
            encoding=None,
            **self._options,
        )

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        if process.subsystem != self._subsystem:
            process.exit(1)
            return
        try:
            await self._script(Peer(process))
        except (asyncio.IncompleteReadError, asyncssh.Error, ConnectionError):
            pass  # the client went
        except Exception as error:  # noqa: BLE001  (shown to the test by __exit__)
            self._failures.append(error)
        process.exit(0)

    async def _stop(self) -> None:
        self._acceptor.close()
        for connection in self.logins:
            connection.abort()
        await self._acceptor.wait_closed()
