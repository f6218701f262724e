"""A lab whose routers speak BGP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pair.bench import Bench
from pair.bench import bench as new_bench

from .documents import running


@pytest.fixture
def bench() -> Iterator[Bench]:
    with new_bench({"master": running(), "backup": running()}, profile="ne40e-core") as made:
        yield made
