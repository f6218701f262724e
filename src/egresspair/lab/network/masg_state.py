"""The state that a MASG of the lab's network shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..rules import NAME, PUBLIC, ROUTE_DISTINGUISHER, TYPE, families, instances
from ..tree import Node
from ..vpn_labels import VpnLabels
from .configured import Configured
from .nodes import at, entry
from .routing import CORE_ASBR, MASTER, Mishaps, Routing, partner_of
from .tables import (
    LOCAL,
    OWN,
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

CUSTOMER: Final = ("10.7.0.0", 16)
"""The networks of each customer, behind a CE that is linked to both MASGs."""
_REMOTE: Final = ("10.8.0.0", 16, "192.0.2.1", 48001)
"""What another PE announces in each VPN instance: prefix, length, its address, its label."""
_LINK: Final = ("203.0.113.0", "203.0.113.1", "203.0.113.2", 30)
"""The link to the CE: network, our end, the CE's end, length."""
_TO_CE, _TO_PARTNER, _LOOPBACK = "GigabitEthernet0/3/0", "GigabitEthernet0/2/0", "LoopBack1"
_PARTNERS_END: Final = "198.51.100.9"
_POP: Final = 3
"""Implicit null."""
_SMALLEST: Final = 16
_TRANSPORT: Final = 48011
"""The label of the LDP LSP to the partner."""


class MasgState:
    """One MASG.

    Args:
        config: what it runs.
        labels: what it has given to its VPN instances.
    """

    def __init__(
        self,
        role: str,
        config: Node,
        labels: Mapping[str, VpnLabels],
        routers: Mapping[str, Configured],
        mishaps: Mishaps,
    ) -> None:
        self._role = role
        self._partner = partner_of(role)
        self._config = config
        self._all_labels = labels
        self._labels = labels[role]
        self._routers = routers
        self._mishaps = mishaps
        self._routing = Routing(routers, mishaps)

    def trees(self) -> Iterator[Node]:
        """Everything that it shows."""
        yield from self._public()
        for instance in instances(self._config):
            if instance.leaf(NAME) != PUBLIC:
                for each in families(instance):
                    yield self._family(instance.leaf(NAME), each)

    # the public instance

    def _public(self) -> Iterator[Node]:
        originated = list(self._routing.originated(self._role))
        partner = self._routing.loopback(self._partner)
        if originated:
            yield bgp_table(self._bgp(each.address, each.protocol, each.label) for each in originated)
        ends = [each for each in originated if each.label is not None]
        yield lsp_table(
            self._lsp(index, each.address, each.label or 0, each.stitched_to)
            for index, each in enumerate(ends, 1)
        )
        yield self._label_space()
        if self._routing.has_tunnel(self._role, self._partner):
            yield at("tnlm:tunnel-management/tunnel-infos", _tunnel_to(partner))
        routes = [
            self._host_route(each.address, each.protocol) for each in self._routing.host_routes(self._role)
        ]
        yield family(PUBLIC, "ipv4-unicast", routing(rib(routes)))
        for peer in self._routers[self._role].peers:
            if peer.unicast:
                other = self._routing.role_at(peer.address)
                up = other != CORE_ASBR or self._routing.has_session(self._role, other)
                yield peer_state(peer.address, up=up)

    @staticmethod
    def _bgp(address: str, protocol: str, label: int | None) -> Node:
        nexthop = OWN if protocol == "direct" else _PARTNERS_END
        return bgp_entry(address, LOCAL, nexthop, best=True, in_label=label, out_label=None, preference=100)

    def _lsp(self, index: int, address: str, label: int, stitched_to: str) -> Node:
        if stitched_to:
            nexthop = self._routing.loopback(stitched_to)
            return lsp_entry(
                index, address, kind="transit", operation="swappush", nexthop=nexthop, in_label=label,
                out_label=_TRANSPORT,
            )  # fmt: skip
        return lsp_entry(
            index, address, kind="egress", operation="pop", nexthop=OWN, in_label=label, out_label=_POP
        )

    @staticmethod
    def _host_route(address: str, protocol: str) -> Node:
        direct = protocol == "direct"
        nexthop, interface = (OWN, _LOOPBACK) if direct else (_PARTNERS_END, _TO_PARTNER)
        return rib_entry(address, 32, protocol, interface, nexthop)

    def _label_space(self) -> Node:
        """The ranges of idle static labels, and the static range."""
        largest = self._labels.first_dynamic - 1
        held = sorted({*self._labels.given.values(), *self._labels.taken})
        idle = _gaps([label for label in held if _SMALLEST <= label <= largest], largest)
        segments = (
            entry("static-label-segment", "mpls-res", {"index": n, "label-begin": first, "label-end": last})
            for n, (first, last) in enumerate(idle)
        )
        limits = {"type": "static", "min-value": _SMALLEST, "max-value": largest}
        return at(
            "mpls-res:mpls-res",
            at("mpls-res:static-label-segments", *segments),
            at("mpls-res:mpls-label-statisticss", entry("mpls-label-statistics", "mpls-res", limits)),
        )

    # VPN instances

    def _family(self, vpn: str, of: Node) -> Node:
        kind, distinguisher = of.leaf(TYPE), of.leaf(ROUTE_DISTINGUISHER)
        up = bool(distinguisher) and (self._role, vpn) not in self._mishaps.vpns_down
        shown = [*vpn_state(self.label(vpn, kind), distinguisher, up=up)]
        if up and kind == "ipv4-unicast":
            shown.append(routing(rib(self._vpn_routes(vpn))))
        return family(vpn, kind, *shown)

    def label(self, vpn: str, kind: str = "ipv4-unicast") -> int | None:
        """The label of an address family; None while the VPN instance is down."""
        if (self._role, vpn) in self._mishaps.vpns_down:
            return None
        return self._labels.given.get((vpn, kind))

    def _vpn_routes(self, vpn: str) -> Iterator[Node]:
        network, ours, theirs, length = _LINK
        if self._reaches_customer(vpn):
            yield self._customer_route(vpn, theirs)
        yield rib_entry(network, length, "direct", _TO_CE, ours)
        yield rib_entry(ours, 32, "direct", _TO_CE, OWN)
        prefix, bits, pe, label = _REMOTE
        yield rib_entry(prefix, bits, "bgp", "LDP LSP", pe, tunnel_type="ldp", out_label=label)

    def _reaches_customer(self, vpn: str) -> bool:
        """The customer's routes carry the targets that the master gives its own: who imports none has no route."""
        own, masters = self._routers[self._role].vpn(vpn), self._routers[MASTER].vpn(vpn)
        targets = masters.exports if masters else frozenset()
        return not targets or bool(own and own.imports & targets)

    def _customer_route(self, vpn: str, ce: str) -> Node:
        prefix, length = CUSTOMER
        if (self._role, vpn) not in self._mishaps.by_partner:
            return rib_entry(prefix, length, "bgp", _TO_CE, ce)
        partner = self._routing.loopback(self._partner)
        label = self._all_labels[self._partner].given.get((vpn, "ipv4-unicast"))
        return rib_entry(prefix, length, "bgp", "LDP LSP", partner, tunnel_type="ldp", out_label=label)


def _tunnel_to(address: str) -> Node:
    values = {
        "id": "0x0000000001004c4b42",
        "name": "LDP-1",
        "type": "ldp",
        "destination": address,
        "status": "up",
    }
    return entry("tunnel-info", "tnlm", values)


def _gaps(held: list[int], largest: int) -> Iterator[tuple[int, int]]:
    """The ranges between labels that are held."""
    first = _SMALLEST
    for label in held:
        if first < label:
            yield first, label - 1
        first = label + 1
    if first <= largest:
        yield first, largest
