"""An SSH transport into which one can write if, and only if, that does not wait for anybody.

`paramiko.Channel.send` waits for the end of a key exchange, and for the router when the kernel's buffer is full.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import paramiko
from paramiko.common import cMSG_CHANNEL_DATA

from .give_back import give_back
from .login_transport import LoginTransport

if sys.platform == "linux":
    import fcntl
    import termios

_PACKET_OVERHEAD = 64  # as paramiko reckons it


class DirectTransport(LoginTransport):
    """One SSH connection, as a client."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.clear_to_send_lock = threading.RLock()

    def send_at_once(self, channel: paramiko.Channel, block: bytes, may_leave: Callable[[], bool]) -> bool:
        """Write the whole block, or nothing where somebody might have to be waited for.

        Args:
            block: so short that an empty buffer of the kernel has room for it.
            may_leave: asked when nothing else is in the way, right before the first byte leaves.

        Returns:
            False if surely not a byte has left.

        Raises:
            EOFError, OSError, SSHException: the connection broke; some of it may have left.
        """
        try:
            if not self.clear_to_send_lock.acquire(blocking=False):
                return False  # another thread writes, and may have to wait
            # A key exchange begins under this lock: none can get between the look and the write.
            clear = self.clear_to_send.is_set() and self.is_active() and _all_delivered(self.sock)
            if not clear or not _take_window(channel, len(block)) or not may_leave():
                return False
            self._send_message(_channel_data(channel, block))
            return True
        finally:
            give_back(self.clear_to_send_lock)


def _all_delivered(stream: socket.socket) -> bool:
    """The kernel holds nothing that the other side has not taken. False where it cannot tell."""
    if sys.platform != "linux":
        return False
    unsent = bytearray(4)
    try:
        fcntl.ioctl(stream.fileno(), termios.TIOCOUTQ, unsent)
    except (OSError, ValueError):  # a stream without such a number, or a closed one
        return False
    return not any(unsent)


def _take_window(channel: paramiko.Channel, size: int) -> bool:
    with channel.lock:
        room = min(channel.out_window_size, channel.out_max_packet_size - _PACKET_OVERHEAD)
        if channel.closed or channel.eof_sent or size > room:
            return False
        channel.out_window_size -= size
        return True


def _channel_data(channel: paramiko.Channel, block: bytes) -> paramiko.Message:
    message = paramiko.Message()
    message.add_byte(cMSG_CHANNEL_DATA)
    message.add_int(channel.remote_chanid)
    message.add_string(block)
    return message
