"""Where a transaction writes down what it is about to do, and where its one decision is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Journal(Protocol):
    """The records of one transaction. A record is durable when `record` returns."""

    def record(self, kind: str, facts: Mapping[str, Any]) -> None:
        """Append a record.

        Raises:
            JournalRefused: it was not written; what it announces must not be done.
        """
        ...

    def decide(self, wanted: str, attempt: int) -> str | None:
        """Insert the decision of an attempt unless there is one. Returns the one that stands, or None."""
        ...


class MemoryJournal:
    """A journal that lives as long as the process: nothing can be recovered from it."""

    def __init__(self) -> None:
        self.records: list[tuple[str, Mapping[str, Any]]] = []
        self.decisions: dict[int, str] = {}

    def record(self, kind: str, facts: Mapping[str, Any]) -> None:
        self.records.append((kind, facts))

    def decide(self, wanted: str, attempt: int) -> str | None:
        return self.decisions.setdefault(attempt, wanted)
