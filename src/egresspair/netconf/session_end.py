"""How a session ends: for which reasons, in which words, and its connection with it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Final

import paramiko

from .capabilities import MalformedHello
from .exchange import UnusableMessageError
from .framing import FramingError

JOIN_SECONDS: Final = 2.0


class SessionLostError(Exception):
    """The session ended, or never began; the text says why."""


def end_transport(transport: paramiko.Transport) -> None:
    """Cut the connection and see its thread end."""
    # The shutdown wakes paramiko's reader, which would notice a mere close after 0.1 s.
    with suppress(OSError):
        transport.sock.shutdown(socket.SHUT_RDWR)
    transport.packetizer.complete_handshake()  # stops the timer thread of a handshake that failed
    transport.close()
    transport.sock.close()
    if transport.is_alive() and transport is not threading.current_thread():
        transport.join(JOIN_SECONDS)


ENDS: Final = (
    SessionLostError,
    UnusableMessageError,
    MalformedHello,
    FramingError,
    OSError,
    EOFError,
    paramiko.SSHException,
)


def reason_of(error: Exception) -> str:
    """What is said of a session that ended with this."""
    match error:
        case SessionLostError() | UnusableMessageError() | MalformedHello():
            return str(error)
        case FramingError():
            return f"the server broke the framing of messages: {error}"
        case OSError() | EOFError() | paramiko.SSHException():
            return f"the connection was lost ({str(error) or type(error).__name__})"
        case _:
            return f"the session broke on a fault of the program ({type(error).__name__})"
