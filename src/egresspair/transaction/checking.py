"""The caller's checks: run on a thread of their own, and never waited for beyond the confirm window."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Sequence

from .interrupts import Interrupts
from .seen import Seen

Check = Callable[[Seen], str | None]
"""Gets both routers on trial; None if all is well, else what is not, in a text. An exception is a failure as well."""

_TICK = 0.05


def failures_of(checks: Sequence[Check], seen: Seen, seconds: float, interrupts: Interrupts) -> list[str]:
    """What the checks say, one after the other; the first that does not end in time is the last that is waited for.

    A thread cannot be ended from outside: a check that hangs goes on in the background, and what it says later is
    not heard. After a Ctrl-C nothing is waited for.
    """
    failures: list[str] = []
    deadline = time.monotonic() + seconds
    for check in checks:
        asked = _Asked(check, seen)
        thread = threading.Thread(
            target=contextvars.copy_context().run, args=(asked.run,), name="egresspair-check", daemon=True
        )
        thread.start()
        while thread.is_alive() and not interrupts.asked and time.monotonic() < deadline:
            thread.join(min(_TICK, max(0.0, deadline - time.monotonic())))
        if interrupts.asked:
            return failures
        if not asked.answered:
            return [
                *failures,
                f"check {asked.name} gave no answer: {seconds:g} s are all that the checks may take",
            ]
        if asked.failure is not None:
            failures.append(asked.failure)
    return failures


class _Asked:
    """One check on its thread. Its name is asked for there as well: a lazy object may hang on that, or raise."""

    def __init__(self, check: Check, seen: Seen) -> None:
        self._check = check
        self._seen = seen
        self.name = type(check).__name__
        self.failure: str | None = None
        self.answered = False

    def run(self) -> None:
        """A check that breaks has not passed: whoever wrote it cannot know any more what the routers are like."""
        try:
            self.name = str(getattr(self._check, "__name__", None) or self.name)
            self.failure = self._failure_in(self._check(self._seen))
        except BaseException as error:  # noqa: BLE001  (somebody else's code, in the middle of a transaction)
            self.failure = f"check {self.name} raised {type(error).__name__}: {_text(str, error)}"
        self.answered = True

    def _failure_in(self, answer: object) -> str | None:
        if answer is None:
            return None
        if isinstance(answer, str):
            return f"check {self.name} failed: {answer}"
        return f"check {self.name} returned {_text(repr, answer)}: neither None (passed) nor a text (what failed)"


def _text(make: Callable[[object], str], value: object) -> str:
    """What it says of itself; its type where that raises."""
    try:
        return make(value)
    except BaseException as error:  # noqa: BLE001  (somebody else's code, in the middle of a transaction)
        return f"(no text: making it raised {type(error).__name__})"
