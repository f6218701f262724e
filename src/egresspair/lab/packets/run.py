"""Stream packets, let the master die, and see what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .entries import BACKUP, Entries
from .network import Network
from .outcome import PacketRun, StreamOutcome
from .stream import Receiver, Sender

_POLL_SECONDS: Final = 0.02
_FIRST_PACKET_SECONDS: Final = 10.0
_ON_ITS_WAY_SECONDS: Final = 0.1


class Death(StrEnum):
    """How the master dies."""

    LINK_DOWN = "link-down"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long and how fast.

    Attributes:
        rate: packets per second of each stream.
        before: seconds of streaming before the master dies.
        after: seconds of streaming after it.

    Raises:
        ValueError: one is not positive.
    """

    rate: int = 1000
    before: float = 0.5
    after: float = 1.2

    def __post_init__(self) -> None:
        if self.rate < 1 or self.before <= 0 or self.after <= 0:
            raise ValueError("rate, before and after have to be positive")


def run_packets(
    entries: Entries,
    death: Death,
    timing: Timing | None = None,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> PacketRun:
    """Build the network, stream, kill, count, and take everything down again.

    Call it in a thread that lives as long as the call: the forwarding processes end with it, whatever ends it.

    Args:
        entries: what the routers' tables hold.
        timing: `Timing()` if not given.
        say: told what is being done.

    Raises:
        RigUnavailable: it cannot run here.
        RuntimeError: Open vSwitch does not start, refuses an entry, or forwards nothing at all.
    """
    say("starting three forwarding planes")
    with Network(entries) as network:
        return _stream(network, death, timing or Timing(), say)


def _stream(network: Network, death: Death, timing: Timing, say: Callable[[str], None]) -> PacketRun:
    receiver = Receiver(network.receivers())
    sender = Sender(network.sender(), len(network.entries.streams), timing.rate)
    backup = network.switches[BACKUP]
    try:
        receiver.start()
        sender.start()
        say(f"streaming {timing.rate} packets a second of {', '.join(network.entries.streams)}")
        _wait_first(sender, receiver)
        time.sleep(timing.before)
        counted = backup.counted()
        say("the master's link goes down" if death is Death.LINK_DOWN else "the master is killed")
        died = time.monotonic()
        (network.cut_link if death is Death.LINK_DOWN else network.kill_master)()
        time.sleep(timing.after)
        sender.stop()
        time.sleep(_ON_ITS_WAY_SECONDS)
    finally:
        sender.stop()
        receiver.stop()
    return PacketRun.of(death.value, died, _outcomes(network, sender, receiver), backup.counted() - counted)


def _wait_first(sender: Sender, receiver: Receiver) -> None:
    """The first packets go into setting up caches; a stream that never starts is no experiment."""
    give_up = time.monotonic() + _FIRST_PACKET_SECONDS
    while not receiver.arrivals:
        if sender.error is not None or time.monotonic() > give_up:
            raise RuntimeError("no packet arrived anywhere, though the master is alive")
        time.sleep(_POLL_SECONDS)


def _outcomes(network: Network, sender: Sender, receiver: Receiver) -> Iterator[StreamOutcome]:
    for number, (vpn, label) in enumerate(network.entries.streams.items()):
        arrivals = [arrival for arrival in receiver.arrivals if arrival.stream == number]
        yield StreamOutcome.of(vpn, label, sender.times, arrivals)
