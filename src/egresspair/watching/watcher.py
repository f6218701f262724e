"""The thread that watches one router: connects, listens, reads, and connects again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..errors import EgressPairError, HostKeyError, InventoryError
from ..intent import Role
from .attention import SETTLE, Attention, Seen, delay
from .link import Link
from .model import Source


@dataclass(frozen=True, slots=True)
class Read:
    """A router was read: for the first time on a connection, or something is different."""

    role: Role
    seen: Seen
    source: Source
    notes: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """A router cannot be watched.

    Attributes:
        final: it is not tried again.
    """

    role: Role
    error: Exception
    final: bool


Report = Read | Gone


class Bell(Protocol):
    """What a watcher waits for."""

    def ring(self) -> None:
        """Wake whoever waits, now or next."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait until it is rung, at most so long."""
        ...


class EventBell:
    """A `Bell` that really waits."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ring(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)
        self._event.clear()


class Watcher:
    """Watches one router until it is stopped.

    Args:
        role: which router.
        open_link: opens the sessions, having the function called that it is given when there is something to hear.
        report: told of everything, on the watcher's thread.
        interval: seconds; the router is read at least this often.
        clock: seconds.
        bell: what is waited for.
        settle: see `attention.SETTLE`.
    """

    def __init__(
        self,
        role: Role,
        open_link: Callable[[Callable[[], None]], Link],
        report: Callable[[Report], None],
        *,
        interval: float,
        clock: Callable[[], float],
        bell: Bell,
        settle: float = SETTLE,
    ) -> None:
        self._role = role
        self._open_link = open_link
        self._report = report
        self._interval = interval
        self._clock = clock
        self._bell = bell
        self._settle = settle
        self._stopped = False
        self._link: Link | None = None
        self._failures = 0

    def run(self) -> None:
        """Until `stop`, or until the router cannot be watched for a reason that only a person can mend."""
        while not self._stopped:
            try:
                self._watch()
            except EgressPairError as error:
                if not self._tell_gone(error):
                    return
                self._bell_for(delay(self._failures))
                self._failures += 1
            except Exception as error:  # noqa: BLE001  (raised again by whoever iterates)
                self._report(Gone(self._role, error, final=True))
                return

    def _tell_gone(self, error: EgressPairError) -> bool:
        """True if it is worth another attempt. What ends because we close it is not told."""
        if self._stopped:
            return False
        final = isinstance(error, HostKeyError | InventoryError)
        self._report(Gone(self._role, error, final=final))
        return not final

    def _watch(self) -> None:
        link = self._link = self._open_link(self._bell.ring)
        try:
            self._attend(link)
        finally:
            link.close()

    def _attend(self, link: Link) -> None:
        subscribed = link.source is Source.NOTIFICATION
        attention = Attention(
            interval=self._interval, subscribed=subscribed, now=self._clock(), settle=self._settle
        )
        first = True
        while not self._stopped:
            attention.heard(link.hear(), self._clock())
            if attention.pause(self._clock()) == 0:
                seen = attention.seen(link.read(alerted=attention.alerted), self._clock())
                if seen is not None:
                    self._report(Read(self._role, seen, link.source, link.notes, first))
                    first, self._failures = False, 0
            else:
                self._bell.wait(attention.pause(self._clock()))

    def _bell_for(self, seconds: float) -> None:
        """Wait so long, whatever rings; less only when stopped."""
        end = self._clock() + seconds
        while not self._stopped and (left := end - self._clock()) > 0:
            self._bell.wait(left)

    def stop(self) -> None:
        """End `run` soon; from any thread, any number of times."""
        self._stopped = True
        self._bell.ring()
        if self._link is not None:
            self._link.close()
