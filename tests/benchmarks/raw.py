"""NETCONF as bare bytes over asyncssh: nothing is parsed, nothing is checked but that no error came."""

from __future__ import annotations

import asyncssh

from .places import Router

_HELLO = (
    b'<?xml version="1.0" encoding="UTF-8"?><hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>'
    b"<capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>]]>]]>"
)
_END = b"]]>]]>"
_END_OF_CHUNKS = b"\n##\n"


class RawSession:
    """One open session. Everything that it may send is ready as bytes before it is timed."""

    def __init__(
        self, connection: asyncssh.SSHClientConnection, process: asyncssh.SSHClientProcess[bytes]
    ) -> None:
        self._connection = connection
        self._process = process
        self._buffer = b""

    @classmethod
    async def connect(cls, router: Router) -> RawSession:
        """Log in with the key, look at the host key, exchange hellos."""
        connection = await asyncssh.connect(
            router.host,
            router.port,
            username=router.username,
            client_keys=[router.key_file],
            known_hosts=None,
            config=None,
            agent_path=None,
        )
        key = connection.get_server_host_key()
        assert key is not None
        assert key.get_fingerprint() == router.host_key
        process = await connection.create_process(subsystem="netconf", encoding=None)
        process.stdin.write(_HELLO)
        session = cls(connection, process)
        await session._until(_END, 1)
        return session

    async def ask(self, *operations: bytes) -> bytes:
        """Send all in one write; all replies, framing included."""
        self._process.stdin.write(b"".join(map(_framed, operations)))
        replies = await self._until(_END_OF_CHUNKS, len(operations))
        assert b"rpc-error>" not in replies, replies
        return replies

    async def _until(self, delimiter: bytes, times: int) -> bytes:
        while self._buffer.count(delimiter) < times:
            received = await self._process.stdout.read(1 << 18)
            assert received, "the server closed the session"
            self._buffer += received
        found, self._buffer = self._buffer, b""
        return found

    async def close(self) -> None:
        self._connection.close()
        await self._connection.wait_closed()


def _framed(operation: bytes) -> bytes:
    message = b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1">' + operation + b"</rpc>"
    return b"\n#%d\n%s\n##\n" % (len(message), message)
