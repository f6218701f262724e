"""The fault script: when, to whom and to what a fault happens; and holds."""

from __future__ import annotations

import pytest

from egresspair.lab import BEHAVIOURS, RPC_NAMES, SWITCHES, Device, Lab

from .client import NS, Client, EndOfSession, session
from .documents import COMMIT, LOCK, confirmed, edit, get, get_config, vpn


def changed(device: Device) -> bool:
    return b"vpn1" in device.running


@pytest.fixture
def ready(client: Client) -> Client:
    """A session whose candidate holds a change."""
    client.ok(edit(vpn()))
    return client


def silent(client: Client) -> bool:
    try:
        client.receive(0.15)
    except TimeoutError:
        return True
    except EndOfSession:
        return False
    return False


def test_it_happens_at_the_nth_time_and_once(client: Client, device: Device) -> None:
    device.fault("get-config:refuse:2")
    answers = [client.call(get_config()).find("nc:rpc-error", NS) is not None for _ in range(4)]
    assert answers == [False, True, False, False]


def test_it_happens_always_until_cleared(client: Client, device: Device) -> None:
    device.fault("any:refuse:*")
    for operation in (get_config(), LOCK.format("running"), get_config()):
        assert client.error(operation) == "operation-failed"
    device.clear_faults()
    client.ok(LOCK.format("running"))


def test_names_tell_commits_apart(client: Client, device: Device) -> None:
    device.fault("commit-confirming:refuse")
    device.fault("commit-plain:deny")
    client.ok(edit(vpn()))
    client.ok(confirmed(60))
    assert client.error(COMMIT) == "operation-failed"
    client.ok(COMMIT)
    assert client.error(COMMIT) == "in-use"


def test_faults_go_to_the_device_that_they_name() -> None:
    faults = ["backup:lock:refuse", "masg-1:get:refuse", "any:discard-changes:refuse"]
    with Lab(faults=faults) as lab, session(lab["master"]) as master, session(lab["backup"]) as backup:
        master.ok(LOCK.format("running"))
        assert master.error(get("")) == "operation-failed"
        assert backup.error(LOCK.format("running")) == "operation-failed"
        for each in (master, backup):
            assert each.error("<discard-changes/>") == "operation-failed"
            each.ok("<discard-changes/>")
        lab.fault("masg-2:unlock:refuse")
        assert backup.error("<unlock><target><running/></target></unlock>") == "operation-failed"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("backup:commit", "written DEVICE:RPC:FAULT"),
        ("backup:commit:refuse:1:2", "written DEVICE:RPC:FAULT"),
        ("nobody:commit:refuse", "no device 'nobody'; there are any, backup, masg-1, masg-2, master"),
        ("backup:comit:refuse", "no RPC 'comit'; there are any, hello"),
        ("backup:commit:explode", "no fault 'explode'; there are refuse, deny"),
        ("backup:commit:delay", "written delay=SECONDS"),
        ("backup:commit:delay=soon", "SECONDS is a number"),
        ("backup:commit:delay=nan", "SECONDS is a number"),
        ("backup:commit:chunked=inf", "BYTES is a number of at least 1"),
        ("backup:commit:chunked=0", "BYTES is a number of at least 1"),
        ("backup:commit:refuse=1", "refuse takes no value"),
        ("backup:commit:refuse:0", "N is a number from 1"),
        ("backup:commit:refuse:x", "N is a number from 1"),
        ("backup:commit:refuse:" + "9" * 5000, "N is a number from 1, of at most 6 digits"),
    ],
)
def test_a_wrong_line_says_what_there_is(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Lab(faults=[text])


def test_wrong_switches_profiles_and_devices_say_what_there_is(device: Device) -> None:
    with pytest.raises(ValueError, match="no switch 'x'; there are dirty-candidate"):
        Lab(switches={"master": ["x"]})
    with pytest.raises(ValueError, match="no device 'x'"):
        Lab(switches=["x:locked"])
    with pytest.raises(ValueError, match="written DEVICE:SWITCH"):
        Lab(switches=["locked"])
    with pytest.raises(ValueError, match="no profile 'x'; there are ne40e, atn"):
        Lab(profile="x")
    with pytest.raises(ValueError, match="no RPC"):
        device.hold("comit")


def test_every_fault_and_switch_is_explained() -> None:
    assert all(behaviour.meaning for behaviour in BEHAVIOURS.values())
    assert all(SWITCHES.values())
    assert len(set(RPC_NAMES)) == len(RPC_NAMES)


@pytest.mark.parametrize(("before", "done"), [(True, False), (False, True)])
def test_a_hold_stops_an_operation_at_an_exact_step(
    ready: Client, device: Device, before: bool, done: bool
) -> None:
    hold = device.hold("commit-confirmed", before=before)
    with pytest.raises(TimeoutError):
        hold.wait_reached(0.05)
    ready.post(confirmed(60, persist="t"))
    hold.wait_reached()
    assert changed(device) is done
    assert silent(ready)
    hold.release()
    assert b"ok" in ready.receive()
    assert changed(device)


def test_a_client_may_die_while_held(ready: Client, device: Device) -> None:
    hold = device.hold("commit-confirmed")
    ready.post(confirmed(60, persist="t"))
    hold.wait_reached()
    ready.close()
    device.wait_for(lambda d: not d.sessions)
    assert device.pending
    hold.release()
    assert device.pending


@pytest.mark.parametrize("outlive", [False, True])
def test_what_was_held_before_execution_dies_with_its_client_or_not(
    ready: Client, device: Device, outlive: bool
) -> None:
    hold = device.hold("commit", before=True, outlive=outlive)
    ready.post(COMMIT)
    hold.wait_reached()
    ready.close()
    if not outlive:
        device.wait_for(lambda d: not d.sessions)
    hold.release()
    device.wait_for(lambda d: not d.sessions)
    assert changed(device) is outlive
