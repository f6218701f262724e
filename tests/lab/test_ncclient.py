"""The lab against a client that we did not write: ncclient as it comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ncclient import manager
from ncclient.operations import RPCError, TimeoutExpiredError
from ncclient.transport.errors import SessionCloseError

from egresspair.lab import Device, Lab

from .client import BASE, NI
from .documents import top, vpn

CONFIG = f'<config xmlns="{BASE}">{top(vpn(label=100))}</config>'


def connect(device: Device, handler: str = "huaweiyang", **how: Any) -> Any:
    login = how or {"password": device.password}
    return manager.connect(
        host=device.host,
        port=device.port,
        username=device.username,
        hostkey_verify=False,
        look_for_keys=False,
        allow_agent=False,
        timeout=10,
        device_params={"name": handler},
        **login,
    )


@pytest.fixture(params=["huaweiyang", "default"])
def ncclient(device: Device, request: pytest.FixtureRequest) -> Iterator[Any]:
    with connect(device, request.param) as session:
        yield session


def test_the_whole_main_job(ncclient: Any, device: Device) -> None:
    assert ":candidate" in ncclient.server_capabilities
    assert ":confirmed-commit:1.1" in ncclient.server_capabilities
    ncclient.lock("running")
    ncclient.lock("candidate")
    ncclient.edit_config(
        CONFIG, target="candidate", test_option="test-then-set", error_option="rollback-on-error"
    )
    ncclient.validate("candidate")
    ncclient.commit(confirmed=True, timeout="60", persist="token")
    ncclient.unlock("running")
    assert device.pending
    ncclient.commit(persist_id="token")
    ncclient.unlock("candidate")
    ncclient.copy_config("running", "startup")
    reply = ncclient.get(("subtree", f'<network-instance xmlns="{NI}"/>'))
    assert reply.data_ele.xpath("//*[local-name()='state']/*[local-name()='label']/text()") == ["100"]
    assert device.startup == device.running
    assert not device.pending


def test_errors_arrive_whole(ncclient: Any) -> None:
    with pytest.raises(RPCError) as caught:
        ncclient.edit_config(CONFIG.replace(">100<", ">99999<"), target="candidate")
    assert caught.value.tag == "invalid-value"
    assert caught.value.path.endswith("l3vpn:static-label")


def test_get_schema_gives_the_module(ncclient: Any) -> None:
    assert ncclient.get_schema("huawei-l3vpn").data.startswith("module huawei-l3vpn")


def test_cancel_commit_and_discard(ncclient: Any, device: Device) -> None:
    before = device.running
    ncclient.edit_config(CONFIG, target="candidate")
    ncclient.commit(confirmed=True, persist="token")
    ncclient.cancel_commit(persist_id="token")
    assert device.running == before
    ncclient.edit_config(CONFIG, target="candidate")
    ncclient.discard_changes()
    assert device.candidate == before


def test_a_key_logs_in(device: Device) -> None:
    with connect(device, key_filename=str(device.key_file)) as session:
        assert session.connected


def test_a_lost_reply_is_a_lost_session(device: Device) -> None:
    device.fault("commit:drop-reply")
    session = connect(device)
    session.edit_config(CONFIG, target="candidate")
    with pytest.raises(SessionCloseError):
        session.commit()
    assert b"vpn1" in device.running


def test_a_hang_is_a_timeout(device: Device) -> None:
    device.fault("get-config:hang")
    session = connect(device)
    session.timeout = 0.3
    with pytest.raises(TimeoutExpiredError):
        session.get_config("running")
    session._session.close()


def test_two_devices_at_once(lab: Lab) -> None:
    with connect(lab["master"]) as master, connect(lab["backup"]) as backup:
        for session in (master, backup):
            session.edit_config(CONFIG, target="candidate")
            session.commit()
    assert lab["master"].running == lab["backup"].running
