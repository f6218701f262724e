"""Which journal: a URL, a file, or the user's own."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import JournalError
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
        JournalError: it cannot be opened, its folder is not there, it is damaged, or was written by a newer version.
    """
    from .sql import SqlJournal  # noqa: PLC0415  (SQLAlchemy is not loaded before a journal is used)

    place = _given(where)
    if not place:
        file = default_journal_file()
        _make_folder(file.parent)
        place = str(file)
    return SqlJournal.open(place)


def existing_journal(where: str | os.PathLike[str] | None = None) -> Journal | None:
    """The journal, if there is one: a look at it creates nothing.

    Args:
        where: see `open_journal`.

    Raises:
        JournalError: there is one, and it cannot be opened.
    """
    place = _given(where) or str(default_journal_file())
    return open_journal(place) if _is_there(place) else None


def _is_there(place: str) -> bool:
    if "://" not in place:
        file = Path(place).expanduser()
        return file.is_file() and file.stat().st_size > 0
    from .engine import is_there  # noqa: PLC0415

    return is_there(place)


def _given(where: str | os.PathLike[str] | None) -> str:
    """The place that somebody chose; empty if nobody did."""
    return os.fspath(where) if where is not None else os.environ.get(VARIABLE, "")


def _make_folder(folder: Path) -> None:
    """The user's own place may be made; a folder that somebody names may be mistyped."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(
            f"its folder cannot be made: {error.strerror}",
            where=f"journal {folder}",
            hint=f"Name another place with --journal or {VARIABLE}.",
        ) from error
