"""What the whole suite shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toy.summary import LINES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="play the longer profile of the fault matrix as well"
    )
    parser.addoption("--update", action="store_true", help="rewrite the golden payloads in payloads/")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker process hands its figures over."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["fault matrix"] = session.config.stash.get(LINES, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    lines = getattr(node, "workeroutput", {}).get("fault matrix", {})
    node.config.stash.setdefault(LINES, {}).update(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(LINES, {})
    if lines:
        terminalreporter.section("fault matrix")
        for name, line in lines.items():
            terminalreporter.write_line(f"{name}: {line}")


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's journal, or what was learned of the user's servers."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.delenv("EGRESSPAIR_JOURNAL", raising=False)
