"""The command as a process of its own, so that it can be killed as one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers.ports import wait_until

from .warm import Recovery, recovering

SECONDS = 60
"""How long a process may take before a test is given up; never waited for otherwise."""


@dataclass(frozen=True)
class Exited:
    """How a process ended: its exit status, negative for a signal, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Stdout as one JSON document."""
        return json.loads(self.out)


@dataclass
class Process:
    """A running command."""

    popen: subprocess.Popen[str]

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.popen.kill()
        assert self.wait().status == -signal.SIGKILL

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        self.popen.send_signal(signal.SIGINT)

    def wait_caught(self) -> None:
        """Wait until no signal is pending any more: it was handled, or is about to be."""
        status = Path(f"/proc/{self.popen.pid}/status")
        wait_until(lambda: not _pending(status.read_text()), seconds=SECONDS, what="the signal")

    def wait(self) -> Exited:
        """Wait for its end."""
        out, err = self.popen.communicate(timeout=SECONDS)
        return Exited(self.popen.returncode, out, err)


def _pending(status: str) -> bool:
    """A signal waits for the process or its main thread, as /proc says."""
    masks = [line.split()[1] for line in status.splitlines() if line.startswith(("SigPnd", "ShdPnd"))]
    return any(int(mask, 16) for mask in masks)


@contextmanager
def started(*words: object) -> Iterator[Process]:
    """A process of this Python; it is gone at the end whatever happens."""
    popen = subprocess.Popen(
        [sys.executable, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with popen:
        try:
            yield Process(popen)
        finally:
            popen.kill()


@dataclass(frozen=True)
class Desk:
    """What the command needs: files, and where the journal is."""

    intent: Path
    inventory: Path
    journal: str

    def applying(self, *options: object, journal: str = "") -> AbstractContextManager[Process]:
        """``egresspair apply``, with short times; see `started`."""
        risks = ("--accept", "interruption", "--accept", "relabel")
        times = ("--confirm-timeout", 6, "--margin", 0.5, "--settle-timeout", 1)
        place = ("-i", self.inventory, "--journal", journal or self.journal, "--json")
        return started("-m", "egresspair.cli", "apply", self.intent, *place, *risks, *times, *options)

    def recovering(self, *, wait: float = 10) -> AbstractContextManager[Recovery]:
        """``egresspair recover`` in a process of its own."""
        return recovering(self.inventory, self.journal, wait)

    def recover(self, *, wait: float = 10, status: int = 0) -> list[dict[str, Any]]:
        """Recover in a process of its own, to this exit status; the results."""
        with self.recovering(wait=wait) as recovery:
            return recovery.results(status)
