"""The watch: two watchers at work, and their reports turned into what the caller iterates over."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Final

from ..errors import BothUnreachable, EgressPairError, UsageError
from ..events import Connected, Event, Observer, log_event, to_all
from ..intent import Intent, Role
from ..inventory import DeviceEntry, Inventory, load_inventory
from ..sessions import entries_of, target_of
from .attention import SETTLE
from .judge import judge_pair
from .ledger import Ledger
from .link import Link, Subject, open_link
from .model import Judge, PairState, Standing, Watched
from .watcher import EventBell, Gone, Read, Report, Watcher

INTERVAL: Final = 10.0
_LONGEST: Final = 86400.0
_JOIN_SECONDS: Final = 2.0

OpenLink = Callable[[Callable[[], None]], Link]
_END: Final = None


def _now() -> datetime:
    return datetime.now(UTC)


class Watch:
    """Keeps an eye on both routers; iterate over `events`, once.

    Args:
        intent: what is protected.
        links: how to open the sessions to either router; see `links_to`.
        interval: seconds; each router is read at least this often, whatever it announces.
        judge: says why the pair is not whole.
        clock: seconds that pass.
        now: the time of day.
        settle: see `attention.SETTLE`.

    Raises:
        UsageError: the interval is no positive number.
    """

    def __init__(
        self,
        intent: Intent,
        links: Mapping[Role, OpenLink],
        *,
        interval: float = INTERVAL,
        judge: Judge = judge_pair,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
        settle: float = SETTLE,
    ) -> None:
        if (
            isinstance(interval, bool)
            or not isinstance(interval, int | float)
            or not 0 < interval <= _LONGEST
        ):
            raise UsageError(
                f"must be a number of seconds, more than 0 and at most {_LONGEST:g}",
                where="interval",
                hint=f"{INTERVAL:g} is taken if none is given.",
            )
        self._reports: SimpleQueue[Report | None] = SimpleQueue()
        self._ledger = Ledger(intent, judge)
        self._now = now
        self._stopped = False
        self._watchers = [
            Watcher(
                role,
                links[role],
                self._reports.put,
                interval=interval,
                clock=clock,
                bell=EventBell(),
                settle=settle,
            )
            for role in Role
        ]

    def events(self) -> Generator[Watched]:
        """First how the pair stands, then what happens, until `stop` or the generator's ``close``.

        Raises:
            DeviceUnreachable: a router cannot be reached at the beginning, or shows another host key later.
            ProtocolError: a router cannot be read at the beginning.
            InventoryError: a secret is not where the inventory says.
        """
        threads = [
            threading.Thread(target=watcher.run, name="egresspair-watch", daemon=True)
            for watcher in self._watchers
        ]
        try:
            for thread in threads:
                thread.start()
            later: list[Report] = []
            standing = self._begin(later)
            if standing is None:
                return
            yield standing
            for early in later:
                yield from self._told(early)
            while not self._stopped and (report := self._reports.get()) is not _END:
                yield from self._told(report)
        finally:
            self._end(threads)

    def stop(self) -> None:
        """End the iteration; from any thread, any number of times."""
        self._stopped = True
        self._reports.put(_END)

    def _begin(self, later: list[Report]) -> Standing | None:
        """Wait until both routers were read. None if it was stopped before.

        Args:
            later: takes what one router reports meanwhile, behind its first report.
        """
        first: dict[Role, Report] = {}
        while len(first) < len(Role):
            report = self._reports.get()
            if report is _END or self._stopped:
                return None
            if report.role in first:
                later.append(report)
            else:
                first[report.role] = report
        master, backup = _both_read(first.values())
        return self._ledger.begin(
            PairState(master.seen.state, backup.seen.state),
            {read.seen.state.device: read.source for read in (master, backup)},
            master.notes + backup.notes,
            self._now(),
        )

    def _told(self, report: Report) -> Iterable[Watched]:
        at = self._now()
        if isinstance(report, Gone):
            if report.final:
                raise report.error
            return self._ledger.lost(report.role, _reason(report.error), at)
        if report.first:
            return self._ledger.back(report.role, report.seen, report.source, report.notes, at)
        return self._ledger.seen(report.seen, at)

    def _end(self, threads: Iterable[threading.Thread]) -> None:
        """A thread that is just connecting is not waited for; it closes what it gets."""
        for watcher in self._watchers:
            watcher.stop()
        for thread in threads:
            if thread.is_alive():
                thread.join(_JOIN_SECONDS)


def links_to(
    intent: Intent, entries: Mapping[Role, DeviceEntry], tell: Callable[[Event], None]
) -> dict[Role, OpenLink]:
    """How to open the sessions to the routers of an intent; to the same ones every time."""
    names = tuple(vpn.name for vpn in intent.vpn_instances)
    return {role: _Opener(Subject(role, entries[role], names), tell).open for role in Role}


class _Opener:
    """Opens sessions to one router; the host key that it showed first is expected from then on."""

    def __init__(self, subject: Subject, tell: Callable[[Event], None]) -> None:
        self._subject = subject
        self._tell = tell
        self._host_key: str | None = None

    def open(self, ring: Callable[[], None]) -> Link:
        target = target_of(self._subject.entry)
        if self._host_key is not None:
            target = replace(target, host_key=self._host_key)
        link = open_link(self._subject, target, ring)
        self._host_key = link.host_key
        self._tell(Connected(link.reader.name, link.reader.peer.session_id, link.host_key))
        return link


def _both_read(reports: Iterable[Report]) -> tuple[Read, Read]:
    """The first report of either router.

    Raises:
        EgressPairError: why a router could not be read, or both could not.
    """
    ordered = sorted(reports, key=lambda report: list(Role).index(report.role))
    errors = [report.error for report in ordered if isinstance(report, Gone)]
    for error in errors:
        if not isinstance(error, EgressPairError):
            raise error
    if len(errors) > 1:
        raise BothUnreachable(error for error in errors if isinstance(error, EgressPairError))
    if errors:
        raise errors[0]
    master, backup = (report for report in ordered if isinstance(report, Read))
    return master, backup


def _reason(error: Exception) -> str:
    """Without the device's name, which the event has already."""
    return error.what if isinstance(error, EgressPairError) else str(error)


def watch_pair(
    intent: Intent,
    *,
    inventory: Inventory | str | os.PathLike[str],
    interval: float = INTERVAL,
    judge: Judge = judge_pair,
    observers: Iterable[Observer] = (),
) -> Watch:
    """A watch without an open pair. Arguments as for `Pair.watch` and `open_pair`.

    Raises:
        InventoryError: the inventory is wrong or lacks a router.
        UsageError: the interval is no positive number, or a file is missing.
    """
    devices = inventory if isinstance(inventory, Inventory) else load_inventory(inventory)
    links = links_to(intent, entries_of(intent, devices), to_all([log_event, *observers]))
    return Watch(intent, links, interval=interval, judge=judge)
