"""Real packets as a person sees them, from the report of an audit."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from audit.paper import HOST_ROUTES, Paper, broken, intent
from audit.test_walk import SCENE
from cli.desk import command
from egresspair.audit.walk import Scene, scenes_of
from egresspair.cli.packets import DISAGREES, show_packets
from egresspair.cli.terminal.speaker import Speaker
from egresspair.errors import UsageError
from egresspair.lab.packets import Death, PacketRun, StreamOutcome
from egresspair.lab.packets.stream import Arrival
from egresspair.rehearsal import entries_of, unlike
from packets.rig import needs_open_vswitch


@needs_open_vswitch
def test_a_person_sees_loss_drawing_and_agreement(tmp_path: Path) -> None:
    words = ("--packets", "--scenario", "label-of-another-vpn", "--packets-svg", tmp_path / "packets.svg")
    ended = command("lab", *words)
    assert ended.status == 0, ended.err
    assert "Real packets: the master's link goes down" in ended.out
    assert "Real packets: the master is killed" in ended.out
    assert "delivered to other" in ended.out
    assert ended.out.count("That is what the walk on paper says.") == 2
    assert "streaming 1000 packets a second of vpna" in ended.err
    drawn = ["".join(text.itertext()) for text in etree.parse(tmp_path / "packets.svg").iter("{*}text")]
    assert "Real packets: the master's link goes down" in drawn


def test_without_open_vswitch_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(UsageError, match="--packets: network namespaces need root"):
        show_packets(Paper.healthy().audit(), Speaker())


def test_the_lab_says_so_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    ended = command("lab", "--packets")
    assert ended.status == 2
    assert ended.out == ""
    assert "--packets: network namespaces need root" in ended.err
    assert "openvswitch-switch" in ended.err


@pytest.mark.parametrize(
    ("drawing", "why"),
    [("nowhere/packets.svg", "there is no folder "), (".", "it is a folder")],
)
def test_a_drawing_that_cannot_be_written_is_refused_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawing: str, why: str
) -> None:
    monkeypatch.setattr("egresspair.lab.packets.why_unavailable", lambda: "")
    monkeypatch.chdir(tmp_path)
    ended = command("lab", "--packets", "--packets-svg", drawing)
    assert (ended.status, ended.out) == (2, "")
    assert f"--packets-svg: {drawing} cannot be written: " in ended.err
    assert why in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_disagreement_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egresspair.lab.packets.why_unavailable", lambda: "")
    monkeypatch.setattr("egresspair.lab.packets.run_packets", lambda *_, **__: _run(SCENE, "vpnz"))
    ended = command("lab", "--packets")
    assert ended.status == DISAGREES
    assert "DISAGREES: vpna: the walk says to vpna by the backup" in ended.out
    assert [run["agrees"] for run in command("lab", "--packets", "--json").document["runs"]] == [False] * 2


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        (
            "local-ifnet",
            "masg-2: this cannot be shown with real packets: answers go into a local-ifnet tunnel",
        ),
        ("labels-not-handed-on", "asbr-1: this cannot be shown with real packets: it hands no label on"),
    ],
)
def test_what_happens_beyond_the_bridges_is_refused(scenario: str, why: str) -> None:
    (scene, *_) = scenes_of(broken(scenario).facts(intent()), HOST_ROUTES)
    with pytest.raises(UsageError) as caught:
        entries_of(scene)
    assert str(caught.value).startswith(why)


def test_packets_that_may_be_lost_beyond_the_bridges_are_refused() -> None:
    """Nobody said whether the core ASBR hands labels on."""
    paper = Paper.healthy()
    paper["asbr-1"].dumb.add("policies")
    (scene, *_) = scenes_of(paper.facts(intent()), HOST_ROUTES)
    with pytest.raises(UsageError, match="not known"):
        entries_of(scene)


def test_what_is_not_known_cannot_be_programmed() -> None:
    (scene, *_) = scenes_of(Paper.healthy().facts(intent(core_asbr=None)), ["192.0.2.5/32"])
    with pytest.raises(UsageError, match="not known: the core ASBR, which the intent does not name"):
        entries_of(scene)


def test_packets_that_go_elsewhere_are_a_disagreement() -> None:
    assert unlike(SCENE, _run(SCENE, "vpna")) == ()
    assert unlike(SCENE, _run(SCENE, "vpnz")) == (
        "vpna: the walk says to vpna by the backup, the packets go to vpnz by the backup",
    )


def _run(scene: Scene, receiver: str) -> PacketRun:
    """Every packet arrives at that customer by the backup."""
    (entry,) = scene.entries
    sent = [n / 1000 for n in range(100)]
    arrivals = [Arrival(0, n, at, receiver, "backup") for n, at in enumerate(sent)]
    stream = StreamOutcome.of(entry.vpn, 2001, sent, arrivals)
    return PacketRun(Death.KILLED.value, 0.01, (stream,), {})
