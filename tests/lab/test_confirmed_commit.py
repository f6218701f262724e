"""Confirmed commits: timers, tokens, sessions (RFC 6241, section 8.4)."""

from __future__ import annotations

import pytest

from egresspair.lab import Device, Lab

from .client import NS, Client, session
from .documents import COMMIT, LOCK, UNLOCK, cancel, confirmed, confirming, edit, top, vpn


def reverted(device: Device) -> bool:
    return not device.pending and b"vpn1" not in device.running


def test_the_timer_restores_all_of_running(client: Client, device: Device) -> None:
    before = device.running
    client.ok(edit(vpn()))
    client.ok(confirmed(1, persist="t"))
    device.edit_as_other(top(vpn("others", rd="2:2")).encode())
    assert device.pending
    device.wait_for(reverted)
    assert device.running == before


def test_a_confirming_commit_makes_it_stay(client: Client, device: Device) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60))
    client.ok(COMMIT)
    assert not device.pending
    client.close()
    device.wait_for(lambda d: not d.sessions)
    assert b"vpn1" in device.running


def test_without_persist_the_end_of_the_session_reverts(client: Client, device: Device) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60))
    assert b"vpn1" in device.running
    client.close()
    device.wait_for(reverted)


def test_with_persist_any_session_confirms(client: Client, other: Client, device: Device) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60, persist="token"))
    ended = client.session_id
    client.close()
    device.wait_for(lambda d: ended not in d.sessions)
    assert device.pending
    assert other.error(COMMIT) == "in-use"
    assert other.error(confirming("wrong")) == "invalid-value"
    other.ok(confirming("token"))
    assert not device.pending
    assert b"vpn1" in device.running
    assert other.error(confirming("token")) == "invalid-value"


def test_without_persist_no_other_session_confirms(client: Client, other: Client, device: Device) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60))
    assert other.error(COMMIT) == "in-use"
    assert other.error(confirming("x")) == "invalid-value"
    assert other.error("<cancel-commit/>") == "operation-failed"
    client.ok("<cancel-commit/>")
    assert reverted(device)


def test_cancel_needs_the_token(client: Client, other: Client, device: Device) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60, persist="token"))
    assert other.error(cancel("wrong")) == "invalid-value"
    assert client.error("<cancel-commit/>") == "operation-failed"
    other.ok(cancel("token"))
    assert reverted(device)
    assert device.candidate == device.running
    assert other.error(cancel("token")) == "operation-failed"


def test_a_follow_up_extends_the_time_and_keeps_the_pre_image(client: Client, device: Device) -> None:
    before = device.running
    client.ok(edit(vpn()))
    client.ok(confirmed(1, persist="token"))
    client.ok(edit(vpn("second", rd="1:2")))
    client.ok(confirmed(60, persist_id="token"))
    with pytest.raises(TimeoutError):
        device.wait_for(reverted, timeout=1.3)
    client.ok(cancel("token"))
    assert device.running == before


def test_a_confirming_commit_commits_the_candidate_as_well(
    client: Client, other: Client, device: Device
) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60, persist="token"))
    other.ok(edit(vpn("stowaway", rd="1:2")))
    client.ok(confirming("token"))
    assert b"stowaway" in device.running


def test_running_is_not_locked_while_one_is_pending(client: Client, other: Client, device: Device) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60, persist="token"))
    for each in (client, other):
        reply = each.call(LOCK.format("running"))
        assert reply.findtext(".//nc:error-tag", "", NS) == "lock-denied"
    other.ok(LOCK.format("candidate"))
    other.ok(confirming("token"))
    client.ok(LOCK.format("running"))


def test_a_held_lock_does_not_stop_the_timer(client: Client, device: Device) -> None:
    client.ok(LOCK.format("running"))
    client.ok(edit(vpn()))
    client.ok(confirmed(1, persist="token"))
    device.wait_for(reverted)
    client.ok(UNLOCK.format("running"))


def test_unless_the_device_is_of_that_kind() -> None:
    with (
        Lab(["master"], switches={"any": ["rollback-blocked-by-lock"]}) as lab,
        session(lab["master"]) as client,
    ):
        client.ok(LOCK.format("running"))
        client.ok(edit(vpn()))
        client.ok(confirmed(1, persist="token"))
        lab["master"].wait_for(lambda d: not d.pending)
        assert b"vpn1" in lab["master"].running
        client.error(confirming("token"))


def test_a_restart_reverts(client: Client, device: Device) -> None:
    client.ok(edit(vpn()))
    client.ok(confirmed(60, persist="token"))
    device.stop()
    assert reverted(device)


@pytest.mark.parametrize(
    ("operation", "tag"),
    [
        ("<commit><confirm-timeout>5</confirm-timeout></commit>", "bad-element"),
        ("<commit><persist>x</persist></commit>", "bad-element"),
        (
            "<commit><confirmed/><confirm-timeout>" + "9" * 5000 + "</confirm-timeout></commit>",
            "invalid-value",
        ),
        ("<commit><confirmed/><confirm-timeout>0</confirm-timeout></commit>", "invalid-value"),
        ("<commit><confirmed/><confirm-timeout>soon</confirm-timeout></commit>", "invalid-value"),
        ("<commit><confirmed/><confirmed/></commit>", "bad-element"),
        ("<commit><comfirmed/></commit>", "unknown-element"),
        (confirming("none"), "invalid-value"),
        ("<cancel-commit/>", "operation-failed"),
    ],
)
def test_wrong_commits_change_nothing(client: Client, device: Device, operation: str, tag: str) -> None:
    before = device.running
    client.ok(edit(vpn()))
    assert client.error(operation) == tag
    assert not device.pending
    assert device.running == before
