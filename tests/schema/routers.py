"""Whole running configurations of routers, sound and unsound, as Hypothesis draws them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from yang.documents import L3VPN, NETCONF, NI, put
from yang.models import PLATFORMS, Platform

_, NE40E_8_20_10, _, NE40E_8_22_0, ATN_8_22_0 = PLATFORMS
JUDGED = (NE40E_8_22_0, NE40E_8_20_10, ATN_8_22_0)
"""An automatic RD counts on the first, does not count on the second, and is refused by the third."""

RTP = "urn:huawei:yang:huawei-routing-policy"
TNLM = "urn:huawei:yang:huawei-tunnel-management"
XPL = "urn:huawei:yang:huawei-xpl"

FAMILIES = ("ipv4-unicast", "ipv6-unicast")
POLICY, FILTER, TUNNELS = "set-label", "lift", "by-ldp"
REPORTED = {"label-mode": "per-instance", "lsp-operation": "pop", "vpn-frr": "false", "transit-vpn": "false"}
"""Defaults that a server with basic-mode report-all shows of a family with an RD."""

Draw = Callable[[st.SearchStrategy[Any]], Any]
Leaves = dict[str, str]

EDGES = st.sampled_from([16, 17, 32782, 32783, 32784, 147455, 147456, 1048575])
LEGAL = st.sampled_from([16, 32783]) | st.integers(16, 32783)
"""On every one of these routers."""
LABELS = st.one_of(LEGAL, LEGAL, EDGES, st.integers(16, 1048575))
TARGETS = st.lists(
    st.tuples(
        st.sampled_from(["200:1", "1.1:1", "192.0.2.5:65535"]),
        st.sampled_from(["export-extcommunity", "import-extcommunity"]),
    ),
    unique=True,
    max_size=3,
)


@dataclass(frozen=True)
class Vpn:
    """What a drawn VPN instance may have."""

    name: str
    distinguisher: str
    labels: st.SearchStrategy[int]


@st.composite
def sound_routers(draw: Draw, platform: Platform, vpns: Collection[Vpn]) -> etree._Element:
    """The ``<config>`` of a router that keeps all rules of its schema; instances and families may be missing."""
    automatic = platform is not ATN_8_22_0 and draw(st.booleans())
    config, instances = _router(automatic=automatic)
    for vpn in vpns:
        if draw(st.integers(0, 5)):
            families = _instance(instances, vpn.name)
            for kind in draw(st.lists(st.sampled_from(FAMILIES), unique=True)):
                has_rd = bool(draw(st.integers(0, 3)))
                counted = has_rd or (automatic and platform is NE40E_8_22_0)
                leaves = _sound_leaves(draw, vpn, kind) if counted else {}
                if has_rd:
                    leaves["route-distinguisher"] = vpn.distinguisher
                _family(families, kind, leaves, draw(TARGETS) if counted else ())
    _targets_of_references(config, (RTP, TNLM, XPL))
    return config


@st.composite
def routers(draw: Draw, vpns: Collection[Vpn]) -> etree._Element:
    """The ``<config>`` of a router that keeps the rules or not."""
    config, instances = _router(automatic=draw(st.integers(0, 3)) == 0)
    for vpn in vpns:
        families = _instance(instances, vpn.name)
        for kind in draw(st.lists(st.sampled_from(FAMILIES), unique=True)):
            leaves = {name: value for name, value in draw(_ANY).items() if value is not None}
            if draw(st.integers(0, 3)):
                leaves["route-distinguisher"] = vpn.distinguisher
            if draw(st.booleans()):
                leaves["static-label"] = str(draw(vpn.labels))
            _family(families, kind, leaves, draw(TARGETS))
    _targets_of_references(config, draw(st.lists(st.sampled_from((RTP, TNLM, XPL)), unique=True, min_size=2)))
    return config


def _maybe(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, None, *values])


_BESIDE = {
    "vpn-frr": _maybe("true", "false"),
    "transit-vpn": _maybe("true", "false"),
    "export-policy": _maybe(POLICY),
    "import-policy": _maybe(POLICY),
    "import-filter": _maybe(FILTER),
    "tunnel-policy": _maybe(TUNNELS),
    "default-color": _maybe("0", "4294967295"),
}
_ANY = st.fixed_dictionaries(
    {
        **_BESIDE,
        "label-mode": _maybe("per-instance", "per-route", "per-nexthop"),
        "lsp-operation": _maybe("pop", "pop-go"),
        "export-policy-add-ert-first": _maybe("true", "false"),
    }
)


def _sound_leaves(draw: Draw, vpn: Vpn, kind: str) -> Leaves:
    drawn = draw(_ANY)
    per_instance = drawn["label-mode"] in (None, "per-instance")
    if per_instance and drawn["lsp-operation"]:
        drawn["lsp-operation"] = "pop"
    if drawn["import-policy"]:
        drawn["import-filter"] = None  # cases of one choice
    if not drawn["export-policy"]:
        drawn["export-policy-add-ert-first"] = None
    if kind == "ipv4-unicast" and per_instance and draw(st.booleans()):
        drawn["static-label"] = str(draw(vpn.labels))
    reported = REPORTED if draw(st.booleans()) else {}
    return {**reported, **{name: value for name, value in drawn.items() if value is not None}}


def _router(*, automatic: bool) -> tuple[etree._Element, etree._Element]:
    """A configuration with the public instance, and the element that holds the instances."""
    config = etree.Element(f"{{{NETCONF}}}config")
    network_instance = etree.SubElement(config, f"{{{NI}}}network-instance")
    if automatic:
        put(
            etree.SubElement(network_instance, f"{{{NI}}}global"),
            NI,
            "route-distinguisher-auto-ip",
            "192.0.2.5",
        )
    instances = etree.SubElement(network_instance, f"{{{NI}}}instances")
    _family(_instance(instances, "_public_"), "ipv4-unicast", {}, ())
    return config, instances


def _instance(instances: etree._Element, name: str) -> etree._Element:
    """A new instance; returned is the element that holds its families."""
    instance = etree.SubElement(instances, f"{{{NI}}}instance")
    put(instance, NI, "name", name)
    return etree.SubElement(instance, f"{{{L3VPN}}}afs")


def _family(families: etree._Element, kind: str, leaves: Leaves, targets: Iterable[tuple[str, str]]) -> None:
    family = etree.SubElement(families, f"{{{L3VPN}}}af")
    put(family, L3VPN, "type", kind)
    for name, value in leaves.items():
        if name == "import-filter":
            put(etree.SubElement(family, f"{{{L3VPN}}}{name}"), L3VPN, "name", value)
        else:
            put(family, L3VPN, name, value)
    holder = etree.SubElement(family, f"{{{L3VPN}}}vpn-targets") if targets else None
    for value, direction in targets:
        assert holder is not None
        entry = etree.SubElement(holder, f"{{{L3VPN}}}vpn-target")
        put(entry, L3VPN, "value", value)
        put(entry, L3VPN, "type", direction)


def _targets_of_references(config: etree._Element, modules: Collection[str]) -> None:
    """The policies that a family may name, of these modules."""
    if RTP in modules:
        policy = _nested(config, RTP, "routing-policy", "policy-definitions", "policy-definition")
        put(policy, RTP, "name", POLICY)
        node = _nested(policy, RTP, "nodes", "node")
        put(node, RTP, "sequence", "10")
        put(node, RTP, "match-mode", "permit")
    if TNLM in modules:
        put(
            _nested(config, TNLM, "tunnel-management", "tunnel-policys", "tunnel-policy"),
            TNLM,
            "name",
            TUNNELS,
        )
    if XPL in modules:
        chosen = _nested(config, XPL, "xpl", "route-filters", "route-filter")
        put(chosen, XPL, "name", FILTER)
        put(chosen, XPL, "content", "approve")


def _nested(parent: etree._Element, namespace: str, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, f"{{{namespace}}}{name}")
    return parent
