"""Intents and running configurations, small and by name."""

from __future__ import annotations

from typing import Any

from lxml import etree

import egresspair as ep
from egresspair.lab import Lab
from yang.documents import L3VPN, NETCONF, NI, put

ALL = ("interruption", "relabel")
ROLES = ("master", "backup")
RD = "200:1"


def intent(label: int = 2001, **of_vpn: Any) -> ep.Intent:
    """One VPN instance, vpna, with this label and a route distinguisher."""
    vpn = {"name": "vpna", "static_label": label, "route_distinguisher": RD} | of_vpn
    return intent_of(vpn)


def intent_of(*vpns: dict[str, Any]) -> ep.Intent:
    """An intent for the routers of the lab."""
    pair = {"pair": "metro-7", "master": "masg-1", "backup": "masg-2"}
    return ep.Intent.model_validate({**pair, "vpn_instances": list(vpns)})


def config(*instances: tuple[str, dict[str, str]]) -> bytes:
    """A ``<config>`` with VPN instances: a name, and the leaves of the IPv4 family; none of it without any."""
    root = etree.Element(f"{{{NETCONF}}}config")
    parent = etree.SubElement(etree.SubElement(root, f"{{{NI}}}network-instance"), f"{{{NI}}}instances")
    for name, leaves in instances:
        instance = etree.SubElement(parent, f"{{{NI}}}instance")
        put(instance, NI, "name", name)
        if leaves:
            family = etree.SubElement(etree.SubElement(instance, f"{{{L3VPN}}}afs"), f"{{{L3VPN}}}af")
            put(family, L3VPN, "type", "ipv4-unicast")
            for leaf, value in leaves.items():
                put(family, L3VPN, leaf, value)
    return etree.tostring(root)


BARE = config(("vpna", {"route-distinguisher": RD}), ("bystander", {"route-distinguisher": "200:9"}))
"""The VPN instance without a label, and one that no intent names."""

LABELLED = config(
    ("vpna", {"route-distinguisher": RD, "label-mode": "per-instance", "static-label": "2001"}),
    ("bystander", {"route-distinguisher": "200:9"}),
)
"""The same with label 2001."""

BOTH_LABELLED = {"master": LABELLED, "backup": LABELLED}
"""A protected pair."""


LSP = b"""<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><mpls xmlns="urn:huawei:yang:huawei-mpls">
<common><global><mpls-enable>true</mpls-enable><lsr-id>192.0.2.5</lsr-id></global></common>
<static xmlns="urn:huawei:yang:huawei-mpls-static"><lsps><lsp><lsp-name>lsp1</lsp-name><lsr-type>egress</lsr-type>
<egress><in-label>2001</in-label></egress></lsp></lsps></static></mpls></config>"""
"""A static LSP, lsp1, that ends here with label 2001."""


def labels(running: bytes) -> dict[str, str]:
    """The static label of every VPN instance that has one, read without the library."""
    found = {}
    for instance in etree.fromstring(running).iter(f"{{{NI}}}instance"):
        label = instance.findtext(f".//{{{L3VPN}}}static-label")
        if label is not None:
            found[instance.findtext(f"{{{NI}}}name") or ""] = label
    return found


def sent(lab: Lab, role: str, *names: str) -> list[bytes]:
    """The messages with these operations that a router of the lab received."""
    return [message.raw for message in lab[role].received if message.name in names]
