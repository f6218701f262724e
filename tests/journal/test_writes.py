"""The writes of a transaction go past SQLAlchemy: what it did for them is still so."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy import Engine, Executable, column, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from egresspair.errors import JournalError, Refused
from egresspair.journal import statements
from egresspair.journal.seal import seal
from egresspair.journal.sql import SqlJournal
from egresspair.journal.tables import claims
from servers.postgres import Postgres

from .places import Place, announce, begun, opening

CLAIM = {"host_key": "SHA256:one", "transaction_id": "1"}
ALL: dict[str, Any] = {
    name: each
    for name, each in vars(statements).items()
    if not name.startswith("_") and isinstance(each, Executable)
}


def claimed(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(list(connection.execute(select(claims))))


def claim_and_fail(journal: SqlJournal, failure: type[BaseException]) -> None:
    with journal.writes.write() as write:
        write.run(statements.CLAIM, CLAIM)
        raise failure


def in_use(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_a_write_that_is_left_by_an_exception_is_taken_back_and_in_nobodys_way(
    database: Place, failure: type[BaseException]
) -> None:
    journal = database.sql()
    with pytest.raises(failure):
        claim_and_fail(journal, failure)
    assert in_use(journal.engine) == 0
    assert claimed(journal.engine) == 0
    with database.sql().writes.write() as other:  # would wait for a lock that was still held
        other.run(statements.CLAIM, CLAIM)
    assert claimed(journal.engine) == 1


@pytest.mark.parametrize(("failure", "kept"), [(ValueError, True), (KeyboardInterrupt, False)])
def test_a_connection_that_was_interrupted_is_not_used_again(
    database: Place, failure: type[BaseException], kept: bool
) -> None:
    journal = database.sql()
    with journal.engine.connect() as connection:
        before = connection.connection.dbapi_connection
    with pytest.raises(failure), journal.writes.write():
        raise failure
    with journal.engine.connect() as connection:
        assert (connection.connection.dbapi_connection is before) is kept


def test_a_second_row_with_the_same_key_is_told_from_other_errors(database: Place) -> None:
    journal = database.sql()
    with pytest.raises(IntegrityError), journal.writes.write() as write:
        write.run(statements.CLAIM, CLAIM, CLAIM)
    with pytest.raises(DBAPIError) as caught, journal.writes.write() as write:
        write.rows(select(column("x")).select_from(table("no_such_table")))
    assert not isinstance(caught.value, IntegrityError)
    assert in_use(journal.engine) == 0


def test_every_connection_is_given_back(database: Place) -> None:
    journal = database.sql()
    log = begun(journal)
    with pytest.raises(Refused):
        journal.begin(opening())
    log.decide("abort", 1)
    with pytest.raises(JournalError):
        announce(log)
    assert in_use(journal.engine) == 0
    log.end("ABORTED", {}, attempt=1)
    assert in_use(journal.engine) == 0


def test_a_connection_that_died_between_two_writes_is_replaced(postgres: Postgres, postgresql: Place) -> None:
    journal = postgresql.sql()
    log = journal.begin(opening())
    database = postgresql.url.rpartition("/")[2]
    postgres.kill_backends(database)
    announce(log)
    postgres.kill_backends(database)
    log.end("ABORTED", {}, attempt=1)
    end = postgresql.open().entry(log.id).end
    assert end is not None
    assert end.outcome == "ABORTED"


def test_the_file_is_locked_before_anything_is_looked_at(sqlite: Place) -> None:
    other = sqlite3.connect(sqlite.url, timeout=0)
    with sqlite.sql().writes.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql+psycopg"])
@pytest.mark.parametrize("name", ALL)
def test_a_statement_has_no_parameters_that_nobody_gives_it(name: str, kind: str) -> None:
    dialect: Any = make_url(f"{kind}://").get_dialect()
    compiled = ALL[name].compile(dialect=dialect())
    assert set(compiled.params.values()) == {None}  # a value of its own would be lost


def test_the_checksum_of_a_row_is_what_it_was_in_the_versions_before() -> None:
    row = {"transaction_id": "t", "seq": 1, "at": 1.5, "kind": "state", "facts": '{"a":"é \\" <"}'}
    assert seal("before", row) == "deca4d07ea6ed1d88a188c730a0ad5cbc475a53f5e98b084d1bdc15c2eb264d4"
