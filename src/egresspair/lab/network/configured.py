"""What a router's configuration says, as far as the state of the lab's network follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..tree import Node
from .paths import each, flag, has, word
from .policies import Policies, Route, policies

_PUBLIC = "_public_"
_PROCESS = "bgp:bgp/base-process"


@dataclass(frozen=True, slots=True)
class Vpn:
    """The IPv4 family of a VPN instance.

    Attributes:
        distinguisher: empty if it has none.
    """

    name: str
    distinguisher: str
    imports: frozenset[str]
    exports: frozenset[str]


@dataclass(frozen=True, slots=True)
class Peer:
    """A BGP peer of the public instance.

    Attributes:
        unicast: it has the IPv4 unicast family.
        labeled: ``label-route-capability``.
    """

    address: str
    unicast: bool
    labeled: bool
    import_policy: str
    export_policy: str


@dataclass(frozen=True, slots=True)
class Origination:
    """A ``network`` statement, or an ``import-route`` for all that a protocol knows.

    Attributes:
        prefix: ``a.b.c.d/length``; empty for an ``import-route``.
        relays: the route may be resolved to a tunnel: ``non-relay-tunnel`` is not set.
    """

    prefix: str
    protocol: str
    policy: str
    relays: bool


@dataclass(frozen=True, slots=True)
class Configured:
    """One router.

    Attributes:
        loopbacks: the addresses of its loopback interfaces.
        ldp_bfd: BFD for LDP LSPs is started from here.
        mpls_passive: BFD for LSPs that end here is answered.
    """

    loopbacks: tuple[str, ...]
    vpns: tuple[Vpn, ...]
    peers: tuple[Peer, ...]
    originations: tuple[Origination, ...]
    policies: Policies
    auto_frr: bool
    ldp: bool
    ldp_bfd: bool
    bfd_interval: str
    bfd_multiplier: str
    mpls_passive: bool

    def peer(self, *addresses: str) -> Peer | None:
        """Its peer at one of these addresses, in IPv4 unicast."""
        return next((peer for peer in self.peers if peer.unicast and peer.address in addresses), None)

    def vpn(self, name: str) -> Vpn | None:
        """A VPN instance by name."""
        return next((vpn for vpn in self.vpns if vpn.name == name), None)

    def originates(self, prefix: str, protocol: str) -> Origination | None:
        """What makes it originate a route that it has by that protocol."""
        for origination in self.originations:
            meant = origination.prefix == prefix if origination.prefix else origination.protocol == protocol
            if meant and self.policies.accept(origination.policy, Route(prefix)):
                return origination
        return None


def configured(config: Node) -> Configured:
    """Read a configuration. Defaults may be left out."""
    ldp = next(each(config, "mpls:mpls/mpls-ldp:ldp"), Node(""))
    process = next(each(_public(config), _PROCESS), Node(""))
    unicast = next((f for f in each(process, "bgp:afs/af") if word(f, "bgp:type") == "ipv4uni"), Node(""))
    return Configured(
        loopbacks=tuple(_loopbacks(config)),
        vpns=tuple(_vpns(config)),
        peers=tuple(map(_peer, each(process, "bgp:peers/peer"))),
        originations=tuple(_originations(unicast)),
        policies=policies(config),
        auto_frr=flag(unicast, "bgp:ipv4-unicast/common/auto-frr"),
        ldp=flag(config, "mpls:mpls/common/global/mpls-enable") and flag(ldp, "mpls-ldp:enable"),
        ldp_bfd=has(config, "bfd:bfd") and flag(ldp, "mpls-ldp:bfd/p2p/enable"),
        bfd_interval=word(ldp, "mpls-ldp:bfd/p2p/min-tx"),
        bfd_multiplier=word(ldp, "mpls-ldp:bfd/p2p/detect-multiplier"),
        mpls_passive=flag(config, "bfd:bfd/global/mpls-passive"),
    )


def _public(config: Node) -> Node:
    instances = each(config, "ni:network-instance/instances/instance")
    return next((found for found in instances if word(found, "ni:name") == _PUBLIC), Node(""))


def _loopbacks(config: Node) -> Iterator[str]:
    for interface in each(config, "ifm:ifm/interfaces/interface"):
        if word(interface, "ifm:type") == "LoopBack" and word(interface, "ifm:vrf-name") in ("", _PUBLIC):
            yield from (word(address, "ip:ip") for address in each(interface, "ip:ipv4/addresses/address"))


def _vpns(config: Node) -> Iterator[Vpn]:
    for instance in each(config, "ni:network-instance/instances/instance"):
        name = word(instance, "ni:name")
        for family in each(instance, "l3vpn:afs/af"):
            if name != _PUBLIC and word(family, "l3vpn:type") == "ipv4-unicast":
                distinguisher = word(family, "l3vpn:route-distinguisher")
                yield Vpn(name, distinguisher, _targets(family, "import"), _targets(family, "export"))


def _targets(family: Node, direction: str) -> frozenset[str]:
    return frozenset(
        word(target, "l3vpn:value")
        for target in each(family, "l3vpn:vpn-targets/vpn-target")
        if word(target, "l3vpn:type") == f"{direction}-extcommunity"
    )


def _peer(peer: Node) -> Peer:
    families = [f for f in each(peer, "bgp:afs/af") if word(f, "bgp:type") == "ipv4uni"]
    unicast = next((found for f in families for found in each(f, "bgp:ipv4-unicast")), Node(""))
    return Peer(
        word(peer, "bgp:address"),
        bool(families),
        flag(unicast, "bgp:label-route-capability"),
        word(unicast, "bgp:import-policy"),
        word(unicast, "bgp:export-policy"),
    )


def _originations(unicast: Node) -> Iterator[Origination]:
    for entry in each(unicast, "bgp:ipv4-unicast/network-routes/network-route"):
        prefix = f"{word(entry, 'bgp:address')}/{word(entry, 'bgp:mask-length')}"
        yield Origination(prefix, "", word(entry, "bgp:policy-name"), not flag(entry, "bgp:non-relay-tunnel"))
    for entry in each(unicast, "bgp:ipv4-unicast/import-routes/import-route"):
        relays = not flag(entry, "bgp:non-relay-tunnel")
        yield Origination("", word(entry, "bgp:protocol"), word(entry, "bgp:policy-name"), relays)
