"""Entries of tables that every router has: the routing table, the BGP table, BGP LSPs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..tree import Node, leaf
from .nodes import at, entry, keyed
from .paths import tags

PUBLIC: Final = "_public_"
OWN: Final = "127.0.0.1"
"""A next hop: the router itself."""
LOCAL: Final = "0.0.0.0"  # noqa: S104  (a BGP table's word for the router itself)
_TOPOLOGY: Final = "rt:routing/routing-manage/topologys/topology"


def family(vpn: str, kind: str, *children: Node) -> Node:
    """State in an address family of a network instance."""
    inside = keyed("l3vpn:afs/af", "l3vpn:type", kind, *children)
    return keyed("ni:network-instance/instances/instance", "ni:name", vpn, inside)


def routing(*children: Node) -> Node:
    """What belongs to the routes of an address family."""
    return at(_TOPOLOGY, leaf(tags("rt:name")[0], "base"), at("rt:routes", *children))


def rib(routes: Iterable[Node]) -> Node:
    """A routing table."""
    return at("rt:ipv4-unicast-routes", *routes)


def rib_entry(prefix: str, length: int, protocol: str, interface: str, nexthop: str, **more: object) -> Node:
    """A route that is in use."""
    return entry(
        "ipv4-unicast-route",
        "rt",
        {
            "prefix": prefix,
            "mask-length": length,
            "protocol-type": protocol,
            "interface-name": interface,
            "process-id": 0,
            "direct-nexthop": nexthop,
            "indirect-id": "0x1000001",
            "nexthop": nexthop,
            "frr-type": "primary",
            "active": "true",
            **{name.replace("_", "-"): value for name, value in more.items()},
        },
    )


def bgp_table(routes: Iterable[Node]) -> Node:
    """The BGP table of the public instance."""
    return at("bgp:bgp/base-process/bgp-rt:bgp-route/ipv4-unicast/routes", *routes)


def bgp_entry(
    address: str,
    sender: str,
    nexthop: str,
    *,
    best: bool,
    in_label: int | None,
    out_label: int | None,
    preference: int,
) -> Node:
    """A BGP route to a host."""
    return entry(
        "route",
        "bgp-rt",
        {
            "vpn-name": PUBLIC,
            "route-distinguisher": "0:0",
            "prefix": address,
            "mask-length": 32,
            "route-type": "",
            "im-table-id": 0,
            "from": sender,
            "path-id": 0,
            "nexthop": nexthop,
            "flag-string": ">" if best else "*",
            "worse-reason": None if best else "Local_Pref",
            "in-label": in_label,
            "out-label": out_label,
            "local-preference": preference,
        },
    )


def lsp_table(lsps: Iterable[Node]) -> Node:
    """All BGP LSPs."""
    return at("bgp-lsp:bgp-lsp/states", *lsps)


def lsp_entry(
    index: int, address: str, *, kind: str, operation: str, nexthop: str, in_label: int | None, out_label: int | None,
    frr: str = "primary",
) -> Node:  # fmt: skip
    """A BGP LSP to a host."""
    return entry(
        "state",
        "bgp-lsp",
        {
            "vrf-name": PUBLIC,
            "af": "ipv4uni",
            "destination-address": address,
            "prefix-length": 32,
            "index": index,
            "type": kind,
            "indirect-id": "0x01000001",
            "frr-type": frr,
            "nexthop": nexthop,
            "in-label": in_label,
            "out-label": out_label,
            "label-operation": operation,
        },
    )


def vpn_state(label: int | None, distinguisher: str, *, up: bool) -> tuple[Node, ...]:
    """The state of an address family of a VPN instance.

    Args:
        label: None if it has none.
        distinguisher: the route distinguisher; empty if there is none.
    """
    shown = entry("state", "l3vpn", {"label": label, "status": "up" if up else "down"})
    effective = tags("l3vpn:effect-route-distinguisher")[0]
    return (leaf(effective, distinguisher), shown) if distinguisher else (shown,)


def peer_state(address: str, *, up: bool) -> Node:
    """The state of a BGP session of the public instance, in IPv4 unicast."""
    state = at("bgp:state", leaf(tags("bgp:current-state")[0], "established" if up else "idle"))
    peer = keyed("bgp:peers/peer", "bgp:address", address, keyed("bgp:afs/af", "bgp:type", "ipv4uni", state))
    inside = at("bgp:bgp/base-process", peer)
    return keyed("ni:network-instance/instances/instance", "ni:name", PUBLIC, inside)
