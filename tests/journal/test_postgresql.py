"""Decisions whose outcome is unknown, because the connection went in the middle: read back, or not claimed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event

from egresspair.errors import JournalError
from egresspair.journal import TransactionLog
from egresspair.journal.sql import SqlJournal
from servers.postgres import PASSWORD, Postgres
from servers.proxy import TcpProxy

from .places import Place, begun, opening, place_at


@dataclass
class Behind:
    """A journal that reaches its database through a proxy, and the same database reached past it."""

    proxy: TcpProxy
    near: SqlJournal
    past: Place
    log: TransactionLog


@pytest.fixture
def behind(postgres: Postgres, postgresql: Place) -> Iterator[Behind]:
    database = postgresql.url.rpartition("/")[2]
    with TcpProxy(postgres.port) as proxy, place_at(postgres.url(database, port=proxy.port)) as place:
        near = place.sql()
        yield Behind(proxy, near, postgresql, begun(near))


@contextmanager
def once_at_commit(journal: SqlJournal, act: Any) -> Iterator[None]:
    """Do something right before the next COMMIT is sent."""
    acts = [act]

    def watch(connection: Any, *_: object) -> None:
        commit = connection.commit

        def after_the_act() -> None:
            if acts:
                acts.pop()()
            commit()

        connection.commit = after_the_act

    event.listen(journal.engine, "checkout", watch)
    yield
    assert acts == []


def choices(each: Behind) -> list[str]:
    return [decision.choice for decision in each.past.open().entry(each.log.id).decisions]


def test_a_backend_that_is_terminated_at_the_commit(postgres: Postgres, postgresql: Place) -> None:
    journal = postgresql.sql()
    log = begun(journal)
    database = postgresql.url.rpartition("/")[2]
    with once_at_commit(journal, lambda: postgres.kill_backends(database)):
        assert log.decide("commit", 1) == "commit"
    assert [d.choice for d in postgresql.open().entry(log.id).decisions] == ["commit"]


def test_somebody_else_decided_while_the_connection_was_gone(postgres: Postgres, postgresql: Place) -> None:
    journal, other = postgresql.sql(), postgresql.sql()
    log = begun(journal)
    database = postgresql.url.rpartition("/")[2]

    def cut_off() -> None:
        postgres.kill_backends(database)
        assert other.resume(other.entry(log.id)).decide("abort", 1) == "abort"

    with once_at_commit(journal, cut_off):
        assert log.decide("commit", 1) == "abort"


def test_a_database_that_stays_away_leaves_the_decision_unknown(behind: Behind) -> None:
    with once_at_commit(behind.near, behind.proxy.refuse):
        assert behind.log.decide("commit", 1) is None
    assert choices(behind) == []
    behind.proxy.accept()
    assert behind.log.decide("abort", 1) == "abort"


def test_a_commit_whose_answer_was_lost_is_read_back(behind: Behind) -> None:
    def lose_the_answer() -> None:
        behind.proxy.hold("to_client")
        cutting.start()

    def cut() -> None:
        behind.proxy.cut()
        behind.proxy.release()

    cutting = threading.Timer(0.5, cut)
    with once_at_commit(behind.near, lose_the_answer):
        assert behind.log.decide("commit", 1) == "commit"
    cutting.join()
    assert choices(behind) == ["commit"]


def test_what_could_not_be_written_is_said_without_the_password(behind: Behind) -> None:
    behind.proxy.refuse()
    acts: list[Callable[[], object]] = [
        lambda: behind.log.record("tokens", {"attempt": 2, "tokens": {}}),
        lambda: behind.log.end("ABORTED", {}),
        lambda: behind.near.begin(opening(routers={"SHA256:x": "x"})),
        behind.near.unfinished,
        behind.near.entries,
    ]
    for act in acts:
        with pytest.raises(JournalError) as caught:
            act()
        assert "***" in caught.value.where
        assert PASSWORD not in str(caught.value)
    behind.proxy.accept()
    assert [entry.attempt for entry in behind.past.open().unfinished()] == [1]


def test_a_wrong_password_is_not_shown(postgres: Postgres) -> None:
    with pytest.raises(JournalError, match="authentication") as caught:
        SqlJournal.open(postgres.url("postgres", password="Wrong-password-7"))
    assert "Wrong-password-7" not in str(caught.value)
