"""The figures of the fault matrix, printed at the end of the run."""

from __future__ import annotations

import pytest

from toy.matrix import Figures

FIGURES = pytest.StashKey[dict[str, Figures]]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> dict[str, Figures]:
    """What the groups of the matrix came to, for the summary and for the page of the docs."""
    return request.config.stash.setdefault(FIGURES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(FIGURES, {})
    if lines:
        terminalreporter.section("fault matrix")
        for name, line in lines.items():
            terminalreporter.write_line(f"{name}: {line}")
