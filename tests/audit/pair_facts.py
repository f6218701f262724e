"""The facts of a healthy pair with its core ASBR and a CSG, made by hand; tests break them where they like.

master 192.0.2.5, backup 192.0.2.6, core ASBR 192.0.2.4, CSG 192.0.2.1; vpna with label 2001 on both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from egresspair.audit.facts import (
    AsbrFacts,
    BfdSession,
    BgpLsp,
    BgpPeer,
    BgpRoute,
    CsgFacts,
    CsgVpn,
    Evidence,
    Fact,
    Facts,
    FrrType,
    IpRoute,
    LabelRange,
    LabelStackEntry,
    LspRole,
    MasgFacts,
    Origination,
    PolicyNode,
    RoutePolicy,
    VpnFacts,
    VpnFamily,
)
from egresspair.intent import Role

T = TypeVar("T")

MASTER, BACKUP, ASBR, AGG, CSG = "192.0.2.5", "192.0.2.6", "192.0.2.4", "192.0.2.2", "192.0.2.1"
HOST_ROUTE = f"{MASTER}/32"
LABEL = 2001
PUBLIC = {MASTER: 48120, BACKUP: 48205}
ITSELF = "0.0.0.0"  # noqa: S104  (a BGP table's word for the router's own routes)
CUSTOMER = ("203.0.113.0", 24)


def seen(device: str, value: object = "") -> Evidence:
    return Evidence(device, "/a/node", str(value))


def fact(device: str, value: T | None) -> Fact[T]:
    return Fact(value, seen(device, value))


def unknown(device: str) -> Fact[Any]:
    return Fact.unknown(device, "/a/node", "the router did not answer")


def customer_route(device: str, nexthop: str = "198.51.100.9", **changes: Any) -> IpRoute:
    prefix, length = CUSTOMER
    return replace(IpRoute(prefix, length, "static", nexthop, seen(device), active=True), **changes)


def vpn_facts(device: str, name: str = "vpna", label: int = LABEL) -> VpnFacts:
    targets = frozenset({"1:1"})
    return VpnFacts(
        name,
        exists=fact(device, value=True),
        route_distinguisher=fact(device, "200:1"),
        label_mode=fact(device, "per-instance"),
        static_label=fact(device, label),
        imports=fact(device, targets),
        exports=fact(device, targets),
        assigned_label=fact(device, label),
        status=fact(device, "up"),
        routes=fact(device, (customer_route(device),)),
    )


def masg_facts(device: str, role: Role, address: str, vpns: tuple[VpnFacts, ...]) -> MasgFacts:
    lsp = BgpLsp(
        MASTER,
        32,
        LspRole.EGRESS,
        seen(device),
        operation="pop",
        nexthop="127.0.0.1",
        in_label=PUBLIC[address],
        out_label=3,
    )
    families = tuple(
        VpnFamily(vpn.name, "ipv4-unicast", seen(device), vpn.static_label.value, vpn.assigned_label.value)
        for vpn in vpns
    )
    return MasgFacts(
        device,
        role,
        vpns,
        families=fact(device, families),
        label_uses=fact(device, ()),
        idle_labels=fact(device, (LabelRange(2100, 32783),)),
        label_range=fact(device, LabelRange(16, 32783)),
        host_routes=fact(device, (IpRoute(MASTER, 32, "direct", "127.0.0.1", seen(device), active=True),)),
        bgp_routes=fact(
            device, (BgpRoute(MASTER, 32, ITSELF, ITSELF, seen(device), in_label=PUBLIC[address]),)
        ),
        originations=fact(device, (Origination(seen(device), HOST_ROUTE, non_relay_tunnel=True),)),
        policies=fact(device, (_labeling(device, "label-out"),)),
        peers=fact(device, (_labeled_peer(device, ASBR, "label-out"),)),
        lsps=fact(device, (lsp,)),
        tunnels=fact(device, ()),
        addresses=fact(device, frozenset({address})),
        bfd_passive=fact(device, value=True),
        saved=fact(device, value=True),
    )


def transit(device: str, nexthop: str, frr_type: FrrType) -> BgpLsp:
    return BgpLsp(
        MASTER,
        32,
        LspRole.TRANSIT,
        seen(device),
        frr_type=frr_type,
        operation="swap",
        nexthop=nexthop,
        in_label=48101,
        out_label=PUBLIC[nexthop],
    )


def asbr_facts(device: str = "asbr-1") -> AsbrFacts:
    routes = tuple(
        BgpRoute(
            MASTER,
            32,
            nexthop,
            nexthop,
            seen(device),
            in_label=48101,
            out_label=PUBLIC[nexthop],
            local_preference=preference,
            best=nexthop == MASTER,
            tunnel=f"ldp-{nexthop}",
        )
        for nexthop, preference in ((MASTER, 200), (BACKUP, 100))
    )
    standby = IpRoute(
        MASTER, 32, "bgp", BACKUP, seen(device), active=True, frr_type=FrrType.BACKUP, tunnel_type="ldp"
    )
    rib = IpRoute(
        MASTER, 32, "bgp", MASTER, seen(device), active=True, frr_type=FrrType.PRIMARY, tunnel_type="ldp"
    )
    session = BfdSession("ldp-lsp", MASTER, seen(device, "up"), MASTER, up=True, interval_ms=50, multiplier=3)
    lsps = (transit(device, MASTER, FrrType.PRIMARY), transit(device, BACKUP, FrrType.BACKUP))
    peers = tuple(_labeled_peer(device, address, "label-relay") for address in (MASTER, BACKUP, AGG))
    return AsbrFacts(
        device,
        routes=fact(device, routes),
        rib=fact(device, (rib, standby)),
        lsps=fact(device, lsps),
        auto_frr=fact(device, value=True),
        nexthop_select=fact(device, "depend-tunnel"),
        load_balancing=fact(device, 1),
        bfd_sessions=fact(device, (session,)),
        ldp_bfd=fact(device, value=True),
        peers=fact(device, peers),
        policies=fact(device, (_labeling(device, "label-relay", matches=True),)),
        addresses=fact(device, frozenset({ASBR})),
    )


def csg_route(device: str = "csg-1", nexthop: str = MASTER, **changes: Any) -> IpRoute:
    """By which the CSG reaches the customer."""
    return customer_route(device, nexthop, protocol="bgp", tunnel_type="bgp", **changes)


def csg_facts(vpns: tuple[VpnFacts, ...], device: str = "csg-1") -> CsgFacts:
    prefix, length = CUSTOMER
    found = tuple(
        CsgVpn(
            vpn.name,
            label_stack=fact(
                device,
                (
                    LabelStackEntry(vpn.name, prefix, length, 1, 1, seen(device), "bgp", 48101),
                    LabelStackEntry(
                        vpn.name, prefix, length, 1, 2, seen(device), "vpn", vpn.static_label.value
                    ),
                ),
            ),
            vpn_frr=fact(device, value=True),
            routes=fact(device, (csg_route(device),)),
        )
        for vpn in vpns
    )
    return CsgFacts(device, found, fact(device, ()))


def healthy(*vpns: tuple[str, int]) -> Facts:
    """Everything as it should be, for these VPN instances with their labels; vpna with 2001 if none is given."""
    wanted = vpns or (("vpna", LABEL),)
    of_master = tuple(vpn_facts("masg-1", name, label) for name, label in wanted)
    of_backup = tuple(vpn_facts("masg-2", name, label) for name, label in wanted)
    return Facts(
        masg_facts("masg-1", Role.MASTER, MASTER, of_master),
        masg_facts("masg-2", Role.BACKUP, BACKUP, of_backup),
        asbr_facts(),
        csg_facts(of_master),
    )


def _labeling(device: str, name: str, *, matches: bool = False) -> RoutePolicy:
    node = PolicyNode(10, permit=True, matches_label=matches, matches=int(matches), applies_label=True)
    return RoutePolicy(name, (node,), seen(device))


def _labeled_peer(device: str, address: str, policy: str) -> BgpPeer:
    return BgpPeer(
        address,
        seen(device),
        labeled_unicast=True,
        export_policy=policy,
        state="established",
        external=False,
    )
