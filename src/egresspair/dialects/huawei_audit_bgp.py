"""The public BGP instance as VRP8 holds it: what is originated, the peers with what they inherit, the policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ..audit.facts import BgpPeer, Evidence, Fact, Origination, PolicyNode, RoutePolicy
from .huawei_audit_tree import PUBLIC_BGP, UNICAST, Answered, each, flag, has, needed, number, text, word

_INSTANCE: Final = "ni:network-instance/instances/instance"
PEERS: Final = f"{PUBLIC_BGP}/peers/peer"
POLICIES: Final = "/rtp:routing-policy/policy-definitions/policy-definition"
COMMON: Final = f"{UNICAST}/common"
_LARGEST: Final = 65536
"""One more than a 16-bit half of a four-octet AS number can be (RFC 5396, asdot)."""


def processes(data: etree._Element) -> Iterator[etree._Element]:
    """The ``base-process`` of the public instance."""
    for instance in each(data, _INSTANCE):
        if word(instance, "ni:name") == "_public_":
            yield from each(instance, "bgp:bgp/base-process")


def unicasts(data: etree._Element) -> Iterator[etree._Element]:
    """Its IPv4 unicast family."""
    for process in processes(data):
        for family in each(process, "bgp:afs/af"):
            if word(family, "bgp:type") == "ipv4uni":
                yield from each(family, "bgp:ipv4-unicast")


def originations(data: etree._Element, device: str) -> Iterator[Origination]:
    """``network`` and ``import-route``."""
    for unicast in unicasts(data):
        for entry in each(unicast, "bgp:network-routes/network-route"):
            yield _network(entry, device)
        for entry in each(unicast, "bgp:import-routes/import-route"):
            yield _import(entry, device)


def _network(entry: etree._Element, device: str) -> Origination:
    address, length = word(entry, "bgp:address"), needed(entry, "bgp:mask-length")
    relayed = not flag(entry, "bgp:non-relay-tunnel")
    path = f"{UNICAST}/network-routes/network-route[address='{address}'][mask-length='{length}']/non-relay-tunnel"
    return Origination(
        evidence=Evidence(device, path, "false" if relayed else "true"),
        prefix=f"{address}/{length}",
        policy=word(entry, "bgp:policy-name"),
        non_relay_tunnel=not relayed,
    )


def _import(entry: etree._Element, device: str) -> Origination:
    protocol, process = word(entry, "bgp:protocol"), word(entry, "bgp:process-id")
    relayed = not flag(entry, "bgp:non-relay-tunnel")
    path = f"{UNICAST}/import-routes/import-route[protocol='{protocol}'][process-id='{process}']/non-relay-tunnel"
    return Origination(
        evidence=Evidence(device, path, "false" if relayed else "true"),
        protocol=protocol,
        policy=word(entry, "bgp:policy-name"),
        non_relay_tunnel=not relayed,
    )


def auto_frr(data: etree._Element) -> bool:
    """``auto-frr``; false by default."""
    return any(flag(unicast, "bgp:common/auto-frr") for unicast in unicasts(data))


def nexthop_select(data: etree._Element) -> str:
    """``bestroute nexthop-resolved``; by default a route only has to resolve to an IP address."""
    found = (text(unicast, "bgp:common/nexthop-select-depend-type") for unicast in unicasts(data))
    return next((value for value in found if value), "depend-ip")


def load_balancing(data: etree._Element) -> int:
    """The largest number of equal routes that share traffic, over all kinds of peers; 1 by default."""
    leaves = ("", "-ibgp", "-ebgp")
    found = (
        number(unicast, f"bgp:common/maximum-load-balancing{leaf}")
        for unicast in unicasts(data)
        for leaf in leaves
    )
    return max((value for value in found if value), default=1)


@dataclass(frozen=True, slots=True)
class _Settings:
    """What a peer or a group says for itself in IPv4 unicast. None or empty where it says nothing."""

    present: bool = False
    labeled: bool | None = None
    import_policy: str = ""
    export_policy: str = ""
    max_hops: int | None = None
    local_ifnet_disable: bool | None = None

    def over(self, group: _Settings) -> _Settings:
        """Its own word, and the group's where it has none.

        A server that reports all defaults (RFC 6243) shows ``false`` for a peer whose group says ``true``.
        """
        return _Settings(
            present=self.present or group.present,
            labeled=self.labeled or group.labeled,
            import_policy=self.import_policy or group.import_policy,
            export_policy=self.export_policy or group.export_policy,
            max_hops=max(filter(None, (self.max_hops, group.max_hops)), default=None),
            local_ifnet_disable=group.local_ifnet_disable
            if self.local_ifnet_disable is None
            else self.local_ifnet_disable,
        )


@dataclass(frozen=True, slots=True)
class PeerReader:
    """The peers, out of three answers: as configured, their sessions, and the router's own AS number."""

    config: Answered
    states: Answered
    own_as: Answered

    def read(self) -> Fact[tuple[BgpPeer, ...]]:
        """The peers. A session whose state the router does not tell has none."""
        states = self.states.fact(PEERS, _states)
        own_as = self.own_as.fact(
            "/bgp:bgp/base-process/as", lambda data: text(data, "bgp:bgp/base-process/as")
        )
        return self.config.entries(
            PEERS, lambda data, device: _peers(data, device, states.value or {}, own_as.value)
        )


def _states(data: etree._Element) -> dict[str, str]:
    return {
        word(peer, "bgp:address"): state
        for process in processes(data)
        for peer in each(process, "bgp:peers/peer")
        for family in each(peer, "bgp:afs/af")
        if word(family, "bgp:type") == "ipv4uni" and (state := word(family, "bgp:state/current-state"))
    }


def _peers(
    data: etree._Element, device: str, states: dict[str, str], own_as: str | None
) -> Iterator[BgpPeer]:
    for process in processes(data):
        groups = {
            word(group, "bgp:name"): _settings(group) for group in each(process, "bgp:peer-groups/peer-group")
        }
        for peer in each(process, "bgp:peers/peer"):
            yield _peer(peer, groups, device, states, own_as)


def _peer(
    peer: etree._Element,
    groups: dict[str, _Settings],
    device: str,
    states: dict[str, str],
    own_as: str | None,
) -> BgpPeer:
    address, remote = word(peer, "bgp:address"), text(peer, "bgp:remote-as")
    path = f"{PEERS}[address='{address}']"
    settings = _settings(peer)
    for group in _groups_of(peer):
        settings = settings.over(groups.get(group, _Settings()))
    return BgpPeer(
        address=address,
        evidence=Evidence(device, path, states.get(address, "")),
        labeled_unicast=(settings.labeled or False) if settings.present else None,
        import_policy=settings.import_policy,
        export_policy=settings.export_policy,
        state=states.get(address),
        vpnv4=any(word(family, "bgp:type") == "ipv4vpn" for family in each(peer, "bgp:afs/af")),
        external=None if not (own_as and remote) else _as_number(own_as) != _as_number(remote),
        max_hops=settings.max_hops,
        local_ifnet_disable=settings.local_ifnet_disable,
    )


def _groups_of(peer: etree._Element) -> Iterator[str]:
    yield from filter(None, [text(peer, "bgp:group-name")])
    for family in each(peer, "bgp:afs/af"):
        yield from filter(None, [text(family, "bgp:ipv4-unicast/group-name")])


def _settings(element: etree._Element) -> _Settings:
    unicast = next((f for f in each(element, "bgp:afs/af") if word(f, "bgp:type") == "ipv4uni"), None)
    general = _Settings(
        max_hops=number(element, "bgp:ebgp-max-hop"),
        local_ifnet_disable=flag(element, "bgp:local-ifnet-disable"),
    )
    if unicast is None:
        return general
    return _Settings(
        present=True,
        labeled=flag(unicast, "bgp:ipv4-unicast/label-route-capability"),
        import_policy=word(unicast, "bgp:ipv4-unicast/import-policy"),
        export_policy=word(unicast, "bgp:ipv4-unicast/export-policy"),
        max_hops=general.max_hops,
        local_ifnet_disable=general.local_ifnet_disable,
    )


def _as_number(text: str) -> str:
    """One spelling for both spellings of a four-octet AS number (RFC 5396)."""
    high, dot, low = text.partition(".")
    if dot and high.isdecimal() and low.isdecimal() and max(len(high), len(low)) <= len(str(_LARGEST)):
        return str(int(high) * _LARGEST + int(low))
    return text


def policies(data: etree._Element, device: str) -> Iterator[RoutePolicy]:
    """The route policies, with the prefixes of the filters that they name."""
    for root in each(data, "rtp:routing-policy"):
        filters = {
            word(entry, "rtp:name"): frozenset(_prefixes(entry))
            for entry in each(root, "rtp:ipv4-prefix-filters/ipv4-prefix-filter")
        }
        for policy in each(root, "rtp:policy-definitions/policy-definition"):
            name = word(policy, "rtp:name")
            nodes = (_node(node, filters) for node in each(policy, "rtp:nodes/node"))
            ordered = tuple(sorted(nodes, key=lambda node: node.sequence))
            evidence = Evidence(device, f"{POLICIES}[name='{name}']", _shown(ordered))
            yield RoutePolicy(name, ordered, evidence)


def _shown(nodes: tuple[PolicyNode, ...]) -> str:
    labeling = [str(node.sequence) for node in nodes if node.applies_label]
    return f"{len(nodes)} nodes, apply mpls-label in {', '.join(labeling) or 'none'}"


def _prefixes(entry: etree._Element) -> Iterator[str]:
    for node in each(entry, "rtp:nodes/node"):
        if word(node, "rtp:match-mode") == "permit":
            yield f"{word(node, 'rtp:ip-address')}/{word(node, 'rtp:masklength')}"


def _node(node: etree._Element, filters: dict[str, frozenset[str]]) -> PolicyNode:
    named = text(node, "rtp:conditions/match-ipv4-prefix/prefix-filter-ref")
    preference = next(each(node, "rtp:actions/apply-local-preference"), None)
    replaced = preference is not None and word(preference, "rtp:operation") in ("", "replace")
    return PolicyNode(
        sequence=needed(node, "rtp:sequence"),
        permit=word(node, "rtp:match-mode") == "permit",
        matches_label=has(node, "rtp:conditions/match-mpls-label/mpls-label"),
        matches=sum(1 for condition in each(node, "rtp:conditions/*") if _says_something(condition)),
        prefixes=filters.get(named, frozenset()) if named else None,
        applies_label=has(node, "rtp:actions/apply-mpls-label/mpls-label"),
        local_preference=number(preference, "rtp:value") if preference is not None and replaced else None,
    )


def _says_something(condition: etree._Element) -> bool:
    """True if it has a leaf: some servers show empty containers."""
    return len(condition) > 0 or bool((condition.text or "").strip())
