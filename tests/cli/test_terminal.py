"""At a terminal: colours, questions, Ctrl-C. Elsewhere: plain text. Nobody's control characters anywhere."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.cli.terminal.printable import printable, printable_lines

from .desk import L3VPN, NI, Desk
from .terminal import at_terminal

QUESTION = "Accept the risk of interruption? [y/N]"


def test_a_person_is_shown_the_plan_and_asked(desk: Desk) -> None:
    screen = at_terminal("apply", desk.intent(), "-i", desk.inventory)
    screen.wait_for(QUESTION)
    assert screen.plain.index("+ static-label 2001") < screen.plain.index(QUESTION)
    assert desk.edits == []
    for device in desk.lab:
        device.wait_for(lambda each: not each.sessions)  # nobody is kept waiting while somebody thinks
    screen.type("y\n")
    assert screen.end() == 0
    assert "COMMITTED: both routers hold the new configuration" in screen.plain
    assert desk.labels == [2001, 2001]


@pytest.mark.parametrize("answer", ["n\n", "\n", "maybe\n", "\x04"])
def test_anything_but_yes_is_no(desk: Desk, answer: str) -> None:
    screen = at_terminal("apply", desk.intent(), "-i", desk.inventory)
    screen.wait_for(QUESTION)
    screen.type(answer)
    assert screen.end() == 10
    assert "the risk of interruption was not accepted, and nothing was changed" in screen.plain
    assert desk.edits == []


def test_each_kind_is_asked_for_once(desk: Desk) -> None:
    desk.apply()
    screen = at_terminal("apply", desk.intent(3001), "-i", desk.inventory)
    screen.wait_for(QUESTION)
    screen.type("yes\n")
    screen.wait_for("Accept the risk of relabel? [y/N]")
    screen.type("yes\n")
    assert screen.end() == 0
    assert screen.plain.count("Accept the risk") == 2
    assert desk.labels == [3001, 3001]


def test_what_was_accepted_is_not_asked_for(desk: Desk) -> None:
    screen = at_terminal("apply", desk.intent(), "-i", desk.inventory, "--accept", "interruption")
    assert screen.end() == 0
    assert "[y/N]" not in screen.plain


def test_with_json_nobody_is_asked(desk: Desk) -> None:
    screen = at_terminal("apply", desk.intent(), "-i", desk.inventory, "--json")
    assert screen.end() == 10
    assert "[y/N]" not in screen.plain


def test_the_plan_is_seen_though_stdout_is_a_file(desk: Desk) -> None:
    with (desk.folder / "out").open("wb") as out:
        screen = at_terminal("apply", desk.intent(), "-i", desk.inventory, stdout=out.fileno())
        screen.wait_for(QUESTION)
        assert "+ static-label 2001" in screen.plain
        screen.type("y\n")
        assert screen.end() == 0
    assert (desk.folder / "out").read_text().startswith("COMMITTED: ")


def test_ctrl_c_at_the_question(desk: Desk) -> None:
    screen = at_terminal("apply", desk.intent(), "-i", desk.inventory)
    screen.wait_for(QUESTION)
    screen.type("\x03")
    assert screen.end() == 130
    assert "interrupted. Nothing was changed" in screen.plain
    assert "Traceback" not in screen.plain
    assert desk.edits == []


def test_ctrl_c_in_the_middle_takes_everything_back(desk: Desk) -> None:
    before = desk.running
    screen = at_terminal(
        "apply", desk.intent(), "-i", desk.inventory, "--accept", "interruption", "--soak", "60"
    )
    screen.wait_for("TENTATIVE")
    screen.wait_for("waiting 60.0 s")
    screen.type("\x03")
    assert screen.end() == 5
    assert "interrupted by Ctrl-C" in screen.plain
    assert desk.running == before
    assert desk.held == []


def test_ctrl_c_while_a_plan_is_read(desk: Desk) -> None:
    held = desk.lab["backup"].hold("get-config")
    screen = at_terminal("plan", desk.intent(), "-i", desk.inventory, "-v")
    held.wait_reached()
    screen.type("\x03")
    assert screen.end() == 130
    assert "interrupted. Nothing was changed" in screen.plain


def test_added_is_green_and_a_warning_is_loud(desk: Desk) -> None:
    screen = at_terminal("plan", desk.intent(), "-i", desk.inventory)
    assert screen.end() == 0
    assert "\x1b[32m      + static-label 2001\x1b[0m" in screen.shown
    assert "\x1b[1;31mWARNING: not saved" in screen.shown


def test_a_long_line_is_not_cut(desk: Desk) -> None:
    screen = at_terminal("plan", desk.intent(), "-i", desk.inventory, "--payload")
    assert screen.end() == 0
    (payload, _) = (line for line in screen.plain.splitlines() if line.startswith("<edit-config"))
    assert payload.endswith("</edit-config>")


def test_a_pipe_gets_plain_text(desk: Desk) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "egresspair.cli", "plan", desk.intent(), "-i", desk.inventory],
        capture_output=True,
        check=True,
    )
    assert b"\x1b" not in ended.stdout + ended.stderr
    assert ended.stderr == b""


def test_a_reader_that_goes_away_is_no_error(desk: Desk) -> None:
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "egresspair.cli", "plan", desk.intent(), "-i", desk.inventory],
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(30) == 0
        errors.seek(0)
        assert errors.read() == b""


def test_a_full_disk_is_told(desk: Desk) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "egresspair.cli", "plan", desk.intent(), "-i", desk.inventory],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ended.returncode == 1
    assert b"No space left on device" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_poor_locale_is_no_error(desk: Desk) -> None:
    file = desk.written("pair: m\u00fcnchen-\u4e03\n")
    ended = subprocess.run(
        [sys.executable, "-m", "egresspair.cli", "plan", file, "-i", desk.inventory],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii", "PATH": "", "HOME": str(desk.folder)},
    )
    assert ended.returncode == 3
    assert b"Traceback" not in ended.stderr


def test_markup_in_a_name_is_only_a_name(desk: Desk) -> None:
    name = "[bold]vpn[/red]"
    text = desk.intent().read_text().replace("vpna", f"'{name}'").replace("200:1", "200:9")
    screen = at_terminal("plan", desk.written(text), "-i", desk.inventory)
    assert screen.end() == 0
    assert f"+ vpn-instance {name}" in screen.plain


def test_a_router_cannot_write_to_the_terminal(desk: Desk) -> None:
    """A route distinguisher is any string to the router; this one clears an old terminal's screen."""
    evil = (
        f'<network-instance xmlns="{NI}"><instances><instance><name>vpna</name><afs xmlns="{L3VPN}"><af>'
        "<type>ipv4-unicast</type><route-distinguisher>1:1&#x9b;2J&#x202e;</route-distinguisher>"
        "</af></afs></instance></instances></network-instance>"
    )
    desk.lab["backup"].load(evil.encode())
    screen = at_terminal("plan", desk.intent(), "-i", desk.inventory)
    assert screen.end() == 3
    assert "has 1:1\\x9b2J\\u202e" in screen.plain
    assert "\x9b" not in screen.shown
    assert "\u202e" not in screen.shown


@given(st.text())
def test_printable_is_one_line_without_control_characters(text: str) -> None:
    assert not {"Cc", "Cf", "Zl", "Zp"} & {*map(category, printable(text))}


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_what_is_harmless_stays(text: str) -> None:
    assert printable(text) == text


def test_lines_of_a_document_stay_lines() -> None:
    assert printable_lines("<a>\n\t<b>\x1b[2J</b>\n</a>") == "<a>\n <b>\\x1b[2J</b>\n</a>"
