"""A lab whose routers know the VPN instance and have no label yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .bench import Bench
from .bench import bench as new_bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with new_bench() as made:
        yield made
