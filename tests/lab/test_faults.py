"""Faults: each does what its one sentence says."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.lab import Device, Lab

from .client import NS, Client, EndOfSession, session
from .documents import COMMIT, LOCK, cancel, confirmed, confirming, edit, get, get_config, vpn


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


@pytest.mark.parametrize(
    ("fault", "tags"),
    [
        ("refuse", ["operation-failed"]),
        ("deny", ["in-use"]),
        ("warning-first", ["partial-operation", "operation-failed"]),
    ],
)
def test_refused_and_not_executed(ready: Client, device: Device, fault: str, tags: list[str]) -> None:
    device.fault(f"commit:{fault}")
    reply = ready.call(COMMIT)
    assert [tag.text for tag in reply.iterfind(".//nc:error-tag", NS)] == tags
    assert not changed(device)
    ready.ok(COMMIT)


def test_a_warning_comes_before_the_error(ready: Client, device: Device) -> None:
    device.fault("commit:warning-first")
    severities = ready.call(COMMIT).iterfind(".//nc:error-severity", NS)
    assert [severity.text for severity in severities] == ["warning", "error"]


def test_deny_a_lock(client: Client, device: Device) -> None:
    device.fault("lock-candidate:deny")
    client.ok(LOCK.format("running"))
    assert client.error(LOCK.format("candidate")) == "lock-denied"
    assert device.locks == {"running": client.session_id}


@pytest.mark.parametrize(
    ("fault", "done"), [("drop-request", False), ("drop-reply", True), ("eof", False), ("restart", False)]
)
def test_the_connection_is_lost(ready: Client, device: Device, fault: str, done: bool) -> None:
    device.fault(f"commit:{fault}")
    ready.post(COMMIT)
    with pytest.raises(EndOfSession):
        ready.receive()
    device.wait_for(lambda d: not d.sessions)
    assert changed(device) is done


def test_a_hang_executes_nothing_and_keeps_the_session(ready: Client, device: Device) -> None:
    ready.ok(LOCK.format("running"))
    device.fault("commit:hang")
    ready.post(COMMIT)
    assert silent(ready)
    assert not changed(device)
    assert device.locks == {"running": ready.session_id}
    ready.close()
    device.wait_for(lambda d: not d.locks)
    assert not changed(device)


def test_hang_after_has_executed(ready: Client, device: Device) -> None:
    device.fault("commit:hang-after")
    ready.post(COMMIT)
    device.wait_for(changed)
    assert silent(ready)


def test_a_delay_is_late_and_forgets_who_has_gone(ready: Client, device: Device) -> None:
    device.fault("commit:delay=0.8:*")
    ready.post(COMMIT)
    assert silent(ready)
    assert not changed(device)
    assert b"ok" in ready.receive()
    assert changed(device)
    with session(device) as other:
        other.ok(edit(vpn("second", rd="1:2")))
        other.post(COMMIT)
    device.wait_for(lambda d: other.session_id not in d.sessions)
    assert b"second" not in device.running


def test_late_is_executed_though_the_client_has_gone(ready: Client, device: Device) -> None:
    device.fault("commit:late=0.8")
    ready.ok(LOCK.format("candidate").replace("candidate", "running"))
    ready.post(COMMIT)
    assert silent(ready)
    ready.close()
    assert device.locks == {"running": ready.session_id}
    assert not changed(device)
    device.wait_for(changed)
    device.wait_for(lambda d: not d.locks)


def test_ok_without_effect(ready: Client, device: Device) -> None:
    device.fault("commit-confirmed:ok-without-effect")
    ready.ok(confirmed(60, persist="t"))
    assert not changed(device)
    assert device.candidate == device.running
    assert device.pending
    ready.ok(cancel("t"))
    device.fault("lock:ok-without-effect")
    ready.ok(LOCK.format("running"))
    assert device.locks == {}


def test_a_confirmation_without_effect_lets_the_timer_fire(ready: Client, device: Device) -> None:
    ready.ok(confirmed(1, persist="t"))
    device.fault("commit-confirming:ok-without-effect")
    ready.ok(confirming("t"))
    assert device.pending
    device.wait_for(lambda d: not changed(d))


@pytest.mark.parametrize(("fault", "done"), [("error-armed", True), ("error-armed-unchanged", False)])
def test_an_error_that_leaves_the_timer_armed(ready: Client, device: Device, fault: str, done: bool) -> None:
    device.fault(f"commit-confirmed:{fault}")
    assert ready.error(confirmed(60, persist="t")) == "operation-failed"
    assert device.pending
    assert changed(device) is done
    ready.ok(cancel("t"))
    assert not changed(device)


def test_an_error_though_it_was_done(ready: Client, device: Device) -> None:
    ready.ok(confirmed(60, persist="t"))
    device.fault("commit-confirming:error-but-done")
    assert ready.error(confirming("t")) == "operation-failed"
    assert not device.pending
    assert changed(device)


def test_two_warnings_are_success(ready: Client, device: Device) -> None:
    device.fault("commit:warnings")
    reply = ready.call(COMMIT)
    assert [s.text for s in reply.iterfind(".//nc:error-severity", NS)] == ["warning", "warning"]
    assert changed(device)
    device.fault("get-config:warnings")
    assert ready.call(get_config()).find("nc:data", NS) is not None


def test_garbage(ready: Client, device: Device) -> None:
    device.fault("commit:garbage")
    ready.post(COMMIT)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(ready.receive())
    assert changed(device)
    ready.ok(COMMIT)


def test_a_wrong_message_id(ready: Client, device: Device) -> None:
    device.fault("commit:wrong-message-id")
    sent = ready.post(COMMIT)
    reply = etree.fromstring(ready.receive())
    assert reply.find("nc:ok", NS) is not None
    assert reply.get("message-id") != sent


def test_chunks_of_a_size(client: Client, device: Device) -> None:
    device.fault("get:chunked=7")
    client.call(get(""))
    assert set(client.chunk_sizes[:-1]) == {7}


@pytest.mark.parametrize("after", ["", "-after"])
def test_a_restart_comes_back_with_startup(ready: Client, device: Device, after: str) -> None:
    port = device.port
    device.fault(f"commit:restart{after}=0.1")
    ready.post(COMMIT)
    with pytest.raises(EndOfSession):
        ready.receive()
    device.wait_for(_answers)
    assert device.port == port
    assert not changed(device)
    assert device.candidate == device.running


def _answers(device: Device) -> bool:
    try:
        with session(device):
            return True
    except OSError:
        return False


def test_a_restart_may_keep_running() -> None:
    with Lab(["master"], switches={"any": ["restart-keeps-running"]}) as lab:
        device = lab["master"]
        device.fault("commit:restart-after=0")
        with session(device) as client:
            client.ok(edit(vpn()))
            client.post(COMMIT)
            device.wait_for(lambda d: not d.sessions)
        assert changed(device)


@pytest.mark.parametrize("after", ["", "-after"])
def test_a_dead_device_stays_away_until_it_is_started(ready: Client, device: Device, after: str) -> None:
    device.fault(f"commit:die{after}")
    ready.post(COMMIT)
    with pytest.raises(EndOfSession):
        ready.receive()
    assert not _answers(device)
    device.start()
    assert _answers(device)
    assert not changed(device)


@pytest.mark.parametrize("fault", ["drop-request", "refuse", "eof"])
def test_a_hello_that_never_comes(device: Device, fault: str) -> None:
    device.fault(f"hello:{fault}")
    client = Client(device)
    with pytest.raises(EndOfSession):
        client.receive()
    client.close()


def test_a_hello_that_hangs_or_is_garbage(device: Device) -> None:
    device.fault("hello:hang")
    device.fault("hello:garbage:2")
    for expected in (silent, lambda client: b"not XML" in client.receive()):
        client = Client(device)
        assert expected(client)
        client.close()
        device.wait_for(lambda d: not d.sessions)
