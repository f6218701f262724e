"""What became of the packets: plain values, for tests and for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .flows import STITCHED, Reason
from .stream import Arrival


@dataclass(frozen=True, slots=True)
class StreamOutcome:
    """What became of one VPN instance's packets.

    Attributes:
        vpn: whose packets they were.
        label: the private label that they carried.
        sent: when each was sent, by sequence number, in seconds of the monotonic clock.
        arrived: sequence number to the first arrival of each that arrived.
    """

    vpn: str
    label: int
    sent: tuple[float, ...]
    arrived: Mapping[int, Arrival]

    @classmethod
    def of(cls, vpn: str, label: int, sent: Sequence[float], arrivals: Iterable[Arrival]) -> StreamOutcome:
        """Sort what arrived; a packet that was sent after the end was noted counts as not sent."""
        first: dict[int, Arrival] = {}
        for arrival in arrivals:
            first.setdefault(arrival.sequence, arrival)
        return cls(vpn, label, tuple(sent), first)

    @property
    def lost(self) -> int:
        """Packets that arrived nowhere."""
        return len(self.sent) - len(self.arrived)

    @property
    def misdelivered(self) -> int:
        """Packets that another VPN instance's customer got."""
        return sum(arrival.vpn != self.vpn for arrival in self.arrived.values())

    def places(self, begin: float, end: float) -> dict[tuple[str, str] | None, int]:
        """How many of the packets that were sent in between arrived where: VPN instance and MASG; None for nowhere."""
        places: dict[tuple[str, str] | None, int] = {}
        for sequence, at in enumerate(self.sent):
            if begin <= at < end:
                arrival = self.arrived.get(sequence)
                place = None if arrival is None else (arrival.vpn, arrival.masg)
                places[place] = places.get(place, 0) + 1
        return places


@dataclass(frozen=True, slots=True)
class PacketRun:
    """One death of a master.

    Attributes:
        death: ``link-down`` or ``killed``.
        died_at: when, in seconds of the monotonic clock.
        streams: one for each VPN instance whose packets were sent.
        drops: packets that the backup dropped after the death, by the reason that its tables give.
        sent_to_partner: packets that the backup sent on to the master after the death.
    """

    death: str
    died_at: float
    streams: tuple[StreamOutcome, ...]
    drops: Mapping[str, int]
    sent_to_partner: int = 0

    @classmethod
    def of(
        cls, death: str, died_at: float, streams: Iterable[StreamOutcome], counted: Mapping[int, int]
    ) -> PacketRun:
        """Put a run together; what the backup counted since the death is by cookie, see `flows`."""
        drops = {reason.words: counted[reason] for reason in Reason if counted.get(reason)}
        return cls(death, died_at, tuple(streams), drops, counted.get(STITCHED, 0))

    def __getitem__(self, vpn: str) -> StreamOutcome:
        """The stream of a VPN instance.

        Raises:
            KeyError: it had none.
        """
        for stream in self.streams:
            if stream.vpn == vpn:
                return stream
        raise KeyError(vpn)

    def before(self, vpn: str) -> dict[tuple[str, str] | None, int]:
        """Where packets arrived that were sent before the death; the last tenth of a second left out."""
        return self[vpn].places(0, self.died_at - 0.1)

    def settled(self, vpn: str) -> dict[tuple[str, str] | None, int]:
        """Where packets arrived that were sent in the second half of the time after the death."""
        sent = self[vpn].sent
        return self[vpn].places((self.died_at + sent[-1]) / 2, float("inf"))

    def __str__(self) -> str:
        from .chart import run_text  # noqa: PLC0415  (a face of the value, not part of it)

        return run_text(self)

    def _repr_svg_(self) -> str:
        from .chart import runs_svg  # noqa: PLC0415

        return runs_svg([self])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "death": self.death,
            "streams": [
                {
                    "vpn": stream.vpn,
                    "label": stream.label,
                    "sent": len(stream.sent),
                    "lost": stream.lost,
                    "misdelivered": stream.misdelivered,
                    "before": _named(self.before(stream.vpn)),
                    "settled": _named(self.settled(stream.vpn)),
                }
                for stream in self.streams
            ],
            "dropped_by_backup": dict(self.drops),
            "sent_to_partner": self.sent_to_partner,
        }


def _named(places: Mapping[tuple[str, str] | None, int]) -> list[dict[str, Any]]:
    return [
        {"vpn": place[0] if place else None, "masg": place[1] if place else None, "packets": packets}
        for place, packets in places.items()
    ]
