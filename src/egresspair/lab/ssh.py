"""The SSH side of a device (RFC 6242): asyncssh server, subsystem ``netconf``, password and public key."""

from __future__ import annotations

import asyncio
import hmac
from contextlib import suppress
from dataclasses import dataclass, field

import asyncssh

from .conversation import Conversation
from .surroundings import Surroundings

_HOST = "127.0.0.1"
_PIECE = 65536


@dataclass(frozen=True, slots=True)
class Login:
    """Who may log in.

    Attributes:
        key: the public key of the user, beside the password.
    """

    username: str
    password: str = field(repr=False)
    key: asyncssh.SSHKey = field(repr=False)


class _Gate(asyncssh.SSHServer):
    """Checks one login."""

    def __init__(self, login: Login, server: SshServer) -> None:
        self._login = login
        self._server = server
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncssh's signature)
        if self._connection is not None:
            self._server.connections.discard(self._connection)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        known = hmac.compare_digest(password.encode(), self._login.password.encode())
        return known and username == self._login.username

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == self._login.username and key.public_data == self._login.key.public_data


class SshWire:
    """The channel of one session: a `surroundings.Wire`."""

    def __init__(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        self.username = str(process.get_extra_info("username"))
        self._process = process

    async def receive(self) -> bytes:
        """Some bytes; none when the client has gone, however it went."""
        try:
            return await self._process.stdin.read(_PIECE)
        except (asyncssh.Error, OSError, asyncssh.BreakReceived, asyncssh.SignalReceived):
            return b""

    async def send(self, octets: bytes) -> None:
        """Write, and wait while the client does not read."""
        try:
            self._process.stdout.write(octets)
            await self._process.stdout.drain()
        except (asyncssh.Error, OSError):
            return

    def close(self) -> None:
        """End of file and close, behind what was written."""
        if not self._process.channel.is_closing():
            self._process.exit(0)

    def cut(self) -> None:
        """Cut the TCP connection."""
        self._process.get_extra_info("connection").abort()


class SshServer:
    """Listens for one device. Lives on the lab's event loop."""

    def __init__(self, host_key: asyncssh.SSHKey, login: Login, shared: Surroundings) -> None:
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self.port = 0
        self._host_key = host_key
        self._login = login
        self._shared = shared
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._starting: asyncio.Task[None] | None = None
        self._wanted = False

    async def start(self) -> None:
        """Listen; the second time on the port of the first."""
        self._wanted = True
        if self._acceptor is None and (self._starting is None or self._starting.done()):
            self._starting = asyncio.create_task(self._listen())
        if self._starting is not None:
            await asyncio.shield(self._starting)

    async def _listen(self) -> None:
        acceptor = await asyncssh.listen(
            _HOST,
            self.port,
            server_factory=lambda: _Gate(self._login, self),
            server_host_keys=[self._host_key],
            process_factory=self._serve,
            encoding=None,
            reuse_address=True,
            gss_host=None,
            allow_scp=False,
            agent_forwarding=False,
        )
        self.port = acceptor.get_port()
        if self._wanted:
            self._acceptor = acceptor
        else:
            acceptor.close()

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        self._wanted = False
        if self._acceptor is not None:
            self._acceptor.close()
            self._acceptor = None
        for connection in list(self.connections):
            connection.abort()

    async def finish(self) -> None:
        """Stop for good: a start that is under way is waited for, so that it leaves no socket behind."""
        self.stop()
        if self._starting is not None:
            with suppress(OSError):
                await self._starting

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        if process.subsystem != "netconf":
            process.exit(1)
            return
        await Conversation(self._shared, SshWire(process)).run()


async def restart_after(server: SshServer, seconds: float) -> None:
    """Listen again after a moment."""
    await asyncio.sleep(seconds)
    await server.start()
