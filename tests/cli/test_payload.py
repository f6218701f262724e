"""payload: no router is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from .desk import L3VPN, command, vpn

INTENT = """\
pair: metro-7
master: masg-1
backup: masg-2
vpn_instances:
  - name: vpna
    static_label: 2001
    route_distinguisher: {master: "200:1", backup: "200:2"}
"""


@pytest.fixture
def intent(tmp_path: Path) -> Path:
    file = tmp_path / "intent.yaml"
    file.write_text(INTENT)
    return file


@pytest.fixture
def running(tmp_path: Path) -> list[str]:
    """Options for two routers that have vpna."""
    options = []
    for name, rd in (("masg-1", b"200:1"), ("masg-2", b"200:2")):
        file = tmp_path / f"{name}.xml"
        file.write_bytes(b"<config>" + vpn().replace(b"200:1", rd) + b"</config>")
        options += ["--running", f"{name}={file}"]
    return options


def leaves(document: str) -> dict[str, str]:
    names = ("route-distinguisher", "static-label")
    root = etree.fromstring(document)
    return {name: text for name in names if (text := root.findtext(f".//{{{L3VPN}}}{name}")) is not None}


def test_one_for_each_router(intent: Path) -> None:
    ended = command("payload", intent)
    assert (ended.status, ended.err) == (0, "")
    first, master, second, backup = ended.out.splitlines()
    assert first == "<!-- masg-1: edit-config -->"
    assert second == "<!-- masg-2: edit-config -->"
    assert leaves(master) == {"route-distinguisher": "200:1", "static-label": "2001"}
    assert leaves(backup) == {"route-distinguisher": "200:2", "static-label": "2001"}


def test_that_of_one_router_alone_is_xml(intent: Path) -> None:
    assert leaves(command("payload", intent, "--device", "masg-2").out)["route-distinguisher"] == "200:2"


def test_only_what_a_running_configuration_lacks(intent: Path, running: list[str]) -> None:
    for device in ("masg-1", "masg-2"):
        assert leaves(command("payload", intent, *running, "--device", device).out) == {
            "static-label": "2001"
        }


def test_the_inverse_takes_the_label_away(intent: Path, running: list[str]) -> None:
    root = etree.fromstring(command("payload", intent, *running, "--inverse", "--device", "masg-1").out)
    (label,) = root.iterfind(f".//{{{L3VPN}}}static-label")
    assert [value for name, value in label.attrib.items() if str(name).endswith("}operation")] == ["remove"]


def test_nothing_to_remove_is_said(intent: Path, running: list[str]) -> None:
    ended = command("payload", intent, *running, "--remove")
    assert ended.out.splitlines() == [f"<!-- {name}: nothing to change -->" for name in ("masg-1", "masg-2")]


def test_pretty_is_the_same_for_people_and_says_so(intent: Path) -> None:
    bytes_sent = command("payload", intent, "--device", "masg-2").out
    head, *lines = command("payload", intent, "--device", "masg-2", "--pretty").out.splitlines()
    assert head == "<!-- masg-2: edit-config, indented for reading; not the bytes that are sent -->"
    assert "          <name>vpna</name>" in lines
    assert "".join(line.strip() for line in lines) == bytes_sent.strip()


def test_pretty_with_nothing_to_change_is_the_same(intent: Path, running: list[str]) -> None:
    words = ["payload", intent, *running, "--remove"]
    assert command(*words, "--pretty").out == command(*words).out


def test_as_a_document(intent: Path, running: list[str]) -> None:
    document = command("payload", intent, *running, "--json").document
    assert (document["pair"], document["action"]) == ("metro-7", "protect")
    assert leaves(document["payloads"]["masg-1"]["edit_config"]) == {"static-label": "2001"}
    assert document["payloads"]["masg-1"]["inverse"].startswith("<edit-config")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--inverse"], "--inverse: "),
        (["--remove"], "Give --running masg-1=FILE and --running masg-2=FILE as well."),
        (["--running", f"masg-1={__file__}"], "Give --running masg-2=FILE as well."),
        (["--device", "masg-3"], "'masg-3' is no router of the intent"),
        (["--running", "masg-3=x.xml"], "--running: 'masg-3=x.xml'"),
        (["--running", "masg-1"], "NAME=FILE"),
        (["--running", "masg-1=/no/such/file"], "No such file"),
        (["--platform", "abacus"], "abacus"),
    ],
)
def test_wrong_calls(intent: Path, options: list[str], words: str) -> None:
    ended = command("payload", intent, *options)
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_running_configuration_that_is_not_xml(intent: Path, tmp_path: Path) -> None:
    file = tmp_path / "garbage.xml"
    file.write_text("garbage")
    ended = command("payload", intent, "--running", f"masg-1={file}", "--running", f"masg-2={file}")
    assert ended.status == 2
    assert ended.err.startswith(f"--running masg-1={file}: its running configuration is not XML: Start tag")
    assert "<string>" not in ended.err
    assert len(ended.err.splitlines()) == 1
