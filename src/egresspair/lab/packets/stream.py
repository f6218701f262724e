"""Packets with numbers, sent at an even rate, and where each arrived."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from .flows import address_of

_SENDER_ADDRESS: Final = IPv4Address("192.0.2.1")
_ETHERNET: Final = bytes.fromhex("020000000002 020000000001 0800")
_UDP_PORT: Final = 5001
_MAGIC: Final = b"egresspair"
_PAYLOAD: Final = struct.Struct(f"!{len(_MAGIC)}sHI")
_FRAME_OCTETS: Final = 64
_HEADERS: Final = 14 + 20 + 8
_LONGEST: Final = 2048


@dataclass(frozen=True, slots=True)
class Arrival:
    """One packet at a customer's interface.

    Attributes:
        stream: its number from 0.
        sequence: number of the packet in its stream, from 0.
        at: seconds of the monotonic clock.
        vpn: the VPN instance whose customer got it.
        masg: the MASG by which it came.
    """

    stream: int
    sequence: int
    at: float
    vpn: str
    masg: str


def frame(stream: int, sequence: int) -> bytes:
    """64 octets: Ethernet, IPv4, UDP without checksum (RFC 768 allows it over IPv4), and the number."""
    payload = _PAYLOAD.pack(_MAGIC, stream, sequence).ljust(_FRAME_OCTETS - _HEADERS, b"\0")
    udp = struct.pack("!HHHH", _UDP_PORT, _UDP_PORT, 8 + len(payload), 0)
    return _ETHERNET + _ipv4(address_of(stream), len(udp) + len(payload)) + udp + payload


def number_of(octets: bytes) -> tuple[int, int] | None:
    """Stream and sequence of a frame that arrived; None if it is not one of ours."""
    if len(octets) < _HEADERS + _PAYLOAD.size:
        return None
    magic, stream, sequence = _PAYLOAD.unpack_from(octets, _HEADERS)
    return (stream, sequence) if magic == _MAGIC else None


def _ipv4(destination: IPv4Address, octets: int) -> bytes:
    head = struct.pack("!BBHHHBB", 0x45, 0, 20 + octets, 0, 0, 64, socket.IPPROTO_UDP)
    addresses = _SENDER_ADDRESS.packed + destination.packed
    total = sum(struct.unpack("!9H", head + addresses))
    total = (total & 0xFFFF) + (total >> 16)
    return head + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + addresses


class Sender:
    """Sends a packet of every stream at an even rate, in a thread, until it is stopped.

    Args:
        rate: packets per second of each stream.
    """

    def __init__(self, raw: socket.socket, streams: int, rate: int) -> None:
        self.times: list[float] = []
        """When the packets of each number were sent, by sequence, in seconds of the monotonic clock."""
        self.error: OSError | None = None
        self._raw, self._streams, self._rate = raw, streams, rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end. Safe to call twice.

        Raises:
            OSError: a packet could not be sent.
        """
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._raw.close()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        began = time.monotonic()
        try:
            while not self._stop.is_set():
                self._send_next()
                ahead = began + len(self.times) / self._rate - time.monotonic()
                if ahead > 0:
                    time.sleep(ahead)
        except OSError as error:
            self.error = error

    def _send_next(self) -> None:
        sequence = len(self.times)
        self.times.append(time.monotonic())
        for stream in range(self._streams):
            self._raw.send(frame(stream, sequence))


class Receiver:
    """Notes every packet of ours that arrives anywhere, in a thread, until it is stopped."""

    def __init__(self, sockets: Iterable[tuple[socket.socket, str, str]]) -> None:
        self.arrivals: list[Arrival] = []
        self._selector = selectors.DefaultSelector()
        for raw, vpn, masg in sockets:
            raw.settimeout(0)
            self._selector.register(raw, selectors.EVENT_READ, (vpn, masg))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="receiver", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end. Safe to call twice."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        for key in [*self._selector.get_map().values()] if self._selector.get_map() else []:
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            for key, _ in self._selector.select(timeout=0.05):
                vpn, masg = key.data
                for octets in _waiting(key.fileobj):  # type: ignore[arg-type]
                    self._note(octets, vpn, masg)

    def _note(self, octets: bytes, vpn: str, masg: str) -> None:
        number = number_of(octets)
        if number is not None:
            self.arrivals.append(Arrival(*number, time.monotonic(), vpn, masg))


def _waiting(raw: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            yield raw.recv(_LONGEST)
        except (BlockingIOError, InterruptedError):
            return
