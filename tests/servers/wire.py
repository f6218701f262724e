"""Messages on the wire as a test sees them, written apart from the library's own framing on purpose."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

END = b"]]>]]>"
HELLO_NS = "urn:ietf:params:xml:ns:netconf:base:1.0"


class Reader(Protocol):
    """The part of an asyncssh reader that is needed."""

    async def readuntil(self, separator: bytes) -> bytes: ...

    async def readexactly(self, n: int) -> bytes: ...


@dataclass(frozen=True)
class Message:
    """One message: the very bytes on the wire, and what is inside the framing."""

    framed: bytes
    content: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.content.strip())

    @property
    def message_id(self) -> str:
        return self.root.get("message-id", "")

    @property
    def name(self) -> str:
        """``hello``, ``rpc-reply``, ``notification``, or for an ``<rpc>`` the operation's name."""
        root = self.root
        first = next((child for child in root if isinstance(child.tag, str)), None)
        if etree.QName(root).localname == "rpc" and first is not None:
            return etree.QName(first).localname
        return etree.QName(root).localname

    @property
    def operation(self) -> bytes:
        """The bytes between ``<rpc …>`` and ``</rpc>``."""
        found = re.search(rb"<(?:\w+:)?rpc\b[^>]*>(.*)</(?:\w+:)?rpc>\s*$", self.content, re.DOTALL)
        assert found is not None, "not an <rpc>"
        return found[1]


async def read_message(reader: Reader, *, chunked: bool) -> Message:
    """The next message. Raises asyncio.IncompleteReadError at the end of the stream."""
    if not chunked:
        framed = await reader.readuntil(END)
        return Message(framed, framed[: -len(END)])
    framed, content = b"", b""
    while True:
        header = await reader.readexactly(2) + await reader.readuntil(b"\n")
        framed += header
        if header == b"\n##\n":
            return Message(framed, content)
        chunk = await reader.readexactly(int(header[2:-1]))
        framed, content = framed + chunk, content + chunk


async def messages(reader: Reader, *, chunked_after_hello: bool) -> AsyncIterator[Message]:
    """All messages of one direction."""
    yield await read_message(reader, chunked=False)
    while True:
        yield await read_message(reader, chunked=chunked_after_hello)


def chunk(content: bytes, size: int | None = None) -> bytes:
    """``content`` as one message in chunks of ``size`` bytes, or in one chunk."""
    size = size or len(content)
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    return b"".join(b"\n#%d\n%s" % (len(piece), piece) for piece in pieces) + b"\n##\n"
