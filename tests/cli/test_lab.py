"""The lab command: a pair to work with, and nothing of the user's is lost."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from egresspair.cli.program import program

from .desk import command


@contextmanager
def lab(folder: Path, *words: object) -> Iterator[subprocess.Popen[str]]:
    """The command in a folder; ended by Ctrl-C if the body did not end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "egresspair.cli", "lab", "--json", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def started(process: subprocess.Popen[str]) -> dict[str, object]:
    """What it says when it is ready."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            break
    document = json.loads(text)
    assert isinstance(document, dict)
    return document


def test_the_files_it_writes_can_be_used_at_once(tmp_path: Path) -> None:
    with lab(
        tmp_path, "--intent-out", "intent.yaml", "--vpn", "vpna:200:1", "--vpn", "vpnb:200:2"
    ) as process:
        document = started(process)
        assert document["inventory"] == "inventory.yaml"
        options = ["-i", tmp_path / "inventory.yaml", "--accept", "interruption"]
        ended = command("apply", tmp_path / "intent.yaml", *options)
        assert ended.status == 0
        assert "+ vpn-instance" not in ended.err
        assert ended.out.count("vpnb: assigned label 2002, up") == 2


def test_what_is_wrong_in_a_network_can_be_mended(tmp_path: Path) -> None:
    with lab(tmp_path, "--scenario", "no-label", "--vpn", "vpnx:200:9", "--intent-out", "intent.yaml") as it:
        document = started(it)
        assert document["scenario"] == "no-label"
        files = (tmp_path / "intent.yaml", "-i", tmp_path / "inventory.yaml")
        before = command("audit", *files, "--json")
        assert (before.status, before.document["verdict"]) == (8, "not protected")
        assert command("apply", *files, "--accept", "interruption", "--save").status == 0
        after = command("audit", *files)
        assert (after.status, after.out.splitlines()[0]) == (0, "Pair metro-7: PROTECTED")


def test_a_network_has_four_routers_and_says_what_is_wrong(tmp_path: Path) -> None:
    lines = told(tmp_path, "--scenario", "stitched", "--intent-out", "mine.yaml")
    assert [line.split(" ")[0] for line in lines[:4]] == ["masg-1", "masg-2", "asbr-1", "csg-1"]
    assert lines[4].startswith("Scenario stitched: the backup resolves")
    assert "  egresspair audit mine.yaml -i pair.yaml --explain\n" in lines


def test_scenarios_are_listed() -> None:
    ended = command("lab", "--scenario", "list")
    assert ended.status == 0
    assert "\n  healthy " in ended.out
    assert re.search(r"\n  no-auto-frr +BGP FRR is off at the core ASBR \(12\)\n", ended.out)
    document = command("lab", "--scenario", "list", "--json").document
    assert document["scenarios"]["no-auto-frr"]["condition"] == 12


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_only_the_users_files_stay(tmp_path: Path, number: int) -> None:
    with lab(tmp_path, "--intent-out", "intent.yaml") as process:
        started(process)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, err) == (0, "The lab has ended.\n")
    assert [each.name for each in tmp_path.iterdir()] == ["intent.yaml"]


def test_an_inventory_of_the_user_is_kept(tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text("devices: {}\n")
    with lab(tmp_path) as process:
        out, err = process.communicate(timeout=30)
        assert process.returncode == 2
        assert err.startswith("inventory.yaml: there is a file already, and it is kept. Choose another")
        assert json.loads(out)["error"]["exit_status"] == 2
    assert (tmp_path / "inventory.yaml").read_text() == "devices: {}\n"


def test_an_inventory_that_was_changed_is_kept(tmp_path: Path) -> None:
    with lab(tmp_path, "--inventory-out", "pair.yaml") as process:
        started(process)
        with (tmp_path / "pair.yaml").open("a") as file:
            file.write("# mine\n")
    assert (tmp_path / "pair.yaml").read_text().endswith("# mine\n")


def test_an_intent_of_the_user_is_kept(tmp_path: Path) -> None:
    (tmp_path / "intent.yaml").write_text("mine")
    with lab(tmp_path, "--intent-out", "intent.yaml") as process:
        process.communicate(timeout=30)
        assert process.returncode == 2
    assert [each.name for each in tmp_path.iterdir()] == ["intent.yaml"]
    assert (tmp_path / "intent.yaml").read_text() == "mine"


def test_faults_switches_and_profiles_reach_the_routers(tmp_path: Path) -> None:
    words = [
        "--fault",
        "backup:edit-config:refuse",
        "--switch",
        "master:no-startup",
        "--profile",
        "backup=atn",
    ]
    with lab(tmp_path, "--profile", "ne40e", "--intent-out", "intent.yaml", *words) as process:
        started(process)
        options = ["-i", tmp_path / "inventory.yaml", "--accept", "interruption"]
        plan = command("plan", tmp_path / "intent.yaml", *options[:2], "--json").document
        assert [router["startup"] for router in plan["routers"]] == [
            "no separate startup: what is committed stays",
            "not saved to startup",
        ]
        assert command("apply", tmp_path / "intent.yaml", *options).status == 5
        assert command("apply", tmp_path / "intent.yaml", *options).status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--fault", "backup:commit"], "it is written DEVICE:RPC:FAULT[:N]"),
        (["--fault", "backup:commit:explode"], "no fault 'explode'"),
        (["--switch", "locked"], "--switch: 'locked' names no device"),
        (["--switch", "backup:upside-down"], "no switch 'upside-down'"),
        (["--profile", "toaster"], "no profile 'toaster'"),
        (["--profile", "third=atn"], "--profile: no device third"),
        (["--vpn", "vpna"], "--vpn: 'vpna' is no VPN instance"),
        (["--vpn", "_public_:1:1"], "--vpn _public_:1:1: _public_ is the router's own instance"),
        (["--vpn", "vpna:xx:1", "--intent-out", "i"], "--vpn vpna:xx:1: the AS number is 'xx', not a"),
        (["--vpn", "vpna:1:1", "--vpn", "vpna:1:2"], "--vpn: vpna is there already. Choose another"),
        (["--scenario", "all-is-lost"], "--scenario: there is no scenario 'all-is-lost'. --scenario list"),
        (["--scenario", ""], "--scenario: there is no scenario ''. --scenario list"),
        (["--packets-svg", "packets.svg"], "--packets-svg: it goes with --packets only. Add --packets."),
        (["--core", "--vpn", "vpna:200:1"], "--vpn: vpna is there already. Choose another name."),
    ],
)
def test_wrong_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    ended = command("lab", *words)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--list-faults-and-switches", "--list-faults"])
def test_what_can_go_wrong_is_listed(option: str) -> None:
    ended = command("lab", option)
    assert ended.status == 0
    for word in ("drop-reply", "delay=SECONDS", "restart[=SECONDS] ", "commit-confirmed", "dirty-candidate"):
        assert f"\n  {word}" in ended.out
    document = command("lab", option, "--json").document
    assert {"faults", "rpcs", "switches"} == set(document)


def told(folder: Path, *words: str) -> list[str]:
    """What it tells a person until it serves."""
    process = subprocess.Popen(
        [sys.executable, "-m", "egresspair.cli", "lab", "--inventory-out", "pair.yaml", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line == "Ctrl-C ends the lab.\n":
            break
    written = yaml.safe_load((folder / "pair.yaml").read_text())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert f"127.0.0.1:{written['devices']['masg-1']['port']}" in lines[0]
    return lines


def test_people_are_told_how_to_go_on(tmp_path: Path) -> None:
    lines = told(tmp_path, "--intent-out", "mine.yaml")
    assert "  egresspair apply mine.yaml -i pair.yaml\n" in lines
    assert (tmp_path / "mine.yaml").exists()


def test_no_command_is_told_with_a_file_that_is_not_there(tmp_path: Path) -> None:
    lines = "".join(told(tmp_path))
    assert "egresspair plan" not in lines
    assert "-i pair.yaml" in lines
    assert "--intent-out FILE writes an example" in lines


def test_a_program_that_no_shell_finds_is_called_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["somewhere/bin/egresspair", "lab"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == "somewhere/bin/egresspair"
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert program() == "egresspair"
