"""A command as a process of its own, to be killed while the lab holds a reply."""

from __future__ import annotations

import subprocess
import sys

from .desk import Desk, Ended


def killed_at(desk: Desk, rpc: str, *, role: str = "backup") -> None:
    """Apply, and SIGKILL it when this operation was executed and not yet answered."""
    hold = desk.lab[role].hold(rpc)
    words = ["apply", desk.intent(), "-i", desk.inventory, "--accept", "interruption"]
    with subprocess.Popen(
        [sys.executable, "-m", "egresspair.cli", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            hold.wait_reached(30)
        finally:
            process.kill()
    hold.release()


def new_process(*words: object) -> Ended:
    """A command in a process of its own, to its end."""
    ended = subprocess.run(
        [sys.executable, "-m", "egresspair.cli", *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
