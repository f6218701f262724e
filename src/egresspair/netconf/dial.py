"""A byte stream to a router: name resolution and TCP, or a proxy command."""

from __future__ import annotations

import shlex
import socket
import subprocess
import threading

from ..errors import DeviceUnreachable
from .ssh_config import Route
from .target import Target


def dial(route: Route, timeout: float) -> socket.socket:
    """Open the stream.

    Raises:
        DeviceUnreachable: the name is not known, nobody listens or answers, the proxy command cannot run.
    """
    if route.proxy_command:
        return _through_proxy(route)
    try:
        stream = socket.create_connection((route.target.host, route.target.port), timeout)
    except OSError as error:
        raise _unreachable(route.target, error, timeout) from error
    # Small messages go out at once: with Nagle's algorithm a request may wait for the peer's delayed ACK.
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stream


def _unreachable(target: Target, error: OSError, timeout: float) -> DeviceUnreachable:
    match error:
        case socket.gaierror():
            what, hint = f"the name {target.host!r} cannot be resolved ({error.strerror})", "Check host."
        case ConnectionRefusedError():
            what, hint = (
                "connection refused",
                "Check host and port, and that NETCONF over SSH is enabled there.",
            )
        case TimeoutError():
            what, hint = f"no answer within {timeout:g} s", "Check the address, the path and firewalls."
        case _:
            what, hint = f"cannot connect ({error.strerror or error})", "Check the address and the path."
    return DeviceUnreachable(what, where=target.where, hint=hint)


def _through_proxy(route: Route) -> socket.socket:
    """The command gets one end of a socket pair; closing ours ends it."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = subprocess.Popen(  # noqa: S603  (the user's own SSH configuration names it, as with OpenSSH)
                shlex.split(route.proxy_command),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
            )
    except (OSError, ValueError) as error:
        ours.close()
        what = f"proxy command {route.proxy_command!r} cannot be run ({error})"
        raise DeviceUnreachable(what, where=route.target.where, hint="Check ProxyCommand there.") from error
    threading.Thread(
        target=process.wait, name="proxy-command", daemon=True
    ).start()  # it is nobody's child else
    return ours
