"""What the routers of a pair say about themselves, dialect-neutral: all that the checks and the walk know.

`Facts` is made by a dialect from replies, and by tests by hand. Nothing here judges.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..intent import Role
from .fact import Evidence, Fact
from .records import (
    BfdSession,
    BgpLsp,
    BgpPeer,
    BgpRoute,
    FrrType,
    IpRoute,
    LabelRange,
    LabelStackEntry,
    LabelUse,
    LspRole,
    Origination,
    PolicyNode,
    RoutePolicy,
    Tunnel,
    VpnFamily,
)

__all__ = [
    "AsbrFacts",
    "BfdSession",
    "BgpLsp",
    "BgpPeer",
    "BgpRoute",
    "CsgFacts",
    "CsgVpn",
    "Evidence",
    "Fact",
    "Facts",
    "FrrType",
    "IpRoute",
    "LabelRange",
    "LabelStackEntry",
    "LabelUse",
    "LspRole",
    "MasgFacts",
    "Origination",
    "PolicyNode",
    "RoutePolicy",
    "Tunnel",
    "VpnFacts",
    "VpnFamily",
]


@dataclass(frozen=True, slots=True)
class VpnFacts:
    """One VPN instance of the intent on one MASG, its IPv4 unicast family.

    Attributes:
        exists: the IPv4 unicast family is configured (and the instance with it).
        route_distinguisher: in force, configured or automatic.
        label_mode: in force; ``per-instance`` where the router leaves the default out.
        static_label: as configured.
        imports, exports: the VPN targets, in one spelling.
        assigned_label: that the router really gave. Not known where the router shows no state at all.
        status: ``up`` or ``down``.
        routes: of its routing table.
    """

    name: str
    exists: Fact[bool]
    route_distinguisher: Fact[str]
    label_mode: Fact[str]
    static_label: Fact[int]
    imports: Fact[frozenset[str]]
    exports: Fact[frozenset[str]]
    assigned_label: Fact[int]
    status: Fact[str]
    routes: Fact[tuple[IpRoute, ...]]


@dataclass(frozen=True, slots=True)
class MasgFacts:
    """A MASG.

    Attributes:
        vpns: those of the intent, in its order.
        families: of every VPN instance, of the intent or not, with the router's own (``_public_`` …).
        label_uses: incoming labels of anything else than VPN instances.
        idle_labels: the static labels that nobody holds.
        label_range: of static labels.
        host_routes: the public routing table's entries for the protected host routes.
        bgp_routes: the BGP table's entries for the protected host routes.
        originations: ``network`` and ``import-route`` of the public IPv4 unicast family.
        policies: the route policies that the router has.
        peers: of the public instance.
        lsps: BGP LSPs of the protected host routes.
        tunnels: that begin here, to anywhere.
        addresses: its own, as far as they were read: LSR ID, and protected host routes that are direct here.
        bfd_passive: it answers BFD for LSPs that ends here (``mpls-passive``).
        saved: startup holds what running holds of VPN instances, BGP, policies, MPLS, LDP and BFD; None where the
            router has no startup of its own.
    """

    device: str
    role: Role
    vpns: tuple[VpnFacts, ...]
    families: Fact[tuple[VpnFamily, ...]]
    label_uses: Fact[tuple[LabelUse, ...]]
    idle_labels: Fact[tuple[LabelRange, ...]]
    label_range: Fact[LabelRange]
    host_routes: Fact[tuple[IpRoute, ...]]
    bgp_routes: Fact[tuple[BgpRoute, ...]]
    originations: Fact[tuple[Origination, ...]]
    policies: Fact[tuple[RoutePolicy, ...]]
    peers: Fact[tuple[BgpPeer, ...]]
    lsps: Fact[tuple[BgpLsp, ...]]
    tunnels: Fact[tuple[Tunnel, ...]]
    addresses: Fact[frozenset[str]]
    bfd_passive: Fact[bool]
    saved: Fact[bool]

    def vpn(self, name: str) -> VpnFacts:
        """The VPN instance of that name.

        Raises:
            KeyError: it is not one of the intent's.
        """
        for vpn in self.vpns:
            if vpn.name == name:
                return vpn
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class AsbrFacts:
    """The core ASBR.

    Attributes:
        routes: the BGP table's entries for the protected host routes.
        rib: the public routing table's entries for them, with the type of tunnel that each resolves to.
        lsps: BGP LSPs of the protected host routes; a transit LSP under BGP FRR has a primary and a backup entry.
        auto_frr: ``auto-frr`` of the public IPv4 unicast family.
        nexthop_select: what a labeled route must resolve to before it is chosen: ``depend-ip`` or ``depend-tunnel``.
        load_balancing: the largest number of equal routes that share traffic; 1 means none.
        bfd_sessions: over LSPs and tunnels.
        ldp_bfd: BFD for LDP LSPs is switched on and triggered.
        peers, policies: as of a MASG.
        addresses: its own, as far as they were read: LSR ID. Empty if it has none.
    """

    device: str
    routes: Fact[tuple[BgpRoute, ...]]
    rib: Fact[tuple[IpRoute, ...]]
    lsps: Fact[tuple[BgpLsp, ...]]
    auto_frr: Fact[bool]
    nexthop_select: Fact[str]
    load_balancing: Fact[int]
    bfd_sessions: Fact[tuple[BfdSession, ...]]
    ldp_bfd: Fact[bool]
    peers: Fact[tuple[BgpPeer, ...]]
    policies: Fact[tuple[RoutePolicy, ...]]
    addresses: Fact[frozenset[str]]


@dataclass(frozen=True, slots=True)
class CsgVpn:
    """One VPN instance of the intent on the CSG.

    Attributes:
        label_stack: the labels that are pushed, of all its destinations.
        vpn_frr: ``vpn frr`` of the IPv4 unicast family.
        routes: of its routing table, with the type of tunnel.
    """

    name: str
    label_stack: Fact[tuple[LabelStackEntry, ...]]
    vpn_frr: Fact[bool]
    routes: Fact[tuple[IpRoute, ...]]


@dataclass(frozen=True, slots=True)
class CsgFacts:
    """A cell site gateway."""

    device: str
    vpns: tuple[CsgVpn, ...]
    peers: Fact[tuple[BgpPeer, ...]]

    def vpn(self, name: str) -> CsgVpn:
        """The VPN instance of that name.

        Raises:
            KeyError: it is not one of the intent's.
        """
        for vpn in self.vpns:
            if vpn.name == name:
                return vpn
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Facts:
    """What all routers of an intent said.

    Attributes:
        asbr, csg: None where the intent names none. A router that was not reached has facts, all of them unknown.
    """

    master: MasgFacts
    backup: MasgFacts
    asbr: AsbrFacts | None = None
    csg: CsgFacts | None = None

    def masg(self, role: Role) -> MasgFacts:
        """The MASG in that role."""
        return self.master if role is Role.MASTER else self.backup
