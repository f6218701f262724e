"""The labels of one router: which its schema allows, who holds which, which are free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..configuration import LabelOwner, LabelUse
from .idle import IdleLabels
from .ranges import Ranges


@dataclass(frozen=True, slots=True)
class LabelUses:
    """What a router's configuration and state say of its labels.

    Attributes:
        owners: who holds which label, as far as it can be read.
        idle: the router's label state; None if it tells none.
    """

    owners: tuple[LabelOwner, ...] = ()
    idle: IdleLabels | None = None

    def strangers(self, wanted: Mapping[str, int]) -> tuple[LabelOwner, ...]:
        """Who else holds a label that these VPN instances want, in the order of ``wanted``."""
        return tuple(owner for vpn, label in wanted.items() for owner in self._strangers(vpn, label))

    def _strangers(self, vpn: str, label: int) -> Iterator[LabelOwner]:
        owners = [owner for owner in self.owners if owner.label == label]
        yield from (owner for owner in owners if owner.vpn != vpn)
        if not owners and self.idle is not None and label in self.idle.used:
            yield LabelOwner.unnamed(label)

    def static_of(self, vpn: str) -> Ranges:
        """The static labels of a VPN instance."""
        mine = (owner for owner in self.owners if owner.vpn == vpn)
        return Ranges.of_labels(owner.label for owner in mine if owner.use is LabelUse.STATIC_LABEL)

    def taken_for(self, vpn: str) -> Ranges:
        """Labels that a VPN instance cannot be given because somebody is known to hold them."""
        others = Ranges.of_labels(owner.label for owner in self.owners if owner.vpn != vpn)
        return others | (self.named - self.static_of(vpn))

    @property
    def named(self) -> Ranges:
        """Labels that somebody is known to hold."""
        return Ranges.of_labels(owner.label for owner in self.owners)


@dataclass(frozen=True, slots=True)
class RouterLabels:
    """The label space of one router.

    Attributes:
        device: its name.
        legal: the static labels that its own schema allows; None if that is not known.
        uses: who holds which label.
    """

    device: str
    legal: Ranges | None
    uses: LabelUses

    def free(self, vpn: str = "") -> Ranges | None:
        """Labels that this VPN instance (or any, by default) could be given; None if the legal ones are not known.

        Where the router tells which labels are idle, only those count. The static label of the VPN instance is free to
        it.
        """
        if self.legal is None:
            return None
        idle = self.uses.idle
        open_to_it = self.legal if idle is None else self.legal & (idle.idle | self.uses.static_of(vpn))
        return open_to_it - self.uses.taken_for(vpn)

    @property
    def unnamed(self) -> Ranges:
        """Labels in use by the router's label state that nobody is known to hold."""
        if self.uses.idle is None:
            return Ranges()
        used = self.uses.idle.used - self.uses.named
        return used if self.legal is None else used & self.legal


def legal_on_all(routers: Iterable[RouterLabels]) -> Ranges | None:
    """The labels that all these routers allow; None if it is not known of one."""
    return _common([router.legal for router in routers])


def free_on_all(routers: Iterable[RouterLabels], vpn: str = "") -> Ranges | None:
    """The labels that are legal and free on all these routers; None if it is not known of one."""
    return _common([router.free(vpn) for router in routers])


def _common(parts: Sequence[Ranges | None]) -> Ranges | None:
    common: Ranges | None = None
    for part in parts:
        if part is None:
            return None
        common = part if common is None else common & part
    return common


FEW = 5
"""How many free labels a hint names."""


def free_hint(master: RouterLabels, backup: RouterLabels, *, vpn: str = "") -> str:
    """``Labels free on both routers: 2001, 2002, …``; empty if none is known."""
    free = free_on_all([master, backup], vpn) or Ranges()
    few = free.first(FEW)
    if not few:
        return ""
    return f"Labels free on both routers: {', '.join(map(str, few))}{', …' if len(free) > len(few) else ''}"
