"""Starting, and ending in ways that nobody wants."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import egresspair
from egresspair.cli.app import COMMANDS

from .desk import Desk, command
from .terminal import at_terminal

HEAVY = ("ncclient", "lxml", "asyncssh", "paramiko", "yaml", "sqlalchemy", "yangson", "rich.markdown")


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (["--help"], (*HEAVY, "pydantic")),
        (["--version"], (*HEAVY, "pydantic")),
        (["plan", "--help"], HEAVY),  # newer typers read numbers by pydantic
    ],
)
def test_nothing_heavy_is_loaded_before_a_command_runs(words: list[str], heavy: tuple[str, ...]) -> None:
    program = (
        "import sys; from egresspair.cli import main; status = main(sys.argv[1:]);"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr); sys.exit(status)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    assert ended.stderr == "[]\n"


def test_help_names_every_command() -> None:
    ended = command("--help")
    assert ended.status == 0
    assert all(f"\n  {name} " in ended.out for name in COMMANDS)


def test_help_at_a_terminal_is_as_plain_and_has_a_line_for_each_status() -> None:
    screen = at_terminal("--help")
    assert screen.end() == 0
    assert "<bool>" not in screen.plain
    assert all(
        re.search(rf"^ +{status}  \w", screen.plain, re.M) for status in (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 130)
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_json_and_help(name: str) -> None:
    ended = command(name, "-h")
    assert ended.status == 0
    assert "--json" in ended.out


def test_the_version() -> None:
    assert command("--version").out == f"egresspair {egresspair.__version__}\n"


def test_the_installed_program_is_this_one() -> None:
    program = Path(sys.executable).with_name("egresspair")
    ended = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert ended.stdout == f"egresspair {egresspair.__version__}\n"


def _break(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("egresspair.intent.load_intent", broken)


def test_a_defect_of_ours_is_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, RuntimeError("boom\x1b[2J"))
    ended = desk.run("plan", desk.intent())
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("internal error: RuntimeError: boom\\x1b[2J. Nothing was changed.")
    assert len(ended.err.splitlines()) == 1


def test_debug_adds_the_traceback(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, RuntimeError("boom"))
    ended = desk.run("plan", desk.intent(), "--debug", "--json")
    assert ended.status == 1
    assert "Traceback (most recent call last):" in ended.err
    assert ended.document["error"]["kind"] == "InternalError"


def test_an_interruption_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, KeyboardInterrupt())
    ended = desk.run("plan", desk.intent(), "--json")
    assert ended.status == 130
    assert ended.document["error"]["kind"] == "Interrupted"
    assert "Nothing was changed." in ended.err


def test_what_libraries_log_is_not_shown(desk: Desk) -> None:
    desk.lab.fault("backup:hello:drop-request")
    ended = subprocess.run(
        [sys.executable, "-m", "egresspair.cli", "plan", desk.intent(), "-i", desk.inventory],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert ended.returncode == 9
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("masg-2 (127.0.0.1:")
