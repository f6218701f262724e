"""Message framing of NETCONF over SSH, without any input or output (RFC 6242, section 4)."""

from __future__ import annotations

import re
from typing import Final

END_OF_MESSAGE: Final = b"]]>]]>"
END_OF_CHUNKS: Final = b"\n##\n"
LARGEST_CHUNK: Final = 4294967295
_CHUNK_HEADER: Final = re.compile(rb"\n#([1-9][0-9]{0,9})\n")
_LONGEST_HEADER: Final = len(b"\n#4294967295\n")


class FramingError(ValueError):
    """The bytes do not keep to the framing in force: the session has to end (RFC 6242, section 4.2)."""


class Deframer:
    """Turns a stream of bytes into messages.

    Starts with end-of-message framing; `use_chunks` switches to chunked framing from the next byte on, so
    that what a client has already written behind its hello is read with the framing that it was written in.

    Args:
        limit: largest message in bytes.
    """

    def __init__(self, *, limit: int = 30 * 1024 * 1024) -> None:
        self._buffer = bytearray()
        self._message = bytearray()
        self._limit = limit
        self._chunked = False
        self._scanned = 0
        self._left = 0

    def use_chunks(self) -> None:
        """Chunked framing from here on."""
        self._chunked = True

    def feed(self, received: bytes) -> None:
        """Take what came from the wire, in pieces of any size."""
        self._buffer += received

    def next_message(self) -> bytes | None:
        """The next whole message, or None while it is not there yet.

        Raises:
            FramingError: the bytes break the framing, or the message is too long.
        """
        message = self._next_chunked() if self._chunked else self._next_delimited()
        if len(self._message) > self._limit or (not self._chunked and len(self._buffer) > self._limit):
            raise FramingError(f"a message of more than {self._limit} bytes")
        return message

    def _next_delimited(self) -> bytes | None:
        at = self._buffer.find(END_OF_MESSAGE, max(0, self._scanned - len(END_OF_MESSAGE)))
        if at < 0:
            self._scanned = len(self._buffer)
            return None
        message = bytes(self._buffer[:at])
        del self._buffer[: at + len(END_OF_MESSAGE)]
        self._scanned = 0
        return message

    def _next_chunked(self) -> bytes | None:
        while self._buffer:
            if self._left:
                self._take_chunk()
            elif self._at_end_of_chunks():
                message, self._message = bytes(self._message), bytearray()
                return message
            elif not self._take_header():
                return None
        return None

    def _take_chunk(self) -> None:
        piece = self._buffer[: self._left]
        self._message += piece
        self._left -= len(piece)
        del self._buffer[: len(piece)]

    def _at_end_of_chunks(self) -> bool:
        if not self._buffer.startswith(END_OF_CHUNKS):
            return False
        if not self._message:
            raise FramingError("end of chunks without a chunk")
        del self._buffer[: len(END_OF_CHUNKS)]
        return True

    def _take_header(self) -> bool:
        header = _CHUNK_HEADER.match(self._buffer)
        if header is None:
            self._refuse_hopeless_header()
            return False
        self._left = int(header[1])
        if self._left > LARGEST_CHUNK:
            raise FramingError(f"a chunk of {self._left} bytes; {LARGEST_CHUNK} is the largest")
        del self._buffer[: header.end()]
        return True

    def _refuse_hopeless_header(self) -> None:
        """An incomplete header is waited for; one that no further byte can complete is an error."""
        start = bytes(self._buffer[:_LONGEST_HEADER])
        waiting = END_OF_CHUNKS.startswith(start) or re.fullmatch(rb"\n(#([1-9][0-9]{0,9})?)?", start)
        if not waiting:
            raise FramingError(f"{start!r} where a chunk header was expected")


def frame(message: bytes, *, chunked: bool, chunk_size: int = 0) -> bytes:
    """A message as it goes over the wire.

    Args:
        chunked: chunked framing, else end-of-message framing.
        chunk_size: bytes of each chunk; 0 sends the message as one chunk.
    """
    if not chunked:
        return message + END_OF_MESSAGE
    size = chunk_size or len(message)
    pieces = (message[start : start + size] for start in range(0, len(message), size))
    return b"".join(b"\n#%d\n%b" % (len(piece), piece) for piece in pieces) + END_OF_CHUNKS
