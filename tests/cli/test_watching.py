"""The watch of a pair at a terminal: a line for each thing that happens, until Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from egresspair.cli.audit import NOT_PROTECTED
from egresspair.lab import Lab

from .desk import Desk, vpn

VERDICT = " audit: Pair metro-7: NOT PROTECTED ("
"""Of the two routers on the desk, which import nothing."""
LABELS_DIFFER = "vpna: both MASGs have the same static label: fails: 2001 on the master, 3001 on the backup"


@contextmanager
def watching(desk: Desk, *words: str, intent: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """A watch in a process of its own."""
    command = ("audit", intent or desk.intent(), "-i", desk.inventory, "--watch", "--interval", 0.1)
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


def first(process: subprocess.Popen[str]) -> str:
    """How the pair stands; the verdict of an audit comes before."""
    assert VERDICT in line(process)
    return line(process)


def later(process: subprocess.Popen[str], *, differ: bool) -> str:
    """What happened; the verdict of an audit comes behind."""
    told, verdict = line(process), line(process)
    assert VERDICT in verdict
    assert (LABELS_DIFFER in verdict) is differ
    return told


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
        assert first(process).endswith(
            "labels, route distinguishers and VPN targets match; watching masg-1 by polling, masg-2 by polling"
        )
        whole.lab["backup"].edit_as_other(vpn(3001))
        broken = later(process, differ=True)
        assert " masg-2: vpna static-label 2001 -> 3001, by whom is not known, found by polling; " in broken
        assert "the pair is BROKEN: vpna: static label 2001 on masg-1 and 3001 on masg-2" in broken
        assert interrupted(process) == NOT_PROTECTED


def test_the_pair_whole_at_the_end(whole: Desk) -> None:
    whole.lab["backup"].load(vpn(3001))
    with watching(whole) as process:
        assert LABELS_DIFFER in line(process)
        assert "the pair is BROKEN" in line(process)
        whole.lab["backup"].edit_as_other(vpn(2001))
        assert later(process, differ=False).endswith(
            "labels, route distinguishers and VPN targets match again"
        )
        assert interrupted(process) == 0


def test_a_router_that_is_lost_is_not_known_to_be_whole(whole: Desk) -> None:
    with watching(whole, "--json") as process:
        assert json.loads(line(process))["event"] == "audit"
        assert json.loads(line(process))["whole"] is True
        whole.lab["backup"].stop()
        lost: dict[str, Any] = json.loads(line(process))
        assert (lost["event"], lost["device"]) == ("lost", "masg-2")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == NOT_PROTECTED


def test_with_json_each_line_is_a_document(whole: Desk) -> None:
    with watching(whole, "--json") as process:
        audit: dict[str, Any] = json.loads(line(process))
        assert (audit["event"], audit["protected"], audit["error"]) == ("audit", False, None)
        assert audit["verdict"] == "not protected"
        assert [cause["name"] for cause in audit["root_causes"]] == ["same-imports"]
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
        causes = json.loads(line(process))["root_causes"]
        assert [cause["name"] for cause in causes] == ["same-label", "same-imports", "saved"]
        assert interrupted(process) == NOT_PROTECTED


def test_it_ends_when_nobody_reads_any_more(whole: Desk) -> None:
    with watching(whole) as process:
        first(process)
        assert process.stdout is not None
        process.stdout.close()
        whole.lab["backup"].edit_as_other(vpn(3001))
        assert process.wait(60) == NOT_PROTECTED


def test_sessions_are_told_of_beside_the_answer(whole: Desk) -> None:
    with watching(whole, "--verbose") as process:
        first(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert out == ""
        assert sorted(told.split(":")[0].strip() for told in err.splitlines()) == ["masg-1", "masg-2"]


def test_a_pair_that_is_broken_elsewhere_is_not_told_to_be_protected(tmp_path: Path) -> None:
    """All that a watch compares matches, and the backup's LSP leads to the master."""
    with Lab(core=True, scenario="stitched") as lab:
        desk = Desk(lab, tmp_path)
        lab.write_inventory(desk.inventory)
        values = {
            "pair": "metro-7",
            "master": "masg-1",
            "backup": "masg-2",
            "core_asbr": "asbr-1",
            "csg": "csg-1",
            "protected_host_routes": ["192.0.2.5/32", "192.0.2.6/32"],
            "vpn_instances": [{"name": "vpna", "static_label": 2001}],
        }
        desk.written(yaml.safe_dump(values))
        with watching(desk, intent=desk.folder / "intent.yaml") as process:
            verdict = line(process)
            assert f"{VERDICT}1 root cause): masg-2, 192.0.2.5/32: non-relay-tunnel is set: fails" in verdict
            assert "targets match; watching" in line(process)


def test_an_audit_that_cannot_be_made_is_told(whole: Desk) -> None:
    """The core ASBR is in no inventory: a watch does not need it."""
    values = {**yaml.safe_load(whole.intent().read_text()), "core_asbr": "asbr-9"}
    whole.written(yaml.safe_dump(values))
    with watching(whole, intent=whole.folder / "intent.yaml") as process:
        told = line(process)
        assert " audit: cannot be made: " in told
        assert "asbr-9" in told
        assert "targets match; watching" in line(process)


@pytest.mark.parametrize("option", [("--explain",), ("--svg", "walk.svg"), ("--savings",)])
def test_what_a_watch_does_not_show_is_refused(desk: Desk, option: tuple[str, ...]) -> None:
    refused = desk.run("audit", desk.intent(), "--watch", *option)
    assert refused.status == 2
    assert f"{option[0]}: a watch does not show this" in refused.err


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
