"""Message framing on the byte stream of a session (RFC 6242, section 4). No I/O, linear time.

A session starts with the end-of-message framing of base:1.0; after the hellos both sides change to chunks
if both speak base:1.1.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

END_OF_MESSAGE: Final = b"]]>]]>"
END_OF_CHUNKS: Final = b"\n##\n"

_MAX_CHUNK: Final = 4_294_967_295  # RFC 6242, section 4.2
_MAX_HEADER: Final = len(b"\n#4294967295\n")
_DEFAULT_LIMIT: Final = 512 * 1024 * 1024


class Framing(Enum):
    """How messages are told apart."""

    END_OF_MESSAGE = "1.0"
    CHUNKED = "1.1"


class FramingError(ValueError):
    """The bytes are not framed as they should be; nothing after them can be understood."""


def frame(message: bytes, framing: Framing) -> bytes:
    """The message as it goes on the wire."""
    if framing is Framing.CHUNKED:
        return b"\n#%d\n%s%s" % (len(message), message, END_OF_CHUNKS)
    return message + END_OF_MESSAGE


class Deframer:
    """Takes bytes as they come, gives whole messages.

    The framing may be changed between two messages: bytes already fed are then read in the new one.

    Args:
        limit: the longest message that is accepted, in bytes.
    """

    def __init__(self, framing: Framing = Framing.END_OF_MESSAGE, *, limit: int = _DEFAULT_LIMIT) -> None:
        self.framing = framing
        self._limit = limit
        self._buffer = bytearray()
        self._message = bytearray()
        self._chunk_left = 0
        self._searched = 0

    def feed(self, received: bytes) -> None:
        """Add what was received."""
        self._buffer += received

    @property
    def pending(self) -> int:
        """Bytes of a message that is not complete yet."""
        return len(self._buffer) + len(self._message)

    def next_message(self) -> bytes | None:
        """The next complete message, None if more bytes are needed.

        Raises:
            FramingError: no later message can be trusted; do not go on.
        """
        if self.framing is Framing.CHUNKED:
            return self._next_chunked()
        return self._next_delimited()

    def _next_delimited(self) -> bytes | None:
        end = self._buffer.find(END_OF_MESSAGE, self._searched)
        if end < 0:
            # The delimiter may be cut: its first bytes are looked at again.
            self._searched = max(0, len(self._buffer) - len(END_OF_MESSAGE) + 1)
            self._check_limit(len(self._buffer))
            return None
        message = bytes(memoryview(self._buffer)[:end])
        del self._buffer[: end + len(END_OF_MESSAGE)]
        self._searched = 0
        return message

    def _next_chunked(self) -> bytes | None:
        while True:
            if self._chunk_left:
                self._take_chunk()
                if self._chunk_left:
                    return None
            header = self._take_header()
            if header is None:
                return None
            if header == END_OF_CHUNKS:
                return self._finish()
            self._chunk_left = int(header[2:-1])
            self._check_limit(len(self._message) + self._chunk_left)

    def _take_chunk(self) -> None:
        taken = min(self._chunk_left, len(self._buffer))
        self._message += memoryview(self._buffer)[:taken]
        del self._buffer[:taken]
        self._chunk_left -= taken

    def _take_header(self) -> bytes | None:
        """``\\n#N\\n`` or the end of chunks, None while it is incomplete."""
        start = bytes(self._buffer[:_MAX_HEADER])
        end = start.find(b"\n", 1)
        header = start[: end + 1] if end > 0 else start
        if not _may_become_header(header, complete=end > 0):
            raise FramingError(f"{_shown(header)} where a chunk header was expected")
        if end <= 0:
            return None
        if header == END_OF_CHUNKS and not self._message:
            raise FramingError("a message without a chunk")
        del self._buffer[: len(header)]
        return header

    def _finish(self) -> bytes:
        message = bytes(self._message)
        self._message = bytearray()
        return message

    def _check_limit(self, size: int) -> None:
        if size > self._limit:
            raise FramingError(f"a message of {size} bytes or more; the limit is {self._limit}")


def _may_become_header(header: bytes, *, complete: bool) -> bool:
    if complete:
        return header == END_OF_CHUNKS or _is_size(header[2:-1], header[:2])
    if len(header) >= _MAX_HEADER:
        return False
    return b"\n##".startswith(header) or (header[:2] == b"\n#" and _is_size(header[2:], header[:2]))


def _is_size(digits: bytes, prefix: bytes) -> bool:
    """chunk-size of RFC 6242: no leading zero, no sign, at most 4294967295."""
    plain = prefix == b"\n#" and digits.isdigit() and digits[:1] != b"0"
    return plain and int(digits) <= _MAX_CHUNK


def _shown(header: bytes) -> str:
    """What stood there, short: it is not known to be free of secrets beyond a header's length."""
    return repr(header[:_MAX_HEADER])
