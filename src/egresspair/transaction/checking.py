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
        said: list[str | None] = []
        context = contextvars.copy_context()
        thread = threading.Thread(
            target=context.run, args=(_run, check, seen, said), name=f"check {_name(check)}", daemon=True
        )
        thread.start()
        while thread.is_alive() and not interrupts.asked and time.monotonic() < deadline:
            thread.join(min(_TICK, max(0.0, deadline - time.monotonic())))
        if interrupts.asked:
            return failures
        if not said:
            return [
                *failures,
                f"check {_name(check)} gave no answer: {seconds:g} s are all that the checks may take",
            ]
        if said[0] is not None:
            failures.append(said[0])
    return failures


def _run(check: Check, seen: Seen, said: list[str | None]) -> None:
    said.append(_checked(check, seen))


def _checked(check: Check, seen: Seen) -> str | None:
    """A check that breaks has not passed: whoever wrote it cannot know any more what the routers are like."""
    name = f"check {_name(check)}"
    try:
        answer: object = check(seen)
    except BaseException as error:  # noqa: BLE001  (somebody else's code, in the middle of a transaction)
        return f"{name} raised {type(error).__name__}: {error}"
    if answer is None:
        return None
    if isinstance(answer, str):
        return f"{name} failed: {answer}"
    return f"{name} returned {answer!r}: neither None (passed) nor a text (what failed)"


def _name(check: Check) -> str:
    return str(getattr(check, "__name__", None) or type(check).__name__)
