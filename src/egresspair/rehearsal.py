"""A failover rehearsed with real packets: the routers' tables, as they were read, on Open vSwitch.

The walk reads the tables and says what must happen; here they are programmed, and it is seen what happens.
"""

from __future__ import annotations

from typing import Final, TypeVar

from .audit.walk import (
    Bfd,
    CoreTables,
    Ending,
    LspEntry,
    MasgTables,
    PrivateLabel,
    Scene,
    Unknown,
    Walk,
    Way,
    walk,
)
from .audit.walk.tables import IMPLICIT_NULL
from .errors import UsageError
from .lab.packets import AsbrEntries, Customer, Death, Detection, Entries, MasgEntries, PacketRun

T = TypeVar("T")

SHORTEST_INTERVAL_MS: Final = 50
"""Faster BFD of Open vSwitch goes down by itself."""

Place = tuple[str, str] | None
"""VPN instance and role (``master``, ``backup``) by which a packet arrives; None for nowhere."""


def entries_of(scene: Scene) -> Entries:
    """The forwarding entries of a scene.

    Raises:
        UsageError: something is not known, or cannot be shown with this forwarding plane.
    """
    _refuse_beyond(scene)
    return Entries(
        _asbr(scene),
        _masg(scene.master, scene.backup.device),
        _masg(scene.backup, scene.master.device),
        {entry.vpn: _known(entry.label) for entry in scene.entries},
    )


def expected(walk: Walk, death: Death) -> Place:
    """Where the walk says that packets arrive once the master is dead for long; BGP never converges here.

    A link that goes down is noticed without BFD.
    """
    waits = [delay for delay in walk.delays if death is Death.KILLED or "BFD" not in delay]
    if waits or walk.after.ending not in (Ending.DELIVERED, Ending.WRONG_VPN):
        return None
    return walk.after.vpn, "backup"


def unlike(scene: Scene, run: PacketRun) -> tuple[str, ...]:
    """Where real packets ended otherwise than the walk says; a sentence for each VPN instance, none if all agree."""
    found = []
    for entry in scene.entries:
        said, seen = expected(walk(scene, entry.vpn), Death(run.death)), set(run.settled(entry.vpn))
        if seen != {said}:
            shown = " and ".join(sorted(map(_place_words, seen)))
            found.append(f"{entry.vpn}: the walk says {_place_words(said)}, the packets go {shown}")
    return tuple(found)


def _place_words(place: Place) -> str:
    return "nowhere" if place is None else f"to {place[0]} by the {place[1]}"


def _refuse_beyond(scene: Scene) -> None:
    """What becomes of a packet outside the three bridges: before the core ASBR, and on the way back."""
    core = _known(scene.core)
    if not _known(core.hands_on):
        raise _not_shown(core.device, "it hands no label on towards the CSG, which is none of the bridges")
    for entry in scene.entries:
        if not _known(entry.carried):
            raise _not_shown(entry.device, f"{entry.vpn} goes into a local-ifnet tunnel to its MP-EBGP peer")
    for masg in (scene.master, scene.backup):
        if not _known(masg.answers):
            raise _not_shown(masg.device, "answers go into a local-ifnet tunnel, and packets go one way here")


def _asbr(scene: Scene) -> AsbrEntries:
    core = _known(scene.core)
    installed = _known(core.installed)
    primary = [entry for entry in installed if not entry.backup and entry.towards == scene.master.device]
    backup = [entry for entry in installed if entry.backup and entry.towards == scene.backup.device]
    if len(primary) != 1:
        raise _not_shown(core.device, f"the master is not the one primary next hop of {scene.host_route}")
    backup_label = _label(core, backup[0]) if backup else None
    return AsbrEntries(_label(core, primary[0]), backup_label, _detection(_known(core.bfd)))


def _label(core: CoreTables, entry: LspEntry) -> int:
    if entry.out_label is None or entry.out_label == IMPLICIT_NULL or entry.over_gre:
        raise _not_shown(core.device, f"its entry to {entry.towards} has no label of its own, or is over GRE")
    return entry.out_label


def _detection(bfd: Bfd | None) -> Detection | None:
    if bfd is None or not bfd.up:
        return None
    interval = bfd.interval_ms or SHORTEST_INTERVAL_MS
    return Detection(max(interval, SHORTEST_INTERVAL_MS), bfd.multiplier or Detection().multiplier)


def _masg(masg: MasgTables, partner: str) -> MasgEntries:
    for gap in (masg.public_gap, masg.private_gap):
        if gap is not None:
            raise _not_shown(masg.device, f"not known: {gap.fact}")
    stitched = {
        label: None if entry.swapped == IMPLICIT_NULL else entry.swapped
        for label, entry in masg.public.items()
        if entry.towards == partner
    }
    return MasgEntries(
        frozenset(label for label, entry in masg.public.items() if not entry.towards),
        {label: _customer(masg, label, holders) for label, holders in masg.private.items()},
        stitched,
    )


def _customer(masg: MasgTables, label: int, holders: tuple[PrivateLabel, ...]) -> Customer:
    if len(holders) != 1:
        raise _not_shown(masg.device, f"label {label} has {len(holders)} holders")
    holder = holders[0]
    own_way = _known(holder.way) is Way.OWN  # the partner is dead when it matters
    return Customer(holder.vpn, reached=bool(_known(holder.up)) and own_way)


def _known(fact: T | Unknown) -> T:
    if isinstance(fact, Unknown):
        raise _not_shown("", f"not known: {fact.fact}")
    return fact


def _not_shown(where: str, what: str) -> UsageError:
    return UsageError(
        f"this cannot be shown with real packets: {what}",
        where=where,
        hint="The walk on paper says more: egresspair audit --explain.",
    )
