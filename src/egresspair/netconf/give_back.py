"""Releasing a lock of which an interrupted thread cannot know whether it got it."""

from __future__ import annotations

import threading
from contextlib import suppress


def give_back(lock: threading.RLock) -> None:
    """Release it if this thread holds it.

    A Ctrl-C may come right behind ``acquire``, before its answer is noted. An `RLock` knows its thread.
    """
    with suppress(RuntimeError):  # it is not held by this thread
        lock.release()
