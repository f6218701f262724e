"""A command at a terminal of its own: what it writes there, and what somebody types."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from dataclasses import dataclass
from time import monotonic

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Terminal:
    """A running command.

    Attributes:
        shown: everything that it wrote so far, colours included.
    """

    process: subprocess.Popen[bytes]
    master: int
    shown: str = ""

    @property
    def plain(self) -> str:
        return CONTROL.sub("", self.shown).replace("\r\n", "\n")

    def wait_for(self, words: str, *, timeout: float = 30.0) -> None:
        """Read until the words are on the screen.

        Raises:
            AssertionError: they do not come.
        """
        end = monotonic() + timeout
        while words not in self.plain:
            assert self._read(end - monotonic()), f"{words!r} is not in {self.plain!r}"

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.master], [], [], max(0.0, seconds))
        try:
            chunk = os.read(self.master, 65536) if ready else b""
        except OSError:  # Linux says so when the other end is closed
            chunk = b""
        self.shown += chunk.decode()
        return bool(chunk)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def end(self, *, timeout: float = 30.0) -> int:
        """Read to the end. Returns the exit status."""
        end = monotonic() + timeout
        while self._read(end - monotonic()):
            pass
        status = self.process.wait(timeout)
        os.close(self.master)
        return status


def at_terminal(*words: object, stdout: int | None = None) -> Terminal:
    """Start a command whose stdin, stdout and stderr are a terminal; stdout may be something else."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "egresspair.cli", *map(str, words)],
        stdin=slave,
        stdout=slave if stdout is None else stdout,
        stderr=slave,
        start_new_session=True,
        preexec_fn=_own_terminal,  # noqa: PLW1509  (one ioctl, and the child is not started any other way)
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "60"},
    )
    os.close(slave)
    return Terminal(process, master)


def _own_terminal() -> None:
    """Make stdin the controlling terminal, so that Ctrl-C is a signal."""
    import fcntl  # noqa: PLC0415
    import termios  # noqa: PLC0415

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
