"""The watch of a pair at a terminal: a line for each thing that happens, until Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from egresspair.cli.audit import NOT_PROTECTED

from .desk import Desk, vpn


@contextmanager
def watching(desk: Desk, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A watch in a process of its own."""
    command = ("audit", desk.intent(), "-i", desk.inventory, "--watch", "--interval", 0.1)
    process = subprocess.Popen(
        [sys.executable, "-m", "egresspair.cli", *map(str, command), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip()


def interrupted(process: subprocess.Popen[str]) -> int:
    """Its exit status after Ctrl-C; nothing else is said."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err) == ("", "")
    return process.returncode


@pytest.fixture
def whole(desk: Desk) -> Desk:
    """A desk whose pair is protected."""
    for device in desk.lab:
        device.load(vpn(2001))
    return desk


def test_a_line_for_each_thing_and_the_pair_broken_at_the_end(whole: Desk) -> None:
    with watching(whole) as process:
        assert line(process).endswith("the pair is whole; watching masg-1 by polling, masg-2 by polling")
        whole.lab["backup"].edit_as_other(vpn(3001))
        broken = line(process)
        assert " masg-2: vpna static-label 2001 -> 3001, by whom is not known, found by polling; " in broken
        assert "the pair is BROKEN: vpna: static label 2001 on masg-1 and 3001 on masg-2" in broken
        assert interrupted(process) == NOT_PROTECTED


def test_the_pair_whole_at_the_end(whole: Desk) -> None:
    whole.lab["backup"].load(vpn(3001))
    with watching(whole) as process:
        assert "the pair is BROKEN" in line(process)
        whole.lab["backup"].edit_as_other(vpn(2001))
        assert line(process).endswith("the pair is whole again")
        assert interrupted(process) == 0


def test_a_router_that_is_lost_is_not_known_to_be_whole(whole: Desk) -> None:
    with watching(whole, "--json") as process:
        assert json.loads(line(process))["whole"] is True
        whole.lab["backup"].stop()
        lost: dict[str, Any] = json.loads(line(process))
        assert (lost["event"], lost["device"]) == ("lost", "masg-2")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == NOT_PROTECTED


def test_with_json_each_line_is_a_document(whole: Desk) -> None:
    with watching(whole, "--json") as process:
        standing: dict[str, Any] = json.loads(line(process))
        assert (standing["event"], standing["whole"], standing["findings"]) == ("standing", True, [])
        assert standing["sources"] == {"masg-1": "polling", "masg-2": "polling"}
        whole.lab["backup"].edit_as_other(vpn(3001))
        drift: dict[str, Any] = json.loads(line(process))
        assert (drift["event"], drift["device"], drift["whole"]) == ("drift", "masg-2", False)
        assert drift["before"] == standing["digests"]["masg-2"]
        assert drift["changes"] == [
            {"kind": "changed", "vpn": "vpna", "node": "static-label", "before": "2001", "after": "3001"}
        ]
        assert [finding["check"] for finding in drift["findings"]] == ["static-label"]
        assert (drift["who"], drift["source"], drift["rollback"]) == ([], "polling", False)
        assert interrupted(process) == NOT_PROTECTED


def test_it_ends_when_nobody_reads_any_more(whole: Desk) -> None:
    with watching(whole) as process:
        line(process)
        assert process.stdout is not None
        process.stdout.close()
        whole.lab["backup"].edit_as_other(vpn(3001))
        assert process.wait(60) == NOT_PROTECTED


def test_sessions_are_told_of_beside_the_answer(whole: Desk) -> None:
    with watching(whole, "--verbose") as process:
        line(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert out == ""
        assert sorted(told.split(":")[0].strip() for told in err.splitlines()) == ["masg-1", "masg-2"]


def test_what_keeps_it_from_beginning_is_an_error(desk: Desk) -> None:
    wrong = desk.run("audit", desk.written("pair: x"), "--watch")
    assert wrong.status == 3
    for options in (("--interval", 5), ("--watch", "--interval", 0), ("--watch", "--interval", "nan")):
        refused = desk.run("audit", desk.intent(), *options)
        assert refused.status == 2
        assert "interval" in refused.err
    desk.lab["master"].stop()
    unreachable = desk.run("audit", desk.intent(), "--watch", "--json")
    assert unreachable.status == 9
    assert unreachable.document["error"]["where"].startswith("masg-1")
