"""The demo: what it shows, what it leaves, and that it can fail."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from egresspair import load_intent, load_inventory
from egresspair.journal import default_journal_file

from .desk import command


def demo(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The demo as a process, with a folder of its own for temporary files."""
    return subprocess.run(
        [sys.executable, "-m", "egresspair.cli", "demo", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
    )


def test_the_main_job_is_shown_in_order(tmp_path: Path) -> None:
    ended = demo(tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    wanted = [
        "0. Two routers that carry VPN instances, but no static label",
        "vpna: RD 200:1, per-route, no static label",
        "static_label: 2001",
        "1. One transaction gives both routers the same labels",
        "~ label-mode per-route -> per-instance",
        "Risk interruption: masg-2",
        "TENTATIVE",
        "COMMITTED: both routers hold the new configuration",
        "masg-1 vpna: RD 200:1, per-instance, static label 2001, assigned 2001, up",
        "masg-2 vpna: RD 200:1, per-instance, static label 2001, assigned 2001, up",
        "2. The same once more changes nothing",
        "NO_CHANGE: ",
        "ok: no edit-config was on the wire",
        "3. Another label for vpna, and the backup refuses to commit it",
        "~ static-label 2001 -> 3001",
        "ABORTED: both routers are as they were",
        "masg-2 vpna: RD 200:1, per-instance, static label 2001, assigned 2001, up",
        "ok: no lock and no commit on trial is left on either",
        "4. Is the pair really protected? All four routers are read",
        "Pair metro-7: PROTECTED",
        "masg-1 is dead",
        "=> delivered in vpna by masg-2",
        "demo: ",
    ]
    at = 0
    for words in wanted:
        assert words in ended.stdout[at:]
        at = ended.stdout.index(words, at)
    assert re.search(r"[^\x20-\x7e\n]", ended.stdout) is None
    assert list(tmp_path.iterdir()) == []


def test_as_a_document(tmp_path: Path) -> None:
    ended = demo(tmp_path, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    document = json.loads(ended.stdout)
    assert document["ok"] is True
    outcomes = [step["result"]["outcome"] for step in document["steps"][1:4]]
    assert outcomes == ["COMMITTED", "NO_CHANGE", "ABORTED"]
    assert "no edit-config was on the wire" in document["steps"][2]["proven"]
    assert document["steps"][4]["audit"]["verdict"] == "protected"
    assert {walk["verdict"] for walk in document["steps"][4]["walk"]["walks"]} == {"delivered"}


def test_its_files_can_be_kept(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert command("demo", "--keep", kept).status == 0
    assert load_intent(kept / "intent.yaml").vpn_instance("vpna").static_label == 2001
    assert load_intent(kept / "changed.yaml").vpn_instance("vpna").static_label == 3001
    assert (
        (kept / "inventory.yaml").read_text().startswith("# The inventory of a demo that has ended: nobody")
    )
    assert set(load_inventory(kept / "inventory.yaml").devices) == {"masg-1", "masg-2", "asbr-1", "csg-1"}
    words = ["".join(text.itertext()) for text in etree.parse(kept / "walk.svg").iter("{*}text")]
    assert {"masg-1", "masg-2", "asbr-1", "csg-1"} <= set(words)


def test_a_kept_journal_is_told_and_can_be_read(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    told = command("demo", "--keep", kept).out
    assert f"  egresspair history --journal {kept}/journal.sqlite\n" in told
    changes = command("history", "--journal", kept / "journal.sqlite", "--json").document["transactions"]
    assert [change["outcome"] for change in changes] == ["ABORTED", "COMMITTED"]
    assert all(f"journal: transaction {change['transaction']}" in told for change in changes)


def test_a_journal_that_is_not_kept_is_not_told(tmp_path: Path) -> None:
    ended = demo(tmp_path)
    assert "journal" not in ended.stdout
    assert not default_journal_file().exists()


def test_its_end_names_the_next_step(tmp_path: Path) -> None:
    *_, scenarios, _, lab, plan, apply = demo(tmp_path).stdout.splitlines()
    assert scenarios == "  egresspair lab --scenario list"
    assert lab == "  egresspair lab --inventory-out lab.yaml --intent-out lab-intent.yaml"
    assert plan == "  egresspair plan lab-intent.yaml -i lab.yaml"
    assert apply == "  egresspair apply lab-intent.yaml -i lab.yaml"


def test_nobodys_files_are_overwritten(tmp_path: Path) -> None:
    (tmp_path / "intent.yaml").write_text("mine")
    ended = command("demo", "--keep", tmp_path)
    assert (ended.status, ended.out) == (2, "")
    assert "is not empty. Give a new folder." in ended.err
    assert (tmp_path / "intent.yaml").read_text() == "mine"


def test_a_demo_that_goes_wrong_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egresspair.cli.demonstration.run.REFUSAL", "backup:delete-config:refuse")
    ended = command("demo")  # nothing deletes a configuration, so nothing is refused
    assert ended.status == 1
    assert ended.err.startswith("demo, step 3: it is not true that the transaction ended ABORTED.")
    assert "demo: both routers got" not in ended.out


@pytest.mark.parametrize(
    "words", [["demo"], ["lab"], ["lab", "--core"], ["lab", "--scenario", "list"], ["lab", "--list-faults"]]
)
def test_without_asyncssh_it_says_what_to_install(words: list[str]) -> None:
    program = "import sys; sys.modules['asyncssh'] = None; from egresspair.cli import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == "the embedded lab needs asyncssh. Install it: pip install 'egresspair[lab]'.\n"
