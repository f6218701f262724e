"""The rig itself: what it leaves behind when it is interrupted or killed, and two of them at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from egresspair.lab.packets import AsbrEntries, Customer, Death, Entries, MasgEntries, Timing, run_packets
from packets.rig import forwarding_processes, needs_open_vswitch
from servers.ports import wait_until

pytestmark = needs_open_vswitch

_STREAMS_FOR_EVER = """
import sys
from egresspair.lab.packets import *

masg = MasgEntries(frozenset({48120}), {2001: Customer("vpna")})
entries = Entries(AsbrEntries(48120), masg, masg, {"vpna": 2001})
run_packets(entries, Death.KILLED, Timing(before=600), say=lambda words: print(words, flush=True))
"""


def _streaming(folder: Path) -> subprocess.Popen[str]:
    """A process in the midst of its stream; its rig's files are in the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", _STREAMS_FOR_EVER],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert any(line.startswith("streaming") for line in process.stdout)
    return process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_goes_on_when_it_is_interrupted_or_killed(how: signal.Signals, tmp_path: Path) -> None:
    """Two at once, of which one goes on."""
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    processes = [_streaming(folder) for folder in folders]
    try:
        processes[0].send_signal(how)
        processes[0].communicate(timeout=20)
        wait_until(lambda: not forwarding_processes(folders[0]), seconds=10, what="the end of its processes")
        assert len(forwarding_processes(folders[1])) == 6
        if how is signal.SIGINT:
            assert list(folders[0].iterdir()) == []
    finally:
        for process in processes:
            process.kill()
            process.communicate(timeout=20)
    wait_until(lambda: not forwarding_processes(folders[1]), seconds=10, what="the end of its processes")


def test_a_stream_that_cannot_start_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The master does not know the public label: no experiment, and nothing is left of it."""
    monkeypatch.setattr("egresspair.lab.packets.run._FIRST_PACKET_SECONDS", 0.5)
    masg = MasgEntries(frozenset({48121}), {2001: Customer("vpna")})
    with pytest.raises(RuntimeError, match="no packet arrived anywhere"):
        run_packets(Entries(AsbrEntries(48120), masg, masg, {"vpna": 2001}), Death.KILLED, Timing(rate=100))
