"""Ctrl-C during a transaction: the first asks it to stop, a second one leaves at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self


class Interrupts:
    """While entered, a first SIGINT only sets `asked`, a second one `leaving`.

    It raises KeyboardInterrupt only where somebody waits (`waiting`): anywhere else it could come between two steps
    that belong together. Signals belong to the main thread and to whoever has a handler of their own: elsewhere this
    does nothing.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._installed = False
        self._waits = False
        self.leaving = False

    @property
    def asked(self) -> bool:
        """Somebody pressed Ctrl-C."""
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until the first Ctrl-C."""
        self._event.wait(seconds)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, a second Ctrl-C raises KeyboardInterrupt; at once if it has come already."""
        self._waits = True
        try:
            if self.leaving:
                raise KeyboardInterrupt
            yield
        finally:
            self._waits = False

    def __enter__(self) -> Self:
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._on_signal)
            self._installed = True
        return self

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self.asked:
            self._event.set()
            return
        self.leaving = True
        if self._waits:
            raise KeyboardInterrupt

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._installed = False
