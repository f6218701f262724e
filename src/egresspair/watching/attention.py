"""When one router is read, and what is made of what was read: pure, without a clock. Times are in seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..netconf.change_events import ChangeEvent
from .model import RouterState, Source

SETTLE: Final = 1.0
"""How far a notification and what it announces may be apart, either way."""
_FIRST_DELAY: Final = 1.0
_LONGEST_DELAY: Final = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A router was read, and it is the first time or something is different.

    Attributes:
        events: what it announced since the last one, oldest first.
    """

    state: RouterState
    events: tuple[ChangeEvent, ...]
    source: Source


def delay(attempt: int) -> float:
    """The pause before an attempt to connect again, counted from 0."""
    return min(math.ldexp(_FIRST_DELAY, min(attempt, 10)), _LONGEST_DELAY)


class Attention:
    """The attention that a router gets during one connection.

    A notification is a reason to read, now and once more a little later: a rollback may be announced before it is
    done. What is found by reading alone is looked at again a little later if the router announces changes: the
    notification that says who did it may be on its way.

    Args:
        interval: a router is read at least this often.
        subscribed: it announces changes.
        now: the time.
        settle: see `SETTLE`.
    """

    def __init__(self, *, interval: float, subscribed: bool, now: float, settle: float = SETTLE) -> None:
        self._interval = interval
        self._subscribed = subscribed
        self._settle = settle
        self._next = now
        self._again: float | None = None
        self._doubted = False
        self._fresh: list[tuple[float, ChangeEvent]] = []
        self._stale: list[tuple[float, ChangeEvent]] = []
        self._last: RouterState | None = None

    @property
    def alerted(self) -> bool:
        """There is a reason to believe that something was changed."""
        return bool(self._fresh or self._stale) or self._doubted

    def pause(self, now: float) -> float:
        """Seconds until the router is to be read."""
        return max(0.0, self._next - now)

    def heard(self, events: Iterable[ChangeEvent], now: float) -> None:
        """The router announced something."""
        for event in events:
            self._fresh.append((now, event))
            self._next = now
            self._again = now + self._settle

    def seen(self, state: RouterState, now: float) -> Seen | None:
        """It was read. None if there is nothing to report, or not yet."""
        self._schedule(now)
        if self._last is not None and self._last.digest == state.digest:
            self._doubted = False
            self._stale = [(at, each) for at, each in self._stale + self._fresh if now - at < self._settle]
            self._fresh = []
            return None
        if self._worth_another_look():
            self._doubted = True
            self._next = now + self._settle
            return None
        seen = Seen(state, self._events, self._source)
        self._last, self._doubted = state, False
        self._fresh, self._stale = [], []
        return seen

    def _schedule(self, now: float) -> None:
        if self._again is not None and self._again <= now:
            self._again = None
        self._next = now + self._interval
        if self._again is not None:
            self._next = min(self._next, self._again)

    def _worth_another_look(self) -> bool:
        """Nothing was announced but what a reading did not show, and only a rollback is announced too early."""
        announced = self._fresh or any(event.is_rollback for _, event in self._stale)
        return self._last is not None and self._subscribed and not announced and not self._doubted

    @property
    def _events(self) -> tuple[ChangeEvent, ...]:
        """What may have been the cause: the news, else what was announced too early."""
        return tuple(event for _, event in self._fresh or self._stale)

    @property
    def _source(self) -> Source:
        if self._last is None:
            return Source.RECONNECTION
        return Source.NOTIFICATION if self._events else Source.POLLING
