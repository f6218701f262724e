"""Which journal: a URL, a file, or the user's own."""

from __future__ import annotations

import os
from pathlib import Path

from ._protocol import Journal

VARIABLE = "EGRESSPAIR_JOURNAL"


def default_journal_file() -> Path:
    """``egresspair/journal.sqlite`` in the user's state directory (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME", "")
    folder = Path(state) if Path(state).is_absolute() else Path("~/.local/state").expanduser()
    return folder / "egresspair" / "journal.sqlite"


def open_journal(where: str | os.PathLike[str] | None = None) -> Journal:
    """Open a journal, and create it if there is none.

    Args:
        where: a file for SQLite, or an SQLAlchemy URL such as ``postgresql+psycopg://user@host/name``; by
            default what
            the environment variable ``EGRESSPAIR_JOURNAL`` says, else the user's own file.

    Raises:
        JournalError: it cannot be opened, is damaged, or was written by a newer version.
    """
    from .sql import SqlJournal  # noqa: PLC0415  (SQLAlchemy is not loaded before a journal is used)

    place = os.fspath(where) if where is not None else os.environ.get(VARIABLE) or default_journal_file()
    return SqlJournal.open(str(place))
