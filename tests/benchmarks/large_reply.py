"""A reply of 20 MB, in one chunk and in chunks of 16 KiB, against ``lxml.etree.fromstring`` on the same bytes.

Each measurement is a process of its own, because a process does not give its peak of memory back. The bytes come as
they would from SSH, in blocks of 32 KiB; the transfer itself is apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lxml import etree

from benchmarks.measuring import Series
from egresspair.netconf.exchange import Exchange
from egresspair.netconf.framing import Deframer, Framing
from egresspair.netconf.rpc import get_config
from servers.wire import chunk

SIZE = 20_000_000
_BLOCK = 1 << 15
_CHUNKS = {"one chunk": None, "chunks of 16 KiB": 1 << 14}
_HEAD = (
    b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><data>'
    b'<network-instance xmlns="urn:huawei:yang:huawei-network-instance"><instances>'
)
_TAIL = b"</instances></network-instance></data></rpc-reply>"
_ENTRY = (
    b"<instance><name>vpn-%d</name><description>an access network of the region</description>"
    b'<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type>'
    b"<route-distinguisher>200:%d</route-distinguisher><label-mode>per-instance</label-mode></af></afs></instance>"
)


def reply_of(size: int) -> bytes:
    """A reply of about this many bytes, as a router full of VPN instances would send it."""
    count = max(1, (size - len(_HEAD) - len(_TAIL)) // len(_ENTRY % (10_000, 10_000)))
    return _HEAD + b"".join(_ENTRY % (number, number) for number in range(count)) + _TAIL


def measure(repetitions: int, size: int = SIZE) -> list[Series]:
    """Both kinds of chunks, both readers, in turn."""
    found: list[Series] = []
    message = reply_of(size)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare"
        bare.write_bytes(message)
        for case, chunk_size in _CHUNKS.items():
            wire = Path(folder) / "wire"
            wire.write_bytes(chunk(message, chunk_size))
            files = {"lxml": bare, "library": wire}
            series = {name: Series("reply", case, name) for name in files}
            for _ in range(repetitions):
                for name, each in series.items():
                    seconds, peak = _alone(name, files[name])
                    each.seconds.append(seconds)
                    each.peak.append(peak)
            found += series.values()
    return found


def _alone(reader: str, file: Path) -> tuple[float, float]:
    command = [sys.executable, str(Path(__file__)), reader, str(file)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found["seconds"], found["peak"]


def main(reader: str, file: str) -> None:
    """One measurement, in this process. The peak counts from before the first byte is there, for either reader."""
    with Path(file).open("rb") as stream:
        before = _peak()
        kept, seconds = _by_lxml(stream) if reader == "lxml" else _by_the_library(stream)
        peak = _peak() - before
    assert kept is not None
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": peak}))


def _by_lxml(stream: BinaryIO) -> tuple[object, float]:
    whole = stream.read()
    start = time.perf_counter()
    root = etree.fromstring(whole)
    return (root, whole), time.perf_counter() - start


def _by_the_library(stream: BinaryIO) -> tuple[object, float]:
    """As a session does it, block by block; reading the file is not counted."""
    exchange, deframer = Exchange(), Deframer(Framing.CHUNKED)
    operations = exchange.submit([get_config("running")])
    exchange.release(operations)
    seconds = 0.0
    while block := stream.read(_BLOCK):
        start = time.perf_counter()
        deframer.feed(block)
        while (message := deframer.next_message()) is not None:
            exchange.receive(message)
        seconds += time.perf_counter() - start
    return operations[0].answer, seconds


def _peak() -> int:
    """Bytes of memory at most held so far. Not `getrusage`: that counts what the parent held at the fork as well."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc does not tell the peak of memory: this measurement needs Linux")


if __name__ == "__main__":
    main(*sys.argv[1:])
