"""A place for journals of each kind, and a real PostgreSQL where one can run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egresspair.journal import Journal
from servers.postgres import Postgres, available

from .places import Place, place_at


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    reason = available()
    if reason:
        pytest.skip(reason)
    with Postgres() as server:
        yield server


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Place]:
    with place_at(str(tmp_path / "journal.sqlite")) as place:
        yield place


@pytest.fixture
def postgresql(postgres: Postgres) -> Iterator[Place]:
    database = postgres.new_database()
    with place_at(postgres.url(database)) as place:
        yield place
    postgres.give_back(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Place:
    """A journal in a database, of each kind."""
    place: Place = request.getfixturevalue(request.param)
    return place


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    """A journal of each kind."""
    return Place() if request.param == "memory" else request.getfixturevalue(request.param)


@pytest.fixture
def journal(place: Place) -> Journal:
    return place.open()
