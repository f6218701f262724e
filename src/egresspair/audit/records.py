"""What routers list: one record for each entry, in the words of RFC 3031, 4364, 5880 and 8277.

A leaf that the router leaves out of an entry is None (or empty); that an entry stands in a list is its proof.
Addresses are written as the router writes them, without prefix length.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .fact import Evidence

SLOWEST_DETECTION_MS: Final = 1000
"""What takes longer to notice a death is no fast switch-over: BGP and IGP timers of seconds could do without it."""


class LspRole(StrEnum):
    """Where a router stands on an LSP."""

    INGRESS = "ingress"
    TRANSIT = "transit"
    EGRESS = "egress"


class FrrType(StrEnum):
    """Whether an entry forwards now, or stands by."""

    PRIMARY = "primary"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class VpnFamily:
    """One address family of one VPN instance, whoever it belongs to: name, family, labels, status and nothing else.

    Attributes:
        family: ``ipv4-unicast`` or ``ipv6-unicast``.
        static_label: as configured.
        assigned_label: that the router really gave.
        status: ``up`` or ``down``; None if the router does not tell.
        internal: it is the router's own, which it does not advertise to other PEs. It may hold a label all the same.
    """

    vpn: str
    family: str
    evidence: Evidence
    static_label: int | None = None
    assigned_label: int | None = None
    status: str | None = None
    internal: bool = False

    @property
    def tells_label(self) -> bool:
        """True if the label that the router gave is known: a router that tells a status and no label gave none."""
        return self.assigned_label is not None or self.status is not None


@dataclass(frozen=True, slots=True)
class LabelUse:
    """An incoming label that is held by something else than a VPN instance.

    Attributes:
        kind: e.g. ``static LSP``.
        name: of the holder.
    """

    kind: str
    name: str
    label: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LabelRange:
    """Labels from `first` to `last`, both included."""

    first: int
    last: int

    def __contains__(self, label: object) -> bool:
        return isinstance(label, int) and self.first <= label <= self.last


@dataclass(frozen=True, slots=True)
class IpRoute:
    """One route of a routing table: of a VPN instance, or of the public one.

    Attributes:
        protocol: that it came from, e.g. ``direct``, ``static``, ``ospf``, ``bgp``.
        interface: by which packets leave.
        nexthop: as the protocol says it; `relay_nexthop` where it was resolved to, empty where the router does not tell
            (VRP's deviations take that leaf away).
        active: it forwards; None if the router does not tell.
        frr_type: None if the router does not tell.
        tunnel_type: over which it is resolved, e.g. ``ldp``, ``te``, ``gre``; empty if over none.
        out_label: that is pushed, e.g. the VPN label of a remote PE.
    """

    prefix: str
    length: int
    protocol: str
    nexthop: str
    evidence: Evidence
    interface: str = ""
    direct_nexthop: str = ""
    relay_nexthop: str = ""
    active: bool | None = None
    frr_type: FrrType | None = None
    tunnel_type: str = ""
    out_label: int | None = None

    @property
    def destination(self) -> str:
        return f"{self.prefix}/{self.length}"


@dataclass(frozen=True, slots=True)
class BgpRoute:
    """One route of the BGP table for a host route.

    Attributes:
        sender: the peer that it came from, ``0.0.0.0`` for the router's own.
        in_label: that this router gave.
        out_label: that the next hop gave; None: the route is not labeled.
        local_preference, preferred_value, med: what the choice is made of.
        best: it is the chosen one; None if the router does not tell.
        tunnel: the name of the tunnel that its next hop resolves to, empty if it is not told.
    """

    prefix: str
    length: int
    sender: str
    nexthop: str
    evidence: Evidence
    in_label: int | None = None
    out_label: int | None = None
    local_preference: int | None = None
    preferred_value: int | None = None
    med: int | None = None
    best: bool | None = None
    tunnel: str = ""
    worse_reason: str = ""

    @property
    def labeled(self) -> bool:
        """True if the next hop gave a label. False for the router's own routes."""
        return self.out_label is not None


@dataclass(frozen=True, slots=True)
class BgpLsp:
    """One entry of a BGP LSP for a host route.

    Attributes:
        operation: ``push``, ``swap``, ``pop``, ``swappush`` or ``popgo``.
        frr_type: a transit LSP with BGP FRR has one entry of each.
        nexthop: the BGP next hop.
        out_label: 3 is the implicit null label (RFC 3032, section 2.1).
    """

    prefix: str
    length: int
    role: LspRole
    evidence: Evidence
    frr_type: FrrType = FrrType.PRIMARY
    operation: str = ""
    nexthop: str = ""
    in_label: int | None = None
    out_label: int | None = None


@dataclass(frozen=True, slots=True)
class BgpPeer:
    """One BGP peer of the public instance.

    Attributes:
        labeled_unicast: label-route-capability of the IPv4 unicast family; None if that family is not configured.
        import_policy, export_policy: of the IPv4 unicast family, empty if there is none.
        export_filter: an export policy in another language than that of `RoutePolicy` (XPL), which is not read.
        state: of the session in the IPv4 unicast family, e.g. ``established``; None if the router does not tell.
        vpnv4: the VPNv4 family is configured.
        external: eBGP; None if either number is not known.
        max_hops: of an eBGP session; None if the router does not tell.
        local_ifnet_disable: None where neither configured nor told: then false for eBGP, true for iBGP.
    """

    address: str
    evidence: Evidence
    labeled_unicast: bool | None = None
    import_policy: str = ""
    export_policy: str = ""
    state: str | None = None
    vpnv4: bool = False
    external: bool | None = None
    max_hops: int | None = None
    local_ifnet_disable: bool | None = None
    export_filter: str = ""


@dataclass(frozen=True, slots=True)
class PolicyNode:
    """One node of a route policy.

    Attributes:
        permit: else it denies.
        matches_label: ``if-match mpls-label``.
        matches: the number of all its conditions. If it is larger than what the other attributes tell of, the node has
            conditions that nobody here understands: whether it matches a route is then not known.
        prefixes: of the IPv4 prefix filters that it names, ``a.b.c.d/len``, followed by ``ge 24 le 32`` where longer
            ones match as well; None if it names none.
        applies_label: ``apply mpls-label``.
        local_preference: that it sets; None if it sets none.
    """

    sequence: int
    permit: bool
    matches_label: bool = False
    matches: int = 0
    prefixes: frozenset[str] | None = None
    applies_label: bool = False
    local_preference: int | None = None


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """A route policy; its nodes in the order in which they are tried."""

    name: str
    nodes: tuple[PolicyNode, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Origination:
    """What makes a router originate host routes into BGP.

    Attributes:
        prefix: of a ``network`` statement ``a.b.c.d/len``; empty for ``import-route``.
        protocol: of an ``import-route``; empty for ``network``.
        policy: the route policy that filters it, empty if there is none.
        non_relay_tunnel: True: the route is not resolved over tunnels.
    """

    evidence: Evidence
    prefix: str = ""
    protocol: str = ""
    policy: str = ""
    non_relay_tunnel: bool = False


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A tunnel that begins at this router.

    Attributes:
        kind: e.g. ``ldp``, ``te``, ``gre``.
        up: None if the router does not tell.
    """

    name: str
    kind: str
    destination: str
    evidence: Evidence
    up: bool | None = None


@dataclass(frozen=True, slots=True)
class BfdSession:
    """A BFD session over an LSP or a tunnel.

    Attributes:
        link: what it watches: ``ldp-lsp``, ``te-tunnel``, ``te-lsp``, ``bgp-tunnel`` …
        destination: the far end of what is watched.
        up: the state is up; None if the router does not tell.
        interval_ms, multiplier: detection takes about their product (RFC 5880, section 6.8.4).
    """

    link: str
    destination: str
    evidence: Evidence
    nexthop: str = ""
    up: bool | None = None
    interval_ms: int | None = None
    multiplier: int | None = None

    @property
    def detection_ms(self) -> int | None:
        """How long it takes to notice a death; None if the router does not tell."""
        if self.interval_ms is None or self.multiplier is None:
            return None
        return self.interval_ms * self.multiplier


@dataclass(frozen=True, slots=True)
class LabelStackEntry:
    """One label of the stack that a CSG pushes for a destination of a VPN instance.

    Attributes:
        stack: the number of the stack (a destination may have several).
        level: of the label in its stack.
        kind: what the label is for, as the router says it, e.g. ``bgp``, ``ldp``, ``vpn``.
    """

    vpn: str
    prefix: str
    length: int
    stack: int
    level: int
    evidence: Evidence
    kind: str = ""
    label: int | None = None
    interface: str = ""
