"""Whether real packets can be sent here, and what a rig left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from egresspair.lab.packets import why_unavailable

UNAVAILABLE = why_unavailable()

needs_open_vswitch = pytest.mark.skipif(
    UNAVAILABLE is not None, reason=f"no real packets here: {UNAVAILABLE}"
)


def forwarding_processes(folder: Path) -> list[int]:
    """Ids of the processes of rigs whose files are in a folder."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes()
        except OSError:  # it has just ended
            continue
        if str(folder).encode() in words and b"ovs" in words.split(b"\0")[0]:
            found.append(int(line.parent.name))
    return found
