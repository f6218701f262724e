"""The edit-config that would mend a core ASBR: shown to people, never sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from ..audit.mends import DependOnTunnel, EnableAutoFrr, EnableLdpBfd, LabelPeer, Mend, Prefer, RelayLabels
from ..netconf.rpc import BASE
from .huawei_audit_filters import Selected, subtree
from .huawei_audit_tree import NAMESPACES

_SEQUENCE: Final = "10"
_BFD: Final = f"{{{NAMESPACES['bfd']}}}bfd"
"""A presence container: with it the router does BFD at all."""
_PUBLIC: Final = ("name", "_public_")


def edit_config(mends: Sequence[Mend]) -> etree._Element:
    """One ``<edit-config>`` of the candidate with a subtree for each part that has to be merged."""
    edit = etree.Element(etree.QName(BASE, "edit-config"), nsmap={None: BASE})
    etree.SubElement(etree.SubElement(edit, etree.QName(BASE, "target")), etree.QName(BASE, "candidate"))
    config = etree.SubElement(edit, etree.QName(BASE, "config"))
    for mend in mends:
        for part in _parts(mend):
            config.append(etree.fromstring(part))
    return edit


def _parts(mend: Mend) -> tuple[bytes, ...]:
    match mend:
        case EnableAutoFrr():
            return (_unicast(("common", [("auto-frr", "true")])),)
        case DependOnTunnel():
            return (_unicast(("common", [("nexthop-select-depend-type", "depend-tunnel")])),)
        case LabelPeer(address):
            return (_peer(address, ("label-route-capability", "true")),)
        case RelayLabels(address, policy):
            node: list[Selected] = [
                ("conditions/match-mpls-label", ["mpls-label"]),
                ("actions/apply-mpls-label", ["mpls-label"]),
            ]
            return (_policy(policy, node), _peer(address, ("export-policy", policy)))
        case Prefer(address, local_preference, policy):
            action: list[Selected] = [("operation", "replace"), ("value", str(local_preference))]
            preferring = _policy(policy, [("actions/apply-local-preference", action)])
            return (preferring, _peer(address, ("import-policy", policy)))
        case EnableLdpBfd():
            p2p = subtree("mpls:mpls/mpls-ldp:ldp/bfd/p2p", ("enable", "true"), ("trigger", "host"))
            return (etree.tostring(etree.Element(_BFD, nsmap={None: NAMESPACES["bfd"]})), p2p)


def _public(*inside: Selected) -> bytes:
    return subtree("ni:network-instance/instances/instance", _PUBLIC, ("bgp:bgp/base-process", list(inside)))


def _unicast(*inside: Selected) -> bytes:
    return _public(("afs/af", [("type", "ipv4uni"), ("ipv4-unicast", list(inside))]))


def _peer(address: str, leaf: Selected) -> bytes:
    unicast: Selected = ("afs/af", [("type", "ipv4uni"), ("ipv4-unicast", [leaf])])
    return _public(("peers/peer", [("address", address), unicast]))


def _policy(name: str, node: Sequence[Selected]) -> bytes:
    first: list[Selected] = [("sequence", _SEQUENCE), ("match-mode", "permit"), *node]
    return subtree(
        "rtp:routing-policy/policy-definitions/policy-definition", ("name", name), ("nodes/node", first)
    )
