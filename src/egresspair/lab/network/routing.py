"""What routes and LSPs the lab's network has, by what its routers are configured to do.

One core, one IGP: two MASGs and a core ASBR, which know each other's loopbacks and have LDP LSPs to one another
where both run LDP. This is the least that shows what egress protection depends on, not a model of BGP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..vpn_labels import FIRST_DYNAMIC, VpnLabels
from .configured import Configured, Origination
from .policies import Route

MASTER: Final = "master"
BACKUP: Final = "backup"
CORE_ASBR: Final = "core_asbr"
CSG: Final = "csg"
MASGS: Final = (MASTER, BACKUP)
ROLES: Final = (MASTER, BACKUP, CORE_ASBR, CSG)
"""As an intent calls them."""

_FIRST_LABEL: Final[Mapping[str, int]] = {MASTER: 48120, BACKUP: 48204, CORE_ASBR: 48101}
"""Where each router begins with labels for BGP LSPs."""


@dataclass
class Mishaps:
    """What is wrong in the network without any router being configured so.

    Attributes:
        sessions_down: pairs of roles between which no BGP session comes up.
        vpns_down: (role, VPN instance) whose links to the customer are down.
        by_partner: (role, VPN instance) whose customer has no link to it and is reached through the partner.
        unlearned: (role, owner's role): the IGP does not tell the one of the other's loopbacks.
        labels_taken: (role, label) that the router holds for something else.
        asked_first: (role, VPN instance) that gets its label before others that want the same.
        gre: roles that reach the MASGs over GRE.
        relabelling: somebody between the MASGs and the CSG changes the next hop of VPN routes, and with it the label.
    """

    sessions_down: set[frozenset[str]] = field(default_factory=set)
    vpns_down: set[tuple[str, str]] = field(default_factory=set)
    by_partner: set[tuple[str, str]] = field(default_factory=set)
    unlearned: set[tuple[str, str]] = field(default_factory=set)
    labels_taken: set[tuple[str, int]] = field(default_factory=set)
    asked_first: set[tuple[str, str]] = field(default_factory=set)
    gre: set[str] = field(default_factory=set)
    relabelling: bool = False

    def labels(self, role: str, first_dynamic: int = FIRST_DYNAMIC) -> VpnLabels:
        """The labels of a router that has given none yet."""
        return VpnLabels(
            first_dynamic,
            frozenset(label for holder, label in self.labels_taken if holder == role),
            frozenset(vpn for holder, vpn in self.asked_first if holder == role),
        )


@dataclass(frozen=True, slots=True)
class HostRoute:
    """A loopback in a MASG's routing table.

    Attributes:
        protocol: ``direct`` or ``ospf``.
    """

    address: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Originated:
    """A host route that a MASG originates.

    Attributes:
        label: what it takes for it from others; None if it goes out without a label.
        stitched_to: the MASG to whose LSP the route is resolved; empty if the LSP ends here.
    """

    address: str
    protocol: str
    label: int | None
    stitched_to: str


@dataclass(frozen=True, slots=True)
class Received:
    """A host route that the core ASBR has from a MASG.

    Attributes:
        sender: its role.
        label: the label to send it with; None if it came without one.
    """

    sender: str
    nexthop: str
    label: int | None
    local_preference: int


@dataclass(frozen=True, slots=True)
class Destination:
    """A host route at the core ASBR, with all that it has for it.

    Attributes:
        routes: the chosen one first.
        standing_by: the one that BGP FRR has installed beside it.
    """

    address: str
    label: int
    routes: tuple[Received, ...]
    standing_by: Received | None


class Routing:
    """The routes of a network of these routers."""

    def __init__(self, routers: Mapping[str, Configured], mishaps: Mishaps) -> None:
        self._routers = routers
        self._mishaps = mishaps

    def loopback(self, role: str) -> str:
        """The first loopback of a router; empty if it has none."""
        return next(iter(self._routers[role].loopbacks), "")

    def has_tunnel(self, role: str, other: str) -> bool:
        """True if there is an LDP LSP from one to a loopback of the other."""
        return self._routers[role].ldp and self._routers[other].ldp and bool(self.loopback(other))

    def has_session(self, role: str, other: str) -> bool:
        """True if a BGP session for IPv4 unicast is established between them."""
        here, there = self._routers[role], self._routers[other]
        if frozenset({role, other}) in self._mishaps.sessions_down:
            return False
        return here.peer(*there.loopbacks) is not None and there.peer(*here.loopbacks) is not None

    def role_at(self, address: str) -> str:
        """Whose loopback an address is; empty for a router outside the lab."""
        return next((role for role, router in self._routers.items() if address in router.loopbacks), "")

    # MASGs

    def host_routes(self, masg: str) -> list[HostRoute]:
        """The loopbacks of both MASGs, as far as this one knows them: its own first."""
        own = [HostRoute(address, "direct") for address in self._routers[masg].loopbacks]
        partner = partner_of(masg)
        if (masg, partner) in self._mishaps.unlearned:
            return own
        known = {route.address for route in own}
        learned = (address for address in self._routers[partner].loopbacks if address not in known)
        return [*own, *(HostRoute(address, "ospf") for address in learned)]

    def originated(self, masg: str) -> Iterator[Originated]:
        """The host routes that a MASG originates: configured, and in its routing table."""
        router = self._routers[masg]
        for number, route in enumerate(self.host_routes(masg)):
            origination = router.originates(f"{route.address}/32", route.protocol)
            if origination is not None:
                label = _FIRST_LABEL[masg] + number if self._labels(masg, route) else None
                yield Originated(
                    route.address, route.protocol, label, self._stitched_to(masg, route, origination)
                )

    def _labels(self, masg: str, route: HostRoute) -> bool:
        """True if an export policy gives the route a label for a peer that can take it."""
        router = self._routers[masg]
        for peer in router.peers:
            sent = router.policies.export(peer.export_policy, Route(f"{route.address}/32"))
            if peer.unicast and peer.labeled and sent is not None and sent.labeled:
                return True
        return False

    def _stitched_to(self, masg: str, route: HostRoute, origination: Origination) -> str:
        partner = partner_of(masg)
        recurses = route.protocol != "direct" and origination.relays and self.has_tunnel(masg, partner)
        return partner if recurses else ""

    # the core ASBR

    def destinations(self) -> list[Destination]:
        """The host routes at the core ASBR."""
        found: dict[str, list[Received]] = {}
        for masg in MASGS:
            for address, received in self._received(masg):
                found.setdefault(address, []).append(received)
        return [
            self._destination(number, address, found[address]) for number, address in enumerate(sorted(found))
        ]

    def _received(self, masg: str) -> Iterator[tuple[str, Received]]:
        if not self.has_session(masg, CORE_ASBR):
            return
        router, asbr = self._routers[masg], self._routers[CORE_ASBR]
        there, here = router.peer(*asbr.loopbacks), asbr.peer(*router.loopbacks)
        if there is None or here is None:
            return
        for own in self.originated(masg):
            sent = router.policies.export(there.export_policy, Route(f"{own.address}/32"))
            kept = sent and asbr.policies.accept(here.import_policy, sent)
            if kept:
                labeled = kept.labeled and there.labeled and here.labeled
                label = own.label if labeled else None
                yield own.address, Received(masg, here.address, label, kept.local_preference)

    def _destination(self, number: int, address: str, routes: list[Received]) -> Destination:
        ranked = sorted(routes, key=lambda route: (-route.local_preference, route.nexthop))
        labeled = [route for route in ranked if route.label is not None]
        standing_by = None
        if self._routers[CORE_ASBR].auto_frr and len(labeled) > 1:
            chosen, second = labeled[:2]
            standing_by = second if second.local_preference < chosen.local_preference else None
        return Destination(address, _FIRST_LABEL[CORE_ASBR] + number, tuple(ranked), standing_by)

    def tunnel_type(self, role: str) -> str:
        """By what kind of tunnel a router reaches the MASGs."""
        return "gre" if role in self._mishaps.gre else "ldp"


def partner_of(masg: str) -> str:
    """The other MASG."""
    return BACKUP if masg == MASTER else MASTER
