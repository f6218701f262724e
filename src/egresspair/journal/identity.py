"""Who writes, and under which name."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import time
from functools import cache


def who() -> str:
    """User, host and process, for people."""
    return f"{_user_at_host()} (pid {os.getpid()})"


@cache
def _user_at_host() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id without an entry in the password database
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


def new_id(at: float) -> str:
    """An id that sorts by time (UTC) and that two processes do not choose at the same moment."""
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(at)) + "-" + secrets.token_hex(3)


def stamp(at: float) -> str:
    """A wall time for people, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))
