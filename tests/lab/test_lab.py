"""The Python face: starting, logging in, presetting, writing the inventory."""

from __future__ import annotations

import ast
import asyncio
import stat
import threading
from pathlib import Path

import asyncssh
import pytest
import yaml
from lxml import etree

import egresspair.lab
from egresspair.lab import NE40E, Device, Lab, Profile, RpcFailed

from .client import session
from .documents import edit, top, vpn


def _login(device: Device, **how: object) -> None:
    async def login() -> None:
        options = {
            "username": device.username,
            "client_keys": None,
            "agent_path": None,
            "config": None,
            **how,
        }
        known = asyncssh.import_known_hosts(device.known_hosts_line)
        connection = await asyncssh.connect(device.host, device.port, known_hosts=known, **options)
        connection.abort()

    asyncio.run(login())


def test_password_and_key_both_log_in(device: Device) -> None:
    _login(device, password=device.password)
    _login(device, client_keys=[str(device.key_file)])


def test_nothing_else_logs_in(device: Device) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519")
    for how in (
        {"password": "wrong"},
        {"client_keys": [stranger]},
        {"password": device.password, "username": "root"},
    ):
        with pytest.raises(asyncssh.PermissionDenied):
            _login(device, **how)


def test_the_fingerprint_is_that_of_the_host_key(device: Device) -> None:
    key = asyncssh.import_public_key(device.known_hosts_line.partition(" ")[2])
    assert device.host_key == key.get_fingerprint("sha256")
    assert device.host_key.startswith("SHA256:")


def test_only_netconf_is_served(device: Device) -> None:
    async def run() -> int | None:
        async with asyncssh.connect(
            device.host,
            device.port,
            username=device.username,
            password=device.password,
            known_hosts=None,
            config=None,
        ) as connection:
            return (await connection.run("ls")).returncode

    assert asyncio.run(run()) != 0


@pytest.mark.parametrize("login", ["password", "key_file"])
def test_the_inventory_says_how_to_reach_the_pair(lab: Lab, tmp_path: Path, login: str) -> None:
    written = yaml.safe_load(lab.write_inventory(tmp_path / "inventory.yaml", login=login).read_text())
    assert list(written["devices"]) == ["masg-1", "masg-2"]
    entry = written["devices"]["masg-2"]
    assert (entry["host"], entry["port"]) == (lab["backup"].host, lab["backup"].port)
    assert entry["host_key"] == lab["backup"].host_key
    assert entry["platform"] == "huawei-vrp"
    file = Path(entry[login].removeprefix("file:"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert lab["backup"].password not in yaml.safe_dump(written)
    if login == "password":
        assert file.read_text() == lab["backup"].password


def test_devices_go_by_role_and_name() -> None:
    with Lab(["master", "backup", "third"], names={"backup": "berlin-2"}) as lab:
        assert [device.name for device in lab] == ["masg-1", "berlin-2", "third"]
        assert lab["berlin-2"] is lab["backup"]
        assert len({device.port for device in lab}) == 3
        with pytest.raises(KeyError):
            lab["nobody"]


def test_profiles_may_differ() -> None:
    with (
        Lab(profiles={"masg-2": "atn"}) as lab,
        session(lab["master"]) as master,
        session(lab["backup"]) as backup,
    ):
        assert master.error(edit(vpn(label=40000))) == "invalid-value"
        backup.ok(edit(vpn(label=40000)))


def test_load_presets_running_and_startup(device: Device) -> None:
    device.load(
        f'<data xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{top(vpn(label=100))}</data>'.encode()
    )
    assert device.running == device.startup == device.candidate
    names = etree.fromstring(device.running).xpath(
        "//*[local-name()='instance']/*[local-name()='name']/text()"
    )
    assert names == ["_public_", "vpn1"]
    device.load(device.running)
    assert device.running == device.startup


@pytest.mark.parametrize("document", [b"nonsense", b""])
def test_load_refuses_what_is_not_xml(device: Device, document: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?i)start tag|empty|parse"):
        device.load(document)


def test_load_refuses_what_does_not_fit_and_says_where(device: Device) -> None:
    with pytest.raises(RpcFailed, match=r"invalid-value.*\[ni:name='vpn1'\].*static-label"):
        device.load(top(vpn(label=99999)).encode())
    with pytest.raises(RpcFailed, match="operation-failed"):
        device.load(top(vpn(extra="<lsp-operation>pop-go</lsp-operation>")).encode())


def test_the_order_of_creation_does_not_show(device: Device) -> None:
    device.load(top(vpn("b", rd="1:2"), vpn("a", rd="1:1")).encode())
    before = device.running
    device.edit_as_other(top('<instance nc:operation="delete"><name>a</name></instance>').encode())
    device.edit_as_other(top(vpn("a", rd="1:1")).encode())
    assert device.running == before


def test_switches_can_be_turned_while_it_runs(device: Device) -> None:
    with session(device) as client:
        device.switch("writable-running")
        client.ok(edit(vpn(), target="running"))
        device.switch("writable-running", on=False)
        assert client.error(edit(vpn(), target="running")) == "invalid-value"


def test_it_leaves_nothing_behind() -> None:
    before = threading.active_count()
    with Lab() as lab:
        folder = lab["master"].key_file.parent
        assert folder.is_dir()
    assert not folder.exists()
    assert threading.active_count() == before
    lab.close()


def test_secrets_do_not_show(device: Device) -> None:
    assert device.password not in repr(device)
    assert device.password not in repr(vars(device))


def test_a_missing_module_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no module huawei-"), Lab(profile=Profile("empty", (tmp_path,))):
        pass


def test_a_module_that_is_not_yang_is_named(tmp_path: Path) -> None:
    for name in (*NE40E.implements, *NE40E.deviations):
        (tmp_path / f"{name}.yang").write_text("nonsense {")
    with (
        pytest.raises(ValueError, match=r"huawei-.*\.yang: not YANG"),
        Lab(profile=Profile("bad", (tmp_path,))),
    ):
        pass


def test_the_lab_does_not_know_how_the_library_thinks() -> None:
    allowed = {"egresspair._resources"}
    for file in Path(egresspair.lab.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("egresspair") for alias in node.names), file
            elif isinstance(node, ast.ImportFrom) and (node.level > 1 or "egresspair" in str(node.module)):
                assert node.module in allowed, file
