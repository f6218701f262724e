"""The writes of a transaction under way, through the driver of the database.

SQLAlchemy spells the statements, for whichever database it is, and keeps the connections. It is left out in between:
what it does around a statement takes longer than the statement, and a change waits for it (docs/adr/0044).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Engine, PoolProxiedConnection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, IntegrityError

from .engine import BEGIN_AT_ONCE

Row = dict[str, Any]


class Spelled(NamedTuple):
    """A statement as the driver takes it.

    Attributes:
        order: of its parameters, or None if the driver wants them by name.
    """

    text: str
    order: Sequence[str] | None

    def arguments(self, row: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        return row if self.order is None else [row[name] for name in self.order]


class Write:
    """One write under way."""

    def __init__(self, cursor: DBAPICursor, writes: Writes) -> None:
        self._cursor = cursor
        self._writes = writes

    def run(self, statement: ClauseElement, *rows: Mapping[str, Any]) -> None:
        """Execute a statement once for each row of parameters."""
        spelled = self._writes.spelled(statement)
        if len(rows) == 1:
            self._cursor.execute(spelled.text, spelled.arguments(rows[0]))
        else:
            self._cursor.executemany(spelled.text, [spelled.arguments(row) for row in rows])

    def rows(self, statement: ClauseElement, **parameters: object) -> list[Row]:
        """What a query finds."""
        spelled = self._writes.spelled(statement)
        self._cursor.execute(spelled.text, spelled.arguments(parameters))
        names = [column[0] for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]


class Writes:
    """Writes to one database. Safe to share between threads: each write has a connection to itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._spelled: dict[ClauseElement, Spelled] = {}

    def spelled(self, statement: ClauseElement) -> Spelled:
        """A statement for this database; spelling it anew would cost more than executing it."""
        found = self._spelled.get(statement)
        if found is None:
            compiled = self._engine.dialect.statement_compiler(self._engine.dialect, statement)
            order = compiled.positiontup if compiled.positional else None
            found = self._spelled[statement] = Spelled(str(compiled), order)
        return found

    @contextmanager
    def write(self) -> Iterator[Write]:
        """A write, on disk when it is left; an exception takes all of it back.

        Raises:
            IntegrityError, DBAPIError: of SQLAlchemy, for those of the driver.
        """
        driver = self._engine.dialect.loaded_dbapi
        try:
            connection = self._engine.raw_connection()
            try:
                yield Write(self._begun(connection), self)
                connection.commit()
            except BaseException as error:
                if not (isinstance(error, Exception) and _taken_back(connection)):
                    connection.invalidate(error)  # nobody knows what it is in the middle of
                raise
            finally:
                connection.close()
        except driver.IntegrityError as error:
            raise IntegrityError(None, None, error) from error
        except driver.Error as error:
            raise DBAPIError(None, None, error) from error

    def _begun(self, connection: PoolProxiedConnection) -> DBAPICursor:
        cursor = connection.cursor()
        if self._engine.dialect.name == "sqlite":  # the driver of PostgreSQL begins by itself
            cursor.execute(BEGIN_AT_ONCE)
        return cursor


def _taken_back(connection: PoolProxiedConnection) -> bool:
    try:
        connection.rollback()
    except Exception:  # noqa: BLE001  (whatever it is, this connection is of no more use)
        return False
    return True
