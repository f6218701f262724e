"""A bare NETCONF client on asyncssh that sends what it is told, right or wrong."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeVar

import asyncssh
from lxml import etree

from egresspair.lab import Device

T = TypeVar("T")

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"
NS = {
    "nc": BASE,
    "ni": NI,
    "l3vpn": L3VPN,
    "m": "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring",
    "yl": "urn:ietf:params:xml:ns:yang:ietf-yang-library",
}
BASE_1_0 = "urn:ietf:params:netconf:base:1.0"
BASE_1_1 = "urn:ietf:params:netconf:base:1.1"
SECONDS = 10.0


class _Loop:
    """One event loop in a thread, for all clients of a test run."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float = SECONDS) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)


_LOOP = _Loop()


class EndOfSession(Exception):
    """The server closed the session."""


class Client:
    """One session, spoken by hand."""

    def __init__(self, device: Device, *versions: str) -> None:
        self._ids = count(1)
        self._connection, self._process = _LOOP.run(self._open(device))
        self.chunked = False
        self._versions = versions or (BASE_1_0, BASE_1_1)
        self.hello: etree._Element = etree.Element("none")

    @staticmethod
    async def _open(device: Device) -> tuple[Any, Any]:
        connection = await asyncssh.connect(
            device.host,
            device.port,
            username=device.username,
            password=device.password,
            known_hosts=None,
            client_keys=None,
            agent_path=None,
            config=None,
        )
        process = await connection.create_process(subsystem="netconf", encoding=None)
        return connection, process

    def greet(self, more: bytes = b"") -> None:
        """Exchange hellos; ``more`` goes out in the same write, behind our hello."""
        self.hello = etree.fromstring(self.receive())
        uris = "".join(f"<capability>{uri}</capability>" for uri in self._versions)
        hello = f'<hello xmlns="{BASE}"><capabilities>{uris}</capabilities></hello>'
        self.raw(hello.encode() + b"]]>]]>" + more)
        offered = {uri.text for uri in self.hello.iterfind(".//nc:capability", NS)}
        self.chunked = BASE_1_1 in self._versions and BASE_1_1 in offered

    @property
    def session_id(self) -> int:
        return int(self.hello.findtext("nc:session-id", "", NS))

    @property
    def capabilities(self) -> list[str]:
        return [str(uri.text) for uri in self.hello.iterfind(".//nc:capability", NS)]

    def raw(self, octets: bytes) -> None:
        """Write bytes as they are."""

        async def write() -> None:
            self._process.stdin.write(octets)
            await self._process.stdin.drain()

        _LOOP.run(write())

    def send(self, message: bytes) -> None:
        """Write a message in the framing in force."""
        self.raw(b"\n#%d\n%b\n##\n" % (len(message), message) if self.chunked else message + b"]]>]]>")

    def receive(self, timeout: float = SECONDS) -> bytes:
        """The next message.

        Raises:
            EndOfSession: there is none any more.
            TimeoutError: none has come yet.
        """
        reading = self._chunks() if self.chunked else self._delimited()
        return _LOOP.run(asyncio.wait_for(reading, timeout), timeout + 5)

    async def _delimited(self) -> bytes:
        try:
            message: bytes = await self._process.stdout.readuntil(b"]]>]]>")
        except (asyncio.IncompleteReadError, asyncssh.Error, OSError) as error:
            raise EndOfSession from error
        return message.removesuffix(b"]]>]]>")

    async def _chunks(self) -> bytes:
        message = b""
        self.chunk_sizes: list[int] = []
        try:
            while True:
                assert await self._process.stdout.readexactly(2) == b"\n#"
                header = await self._process.stdout.readuntil(b"\n")
                if header == b"#\n":
                    return message
                assert re.fullmatch(rb"[1-9][0-9]*\n", header)
                self.chunk_sizes.append(int(header))
                message += await self._process.stdout.readexactly(int(header))
        except (asyncio.IncompleteReadError, asyncssh.Error, OSError) as error:
            raise EndOfSession from error

    def post(self, operation: str, attributes: str = "") -> str:
        """Send an operation without waiting; returns its message-id."""
        message_id = str(next(self._ids))
        self.send(f'<rpc xmlns="{BASE}" message-id="{message_id}" {attributes}>{operation}</rpc>'.encode())
        return message_id

    def call(self, operation: str, attributes: str = "") -> etree._Element:
        """Send an operation and wait for its reply."""
        message_id = self.post(operation, attributes)
        reply = etree.fromstring(self.receive())
        assert reply.tag == f"{{{BASE}}}rpc-reply"
        assert reply.get("message-id") == message_id
        return reply

    def ok(self, operation: str) -> None:
        """An operation that must succeed without warnings."""
        reply = self.call(operation)
        assert reply.find("nc:ok", NS) is not None, etree.tostring(reply)

    def errors(self, operation: str) -> list[tuple[str, str]]:
        """An operation that must fail: the tags and paths of its errors."""
        reply = self.call(operation)
        found = reply.findall("nc:rpc-error", NS)
        assert found, etree.tostring(reply)
        return [(e.findtext("nc:error-tag", "", NS), e.findtext("nc:error-path", "", NS)) for e in found]

    def error(self, operation: str) -> str:
        """The tag of the one error of an operation that must fail."""
        ((tag, _),) = self.errors(operation)
        return tag

    def close(self) -> None:
        """Cut the connection, as a client does that dies."""
        _LOOP.loop.call_soon_threadsafe(self._connection.abort)


@contextmanager
def session(device: Device, *versions: str) -> Iterator[Client]:
    """A session that was greeted."""
    client = Client(device, *versions)
    try:
        client.greet()
        yield client
    finally:
        client.close()
