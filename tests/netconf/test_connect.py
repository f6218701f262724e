"""Opening sessions: each way in which it can fail has its own clear message."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from egresspair.errors import DeviceUnreachable, EgressPairError
from egresspair.netconf import rpc
from egresspair.netconf.connect import close_all, connect, connect_all
from egresspair.netconf.ssh_device import SshDevice
from egresspair.netconf.target import Target
from servers.ports import HOST, free_port
from servers.scripted import CAPABILITIES, Peer, Script, Scripted, hello

from .conftest import target_of


async def obliging(peer: Peer) -> None:
    await peer.greet()
    await peer.answer_all()


def failure(target: Target) -> DeviceUnreachable:
    """The error of an attempt that has to fail; it names the router and keeps the cause."""
    with pytest.raises(DeviceUnreachable) as caught:
        connect(target)
    assert caught.value.where == f"{target.name} ({target.host}:{target.port})"
    assert caught.value.__cause__ is not None
    return caught.value


@contextmanager
def tcp_server(serve: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port where each connection is handed to ``serve``, which may leave it open."""
    accepted: list[socket.socket] = []
    with socket.create_server((HOST, 0)) as listener:

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                accepted.append(connection)
                serve(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    for connection in accepted:
        connection.close()


def at(port: int, *, host: str = HOST, timeout: float = 5) -> Target:
    plain = Target(name="masg-1", host=host, port=port, ssh_config=None, timeout=timeout)
    return replace(plain, username="u", password="pass-secret")


def test_nobody_listens() -> None:
    assert failure(at(free_port())).what == "connection refused"


def test_the_name_is_not_known() -> None:
    error = failure(at(830, host="masg.invalid"))
    assert "'masg.invalid' cannot be resolved" in error.what


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\xff\x00\n", b"SSH-1.5-x\r\n"]
)
def test_something_else_than_ssh_answers(greeting: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(greeting)
        connection.close()

    with tcp_server(serve) as port:
        error = failure(at(port))
    assert error.what.startswith("no SSH session (")
    assert "port" in error.hint


def test_something_accepts_and_says_nothing() -> None:
    with tcp_server(lambda _: None) as port:
        assert failure(at(port, timeout=0.5)).what == "no answer within 0.5 s"


def test_there_is_no_netconf_subsystem() -> None:
    with Scripted(obliging, subsystem="other") as server:
        error = failure(target_of(server))
    assert "subsystem" in error.what or "NETCONF" in error.what
    assert error.hint


async def says_nothing(peer: Peer) -> None:
    await peer.hang()


async def leaves(peer: Peer) -> None:
    peer.process.exit(1)


def saying(framed: bytes) -> Script:
    async def script(peer: Peer) -> None:
        await peer.send_framed(framed)
        await peer.hang()

    return script


@pytest.mark.parametrize(
    ("script", "what"),
    [
        (leaves, "closed the connection"),
        (saying(b"Permission denied\r\n]]>]]>"), "not XML"),
        (saying(b"<hello/>]]>]]>"), "without capabilities"),
        (saying(hello(CAPABILITIES, "") + b"]]>]]>"), "without a session-id"),
        (saying(b"<rpc-reply/>]]>]]>"), "<rpc-reply>"),
    ],
)
def test_there_is_no_usable_hello(script: Script, what: str) -> None:
    with Scripted(script) as server:
        assert what in failure(target_of(server)).what


@pytest.mark.parametrize("script", [says_nothing, saying(b"Welcome! " * 10)])
def test_a_hello_that_does_not_come_ends_at_the_timeout(script: Script) -> None:
    with Scripted(script) as server:
        assert failure(target_of(server, timeout=0.7)).what == "no answer within 0.7 s"


def test_a_login_that_hangs_ends_at_the_timeout() -> None:
    with Scripted(obliging, login_delay=60) as server:
        assert failure(target_of(server, timeout=0.7)).what == "no answer within 0.7 s"


def test_a_connection_lost_at_the_login_is_no_hang() -> None:
    with Scripted(obliging, cut_at_login=True) as server:
        failure(target_of(server))


def test_nothing_is_printed_and_no_secret_told(capfd: pytest.CaptureFixture[str]) -> None:
    told = []
    with Scripted(obliging) as server:
        told.append(str(failure(target_of(server, password="wrong-secret"))))
    with tcp_server(lambda connection: connection.sendall(b"SSH-2.0-x\r\ngarbage" * 100)) as port:
        told.append(str(failure(at(port, timeout=1))))
    target = target_of(server, key_passphrase="phrase-secret")
    assert "secret" not in "".join(told) + repr(target)
    assert capfd.readouterr() == ("", "")


def test_failures_log_no_traceback_unless_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    with tcp_server(socket.socket.close) as port:
        failure(at(port))
    assert caplog.text == ""


def test_all_connect_at_the_same_time() -> None:
    together = threading.Barrier(3)

    async def script(peer: Peer) -> None:
        await asyncio.to_thread(together.wait, 10)  # no hello before all three are there
        await peer.greet()
        await peer.answer_all()

    with Scripted(script) as server:
        opened = connect_all([target_of(server, name=name) for name in ("a", "b", "c")])
        for name, device in opened.items():
            assert not isinstance(device, EgressPairError)
            assert device.name == name
            assert device.send([rpc.lock("running")]).wait(5)[0].ok
            device.close()


def test_all_are_closed_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2, timeout=10)  # broken, it fails the test
    close = SshDevice.close

    def meet_and_close(device: SshDevice) -> None:
        together.wait()
        close(device)

    monkeypatch.setattr(SshDevice, "close", meet_and_close)
    with Scripted(obliging) as server:
        opened = connect_all([target_of(server, name=name) for name in ("a", "b")])
        sessions = [device for device in opened.values() if not isinstance(device, EgressPairError)]
        close_all(sessions)

    assert [device.alive for device in sessions] == [False, False]


CLOSED_AT_THE_END = """
import atexit
from pathlib import Path
from egresspair.netconf.connect import close_all, connect
from egresspair.netconf.target import Target
device = connect(Target(name="masg-1", host={host!r}, port={port}, username={username!r}, password={password!r},
                        host_key={host_key!r}, ssh_config=None, agent=False))
def close():
    close_all([device])
    print("alive" if device.alive else "closed")
atexit.register(close)
"""


def test_sessions_can_be_closed_when_the_interpreter_ends() -> None:
    with Scripted(obliging) as server:
        facts = {name: getattr(server, name) for name in ("host", "port", "username", "password", "host_key")}
        done = subprocess.run(
            [sys.executable, "-c", CLOSED_AT_THE_END.format(**facts)],
            check=False,
            capture_output=True,
            text=True,
        )
    assert (done.stdout, done.stderr) == ("closed\n", "")


def test_one_that_fails_does_not_keep_the_other() -> None:
    with Scripted(obliging) as server:
        opened = connect_all([target_of(server), replace(at(free_port()), name="masg-2")])
        master, backup = opened["masg-1"], opened["masg-2"]
        assert isinstance(backup, DeviceUnreachable)
        assert not isinstance(master, EgressPairError)
        assert master.send([rpc.lock("running")]).wait(5)[0].ok
        master.close()


def test_nobody_to_connect_to() -> None:
    assert connect_all([]) == {}
