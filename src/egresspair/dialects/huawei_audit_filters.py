"""The subtree filters of an audit on VRP8: on list keys only, and of each entry only the leaves that are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from lxml import etree

from .huawei_audit_tree import qualified

Selected: TypeAlias = "str | tuple[str, str] | tuple[str, Sequence[Selected]]"
"""A node to select whole; a leaf with the value that it must have; a node with what is selected inside it."""

_PREFIX: Final = ("prefix", "mask-length")
_RIB: Final = (
    *("protocol-type", "interface-name", "process-id", "direct-nexthop", "nexthop", "frr-type", "active"),
    *("tunnel-type", "out-label"),
)
_BGP_ROUTE: Final = (
    *("from", "nexthop", "flag-string", "worse-reason", "in-label", "out-label", "local-preference"),
    *("preferred-value", "med", "relay-tunnel-name"),
)
_LSP: Final = ("type", "frr-type", "nexthop", "in-label", "out-label", "label-operation")
_COMMON: Final = (
    "auto-frr",
    "nexthop-select-depend-type",
    "maximum-load-balancing",
    "maximum-load-balancing-ibgp",
    "maximum-load-balancing-ebgp",
)
_PEER: Final = ("address", "remote-as", "group-name", "ebgp-max-hop", "local-ifnet-disable")
_GROUP: Final = ("name", "ebgp-max-hop", "local-ifnet-disable")
_PEER_AF: Final = ("label-route-capability", "import-policy", "export-policy", "export-filter/name")
_ROUTES: Final = "rt:routing/routing-manage/topologys/topology/routes"


def subtree(path: str, *selected: Selected) -> bytes:
    """One filter: what is selected below a path."""
    return etree.tostring(_under(path, selected))


def _under(path: str, selected: Sequence[Selected]) -> etree._Element:
    first, *rest = qualified(path)
    root = place = etree.Element(first, nsmap={None: etree.QName(first).namespace or ""})
    for name in rest:
        place = _child(place, name)
    _select(place, path.rsplit(":", 1)[0].rsplit("/", 1)[-1], selected)
    return root


def _select(parent: etree._Element, prefix: str, selected: Sequence[Selected]) -> None:
    for each in selected:
        path, inside = (each, ()) if isinstance(each, str) else each
        inner = path.rsplit(":", 1)[0].rsplit("/", 1)[-1] if ":" in path else prefix
        place = parent
        for name in qualified(path if ":" in path.split("/", 1)[0] else f"{prefix}:{path}"):
            place = _child(place, name)
        if isinstance(inside, str):
            place.text = inside
        else:
            _select(place, inner, inside)


def _child(parent: etree._Element, name: str) -> etree._Element:
    namespace = etree.QName(name).namespace or ""
    same = etree.QName(parent).namespace == namespace
    return etree.SubElement(parent, name, nsmap=None if same else {None: namespace})


def _instances(names: Sequence[str], *selected: Selected) -> bytes:
    """The same of several VPN instances: one entry for each."""
    entries = [("instance", [("name", name), *selected]) for name in names]
    return subtree("ni:network-instance/instances", *entries)


def _ipv4(*selected: Selected) -> Selected:
    return ("l3vpn:afs/af", [("type", "ipv4-unicast"), *selected])


def vpn_config(vpns: Sequence[str]) -> bytes:
    """The IPv4 family of these VPN instances as configured."""
    return _instances(vpns, _ipv4("route-distinguisher", "label-mode", "static-label", "vpn-targets"))


def vpn_state(vpns: Sequence[str]) -> bytes:
    """Its state."""
    return _instances(vpns, _ipv4("state"))


def vpn_distinguishers(vpns: Sequence[str]) -> bytes:
    """The route distinguishers in force. Some platforms have no such leaf: nothing else may depend on it."""
    return _instances(vpns, _ipv4("effect-route-distinguisher"))


def vpn_routes(vpns: Sequence[str]) -> bytes:
    """Their routing tables."""
    return _instances(vpns, _ipv4((f"{_ROUTES}/ipv4-unicast-routes/ipv4-unicast-route", (*_PREFIX, *_RIB))))


def vpn_frr(vpns: Sequence[str]) -> bytes:
    """``vpn frr``."""
    return _instances(vpns, _ipv4("vpn-frr"))


def label_stacks(vpns: Sequence[str]) -> bytes:
    """What is pushed towards the destinations of these VPN instances."""
    stacks = f"{_ROUTES}/l3vpn-mpls:ipv4-vpn-label-stacks"
    return _instances(vpns, _ipv4(stacks))


def host_routes(routes: Sequence[tuple[str, int]]) -> bytes:
    """The public routing table's entries for these prefixes."""
    entries: list[Selected] = [
        ("ipv4-unicast-route", [("prefix", prefix), ("mask-length", str(length)), *_RIB])
        for prefix, length in routes
    ]
    return _instances(["_public_"], _ipv4((f"{_ROUTES}/ipv4-unicast-routes", entries)))


def bgp_routes(routes: Sequence[tuple[str, int]]) -> bytes:
    """The BGP table's entries for these prefixes."""
    entries: list[Selected] = [
        ("route", [("prefix", prefix), ("mask-length", str(length)), *_BGP_ROUTE])
        for prefix, length in routes
    ]
    return subtree("bgp:bgp/base-process/bgp-rt:bgp-route/ipv4-unicast/routes", *entries)


def lsps(routes: Sequence[tuple[str, int]]) -> bytes:
    """The BGP LSPs of these prefixes."""
    entries: list[Selected] = [
        (
            "state",
            [
                ("vrf-name", "_public_"),
                ("af", "ipv4uni"),
                ("destination-address", prefix),
                ("prefix-length", str(length)),
                *_LSP,
            ],
        )
        for prefix, length in routes
    ]
    return subtree("bgp-lsp:bgp-lsp/states", *entries)


def as_number() -> bytes:
    """The router's own AS number."""
    return subtree("bgp:bgp/base-process", "as")


def bgp_config() -> bytes:
    """What is originated, how routes are chosen, and the peers, of the public instance."""
    common: Selected = ("common", _COMMON)
    unicast: Selected = ("ipv4-unicast", ["network-routes", "import-routes", common])
    return _instances(
        ["_public_"],
        (
            "bgp:bgp/base-process",
            [
                ("afs/af", [("type", "ipv4uni"), unicast]),
                ("peer-groups/peer-group", [*_GROUP, _families()]),
                ("peers/peer", [*_PEER, _families("group-name")]),
            ],
        ),
    )


def _families(*more: str) -> Selected:
    unicast: Selected = ("ipv4-unicast", [*more, *_PEER_AF])
    return ("afs/af", ["type", unicast])


def peer_states() -> bytes:
    """The sessions of the public instance."""
    families: Selected = ("afs/af", ["type", "state/current-state"])
    return _instances(["_public_"], ("bgp:bgp/base-process/peers/peer", ["address", families]))


def policies() -> bytes:
    """Route policies as far as they bear on labels and preference, and the prefix filters that they name."""
    actions: Selected = ("actions", ["apply-mpls-label", "apply-local-preference"])
    node: Selected = ("nodes/node", ["sequence", "match-mode", "conditions", actions])
    return subtree(
        "rtp:routing-policy",
        "ipv4-prefix-filters",
        ("policy-definitions/policy-definition", ["name", node]),
    )


def tunnels() -> bytes:
    """The tunnels that begin here."""
    return subtree(
        "tnlm:tunnel-management/tunnel-infos/tunnel-info", "id", "name", "type", "destination", "status"
    )


def bfd_global() -> bytes:
    """Whether BFD for LSPs that ends here is answered."""
    return subtree("bfd:bfd/global", "mpls-passive")


def bfd_sessions() -> bytes:
    """All BFD sessions: what they watch and how they are."""
    what = ("name", "link-type", "destination-address", "next-hop")
    how = ("min-tx-interval", "min-rx-interval", "detect-multiplier", "running/state")
    return subtree("bfd:bfd/all-sessions/all-session", *what, *how)


def lsr_id() -> bytes:
    """The address by which the router is known in MPLS."""
    return subtree("mpls:mpls/common/global", "lsr-id")


def mpls() -> bytes:
    """MPLS as configured for the whole router."""
    return subtree("mpls:mpls/common/global")


def ldp() -> bytes:
    """LDP as configured, whole."""
    return subtree("mpls:mpls/mpls-ldp:ldp")


def ldp_bfd() -> bytes:
    """BFD for LDP LSPs as configured."""
    return subtree("mpls:mpls/mpls-ldp:ldp/bfd/p2p", "enable", "trigger", "trigger-tunnel")


def ldp_bfd_sessions() -> bytes:
    """BFD sessions for LDP LSPs."""
    leaves = ("fec-address", "out-interface-name", "next-hop", "session-state", "min-tx-int", "detect-multi")
    return subtree("mpls:mpls/mpls-ldp:ldp/bfd/sessions/session", *leaves)


def idle_labels() -> bytes:
    """The static labels that nobody holds."""
    return subtree("mpls-res:mpls-res/static-label-segments/static-label-segment", "label-begin", "label-end")


def label_range() -> bytes:
    """The range of static labels."""
    return subtree(
        "mpls-res:mpls-res/mpls-label-statisticss/mpls-label-statistics", "type", "min-value", "max-value"
    )


def static_lsps() -> bytes:
    """The incoming labels of static LSPs."""
    return subtree("mpls:mpls/mpls-static:static/lsps/lsp", "lsp-name", "transit/in-label", "egress/in-label")


def engineering_labels() -> bytes:
    """The labels of BGP egress peer engineering."""
    peers: Selected = ("peers/peer", ["address", "egress-engineer-parameter/static-label"])
    sets: Selected = (
        "egress-engineer-peer-sets/egress-engineer-peer-set",
        ["peer-set-name", "static-label"],
    )
    return _instances(["_public_"], ("bgp:bgp/base-process", [peers, sets]))
