"""Open NETCONF sessions: the edge where every foreign exception becomes one of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from enum import Enum

import paramiko

from ..errors import DeviceUnreachable, EgressPairError, HostKeyError, LoginError
from .deadline import Deadline
from .device import Device, NotifyingDevice, Peer
from .dial import dial
from .direct_transport import DirectTransport
from .host_keys import HostKeys, algorithms_of, fingerprint
from .login import log_in, read_key_file
from .session import Session
from .session_end import SessionLostError, end_transport
from .ssh_config import Route, find_route
from .ssh_device import SshDevice
from .target import Target

# Without a handler, warnings of paramiko's threads, tracebacks included, would be printed on stderr.
for _logger in ("egresspair", "ncclient", "paramiko"):
    logging.getLogger(_logger).addHandler(logging.NullHandler())

_ssh_log = logging.getLogger("egresspair.netconf.ssh")
_LINE = 200


def _demote(record: logging.LogRecord) -> bool:
    """What paramiko reports as errors, with tracebacks, is raised here as an error of ours."""
    record.levelno, record.levelname = logging.DEBUG, logging.getLevelName(logging.DEBUG)
    return _ssh_log.isEnabledFor(logging.DEBUG)


_ssh_log.addFilter(_demote)


class _Phase(Enum):
    """What was going on: what to say of any failure that has no words of its own, and the hint."""

    SSH = ("no SSH session", "Check that the port is the router's port for NETCONF over SSH.")
    LOGIN = ("the connection was lost at the login", "")
    SUBSYSTEM = (
        "the SSH server has no netconf subsystem",
        "Enable NETCONF over SSH on the router, and check the port (830 as a rule).",
    )
    HELLO = ("no NETCONF session", "Check that a NETCONF server answers behind this port.")


def connect(target: Target) -> NotifyingDevice:
    """Open a session: stream, host key, login, subsystem, hellos; all within ``target.timeout`` seconds.

    Raises:
        HostKeyError: the host key is not known, or another one is; the hint says how to add it.
        LoginError: user name, password or key was refused, or the key file cannot be used.
        DeviceUnreachable: anything else that keeps a session from being opened.
    """
    route = find_route(target)
    key = read_key_file(route.target)
    deadline = Deadline(target.timeout)
    transport = _trusted_transport(route, HostKeys(route.target), deadline)
    try:
        with deadline.watch(transport.sock):
            with _mapped(route.target, _Phase.LOGIN, deadline):
                log_in(transport, route.target, key)
            return _open_device(transport, route.target, deadline)
    except BaseException:
        end_transport(transport)
        raise


def connect_all(targets: Iterable[Target]) -> dict[str, Device | EgressPairError]:
    """`connect` to all at the same time. The result has a session or the reason why not for each name."""
    wanted = tuple(targets)
    with ThreadPoolExecutor(max_workers=max(1, len(wanted)), thread_name_prefix="connect") as pool:
        return dict(zip((target.name for target in wanted), pool.map(_try_connect, wanted), strict=True))


def close_all(devices: Iterable[Device]) -> None:
    """Close all at the same time: each may wait for a last answer."""
    listed = tuple(devices)
    try:
        with ThreadPoolExecutor(max_workers=max(1, len(listed)), thread_name_prefix="close") as pool:
            tuple(pool.map(_try_close, listed))
    except RuntimeError:  # the interpreter is at its end and starts no thread any more
        for device in listed:
            _try_close(device)


def _try_close(device: Device) -> None:
    with suppress(EgressPairError):
        device.close()


def _try_connect(target: Target) -> Device | EgressPairError:
    try:
        return connect(target)
    except EgressPairError as error:
        return error


def _trusted_transport(route: Route, host_keys: HostKeys, deadline: Deadline) -> DirectTransport:
    """An SSH transport whose server showed an accepted host key.

    A server may have several keys. A pinned fingerprint does not tell the kind: each kind is looked at.
    """
    refused: HostKeyError | None = None
    seen: set[str] = set()
    while True:
        try:
            transport = _negotiate(route, host_keys, deadline, seen)
        except DeviceUnreachable as error:
            raise refused or error from error.__cause__
        shown = transport.get_remote_server_key()
        try:
            host_keys.check(shown)
        except HostKeyError as error:
            end_transport(transport)
            if not host_keys.pinned:
                raise
            refused = refused or error
            seen.update(algorithms_of(shown.get_name()))
        else:
            return transport


def _negotiate(route: Route, host_keys: HostKeys, deadline: Deadline, seen: set[str]) -> DirectTransport:
    stream = dial(route, deadline.left())
    with _mapped(route.target, _Phase.SSH, deadline):
        transport = DirectTransport(stream)
        try:
            _configure(transport, host_keys, deadline, seen)
            with deadline.watch(stream):
                # Its own limit must not come first: paramiko then returns as if all were well, without a session.
                transport.start_client(timeout=deadline.left() + 1)
        except BaseException:
            end_transport(transport)
            raise
    return transport


def _configure(transport: DirectTransport, host_keys: HostKeys, deadline: Deadline, seen: set[str]) -> None:
    transport.set_log_channel(_ssh_log.name)
    # The watch on the stream ends every phase; paramiko's own limits must not come first, or for ever later.
    limit = deadline.left() + 1
    transport.banner_timeout = transport.handshake_timeout = limit
    transport.auth_timeout = transport.channel_timeout = limit
    options = transport.get_security_options()
    options.key_types = [name for name in host_keys.preferred(options.key_types) if name not in seen]


def _open_device(transport: DirectTransport, target: Target, deadline: Deadline) -> NotifyingDevice:
    with _mapped(target, _Phase.SUBSYSTEM, deadline):
        channel = transport.open_session(timeout=deadline.left())
        session = Session(transport, channel)
        channel.invoke_subsystem("netconf")
    with _mapped(target, _Phase.HELLO, deadline):
        try:
            hello = session.start_session(deadline.left())
        except BaseException:
            session.abandon("the session did not begin")
            raise
    shown = fingerprint(transport.get_remote_server_key())
    return SshDevice(target.name, session, Peer(hello.session_id, hello.capabilities, shown))


@contextmanager
def _mapped(target: Target, phase: _Phase, deadline: Deadline) -> Iterator[None]:
    """Turn what ncclient, paramiko and sockets raise into errors of ours."""
    try:
        yield
    except (LoginError, SessionLostError, paramiko.SSHException, OSError, EOFError) as error:
        if deadline.passed:
            what = f"no answer within {deadline.seconds:g} s"
            hint = (
                "Something accepts connections there, but does not go on. Check the port, or raise timeout."
            )
            raise DeviceUnreachable(what, where=target.where, hint=hint) from error
        if isinstance(error, LoginError):
            raise
        what, hint = phase.value
        detail = _plain(str(error)) or type(error).__name__
        raise DeviceUnreachable(f"{what} ({detail})", where=target.where, hint=hint) from error


def _plain(text: str) -> str:
    """A foreign text as one short line: it may come from the other side."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"
