"""The state that the core ASBR and the CSG of the lab's network show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from ..tree import Node
from ..vpn_labels import VpnLabels
from .configured import Configured
from .masg_state import CUSTOMER
from .nodes import at, entry
from .routing import CORE_ASBR, CSG, MASGS, MASTER, Destination, Mishaps, Received, Routing
from .tables import (
    PUBLIC,
    bgp_entry,
    bgp_table,
    family,
    lsp_entry,
    lsp_table,
    peer_state,
    rib,
    rib_entry,
    routing,
    vpn_state,
)

_LINKS: Final = {
    "master": ("GigabitEthernet0/2/0", "198.51.100.5"),
    "backup": ("GigabitEthernet0/2/1", "198.51.100.6"),
}
"""From the core ASBR to each MASG: interface, next hop."""
_TO_CORE: Final = "GigabitEthernet0/1/0"
_BGP_LSP: Final = 48077
"""The label that the CSG pushes for the BGP LSP to a MASG."""
_RELABELLED: Final = 48900


def asbr_trees(routers: Mapping[str, Configured], mishaps: Mishaps) -> Iterator[Node]:
    """Everything that the core ASBR shows."""
    network = Routing(routers, mishaps)
    destinations = network.destinations()
    if destinations:
        yield bgp_table(route for each in destinations for route in _bgp_routes(each))
    yield lsp_table(_lsps(destinations))
    yield from _bfd(routers, network)
    tunnel = network.tunnel_type(CORE_ASBR)
    yield family(PUBLIC, "ipv4-unicast", routing(rib(_installed(each, tunnel) for each in destinations)))
    for peer in routers[CORE_ASBR].peers:
        if peer.unicast:
            other = network.role_at(peer.address)
            yield peer_state(peer.address, up=not other or network.has_session(CORE_ASBR, other))


def _bgp_routes(destination: Destination) -> Iterator[Node]:
    for number, route in enumerate(destination.routes):
        yield bgp_entry(
            destination.address,
            route.nexthop,
            route.nexthop,
            best=number == 0,
            in_label=destination.label,
            out_label=route.label,
            preference=route.local_preference,
        )


def _lsps(destinations: Iterable[Destination]) -> Iterator[Node]:
    index = count(1)
    for destination in destinations:
        labeled = [route for route in destination.routes if route.label is not None]
        yield from (_lsp(next(index), destination, route, "primary") for route in labeled[:1])
        if destination.standing_by is not None:
            yield _lsp(next(index), destination, destination.standing_by, "backup")


def _lsp(index: int, destination: Destination, route: Received, frr: str) -> Node:
    return lsp_entry(
        index,
        destination.address,
        kind="transit",
        operation="swap",
        nexthop=route.nexthop,
        in_label=destination.label,
        out_label=route.label,
        frr=frr,
    )


def _bfd(routers: Mapping[str, Configured], network: Routing) -> Iterator[Node]:
    asbr = routers[CORE_ASBR]
    if not asbr.ldp_bfd:
        return
    sessions = (
        entry(
            "session",
            "mpls-ldp",
            {
                "fec-address": network.loopback(masg),
                "out-interface-name": _LINKS[masg][0],
                "next-hop": _LINKS[masg][1],
                "session-state": "up" if routers[masg].mpls_passive else "down",
                "min-tx-int": asbr.bfd_interval,
                "detect-multi": asbr.bfd_multiplier,
            },
        )
        for masg in MASGS
        if network.has_tunnel(CORE_ASBR, masg)
    )
    yield at("mpls:mpls/mpls-ldp:ldp/bfd/sessions", *sessions)


def _installed(destination: Destination, tunnel: str) -> Node:
    chosen = destination.routes[0]
    interface, _ = _LINKS[chosen.sender]
    return rib_entry(destination.address, 32, "bgp", interface, chosen.nexthop, tunnel_type=tunnel)


def csg_trees(
    routers: Mapping[str, Configured], labels: Mapping[str, VpnLabels], mishaps: Mishaps
) -> Iterator[Node]:
    """Everything that the CSG shows: how it reaches each customer, by the master."""
    nexthop = Routing(routers, mishaps).loopback(MASTER)
    for vpn in routers[CSG].vpns:
        own = labels[CSG].given.get((vpn.name, "ipv4-unicast"))
        yield family(vpn.name, "ipv4-unicast", *vpn_state(own, vpn.distinguisher, up=bool(vpn.distinguisher)))
        given = labels[MASTER].given.get((vpn.name, "ipv4-unicast"))
        if nexthop and given is not None and (MASTER, vpn.name) not in mishaps.vpns_down:
            pushed = _RELABELLED if mishaps.relabelling else given
            yield family(vpn.name, "ipv4-unicast", _to_customer(nexthop, pushed))


def _to_customer(nexthop: str, label: int) -> Node:
    """The route to a customer, and the labels that are pushed on the way."""
    prefix, length = CUSTOMER
    route = rib_entry(prefix, length, "bgp", _TO_CORE, nexthop, tunnel_type="bgp")
    stack = (_stacked(1, "BGP", _BGP_LSP), _stacked(2, "VPN", label))
    return routing(rib([route]), at("l3vpn-mpls:ipv4-vpn-label-stacks", *stack))


def _stacked(level: int, kind: str, label: int) -> Node:
    prefix, length = CUSTOMER
    values = {
        "prefix": prefix,
        "mask-length": length,
        "stack": 1,
        "level": level,
        "out-interface": _TO_CORE,
        "type": kind,
        "label": label,
    }
    return entry("ipv4-vpn-label-stack", "l3vpn-mpls", values)
