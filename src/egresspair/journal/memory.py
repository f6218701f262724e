"""A journal that lives as long as the process: for tests and for trying out. Nothing can be recovered from
it later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from ..errors import JournalError, RefusalReason, Refused, UsageError
from ._protocol import ANNOUNCEMENT, Decision, End, Entry, Facts, Opening, Record
from .identity import new_id, stamp, who


class MemoryJournal:
    """See `Journal`. Safe to share between threads.

    Attributes:
        lock: held while something is looked at and then changed.

    Args:
        clock: wall time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.lock = threading.RLock()
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._claims: dict[str, str] = {}

    def begin(self, opening: Opening) -> MemoryLog:
        """See `Journal.begin`."""
        with self.lock:
            self._refuse_busy(opening)
            at = self._clock()
            entry = Entry(new_id(at), at, who(), opening.pair, opening.action, opening.facts)
            self._entries[entry.id] = entry
            self._claims.update(dict.fromkeys(opening.routers, entry.id))
        return MemoryLog(self, entry.id)

    def _refuse_busy(self, opening: Opening) -> None:
        holders = [self._claims[key] for key in opening.routers if key in self._claims]
        if holders:
            holder = self._entries[holders[0]]
            raise busy_routers(
                holder, [name for key, name in opening.routers.items() if self._claims.get(key) == holder.id]
            )

    def release(self, transaction: str) -> None:
        """Let other transactions have the routers."""
        self._claims = {key: holder for key, holder in self._claims.items() if holder != transaction}

    def resume(self, entry: Entry) -> MemoryLog:
        """See `Journal.resume`."""
        return MemoryLog(self, entry.id)

    def unfinished(self) -> tuple[Entry, ...]:
        """See `Journal.unfinished`."""
        return tuple(entry for entry in list(self._entries.values()) if entry.end is None)

    def ids(self) -> tuple[str, ...]:
        """See `Journal.ids`."""
        return tuple(reversed(self._entries))

    def entries(self) -> tuple[Entry, ...]:
        """See `Journal.entries`."""
        return tuple(reversed(self._entries.values()))

    def entry(self, transaction: str) -> Entry:
        """See `Journal.entry`."""
        return self._entries[only_one(transaction, self._entries)]

    def change(self, transaction: str, change: Callable[[Entry, float], Entry]) -> Entry:
        """Replace an entry."""
        with self.lock:
            entry = change(self._entries[transaction], self._clock())
            self._entries[transaction] = entry
        return entry


class MemoryLog:
    """See `TransactionLog`."""

    def __init__(self, journal: MemoryJournal, transaction: str) -> None:
        self._journal = journal
        self._id = transaction

    @property
    def id(self) -> str:
        return self._id

    def record(self, kind: str, facts: Facts) -> None:
        """See `TransactionLog.record`."""
        with self._journal.lock:
            entry = self._journal.entry(self._id)
            if kind == ANNOUNCEMENT and (
                entry.end or any(d.attempt == facts["attempt"] for d in entry.decisions)
            ):
                raise decided_already(self._id)
            self.note(kind, facts)

    def note(self, kind: str, facts: Facts) -> None:
        """See `TransactionLog.note`."""

        def add(entry: Entry, at: float) -> Entry:
            return replace(entry, records=(*entry.records, Record(len(entry.records) + 1, at, kind, facts)))

        self._journal.change(self._id, add)

    def decide(self, wanted: str, attempt: int) -> str | None:
        """See `TransactionLog.decide`."""

        def add(entry: Entry, at: float) -> Entry:
            if any(decision.attempt == attempt for decision in entry.decisions):
                return entry
            return replace(entry, decisions=(*entry.decisions, Decision(attempt, wanted, at, who())))

        entry = self._journal.change(self._id, add)
        return next(decision.choice for decision in entry.decisions if decision.attempt == attempt)

    def end(self, outcome: str, facts: Facts, *, attempt: int | None = None) -> None:
        """See `TransactionLog.end`."""
        with self._journal.lock:
            if attempt is not None and attempt < self._journal.entry(self._id).attempt:
                raise gone_on(self._id)
            self._journal.change(
                self._id, lambda entry, at: replace(entry, end=entry.end or End(outcome, at, who(), facts))
            )
            self._journal.release(self._id)


def decided_already(transaction: str) -> JournalError:
    """The refusal to announce a commit that a recovery has already decided against."""
    return JournalError("a recovery has decided it meanwhile", where=f"transaction {transaction}")


def gone_on(transaction: str) -> JournalError:
    """The refusal to end what is under way again."""
    return JournalError(
        "whoever began it has gone on meanwhile",
        where=f"transaction {transaction}",
        hint="Run egresspair recover.",
    )


def busy_routers(holder: Entry, devices: list[str]) -> Refused:
    """The refusal to begin on a router that has an unfinished transaction."""
    return Refused(
        f"transaction {holder.id} of {holder.who}, begun {stamp(holder.at)}, is not finished",
        reason=RefusalReason.UNFINISHED,
        where=" and ".join(devices),
        hint=f"If that process is still at work, wait; if it is gone, run: egresspair recover {holder.id}",
    )


def only_one(beginning: str, ids: dict[str, Entry] | list[str]) -> str:
    """The one id that begins so.

    Raises:
        UsageError: there is none, or there are several.
    """
    found = [known for known in ids if known.startswith(beginning)]
    if beginning in found:
        return beginning
    if len(found) != 1:
        what = f"{len(found)} transactions begin with it" if found else "there is no such transaction"
        raise UsageError(what, where=f"transaction {beginning!r}", hint="history lists them.")
    return found[0]
