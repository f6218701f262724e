"""A write that waits for nobody, or none."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from egresspair.netconf import direct_transport, rpc
from egresspair.netconf.device import NotifyingDevice
from egresspair.netconf.direct_transport import DirectTransport, _all_delivered

from .conftest import Connect
from .test_threads import deaf, needs_linux, session_of, transport_of

pytestmark = needs_linux


def sent(device: NotifyingDevice, block: bytes = b"x", *, may_leave: bool = True) -> tuple[bool, int]:
    """Whether it was sent, and how often it was asked whether it may."""
    asked: list[int] = []

    def allowed() -> bool:
        asked.append(1)
        return may_leave

    transport: DirectTransport = transport_of(device)
    return transport.send_at_once(session_of(device)._channel, block, allowed), len(asked)


def test_it_is_sent_where_nothing_is_in_the_way(connected: Connect) -> None:
    assert sent(connected(deaf)) == (True, 1)


def test_it_is_not_sent_while_keys_are_exchanged(connected: Connect) -> None:
    device = connected(deaf)
    transport = transport_of(device)
    transport.clear_to_send.clear()
    assert sent(device) == (False, 0)
    transport.clear_to_send.set()


def test_it_is_not_sent_while_another_thread_writes(connected: Connect) -> None:
    device = connected(deaf)
    with ThreadPoolExecutor(1) as another:
        another.submit(transport_of(device).clear_to_send_lock.acquire).result(5)
        assert sent(device) == (False, 0)
        another.submit(transport_of(device).clear_to_send_lock.release).result(5)
    assert sent(device) == (True, 1)


class Interrupted:
    """A lock during whose taking somebody presses Ctrl-C: it is taken, and nobody is told."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.pressed = False

    def acquire(self, *, blocking: bool = True) -> bool:
        taken = self.lock.acquire(blocking=blocking)
        if not self.pressed:
            self.pressed = True
            raise KeyboardInterrupt
        return taken

    def release(self) -> None:
        self.lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def is_free(lock: threading.RLock) -> bool:
    """Another thread gets it, and gives it back."""

    def take() -> bool:
        taken = lock.acquire(blocking=False)
        if taken:
            lock.release()
        return taken

    with ThreadPoolExecutor(1) as another:
        return another.submit(take).result(5)


def test_an_interrupt_leaves_no_connection_locked(connected: Connect) -> None:
    device, interrupted = connected(deaf), Interrupted()
    transport: Any = transport_of(device)
    transport.clear_to_send_lock = interrupted
    with pytest.raises(KeyboardInterrupt):
        sent(device)
    assert is_free(interrupted.lock)


def test_an_interrupt_leaves_no_session_locked(connected: Connect) -> None:
    device, interrupted = connected(deaf), Interrupted()
    session: Any = session_of(device)
    session._writing = interrupted
    with pytest.raises(KeyboardInterrupt):
        device.send([rpc.lock("running")])
    assert is_free(interrupted.lock)
    assert not device.alive


def test_it_is_not_sent_behind_what_the_router_has_not_taken(
    connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = connected(deaf)
    transport_of(device)
    monkeypatch.setattr(direct_transport, "_all_delivered", lambda _: False)
    assert (
        session_of(device)._transport.send_at_once(session_of(device)._channel, b"x", lambda: True) is False
    )


def test_it_is_not_sent_in_parts(connected: Connect) -> None:
    device = connected(deaf)
    channel = session_of(device)._channel
    channel.out_window_size = 5
    assert sent(device, b"123456") == (False, 0)
    assert channel.out_window_size == 5
    assert sent(device, b"12345") == (True, 1)
    assert channel.out_window_size == 0


def test_it_is_not_sent_if_it_may_not_leave(connected: Connect) -> None:
    assert sent(connected(deaf), may_leave=False) == (False, 1)


def test_it_is_not_sent_on_a_connection_that_is_closed(connected: Connect) -> None:
    device = connected(deaf)
    session_of(device).abandon("enough")
    channel = session_of(device)._channel
    assert not session_of(device)._transport.send_at_once(channel, b"x", lambda: True)


def test_the_kernel_tells_what_was_not_taken() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert _all_delivered(ours)
        ours.send(b"x")
        assert not _all_delivered(ours)
        theirs.recv(1)
        assert _all_delivered(ours)
    assert not _all_delivered(ours)
