"""schema fetch, show and diff: what a router's own YANG decides, from the router or from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from yang.models import YANG

from .desk import Desk, Ended, command
from .desk import desk as new_desk
from .test_bad_input import complained

LABEL = "/huawei-network-instance:network-instance/instances/instance/huawei-l3vpn:afs/af/static-label"
NE40E_RANGE = "16..32783 by deviation huawei-l3vpn-deviations-OC-NE-X8X16@"


def schema(word: str, desk: Desk, *words: object) -> Ended:
    return command("schema", word, *words, "-i", desk.inventory)


def asked(desk: Desk, role: str = "master") -> int:
    return [message.name for message in desk.lab[role].received].count("get-schema")


# fetch


def test_fetch_reads_anew_whatever_is_known(desk: Desk) -> None:
    for _ in range(2):
        desk.lab["master"].forget_received()
        ended = schema("fetch", desk, "masg-1")
        assert ended.status == 0
        assert ended.out.startswith("masg-1: NE40E-X8X16; schema given by the router\n")
        assert f"  static labels {NE40E_RANGE}" in ended.out
        assert asked(desk)
    assert asked(desk, "backup") == 0


def test_what_was_fetched_is_known_to_show_and_plan(desk: Desk) -> None:
    schema("fetch", desk, "masg-1")
    desk.lab["master"].forget_received()
    assert schema("show", desk, "masg-1").status == 0
    assert desk.run("plan", desk.intent()).status == 0
    assert asked(desk) == asked(desk, "backup") == 0


def test_a_folder_that_was_fetched_into_stands_for_the_router(desk: Desk) -> None:
    folder = desk.folder / "kept" / "masg-1"
    fetched = schema("fetch", desk, "masg-1", "--into", folder)
    assert fetched.status == 0
    assert fetched.err == f"Its modules are in {folder}.\n"
    assert (folder / "capabilities.xml").is_file()
    assert (folder / "capabilities.xml").read_text().count("huawei-l3vpn-deviations-OC-NE-X8X16") >= 1
    for device in desk.lab:
        device.stop()
    shown = schema("show", desk, "--modules", folder)
    assert shown.status == 0
    head, *rest = shown.out.splitlines()
    assert head == f"{folder}: NE40E-X8X16; schema from a folder of modules, not from the router ({folder})"
    assert rest == fetched.out.splitlines()[1:]


def test_nothing_is_told_beside_the_answer_unless_wanted(desk: Desk) -> None:
    assert schema("fetch", desk, "masg-1").err == ""
    assert "YANG modules downloaded" in schema("fetch", desk, "masg-1", "--verbose").err


# show


def test_show_names_the_nodes_and_what_the_schema_says_of_them(desk: Desk) -> None:
    lines = schema("show", desk, "masg-1").out.splitlines()
    (label,) = (line for line in lines if line.strip().startswith(f"{LABEL}:"))
    assert "type uint32, range 16..32783, when " in label
    assert any("/af: kind list, key type" in line for line in lines)


def test_show_as_one_document(desk: Desk) -> None:
    document = schema("show", desk, "masg-2", "--json").document
    assert document["name"] == "masg-2"
    assert document["origin"] == "given by the router"
    assert document["label_ranges"] == [[16, 32783]]
    assert document["no_label"] == ""
    assert [name.partition("@")[0] for name in document["deviations"]] == [
        "huawei-l3vpn-deviations-OC-NE-X8X16"
    ]
    assert {node["path"]: node for node in document["nodes"]}[LABEL]["range"] == "16..32783"


def test_a_router_that_does_not_tell_its_schema(tmp_path: Path) -> None:
    with new_desk(tmp_path, switches={"master": ["no-get-schema"]}) as blind:
        ended = schema("show", blind, "masg-1")
        assert ended.status == 0
        assert "schema not known (" in ended.out
        assert "the router has no get-schema" in ended.out
        assert schema("show", blind, "masg-1", "--json").document["label_ranges"] is None


def test_nothing_is_touched(desk: Desk) -> None:
    schema("show", desk, "masg-1")
    schema("diff", desk, "masg-1", "masg-2")
    names = {message.name for device in desk.lab for message in device.received}
    assert names <= {"hello", "get", "get-schema", "close-session"}


# diff


def test_two_of_a_kind_do_not_differ(desk: Desk) -> None:
    ended = schema("diff", desk, "masg-1", "masg-2")
    assert ended.status == 0
    assert "no difference in the nodes that egress protection uses" in ended.out
    assert schema("diff", desk, "masg-1", "masg-2", "--json").document["differences"] == []


def test_two_kinds_differ_in_the_range(tmp_path: Path) -> None:
    with new_desk(tmp_path, profiles={"backup": "atn"}) as mixed:
        ended = schema("diff", mixed, "masg-1", "masg-2")
        assert ended.status == 0
        assert ended.out.splitlines()[0].startswith(f"masg-1: NE40E-X8X16; static labels {NE40E_RANGE}")
        assert f"  {LABEL}\n    range: 16..32783 | 16..147455\n" in ended.out
        document = schema("diff", mixed, "masg-2", "masg-1", "--json").document
        assert {"path": LABEL, "what": "range", "left": "16..147455", "right": "16..32783"} in document[
            "differences"
        ]
        assert [document[side]["name"] for side in ("left", "right")] == ["masg-2", "masg-1"]


def test_a_router_and_a_folder(desk: Desk) -> None:
    folder = desk.folder / "modules"
    schema("fetch", desk, "masg-1", "--into", folder)
    (folder / "capabilities.xml").unlink()
    next(folder.glob("huawei-l3vpn-deviations-*.yang")).unlink()
    ended = schema("diff", desk, folder, "masg-1")
    assert f"  {LABEL}\n    range: 16..1048575 | 16..32783\n" in ended.out


def test_what_is_not_known_is_not_compared(tmp_path: Path) -> None:
    with new_desk(tmp_path, switches={"master": ["no-get-schema"]}) as blind:
        for words in (["masg-1", "masg-2"], ["masg-2", "masg-1", "--json"]):
            ended = schema("diff", blind, *words)
            assert ended.status == 3
            assert "masg-1: its schema is not known (huawei-" in ended.err
            assert "cannot be compared" in ended.err
            assert "no difference" not in ended.out


def test_a_folder_of_another_router_is_left_alone(desk: Desk) -> None:
    folder = desk.folder / "modules"
    schema("fetch", desk, "masg-1", "--into", folder)
    (folder / "huawei-l3vpn-deviations-X.yang").write_text("module of-another {}")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ended = schema("fetch", desk, "masg-2", "--into", folder)
    complained(ended, 2, str(folder), "huawei-l3vpn-deviations-X.yang", "Give an empty folder")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


# misuse


def test_a_router_that_is_not_there(desk: Desk) -> None:
    for words in (["fetch", "nobody"], ["show", "nobody"]):
        ended = command("schema", *words, "-i", desk.inventory)
        complained(ended, 3, "device 'nobody' is not in the inventory. Known are masg-1, masg-2.")
    ended = command("schema", "diff", "masg-1", "nobody", "-i", desk.inventory)
    complained(ended, 3, "'nobody' is neither in the inventory nor a folder. Known are masg-1, masg-2.")


def test_a_router_that_is_down(desk: Desk) -> None:
    desk.lab["master"].stop()
    complained(schema("fetch", desk, "masg-1"), 9, "masg-1 (127.0.0.1:", "refused")
    desk.lab["backup"].stop()
    ended = schema("diff", desk, "masg-1", "masg-2")
    complained(ended, 9, "masg-1 (127.0.0.1:", "masg-2 (127.0.0.1:")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["show"], 2, "either a router or --modules is wanted"),
        (["show", "masg-1", "--modules", YANG], 2, "either a router or --modules is wanted"),
        (["show", "--modules", "no/such/folder"], 2, "no/such/folder: there is no such folder"),
        (["show", "--modules", "folder"], 2, "folder: there is no such folder"),
        (["show", "--modules", YANG, "--platform", "cisco"], 2, "no dialect is called 'cisco'"),
        (["diff", "./none", "masg-1"], 2, "./none: there is no such folder"),
        (["diff", "masg-1"], 2, "DEVICE|DIR"),
        (["diff", "", "masg-1"], 3, "'' is neither in the inventory nor a folder"),
        (["fetch"], 2, "DEVICE"),
        (["fetch", "masg-1", "masg-2"], 2, "masg-2"),
        (["compile"], 2, "compile"),
    ],
)
def test_misuse(desk: Desk, words: list[object], status: int, said: str) -> None:
    complained(command("schema", *words, *(["-i", desk.inventory] * (words != ["compile"]))), status, said)
    assert not any(device.received for device in desk.lab)


def test_a_folder_without_modules(desk: Desk) -> None:
    (desk.folder / "empty").mkdir()
    ended = schema("show", desk, "--modules", desk.folder / "empty")
    complained(ended, 3, "empty", "there is no YANG module in this folder")


def test_a_folder_that_lacks_a_module(desk: Desk) -> None:
    folder = desk.folder / "modules"
    schema("fetch", desk, "masg-1", "--into", folder)
    next(folder.glob("huawei-l3vpn@*.yang")).unlink()
    ended = schema("show", desk, "--modules", folder)
    complained(ended, 3, str(folder), "the module huawei-l3vpn", "is needed and not there")
    document = schema("show", desk, "--modules", folder, "--json").document
    assert document["error"]["kind"] == "DocumentError"


def test_a_folder_that_cannot_be_written(desk: Desk) -> None:
    file = desk.written("in the way", "file")
    complained(schema("fetch", desk, "masg-1", "--into", file), 2, str(file), "File exists")


def test_a_router_whose_schema_is_not_known_cannot_be_fetched_into(tmp_path: Path) -> None:
    with new_desk(tmp_path, switches={"master": ["no-get-schema"]}) as blind:
        ended = schema("fetch", blind, "masg-1", "--into", tmp_path / "kept")
        complained(ended, 2, "masg-1", "its modules are not known", "get-schema")
        assert not (tmp_path / "kept").exists()


def test_a_router_that_no_longer_gives_its_modules_is_not_exported_from_memory(desk: Desk) -> None:
    """What is remembered may be of software that is gone; fetch says what the router gives now."""
    assert schema("fetch", desk, "masg-1").status == 0
    desk.lab.fault("master:get-schema:refuse:*")
    ended = schema("fetch", desk, "masg-1", "--into", desk.folder / "kept")
    complained(ended, 2, "masg-1", "its modules are not known", "get-schema")
    assert not (desk.folder / "kept").exists()
    assert "schema not known (" in schema("show", desk, "masg-1").out


def test_without_an_inventory(desk: Desk) -> None:
    desk.inventory.unlink()
    complained(schema("show", desk, "masg-1"), 2, "inventory.yaml")
    assert schema("show", desk, "--modules", YANG).status == 0
