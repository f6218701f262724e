"""Which thread of a session writes and reads, and that none of them waits for another for ever."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

import paramiko
import pytest
from paramiko.packet import Packetizer

from egresspair.netconf import rpc
from egresspair.netconf.device import NotifyingDevice
from egresspair.netconf.direct_transport import DirectTransport, _all_delivered
from egresspair.netconf.inbox import Inbox
from egresspair.netconf.reply import Outcome
from egresspair.netconf.rpc import Rpc
from egresspair.netconf.session import Session
from egresspair.netconf.ssh_device import SshDevice
from servers.ports import wait_until
from servers.scripted import Peer

from .conftest import Connect

_NOTIFICATION = (
    b'<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><e>%s</e></notification>'
)
_SMALL = Rpc("small", b"<small>" + b"x" * 4000 + b"</small>")
_LARGE = Rpc("large", b"<large>" + b"x" * 40_000 + b"</large>")


async def obliging(peer: Peer) -> None:
    await peer.greet()
    await peer.answer_all()


async def deaf(peer: Peer) -> None:
    await peer.greet()
    await peer.process.wait_closed()  # reads nothing more


def session_of(device: NotifyingDevice) -> Session:
    assert isinstance(device, SshDevice)
    return device._session


def held_elsewhere(lock: threading.RLock) -> bool:
    """Another thread has it."""
    free = lock.acquire(blocking=False)
    if free:
        lock.release()
    return not free


def transport_of(device: NotifyingDevice) -> DirectTransport:
    """Its connection, when the server's kernel has acknowledged the hello."""
    transport = session_of(device)._transport
    wait_until(lambda: _all_delivered(transport.sock), seconds=10, what="the delivery of the hello")
    return transport


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel is not asked")


def in_time(act: Callable[[], Any]) -> Any:
    """What ``act`` returns, on a thread of its own, so that a test fails where it would hang."""
    returned: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=lambda: returned.put(act()), daemon=True).start()
    return returned.get(timeout=60)


def outcomes(device: NotifyingDevice, sent: list[Any]) -> list[Outcome]:
    session_of(device).abandon("enough")
    return [answer.outcome for pending in sent for answer in pending.wait(5)]


def senders(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads that write packets from now on."""
    seen: list[threading.Thread] = []
    send = Packetizer.send_message

    def noted(self: Packetizer, data: paramiko.Message) -> None:
        seen.append(threading.current_thread())
        send(self, data)

    monkeypatch.setattr(Packetizer, "send_message", noted)
    return seen


@needs_linux
def test_the_caller_writes_what_is_small_and_the_session_what_is_large(
    connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = connected(obliging)
    session, transport = session_of(device), transport_of(device)
    seen = senders(monkeypatch)
    assert device.send([rpc.lock("running")]).wait(10)[0].ok
    assert seen[:1] == [threading.current_thread()]
    seen.clear()
    assert device.send([_LARGE]).wait(10)[0].ok
    assert [thread for thread in seen if thread is not transport][:1] == [session]


def test_small_messages_are_read_on_the_thread_of_ssh_and_large_ones_on_the_session_s(
    connected: Connect,
) -> None:
    sizes = [10, 1_000_000, 10]

    async def script(peer: Peer) -> None:
        await peer.greet()
        for size in sizes:
            request = await peer.receive()
            await peer.send(_NOTIFICATION % (b"x" * size))
            await peer.answer(request)
        await peer.answer_all()

    device = connected(script)
    heard: list[threading.Thread] = []
    device.on_news(lambda: heard.append(threading.current_thread()))
    for _ in sizes:
        assert device.send([rpc.lock("running")]).wait(10)[0].ok
    transport = session_of(device)._transport
    assert heard == [transport, session_of(device), transport]


def test_a_router_that_does_not_open_its_window_keeps_no_caller(connected: Connect) -> None:
    device = connected(deaf)
    sent = in_time(lambda: [device.send([_SMALL]) for _ in range(1500)])  # 6 MB, for a window of 2
    ends = outcomes(device, sent)
    assert (ends[0], ends[-1]) == (Outcome.UNKNOWN, Outcome.NOT_SENT)


def test_a_connection_that_takes_no_byte_keeps_no_caller(connected: Connect) -> None:
    async def stop_reading(peer: Peer) -> None:
        await peer.greet()
        connection: Any = peer.process.channel.get_connection()
        connection._transport.pause_reading()
        await peer.process.wait_closed()

    device = connected(stop_reading, options={"window": 1 << 30})
    first = device.send([_LARGE] * 600)  # 24 MB: more than the kernel keeps, less than the window
    session = session_of(device)
    left: list[int] = [0] * 5

    def stuck() -> bool:
        left.append(session._channel.out_window_size)
        return held_elsewhere(session._writing) and len(set(left[-5:])) == 1

    wait_until(stuck, seconds=30, what="a write that does not end")
    sent = in_time(lambda: [first, *(device.send([_SMALL]) for _ in range(100))])
    ends = in_time(lambda: outcomes(device, sent))
    assert (ends[0], ends[-1]) == (Outcome.UNKNOWN, Outcome.NOT_SENT)


def test_bytes_of_several_threads_never_mix(connected: Connect) -> None:
    device = connected(obliging)
    bodies = [_SMALL, rpc.lock("running"), _LARGE, rpc.unlock("running")]

    def work(number: int) -> bool:
        chosen = [bodies[(number + step) % 4] for step in range(1 + number % 3)]
        return all(answer.ok for answer in device.send(chosen).wait(30))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))


@pytest.mark.parametrize("by_client", [True, False], ids=["client", "server"])
def test_keys_are_exchanged_in_the_middle_of_replies_large_and_small(
    connected: Connect, monkeypatch: pytest.MonkeyPatch, by_client: bool
) -> None:
    if by_client:
        monkeypatch.setattr(Packetizer, "REKEY_BYTES", 200_000)
    content = b"<data>" + b"<a>%s</a>" % (b"x" * 1000) * 1500 + b"</data>"

    async def script(peer: Peer) -> None:
        await peer.greet()
        while True:
            request = await peer.receive()
            await peer.answer(request, content if request.name == "get-config" else b"<ok/>")

    device = connected(script, options={} if by_client else {"rekey_bytes": 200_000})
    exchanges: list[int] = []
    transport = session_of(device)._transport
    plain = transport._parse_newkeys

    def noted(message: paramiko.Message) -> None:
        exchanges.append(1)
        plain(message)

    monkeypatch.setitem(transport._handler_table, paramiko.common.MSG_NEWKEYS, noted)
    flight = [rpc.lock("running"), rpc.get_config("running"), _SMALL, _LARGE, rpc.unlock("running")]
    for _ in range(6):
        assert all(answer.ok for answer in device.send(flight).wait(60))
        assert all(device.send([_SMALL]).wait(60)[0].ok for _ in range(10))
    assert exchanges


@needs_linux
def test_the_thread_of_ssh_never_waits_for_the_end_of_a_key_exchange(connected: Connect) -> None:
    """Only that thread can bring it to its end."""

    async def script(peer: Peer) -> None:
        await peer.greet()
        request = await peer.receive()
        await asyncio.to_thread(begun.wait, 10)
        for _ in range(500):  # half a window: more than is received before a new one is sent
            await peer.send(_NOTIFICATION % (b"x" * 2000))
        peer.process.stderr.write(b"the end")
        await peer.answer(request)
        await peer.answer_all()

    begun = threading.Event()
    device = connected(script)
    session = session_of(device)
    clear = transport_of(device).clear_to_send
    # It stands for the last packet of the exchange.
    session._channel.in_stderr_buffer = Inbox(clear.set, session._wake)
    pending = device.send([rpc.lock("running")])
    wait_until(
        lambda: _all_delivered(session._transport.sock), seconds=10, what="the delivery of the request"
    )
    clear.clear()
    begun.set()
    assert pending.wait(10)[0].ok
    clear.set()


def test_more_on_stderr_than_the_window_holds_disturbs_nothing(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        for _ in range(4):
            peer.process.stderr.write(b"x" * 1_000_000)
            await peer.process.stderr.drain()
        await peer.answer_all()

    device = connected(script)
    assert all(device.send([rpc.lock("running")]).wait(30)[0].ok for _ in range(5))


@pytest.mark.parametrize("size", [1, 200_000], ids=["small", "large"])
def test_what_cannot_be_read_ends_the_session_for_the_same_reason(connected: Connect, size: int) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.receive()
        await peer.send(b"<html>" + b"x" * size + b"</html>")
        await peer.hang()

    device = connected(script)
    (answer,) = device.send([rpc.lock("running")]).wait(10)
    assert answer.outcome is Outcome.UNKNOWN
    assert "html" in answer.reason
    assert device.send([rpc.lock("running")]).wait(1)[0].outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("size", [1, 200_000], ids=["small", "large"])
def test_who_hears_of_news_may_close_the_session(
    connected: Connect, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    closed = threading.Event()
    joined_by: list[threading.Thread] = []

    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.receive()
        await peer.send(_NOTIFICATION % (b"x" * size))
        await peer.hang()

    def close() -> None:
        if not closed.is_set():
            closed.set()
            device.close()

    device = connected(script)
    session = session_of(device)
    join = session.join

    def noted(timeout: float | None = None) -> None:
        joined_by.append(threading.current_thread())
        join(timeout)

    monkeypatch.setattr(session, "join", noted)
    device.on_news(close)
    assert device.send([rpc.lock("running")]).wait(30)[0].outcome is Outcome.UNKNOWN
    assert closed.wait(30)
    assert session._transport not in joined_by  # for which the session's thread waits


def test_many_threads_may_close_while_others_send(connected: Connect) -> None:
    device = connected(obliging)

    def work(number: int) -> Outcome:
        if number % 10 == 9:
            device.close()
        return device.send([_SMALL]).wait(30)[0].outcome

    with ThreadPoolExecutor(8) as pool:
        assert Outcome.NOT_SENT in set(pool.map(work, range(100)))


@needs_linux
def test_an_interrupted_write_is_never_repeated(connected: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def script(peer: Peer) -> None:
        await peer.greet()
        while True:
            seen.append((await peer.receive()).name)

    def interrupt(_: paramiko.Message) -> None:
        raise KeyboardInterrupt

    device = connected(script)
    monkeypatch.setattr(transport_of(device), "_send_message", interrupt)
    with pytest.raises(KeyboardInterrupt):
        device.send([rpc.commit()])
    assert device.send([rpc.commit()]).wait(1)[0].outcome is Outcome.NOT_SENT
    device.close()
    assert not seen


@needs_linux
def test_a_write_that_fails_is_told_by_the_answer(
    connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: paramiko.Message) -> None:
        raise EOFError

    device = connected(obliging)
    monkeypatch.setattr(transport_of(device), "_send_message", fail)
    (answer,) = device.send([rpc.commit()]).wait(10)
    assert (answer.outcome, answer.reason) == (Outcome.UNKNOWN, "the connection was lost (EOFError)")


def test_an_error_of_ours_on_the_thread_of_ssh_is_not_swallowed_there(
    connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = connected(obliging)
    hooked: list[type[BaseException] | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: hooked.append(args.exc_type))

    def fail(_: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(session_of(device), "_take", fail)
    assert device.send([rpc.lock("running")]).wait(10)[0].outcome is Outcome.UNKNOWN
    session_of(device).join(10)
    assert hooked == [ZeroDivisionError]
