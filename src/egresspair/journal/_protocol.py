"""What a journal is: values and the two Protocols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

Facts = Mapping[str, Any]

ANNOUNCEMENT: Final = "tokens"
"""The kind of the record that announces the commits of an attempt."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a transaction begins with.

    Attributes:
        routers: device name by host key, of every router that the transaction may touch.
        facts: all that a recovery needs to know, as JSON values.
    """

    pair: str
    action: str
    routers: Mapping[str, str]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a transaction.

    Attributes:
        at: wall time, seconds since the epoch.
        kind: e.g. ``tokens``, ``state``, ``answer``.
    """

    seq: int
    at: float
    kind: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of one attempt: ``commit`` or ``abort``. There is never a second one."""

    attempt: int
    choice: str
    at: float
    who: str


@dataclass(frozen=True, slots=True)
class End:
    """How a transaction ended."""

    outcome: str
    at: float
    who: str
    facts: Facts


@dataclass(frozen=True)
class Entry:
    """One transaction as the journal has it.

    Attributes:
        id: sorts by time.
        who: user, host and process that began it.
        facts: as given in its `Opening`.
        end: None while it is not finished.
    """

    id: str
    at: float
    who: str
    pair: str
    action: str
    facts: Facts
    records: tuple[Record, ...] = ()
    decisions: tuple[Decision, ...] = ()
    end: End | None = None

    @property
    def attempt(self) -> int:
        """The attempt under way: 1, or 2 when the change was repeated for a server that lied."""
        return attempt_of(self.of_kind(ANNOUNCEMENT))

    @property
    def decision(self) -> str | None:
        """The decision of the attempt under way, if it was taken."""
        return next((d.choice for d in self.decisions if d.attempt == self.attempt), None)

    def of_kind(self, kind: str) -> tuple[Record, ...]:
        """The records of one kind, in order."""
        return tuple(record for record in self.records if record.kind == kind)


def attempt_of(announcements: Iterable[Record]) -> int:
    """The last attempt that is announced; 1 if none is."""
    return max((int(record.facts["attempt"]) for record in announcements), default=1)


class TransactionLog(Protocol):
    """One transaction under way."""

    @property
    def id(self) -> str: ...

    def record(self, kind: str, facts: Facts) -> None:
        """Append a record and have it on disk before returning.

        Raises:
            JournalError: it was not written, or the attempt that it belongs to is already decided; what
                it announces
                must not be done.
        """
        ...

    def note(self, kind: str, facts: Facts) -> None:
        """Keep a record that announces nothing; it is written together with the next durable one. Never
        raises.
        """
        ...

    def decide(self, wanted: str, attempt: int) -> str | None:
        """Insert the decision of an attempt unless there is one. Returns the one that stands, None if not
        known.
        """
        ...

    def end(self, outcome: str, facts: Facts, *, attempt: int | None = None) -> None:
        """Close the transaction; its routers are free for another one. The first end stands.

        ``attempt`` is the one that ended: if a later one was announced meanwhile, that one is still under way.

        Raises:
            JournalError: it was not written. A recovery will find the transaction unfinished and see that
                it is not.
        """
        ...


class Journal(Protocol):
    """Many transactions."""

    def begin(self, opening: Opening) -> TransactionLog:
        """Begin a transaction, durably, and claim its routers.

        Raises:
            Refused: a router (by host key) has an unfinished transaction, in whatever pair.
            JournalError: it cannot be written.
        """
        ...

    def resume(self, entry: Entry) -> TransactionLog:
        """The log of a transaction that is not finished."""
        ...

    def unfinished(self) -> tuple[Entry, ...]:
        """Every transaction without an end, oldest first.

        Raises:
            JournalError: a record is damaged, or the journal cannot be read.
        """
        ...

    def ids(self) -> tuple[str, ...]:
        """The id of every transaction, newest first: also of those whose records are damaged.

        Raises:
            JournalError: the journal cannot be read.
        """
        ...

    def entries(self) -> tuple[Entry, ...]:
        """Every transaction without its records, newest first.

        Raises:
            JournalError: the journal cannot be read.
        """
        ...

    def entry(self, transaction: str) -> Entry:
        """One transaction whole; a beginning of the id that only one has will do.

        Raises:
            UsageError: there is none, or there are several.
            JournalError: a record is damaged, or the journal cannot be read.
        """
        ...
