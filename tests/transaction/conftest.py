"""The figures of the fault matrix, printed at the end of the run."""

from __future__ import annotations

import pytest

FIGURES = pytest.StashKey[dict[str, str]]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> dict[str, str]:
    """Lines to be printed in the summary."""
    return request.config.stash.setdefault(FIGURES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(FIGURES, {})
    if lines:
        terminalreporter.section("fault matrix")
        for name, line in lines.items():
            terminalreporter.write_line(f"{name}: {line}")
