"""The figures of the fault matrix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from toy.matrix import Figures
from toy.summary import LINES

FIGURES = pytest.StashKey[dict[str, Figures]]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[dict[str, Figures]]:
    """What the groups of the matrix came to, for the summary and for the page of the docs."""
    found = request.config.stash.setdefault(FIGURES, {})
    yield found
    lines = request.config.stash.setdefault(LINES, {})
    lines.update({name: str(each) for name, each in found.items()})
