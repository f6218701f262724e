"""What the routers' forwarding tables hold, as plain values: all that the rig is told.

They say what is to be done with a packet, not how anybody came to think so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MASTER: Final = "master"
BACKUP: Final = "backup"
FIRST_LABEL: Final = 16
LAST_LABEL: Final = (1 << 20) - 1


@dataclass(frozen=True, slots=True)
class Detection:
    """BFD between the core ASBR and the master.

    Attributes:
        interval_ms: of transmission and reception on both ends; Open vSwitch holds out from some 50 ms on.
        multiplier: intervals without a packet until the master counts as dead.
    """

    interval_ms: int = 50
    multiplier: int = 3


@dataclass(frozen=True, slots=True)
class AsbrEntries:
    """The core ASBR's transit LSP for the protected host route.

    Attributes:
        primary_label: the public label that the master gave out for the host route.
        backup_label: that of the backup; None if there is no backup entry.
        detection: BFD to the primary next hop; None if only the state of the link is watched.
    """

    primary_label: int
    backup_label: int | None = None
    detection: Detection | None = None

    def __post_init__(self) -> None:
        _check_labels(self.primary_label, *([] if self.backup_label is None else [self.backup_label]))


@dataclass(frozen=True, slots=True)
class Customer:
    """What a private label leads to.

    Attributes:
        vpn: the VPN instance; its customer has an interface of its own on either MASG.
        reached: whether the VPN instance has a way of its own to the customer.
    """

    vpn: str
    reached: bool = True


@dataclass(frozen=True, slots=True)
class MasgEntries:
    """The incoming labels of a MASG.

    Attributes:
        popped: public labels that are popped, to look at the label below.
        stitched: public labels that lead on into a tunnel to the other MASG, and the label that takes their place; None
            if none does.
        private: private labels.
    """

    popped: frozenset[int]
    private: Mapping[int, Customer]
    stitched: Mapping[int, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        swapped = [label for label in self.stitched.values() if label is not None]
        _check_labels(*self.popped, *self.private, *self.stitched, *swapped)
        if both := self.popped & set(self.stitched):
            raise ValueError(f"labels {sorted(both)} are both popped and swapped")


@dataclass(frozen=True, slots=True)
class Entries:
    """Everything the three routers hold.

    Attributes:
        streams: VPN instances whose packets enter at the core ASBR, and the private label that they carry: the
            master's, as the CSG learned it.
    """

    asbr: AsbrEntries
    master: MasgEntries
    backup: MasgEntries
    streams: Mapping[str, int]

    def __post_init__(self) -> None:
        _check_labels(*self.streams.values())
        if not self.streams:
            raise ValueError("there is no stream")

    @property
    def customers(self) -> tuple[str, ...]:
        """Every VPN instance that anything can be delivered to, sorted."""
        known = [entry.vpn for masg in (self.master, self.backup) for entry in masg.private.values()]
        return tuple(sorted({*known, *self.streams}))


def _check_labels(*labels: int) -> None:
    for label in labels:
        if not FIRST_LABEL <= label <= LAST_LABEL:
            raise ValueError(f"label {label} is outside {FIRST_LABEL}..{LAST_LABEL}")
