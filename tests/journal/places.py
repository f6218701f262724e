"""Kinds of journals, by what they are kept in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from egresspair.journal import Journal, MemoryJournal, Opening, TransactionLog
from egresspair.journal.sql import SqlJournal

KEYS = {"SHA256:one": "masg-1", "SHA256:two": "masg-2"}


@dataclass
class Place:
    """Where journals are kept.

    Attributes:
        url: a file or a database URL; empty for memory.
    """

    url: str = ""
    _opened: list[SqlJournal] = field(default_factory=list)
    _memory: MemoryJournal = field(default_factory=MemoryJournal)

    def open(self, clock: Callable[[], float] | None = None) -> Journal:
        """A journal as another process would open it; memory has only one."""
        if not self.url:
            return self._memory
        return self.sql(clock)

    def sql(self, clock: Callable[[], float] | None = None) -> SqlJournal:
        """The same, known to be in a database."""
        journal = SqlJournal.open(self.url)
        if clock is not None:
            journal.clock = clock
        self._opened.append(journal)
        return journal

    def close(self) -> None:
        """Close everything that was opened."""
        for journal in self._opened:
            journal.close()


@contextmanager
def place_at(url: str) -> Iterator[Place]:
    """A place whose journals are closed at the end."""
    place = Place(url)
    try:
        yield place
    finally:
        place.close()


def opening(pair: str = "metro-7", routers: dict[str, str] | None = None, **facts: Any) -> Opening:
    """The beginning of a transaction."""
    return Opening(pair, "apply", KEYS if routers is None else routers, {"digest": "abc", **facts})


def begun(journal: Journal) -> TransactionLog:
    """A transaction with its announcement."""
    log = journal.begin(opening())
    announce(log)
    return log


def announce(log: TransactionLog, attempt: int = 1) -> None:
    """Write down the tokens of an attempt."""
    log.record("tokens", {"attempt": attempt, "tokens": {"master": "m", "backup": "b"}})
