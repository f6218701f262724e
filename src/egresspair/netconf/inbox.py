"""The buffer of a channel, with a bell."""

from __future__ import annotations

from collections.abc import Callable

from paramiko.buffered_pipe import BufferedPipe


class Inbox(BufferedPipe):  # type: ignore[misc]  # paramiko is not typed
    """Calls somebody on paramiko's thread when there is something to read.

    Args:
        on_bytes: called after bytes came. It may read them, but must not wait for anything.
        on_end: called at the end of the stream, when a lock of the channel may be held: it must not touch the channel.
    """

    def __init__(self, on_bytes: Callable[[], object], on_end: Callable[[], object]) -> None:
        super().__init__()
        self._on_bytes = on_bytes
        self._on_end = on_end

    def feed(self, data: bytes) -> None:
        super().feed(data)
        self._on_bytes()

    def close(self) -> None:
        super().close()
        self._on_end()
