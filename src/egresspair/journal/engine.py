"""The database behind a journal: how it is opened, and what its errors mean."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from ..errors import JournalError
from .tables import FORMAT, meta, metadata

BUSY_SECONDS = 10
BEGIN_AT_ONCE = "BEGIN IMMEDIATE"
"""How SQLite begins: what reads first and writes then must hold the write lock from the start, or it may
fail half way.
"""

_PRIVATE = 0o600
_PLACES = "Give a file, or a URL such as postgresql+psycopg://USER@HOST/NAME."
_POSTGRESQL = "Install it: pip install 'egresspair[postgresql]'."
_LOOK = "Check that the path is right and that you may write there."


_HINTS = {
    "unable to open database file": _LOOK,
    "readonly database": _LOOK,
    "file is not a database": "Choose another file: this one holds something else.",
}


def open_engine(place: str) -> Engine:
    """A database with the journal's tables in it.

    Raises:
        JournalError: see `open_journal`.
    """
    url = _url(place)
    with mapped(url):
        engine = (
            _sqlite(url) if url.get_backend_name() == "sqlite" else create_engine(url, pool_pre_ping=True)
        )
        try:
            _prepare(engine, url)
        except BaseException:
            engine.dispose()  # nobody gets it, so nobody else would close its connections
            raise
    return engine


def is_there(place: str) -> bool:
    """Whether there is a journal; nothing is created by looking.

    Raises:
        JournalError: the database cannot be reached.
    """
    url = _url(place)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "").expanduser()
        return file.is_file() and file.stat().st_size > 0
    with mapped(url):
        engine = create_engine(url)
        try:
            return inspect(engine).has_table(meta.name)
        finally:
            engine.dispose()


def _url(place: str) -> URL:
    if "://" not in place:
        return URL.create("sqlite", database=place)
    try:
        return make_url(place)
    except (ArgumentError, ValueError):  # what they say may hold a part of a password
        raise JournalError(
            "this is neither a file nor a database URL", where="journal", hint=_PLACES
        ) from None


def shown(url: URL) -> str:
    """The URL without what may be secret: its password, and its query, which can hold one too."""
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def mapped(url: URL) -> Iterator[None]:
    """Database errors become ours; the password of the URL is not shown."""
    where = f"journal {place_of(url)}"
    try:
        yield
    except NoSuchModuleError as error:
        what = f"no kind of database is called {url.drivername!r}"
        raise JournalError(what, where=where, hint=_PLACES) from error
    except ModuleNotFoundError as error:
        hint = _POSTGRESQL if url.get_backend_name() == "postgresql" else ""
        what = f"the driver for it, {error.name}, is not installed"
        raise JournalError(what, where=where, hint=hint) from error
    except DBAPIError as error:
        raise JournalError(_first_line(error.orig), where=where, hint=_hint(error.orig)) from error
    except OSError as error:
        raise JournalError(f"it cannot be opened: {error.strerror}", where=where, hint=_LOOK) from error
    except SQLAlchemyError as error:
        raise JournalError(_first_line(error), where=where) from error


def place_of(url: URL) -> str:
    """A journal as a person names it: a file by its path, a database by its URL without secrets."""
    return url.database or "" if url.get_backend_name() == "sqlite" else shown(url)


def _hint(error: BaseException | None) -> str:
    return next((hint for words, hint in _HINTS.items() if words in str(error)), "")


def _first_line(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        _make_private(Path(url.database).expanduser())
        url = url.set(database=str(Path(url.database).expanduser()))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _make_private(file: Path) -> None:
    """The file belongs to its owner alone, before the first byte is in it; SQLite gives its helpers the
    same mode.

    A file that is there already is not opened: closing it would drop the locks that SQLite holds on it in this process.

    Raises:
        JournalError: there is no such folder, or it is a device or a directory, whose mode is nobody's to change.
    """
    if not file.parent.is_dir():
        raise JournalError(
            f"there is no folder {file.parent}",
            where=f"journal {file}",
            hint="Check the path; the folder of a journal is not made for you.",
        )
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE))
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise JournalError(
            "this is not a regular file", where=f"journal {file}", hint="Name another with --journal."
        )
    if found.st_uid == os.getuid():
        file.chmod(_PRIVATE)


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, see below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a commit is on disk when it returns
    cursor.close()


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(BEGIN_AT_ONCE)


def _prepare(engine: Engine, url: URL) -> None:
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
    except (IntegrityError, DBAPIError):  # another process creates the same tables at this moment
        with engine.begin() as connection:
            metadata.create_all(connection)
    try:
        with engine.begin() as connection:
            if _format(connection) is None:
                connection.execute(insert(meta).values(name="format", value=str(FORMAT)))
    except IntegrityError:
        pass  # another process was quicker
    with engine.begin() as connection:
        found = _format(connection)
    if found != str(FORMAT):
        raise JournalError(
            f"it has format {found}, this version writes {FORMAT}",
            where=f"journal {place_of(url)}",
            hint="Use the version that wrote it.",
        )


def _format(connection: Connection) -> str | None:
    return connection.execute(select(meta.c.value).where(meta.c.name == "format")).scalar()
