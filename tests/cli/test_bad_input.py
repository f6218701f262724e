"""Whatever is wrong: one clear message, the right exit status, and nothing is changed anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from .desk import Desk, Ended, command
from .desk import desk as new_desk

HEAD = "pair: metro-7\nmaster: masg-1\nbackup: masg-2\nvpn_instances:\n"
VPN = "  - {name: vpna, static_label: 2001, route_distinguisher: '200:1'}\n"


def untouched(desk: Desk) -> None:
    assert desk.labels == [None, None]
    assert desk.edits == []
    assert desk.held == []


def complained(ended: Ended, status: int, *words: str) -> None:
    assert ended.status == status
    assert ended.out == ""
    for word in words:
        assert word in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pear: metro-7\n" + HEAD + VPN, [":1:1", "'pear' is not known"]),
        (HEAD + "  - {name: vpna, static_label: two}\n", ["vpn_instances[0].static_label", ":5:"]),
        (HEAD + "  - {name: vpna, static_label: AUTO}\n", [":5:32", "is not a label", "or auto"]),
        (HEAD + "  - {name: [vpna], static_label: 2001}\n", ["vpn_instances[0].name", ":5:"]),
        (HEAD + VPN.replace("2001", "15"), ["15 is outside 16..1048575", ":5:32"]),
        (HEAD + VPN.replace("2001", "1048576"), ["1048576 is outside 16..1048575"]),
        (HEAD + VPN + VPN.replace("vpna", "vpnb"), ["2001", "already", ":6:"]),
        (HEAD + VPN.replace("200:1", "200"), ["vpn_instances[0].route_distinguisher", "'200'"]),
        ((HEAD + VPN).replace("masg-2", "masg-1"), ["backup (", "already master"]),
        ("", ["empty"]),
        ("pair: [", [":1:"]),
    ],
)
def test_a_wrong_intent(desk: Desk, text: str, words: list[str]) -> None:
    file = desk.written(text)
    for word in ("plan", "apply", "remove"):
        ended = desk.run(word, file)
        complained(ended, 3, *words, "intent.yaml:")
    assert not any(device.received for device in desk.lab)


def test_several_problems_have_a_line_each(desk: Desk) -> None:
    file = desk.written("pear: x\n" + HEAD + VPN.replace("2001", "5"))
    ended = desk.run("plan", file)
    assert len(ended.err.splitlines()) == 2
    document = desk.run("plan", file, "--json").document
    assert [problem["line"] for problem in document["error"]["problems"]] == [1, 6]
    assert document["error"]["kind"] == "IntentError"


def test_a_missing_file(desk: Desk) -> None:
    complained(desk.run("plan", desk.folder / "nowhere.yaml"), 2, "nowhere.yaml: ")
    desk.inventory.unlink()
    complained(desk.run("plan", desk.intent()), 2, "inventory.yaml: ", "-i FILE")


def test_another_route_distinguisher_is_in_place(desk: Desk) -> None:
    ended = desk.run("apply", desk.intent(route_distinguisher="300:3"), "--accept", "interruption")
    complained(ended, 3, "300:3 is wanted", "has 200:1", "masg-1 ", "masg-2 ")
    untouched(desk)


def test_the_inventory_lacks_a_router(desk: Desk) -> None:
    desk.written("devices: {masg-1: {host: 127.0.0.1, username: lab}}", "inventory.yaml")
    complained(desk.run("plan", desk.intent()), 3, "masg-2")
    file = desk.written("pair: p\nmaster: masg-1\nbackup: masg-3\n" + HEAD.splitlines()[-1] + "\n" + VPN)
    for word in ("plan", "apply", "audit"):
        ended = desk.run(word, file)
        complained(
            ended, 3, f"backup ({file}:3:9): device 'masg-3' is not in the inventory {desk.inventory}."
        )
        assert "Did you mean" not in ended.err  # masg-1 is the master already


def test_all_secrets_that_are_not_there_are_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASG_PASSWORD", raising=False)
    desk.change_inventory(password="env:MASG_PASSWORD")
    for word in ("plan", "audit"):
        ended = desk.run(word, desk.intent())
        complained(ended, 3, "devices.masg-1.password (", "devices.masg-2.password (", "Export MASG_PASSWORD")
        assert len(ended.err.splitlines()) == 2


def test_a_router_is_down(desk: Desk) -> None:
    desk.lab["backup"].stop()
    complained(
        desk.run("apply", desk.intent(), "--accept", "interruption"), 9, "masg-2 (127.0.0.1:", "refused"
    )
    untouched(desk)


def test_both_routers_are_down(desk: Desk) -> None:
    for device in desk.lab:
        device.stop()
    ended = desk.run("plan", desk.intent())
    complained(ended, 9)
    master, backup = ended.err.splitlines()
    assert (master[:8], backup[:8]) == ("masg-1 (", "masg-2 (")
    error = desk.run("plan", desk.intent(), "--json").document["error"]
    assert error["kind"] == "BothUnreachable"
    assert [problem["where"][:8] for problem in error["problems"]] == ["masg-1 (", "masg-2 ("]
    assert all(problem["what"] and problem["hint"] for problem in error["problems"])
    assert error["where"] == " and ".join(problem["where"] for problem in error["problems"])
    assert error["hint"] == error["problems"][0]["hint"]


def test_a_wrong_password_is_not_shown(desk: Desk) -> None:
    desk.change_inventory(password=f"file:{desk.written('battery-staple', 'password')}")
    ended = desk.run("plan", desk.intent())
    complained(ended, 9, "masg-1 (127.0.0.1:", "masg-2 (127.0.0.1:", "password")
    assert "battery-staple" not in ended.err


def test_an_unknown_host_key_is_shown_and_how_to_add_it(desk: Desk) -> None:
    desk.change_inventory(drop=("host_key",), known_hosts=str(desk.written("", "known_hosts")))
    complained(
        desk.run("plan", desk.intent()),
        9,
        desk.lab["master"].host_key,
        "is not known",
        "ssh-keyscan",
        "host_key:",
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"key_file": "nowhere"}, ["key_file (", "nowhere cannot be read: No such file", "private key"]),
        ({"known_hosts": "nowhere"}, ["known_hosts (", "nowhere cannot be read", "ssh-keyscan"]),
        ({"platform": "cisco"}, ["platform (", "no dialect is called 'cisco'", "Known: huawei-vrp"]),
    ],
)
def test_what_the_inventory_names_is_looked_for_first(
    desk: Desk, fields: dict[str, str], words: list[str]
) -> None:
    desk.change_inventory(drop=("host_key",) if "known_hosts" in fields else (), **fields)
    ended = desk.run("plan", desk.intent())
    complained(ended, 3, "devices.masg-1.", "devices.masg-2.", "inventory.yaml:", *words)
    assert len(ended.err.splitlines()) == 2
    problems = desk.run("plan", desk.intent(), "--json").document["error"]["problems"]
    assert all(problem["line"] and problem["column"] and problem["hint"] for problem in problems)
    assert not any(device.received for device in desk.lab)


def test_auto_needs_routers_whose_schemas_are_known(tmp_path: Path) -> None:
    blind = ["no-get-schema"]
    with new_desk(tmp_path, switches={"master": blind, "backup": blind}) as desk:
        ended = desk.run("plan", desk.intent("auto"))
    complained(
        ended,
        3,
        "vpn_instances[0].static_label (",
        "no label can be chosen for vpna",
        "masg-1 and masg-2 is not",
    )
    assert len(ended.err.splitlines()) == 1


def test_another_host_key_than_the_pinned_one(desk: Desk) -> None:
    desk.change_inventory(host_key=f"SHA256:{'A' * 43}")
    complained(desk.run("plan", desk.intent()), 9, "not the pinned SHA256:AAAA")


@pytest.mark.parametrize("switch", ["no-candidate", "no-confirmed-commit", "no-validate"])
def test_a_server_that_can_too_little(tmp_path: Path, switch: str) -> None:
    with new_desk(tmp_path, switches={"backup": [switch]}) as desk:
        complained(desk.run("plan", desk.intent()), 10, "masg-2: ", "Level A needs")
        untouched(desk)


@pytest.mark.parametrize("rpc", ["hello", "get-config"])
def test_a_reply_that_is_not_xml(desk: Desk, rpc: str) -> None:
    desk.lab.fault(f"backup:{rpc}:garbage")
    complained(desk.run("plan", desk.intent()), 9, "masg-2", "not XML")
    untouched(desk)


def test_numbers_that_cannot_work_together(desk: Desk) -> None:
    complained(desk.run("plan", desk.intent(), "--soak", "200"), 2, "do not fit")
    complained(desk.run("plan", desk.intent(), "--soak", "nan"), 2, "--soak: nan")
    complained(
        desk.run("apply", desk.intent(), "--confirm-timeout", "0"), 2, "--confirm-timeout: must", "120"
    )
    complained(desk.run("plan", desk.intent(), "--margin", "-1"), 2, "--margin: must", "5.0 is taken")
    short = ("--confirm-timeout: ", "timeout of 3 s. Lengthen --confirm-timeout or shorten --soak.")
    complained(desk.run("apply", desk.intent(), "--confirm-timeout", "3"), 2, *short)


def test_several_risks_are_not_one_word(desk: Desk) -> None:
    ended = desk.run("apply", desk.intent(), "--accept", "interruption,relabel")
    complained(ended, 2, "--accept: 'interruption,relabel' is no kind of risk", "repeat --accept")


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "."],
        ["plan", "bad.json"],
        ["plan", "intent.yaml", "--confirm-timeout", "0"],
        ["apply", "intent.yaml"],
        ["audit", "intent.yaml", "--svg", "nod/x.svg"],
        ["history", "2", "--record", "nod/c.html"],
        ["lab", "--inventory-out", "nod/l2.yaml"],
        ["schema", "show"],
    ],
)
def test_every_message_says_where_what_and_a_hint(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(desk.folder)
    desk.intent()
    desk.written('{"pair": 1,', "bad.json")
    if words[0] == "history":
        assert desk.apply().status == 0
    error = command(*words, "--json").document["error"]
    assert error["where"]
    assert error["what"]
    assert error["hint"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["plan"], "egresspair plan: Missing argument 'FILE'"),
        (["plan", "x.yaml", "--frobnicate"], "egresspair plan: No such option"),
        (["apply", "x.yaml", "--confirm-timeout", "long"], "'--confirm-timeout': it is not a whole number."),
        (["apply", "x.yaml", "--soak", "long"], "'--soak': it is not a number."),
        (["plam"], "egresspair: No such command 'plam'. Did you mean 'plan'? See egresspair --help."),
        (["frobnicate"], "egresspair: No such command 'frobnicate'"),
        ([], "egresspair: Missing command"),
    ],
)
def test_a_wrong_call(words: list[str], message: str) -> None:
    ended = command(*words)
    complained(ended, 2, message, "--help")
    assert len(ended.err.splitlines()) == 1
    assert command(*words, "--json").document["error"]["exit_status"] == 2
