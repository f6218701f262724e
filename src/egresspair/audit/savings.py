"""What egress protection saves: the BFD that a network needs without it, and with it.

Without it every CSG watches its BGP tunnel to every MASG end to end; with it every core ASBR watches its LDP LSP
or TE tunnel to every MASG. What is counted, and by which sources, is in docs/savings.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..errors import UsageError

ETHERNET: Final = 18
"""Octets of an untagged Ethernet frame without its payload: header 14, frame check sequence 4."""

LABEL: Final = 4
"""Octets of a label stack entry (RFC 3032, section 2.1)."""

BFD_IN_IPV4: Final = 20 + 8 + 24
"""Octets of IPv4 header (RFC 791), UDP header (RFC 768), BFD control packet without authentication (RFC 5880, 4.1)."""

BGP_TUNNEL_LABELS: Final = 2
"""The label of the BGP LSP, below the transport label to its next hop."""

TRANSPORT_LABELS: Final = 1
"""LDP or TE."""


@dataclass(frozen=True, slots=True)
class BfdTimers:
    """How fast a session is.

    Attributes:
        interval_ms: the negotiated transmission interval of either end, in milliseconds.
        multiplier: the detection time multiplier.
    """

    interval_ms: int = 50
    multiplier: int = 3

    @property
    def detection_ms(self) -> int:
        """Milliseconds until a silent peer is declared dead (RFC 5880, section 6.8.4)."""
        return self.interval_ms * self.multiplier


@dataclass(frozen=True, slots=True)
class BfdLoad:
    """What a number of equal sessions costs.

    Attributes:
        kind: what is watched, in words.
        sessions: in the whole network.
        sessions_of_masg: of them, those that end at one MASG.
        timers: of each session.
        labels: label stack entries of a packet towards the MASG. The way back is plain IP (RFC 5884, section 7).
    """

    kind: str
    sessions: int
    sessions_of_masg: int
    timers: BfdTimers
    labels: int

    @property
    def packets_per_second(self) -> float:
        """In both directions, at the full interval; jitter makes it up to a third more (RFC 5880, section 6.8.7)."""
        return self.sessions * _per_session(self.timers)

    @property
    def packets_per_second_of_masg(self) -> float:
        """Sent and received by one MASG."""
        return self.sessions_of_masg * _per_session(self.timers)

    @property
    def octets_of_two_packets(self) -> int:
        """Ethernet frames of one packet there and one back."""
        return 2 * (ETHERNET + BFD_IN_IPV4) + self.labels * LABEL

    @property
    def bits_per_second(self) -> float:
        """Of both directions; each packet is counted once, however many links it crosses."""
        return self.packets_per_second / 2 * self.octets_of_two_packets * 8

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "kind": self.kind,
            "sessions": self.sessions,
            "sessions_of_masg": self.sessions_of_masg,
            "interval_ms": self.timers.interval_ms,
            "multiplier": self.timers.multiplier,
            "detection_ms": self.timers.detection_ms,
            "packets_per_second": self.packets_per_second,
            "packets_per_second_of_masg": self.packets_per_second_of_masg,
            "bits_per_second": self.bits_per_second,
        }


@dataclass(frozen=True, slots=True)
class Savings:
    """The two loads side by side; made by `savings_of`."""

    csgs: int
    masgs: int
    asbrs: int
    without_protection: BfdLoad
    with_protection: BfdLoad

    @property
    def sessions_saved(self) -> int:
        """Negative where there are more core ASBRs than CSGs."""
        return self.without_protection.sessions - self.with_protection.sessions

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "csgs": self.csgs,
            "masgs": self.masgs,
            "asbrs": self.asbrs,
            "without_protection": self.without_protection.to_dict(),
            "with_protection": self.with_protection.to_dict(),
            "sessions_saved": self.sessions_saved,
        }

    def __str__(self) -> str:
        from .savings_text import savings_text  # noqa: PLC0415  (a face of the value, not part of it)

        return savings_text(self)

    def _repr_html_(self) -> str:
        from .savings_text import savings_html  # noqa: PLC0415

        return savings_html(self)


def savings_of(
    *,
    csgs: int,
    masgs: int = 2,
    asbrs: int = 1,
    end_to_end: BfdTimers | None = None,
    core: BfdTimers | None = None,
) -> Savings:
    """Compare the BFD of a network without egress protection and with it.

    Args:
        csgs: ends of BGP tunnels to the MASGs: the CSGs, or the AGGs in the variant with HVPN.
        masgs: in the whole network, two for each pair.
        asbrs: core ASBRs (or core ABRs) that switch over.
        end_to_end: timers of BFD for BGP tunnel; 50 ms x 3 if not given.
        core: timers of BFD for LDP LSP or TE; those of `end_to_end` if not given, so that both detect equally fast.

    Raises:
        UsageError: a number below 1.
    """
    slow = end_to_end or BfdTimers()
    fast = core or slow
    _at_least_one(csgs=csgs, masgs=masgs, asbrs=asbrs)
    for timers in (slow, fast):
        _at_least_one(interval_ms=timers.interval_ms, multiplier=timers.multiplier)
    return Savings(
        csgs,
        masgs,
        asbrs,
        BfdLoad("BFD for BGP tunnel, CSG to MASG", csgs * masgs, csgs, slow, BGP_TUNNEL_LABELS),
        BfdLoad("BFD for LDP LSP or TE, core ASBR to MASG", asbrs * masgs, asbrs, fast, TRANSPORT_LABELS),
    )


def _per_session(timers: BfdTimers) -> float:
    """Packets per second, both ends together."""
    return 2 * 1000 / timers.interval_ms


def _at_least_one(**numbers: int) -> None:
    for name, number in numbers.items():
        if number < 1:
            raise UsageError(f"{number} is less than 1", where=name, hint="Give a whole number from 1.")
