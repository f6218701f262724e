"""A real PostgreSQL for journals, where one can run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers.postgres import Postgres, available


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    reason = available()
    if reason:
        pytest.skip(reason)
    with Postgres() as server:
        yield server
