"""The inventory: what is read, and what is said of mistakes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egresspair.errors import InventoryError, Problem, UsageError
from egresspair.inventory import Inventory, load_inventory, parse_inventory

FINGERPRINT = "SHA256:" + "a" * 43
YAML = f"""\
devices:
  masg-1: {{host: 192.0.2.5, port: 8830, username: netconf, password: "env:P", host_key: {FINGERPRINT}}}
  masg-2:
    host: 192.0.2.6
    username: no
    key_file: keys/masg
    key_passphrase: file:secrets/pass
    known_hosts: ~/.ssh/known_hosts
    timeout: 2.5
    ssh_config: true
    agent: false
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InventoryError) as caught:
        parse_inventory(text, name="i.yaml")
    return caught.value.problems


def test_devices_are_read_with_their_defaults() -> None:
    entry = parse_inventory(YAML).device("masg-1")
    assert (entry.name, entry.host, entry.port, entry.username) == ("masg-1", "192.0.2.5", 8830, "netconf")
    assert (entry.platform, entry.timeout, entry.host_key) == ("huawei-vrp", 40.0, FINGERPRINT)
    assert (entry.key_file, entry.known_hosts, entry.ssh_config) == (None, None, None)


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/op")
    path = tmp_path / "inventory.yaml"
    path.write_text(YAML, encoding="utf-8")
    entry = load_inventory(path).device("masg-2")
    assert entry.key_file == tmp_path / "keys" / "masg"
    assert entry.known_hosts == Path("/home/op/.ssh/known_hosts")
    assert entry.ssh_config == Path("/home/op/.ssh/config")
    assert (entry.username, entry.port, entry.timeout) == ("no", 830, 2.5)


def test_json_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "inventory.json"
    path.write_text('{"devices": {"a": {"host": "h", "username": "u", "ssh_config": "c", "timeout": 5}}}')
    entry = load_inventory(path).device("a")
    assert (entry.ssh_config, entry.timeout) == (tmp_path / "c", 5.0)


@pytest.mark.parametrize(
    ("extra", "asked"),
    [
        ("", True),
        (", password: 'env:P'", False),
        (", key_file: k", False),
        (", key_file: k, agent: true", True),
        (", agent: false", False),
    ],
)
def test_the_agent_is_asked_where_nothing_else_is_given(extra: str, *, asked: bool) -> None:
    inventory = parse_inventory(f"devices: {{a: {{host: h, username: u{extra}}}}}")
    assert inventory.device("a").uses_agent is asked


def test_an_unknown_device_is_answered_with_the_known_ones() -> None:
    inventory = parse_inventory(YAML, name="i.yaml")
    with pytest.raises(
        InventoryError, match=r"i.yaml.*'msag-2' is not in the inventory.*Did you mean 'masg-2'"
    ):
        inventory.device("msag-2")
    with pytest.raises(InventoryError, match=r"Known are masg-1, masg-2\."):
        inventory.device("x")
    with pytest.raises(InventoryError, match="The inventory is empty"):
        Inventory({}).device("x")


def test_an_inventory_survives_pickling() -> None:
    inventory = parse_inventory(YAML)
    assert pickle.loads(pickle.dumps(inventory)) == inventory  # noqa: S301  # our own octets


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "hint"),
    [
        (
            "host: 192.0.2.6",
            "hots: 192.0.2.6",
            "devices.masg-2 (i.yaml:4:5)",
            "'hots' is not known",
            "Did you mean 'host'",
        ),
        ("    host: 192.0.2.6\n", "", "devices.masg-2 (i.yaml:4:5)", "'host' is missing", "Add 'host'"),
        ("host: 192.0.2.6", "host:", "devices.masg-2.host (i.yaml:4:5)", "is missing", "Give it a value"),
        (
            "192.0.2.6",
            "op@192.0.2.6",
            "devices.masg-2.host (i.yaml:4:11)",
            "not a host name",
            "keys of their own",
        ),
        ("192.0.2.6", "a b", "devices.masg-2.host (i.yaml:4:11)", "white space", ""),
        (
            "username: no",
            "username: [u]",
            "devices.masg-2.username (i.yaml:5:15)",
            "is a list, but a text",
            "",
        ),
        ("8830", "0", "devices.masg-1.port (i.yaml:2:35)", "not a port in 1..65535", "830"),
        ("8830", "65536", "devices.masg-1.port (i.yaml:2:35)", "not a port", "830"),
        ("8830", "netconf", "devices.masg-1.port (i.yaml:2:35)", "plain decimal", ""),
        ("8830", "[1]", "devices.masg-1.port (i.yaml:2:35)", "not a port", ""),
        (
            "timeout: 2.5",
            "timeout: 0",
            "devices.masg-2.timeout (i.yaml:9:14)",
            "must be more than 0 and at most 86400 seconds",
            "",
        ),
        (
            "timeout: 2.5",
            "timeout: .inf",
            "devices.masg-2.timeout (i.yaml:9:14)",
            "not a number",
            "30 or 2.5",
        ),
        ("timeout: 2.5", "timeout: -3", "devices.masg-2.timeout (i.yaml:9:14)", "must be more than 0", ""),
        ("timeout: 2.5", "timeout: 1e3", "devices.masg-2.timeout (i.yaml:9:14)", "not a number", ""),
        (
            "timeout: 2.5",
            "timeout: 100000",
            "devices.masg-2.timeout (i.yaml:9:14)",
            "must be more than 0",
            "",
        ),
        (
            "agent: false",
            "agent: no",
            "devices.masg-2.agent (i.yaml:11:12)",
            "neither true nor false",
            "Write true",
        ),
        (
            "agent: false",
            "agent: [false]",
            "devices.masg-2.agent (i.yaml:11:12)",
            "true or false is wanted",
            "",
        ),
        (
            "ssh_config: true",
            "ssh_config: {}",
            "devices.masg-2.ssh_config (i.yaml:10:17)",
            "is a mapping",
            "",
        ),
        (
            FINGERPRINT,
            "SHA256:abc",
            "devices.masg-1.host_key (i.yaml:2:89)",
            "not the fingerprint",
            "ssh-keygen",
        ),
        (
            "keys/masg",
            "~nobody-at-all/k",
            "devices.masg-2.key_file (i.yaml:6:15)",
            "home directory",
            "in full",
        ),
        ("keys/masg", '""', "devices.masg-2.key_file (i.yaml:6:15)", "is not a path", ""),
        (
            "  masg-2:\n",
            "  masg-3:\n  masg-2:\n",
            "devices.masg-3 (i.yaml:3:3)",
            "is empty, but a mapping is wanted",
            "Its keys are host, port",
        ),
        (
            "  masg-2:\n",
            "  masg-3: x\n  masg-2:\n",
            "devices.masg-3 (i.yaml:3:11)",
            "is a text, but a mapping",
            "",
        ),
        (
            "  masg-2:\n",
            "  masg-1: x\n  masg-2:\n",
            "devices (i.yaml:3:3)",
            "key 'masg-1' stands here again",
            "Keep one",
        ),
        ("devices:", "device:", "i.yaml:1:1", "'device' is not known", "Did you mean 'devices'"),
    ],
)
def test_a_mistake_is_found_where_it_is(old: str, new: str, where: str, what: str, hint: str) -> None:
    assert YAML.count(old) == 1
    found = {problem.where: problem for problem in problems(YAML.replace(old, new))}
    assert what in found[where].what
    assert hint in found[where].hint


def test_mistakes_of_all_devices_come_at_once() -> None:
    found = problems(YAML.replace("8830", "0").replace("192.0.2.6", "a b"))
    assert [problem.field for problem in found] == ["devices.masg-1.port", "devices.masg-2.host"]


@pytest.mark.parametrize("text", ["", "x", "[]", "devices:", "devices: {}", "devices: []", "devices: x"])
def test_an_inventory_without_devices_is_refused(text: str) -> None:
    (problem,) = problems(text)
    assert "devices: {NAME:" in problem.hint
    assert problem.line == 1


def test_ssh_config_false_is_none() -> None:
    text = "devices: {a: {host: h, username: u, ssh_config: false}}"
    assert parse_inventory(text).device("a").ssh_config is None


def test_an_inventory_that_is_not_text_says_where(tmp_path: Path) -> None:
    path = tmp_path / "i.yaml"
    path.write_bytes(b"devices:\n  \xff: {}\n")
    with pytest.raises(InventoryError, match=f"{path}:2:3: this is not UTF-8"):
        load_inventory(path)
    (problem,) = problems("devices: {\ud800: {}}")
    assert (problem.line, problem.column) == (1, 11)


def test_a_missing_inventory_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file for the inventory"):
        load_inventory(tmp_path / "none")


@settings(deadline=None, max_examples=300)
@given(
    st.text()
    | st.builds(
        lambda at, new: YAML[:at] + new + YAML[at:],
        st.integers(0, len(YAML)),
        st.text("{}[]\"'<>&*!|%@`:,-#?\\ \t\n\0~0a", max_size=4),
    )
)
def test_no_text_gives_anything_but_an_inventory_or_its_error(text: str) -> None:
    try:
        read = parse_inventory(text).devices
    except InventoryError:
        return
    assert read


def test_files_that_are_not_there_are_told_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yaml"
    path.write_text(YAML.replace("~/.ssh/known_hosts", "known"), encoding="utf-8")
    key, known = load_inventory(path).device("masg-2").unreadable_files()
    assert key.where == f"devices.masg-2.key_file ({path}:6:15)"
    assert key.what == f"key file {tmp_path}/keys/masg cannot be read: No such file or directory"
    assert known.where == f"devices.masg-2.known_hosts ({path}:8:18)"
    assert "ssh-keyscan -p 830 192.0.2.6" in known.hint
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/masg").mkdir()
    (tmp_path / "known").touch()
    (key,) = load_inventory(path).device("masg-2").unreadable_files()
    assert "it is a directory" in key.what


def test_a_pinned_host_key_needs_no_file() -> None:
    text = f"devices: {{a: {{host: h, username: u, known_hosts: none, host_key: {FINGERPRINT}}}}}"
    assert list(parse_inventory(text).device("a").unreadable_files()) == []


def test_a_list_of_devices_is_not_a_mapping() -> None:
    with pytest.raises(InventoryError) as caught:
        parse_inventory("devices:\n  - {host: h, username: u}\n", name="i.yaml")
    assert "devices (i.yaml:2:3): is a list, but a mapping is wanted." in str(caught.value)
    assert "devices: {NAME:" in caught.value.hint
