"""Notifications on a session: between replies, huge, broken, too many; and the end of the session."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.errors import DeviceUnreachable, SessionLost
from egresspair.netconf import rpc
from egresspair.netconf.device import NotifyingDevice
from egresspair.netconf.notification import Backlog, Notification
from servers.scripted import CAPABILITIES, Peer

from .conftest import Connect

NS = "urn:ietf:params:xml:ns:netconf:notification:1.0"
OFFERING = (
    *CAPABILITIES,
    "urn:ietf:params:netconf:capability:notification:1.0",
    "urn:ietf:params:netconf:capability:interleave:1.0",
)
BROKEN = f'<notification xmlns="{NS}"><eventTime>now</eventTime><half>'.encode()


def notification(number: int = 1, *, size: int = 0) -> bytes:
    return (
        f'<notification xmlns="{NS}"><eventTime>2026-11-26T11:36:40Z</eventTime>'
        f'<event xmlns="urn:example:unknown"><number>{number}</number>{"x" * size}</event></notification>'
    ).encode()


def numbers(device: NotifyingDevice, *, wanted: int) -> list[str]:
    """The numbers of so many notifications, in the order of arrival."""
    found: list[str] = []
    while len(found) < wanted:
        heard = device.hear(10)
        assert heard, found
        found += [
            str(each.event.findtext("{*}number")) for each in heard.notifications if each.event is not None
        ]
    return found


def test_a_subscription_and_replies_on_one_session(connected: Connect) -> None:
    """Notifications stand before, between and behind the replies of one flight."""
    asked: list[str] = []

    async def script(peer: Peer) -> None:
        await peer.greet(OFFERING)
        await peer.answer(await peer.receive())
        requests = [await peer.receive() for _ in range(3)]
        asked.extend(request.name for request in requests)
        for number, request in enumerate(requests):
            await peer.send(notification(number))
            await peer.answer(request)
        await peer.send(notification(3))
        await peer.answer_all()

    device = connected(script)
    assert device.peer.capabilities.notification
    assert device.peer.capabilities.interleave
    assert device.send([rpc.create_subscription()]).wait(10)[0].ok
    answers = device.send([rpc.lock("running"), rpc.lock("candidate"), rpc.discard_changes()]).wait(10)
    assert all(answer.ok for answer in answers)
    assert numbers(device, wanted=4) == ["0", "1", "2", "3"]
    assert asked == ["lock", "lock", "discard-changes"]


def test_an_event_that_is_larger_than_any_chunk_arrives_whole(connected: Connect) -> None:
    size = 12_000_000

    async def script(peer: Peer) -> None:
        await peer.greet(OFFERING)
        await peer.send(notification(size=size))
        await peer.answer_all()

    device = connected(script)
    (heard,) = device.hear(30).notifications
    assert heard.name == "{urn:example:unknown}event"
    assert len(heard.raw) > size
    assert device.send([rpc.lock("running")]).wait(10)[0].ok


def test_a_broken_notification_counts_and_breaks_nothing(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet(OFFERING)
        await peer.send(BROKEN)
        await peer.answer_all()

    device = connected(script)
    (heard,) = device.hear(10).notifications
    assert heard == Notification(BROKEN)
    assert device.send([rpc.lock("running")]).wait(10)[0].ok


def test_garbage_ends_the_session_and_what_came_before_is_kept(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet(OFFERING)
        await peer.send(notification(1))
        await peer.send(b"%% the router says something else %%")
        await peer.hang()

    device = connected(script)
    assert numbers(device, wanted=1) == ["1"]
    with pytest.raises(SessionLost, match="no reply") as caught:
        device.hear(10)
    assert isinstance(caught.value, DeviceUnreachable)
    assert caught.value.where == "masg-1"


def test_without_any_the_wait_ends_and_the_session_goes_on(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet(OFFERING)
        await peer.answer_all()

    device = connected(script)
    assert not device.hear(0.05)
    assert device.send([rpc.lock("running")]).wait(10)[0].ok


def test_who_waits_is_told_of_the_end(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet(OFFERING)
        await peer.receive()
        await asyncio.sleep(0.1)
        peer.cut()

    device = connected(script)
    device.send([rpc.lock("running")])
    with pytest.raises(SessionLost, match="connection"):
        device.hear(30)
    with pytest.raises(SessionLost):
        device.hear(0)


def test_the_bell_rings_for_a_notification_and_for_the_end(connected: Connect) -> None:
    rung = threading.Semaphore(0)

    async def script(peer: Peer) -> None:
        await peer.greet(OFFERING)
        await peer.answer(await peer.receive())
        await peer.send(notification())
        await peer.receive()
        peer.cut()

    device = connected(script)
    device.on_news(rung.release)
    device.send([rpc.create_subscription()]).wait(10)
    assert rung.acquire(timeout=10)
    assert numbers(device, wanted=1) == ["1"]
    device.send([rpc.lock("running")])
    assert rung.acquire(timeout=10)
    with pytest.raises(SessionLost):
        device.hear(0)


def test_the_newest_are_kept_and_the_rest_is_counted() -> None:
    backlog = Backlog(max_count=3)
    for number in range(10):
        backlog.put(notification(number))
    heard = backlog.take()
    assert heard.dropped == 7
    assert [each.raw for each in heard.notifications] == [notification(number) for number in (7, 8, 9)]
    assert not backlog.take()


@given(st.lists(st.integers(min_value=0, max_value=400), max_size=30))
def test_the_room_in_bytes_is_kept_and_none_is_forgotten(sizes: list[int]) -> None:
    backlog = Backlog(max_count=1000, max_bytes=1000)
    for size in sizes:
        backlog.put(notification(size=size))
    heard = backlog.take()
    kept = [len(each.raw) for each in heard.notifications]
    assert len(kept) + heard.dropped == len(sizes)
    assert sum(kept) <= 1000 or len(kept) == 1
    assert kept == [len(notification(size=size)) for size in sizes[len(sizes) - len(kept) :]]


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_value(garbage: bytes) -> None:
    assert Notification.read(garbage).raw == garbage
    assert Notification.read(notification() + garbage).raw.startswith(b"<notification")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("2026-11-26T11:36:40Z", True),
        ("2026-11-26T11:36:40.123456+01:00", True),
        ("2026-11-26T11:36:40", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_a_time_is_one_with_an_offset(written: str, *, known: bool) -> None:
    raw = f'<notification xmlns="{NS}"><eventTime>{written}</eventTime><e xmlns="x"/></notification>'
    assert (Notification.read(raw.encode()).happened_at is not None) == known
