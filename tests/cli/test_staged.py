"""plan, apply and remove of what takes several transactions: each stage is shown, done and told in its turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from stages.documents import BACKUP, MASTER, NON_RELAY, intent, network, running

from .desk import Desk, command
from .desk import desk as new_desk

RISKS = ("--accept", "interruption", "--accept", "session-reset", "--accept", "relabel")


def document(desk: Desk, label: int = 2001, **asked: Any) -> Path:
    """The intent with prerequisites as a file."""
    return desk.written(yaml.safe_dump(intent(label, **asked).model_dump(mode="json", exclude_none=True)))


def load(desk: Desk, **before: Any) -> None:
    """Routers with BGP."""
    for device in desk.lab:
        device.load(running(**before))


@pytest.fixture
def bgp_desk(tmp_path: Path) -> Any:
    with new_desk(tmp_path, profile="ne40e-core") as desk:
        load(desk)
        yield desk


def test_every_stage_is_shown_and_none_done(bgp_desk: Desk) -> None:
    before = bgp_desk.running
    ended = bgp_desk.run("plan", document(bgp_desk), "--check")
    assert ended.status == 4
    headings = [line for line in ended.out.splitlines() if line.startswith("Stage ")]
    names = ["labels", "loopbacks", "labeled sessions", "host routes"]
    assert headings == [f"Stage {n} of 4: {name}" for n, name in enumerate(names, 1)]
    assert "Risk session-reset: masg-1 resets its BGP session to peer 192.0.2.4" in ended.out
    assert bgp_desk.running == before


def test_the_stages_as_a_document_with_their_payloads(bgp_desk: Desk) -> None:
    found = bgp_desk.run("plan", document(bgp_desk), "--json").document
    assert [stage["stage"] for stage in found["stages"]][-1] == "host routes"
    edits = [router["edit_config"] for router in found["stages"][-1]["routers"]]
    assert all("<non-relay-tunnel>true</non-relay-tunnel>" in edit for edit in edits)
    assert not found["empty"]


def test_what_is_shown_byte_for_byte_is_what_is_sent(bgp_desk: Desk) -> None:
    file = document(bgp_desk)
    shown = bgp_desk.run("plan", file, "--payload").out
    assert bgp_desk.run("apply", file, *RISKS).status == 0
    assert len(bgp_desk.edits) == 8
    assert all(
        any(line in edit.decode() for edit in bgp_desk.edits)
        for line in shown.split("\n")
        if "<edit-" in line
    )
    assert "masg-2, host routes:" in shown


def test_apply_and_remove_tell_each_stage(bgp_desk: Desk) -> None:
    ended = bgp_desk.run("apply", document(bgp_desk), *RISKS, "--json")
    assert ended.status == 0
    stages = ended.document["stages"]
    assert [stage["outcome"] for stage in stages] == ["COMMITTED"] * 4
    assert "Stage 3 of 4: labeled sessions" in ended.err
    assert bgp_desk.labels == [2001, 2001]
    removed = bgp_desk.run("remove", document(bgp_desk), *RISKS)
    assert removed.status == 0
    assert "Stage 1 of 2: withdrawal of host routes" in removed.out
    assert bgp_desk.labels == [None, None]


def test_a_risk_of_any_stage_is_refused_before_the_first(bgp_desk: Desk) -> None:
    ended = bgp_desk.run("apply", document(bgp_desk), "--accept", "interruption")
    assert ended.status == 10
    assert "--accept session-reset" in ended.err
    assert bgp_desk.edits == []


def test_a_stage_that_fails_names_what_stands(tmp_path: Path) -> None:
    with new_desk(tmp_path, profile="ne40e-core", faults=["master:commit-confirmed:refuse:2"]) as desk:
        load(desk)
        ended = desk.run("apply", document(desk), *RISKS)
        assert ended.status == 5
        told = ended.err.splitlines()[-1]
        assert told.startswith("stage 2 of 4: loopbacks")
        assert "What was done before stands: labels (transaction " in told
        assert desk.labels == [2001, 2001]
        assert desk.held == []


def test_a_label_in_service_is_refused_and_staged(bgp_desk: Desk) -> None:
    for device, own in zip(bgp_desk.lab, (MASTER, BACKUP), strict=True):
        routes = network(f"{MASTER}/32", NON_RELAY) + network(f"{BACKUP}/32", NON_RELAY)
        device.load(running(label=2001, loopbacks=[("LoopBack1", own)], networks=routes))
    before = bgp_desk.running
    refused = bgp_desk.run("apply", document(bgp_desk, 3001, no=True), *RISKS)
    assert refused.status == 10
    assert "--staged" in refused.err
    assert bgp_desk.running == before
    # Nothing tells whose the host routes are: the plan says what to do, and nothing is changed.
    unknown = bgp_desk.run("plan", document(bgp_desk, 3001, no=True), "--staged")
    assert unknown.status == 3
    assert "prerequisites.loopbacks" in unknown.err
    state = """<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><mpls xmlns="urn:huawei:yang:huawei-mpls">
      <common><global><mpls-enable>true</mpls-enable><lsr-id>{}</lsr-id></global></common></mpls></config>"""
    for device, own in zip(bgp_desk.lab, (MASTER, BACKUP), strict=True):
        device.edit_as_other(state.format(own).encode())
    changed = bgp_desk.run("apply", document(bgp_desk, 3001, no=True), "--staged", *RISKS)
    assert changed.status == 0, changed.err
    assert "Stage 3 of 3: restoration of host routes" in changed.out
    assert bgp_desk.labels == [3001, 3001]
    assert all(running.count(b"<network-route>") == 2 for running in bgp_desk.running)


def test_payload_says_what_it_leaves_out(bgp_desk: Desk) -> None:
    ended = command("payload", document(bgp_desk))
    assert ended.status == 0
    assert "these are the labels alone" in ended.err
    assert "network-route" not in ended.out
