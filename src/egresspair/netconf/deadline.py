"""A limit on the whole of connecting, whichever phase hangs."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Deadline:
    """Counts down from its creation.

    Args:
        seconds: for everything.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, never so few that a call would not even start."""
        return max(0.001, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end

    @contextmanager
    def watch(self, stream: socket.socket) -> Iterator[None]:
        """Cut ``stream`` when the time is over: whoever waits for it, in whatever library, wakes up."""
        timer = threading.Timer(self.left(), _cut, [stream])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _cut(stream: socket.socket) -> None:
    with suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)
