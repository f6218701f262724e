"""The facts of four routers, read over NETCONF and SSH, with several VPN instances beside each other."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from audit.paper import Paper, intent
from audit.site import site
from egresspair.audit.facts import Facts
from egresspair.auditing import audit_pair
from egresspair.dialects.huawei_audit_tree import NAMESPACES

HOST_ROUTE = "192.0.2.5/32"

VPNS = ("vpna", "vpnb", "vpnc", "vpne")
"""vpna has the same label on both MASGs, vpnb another one on the backup, vpnc's belongs to vpnd there, and vpne's
customer has no link to the backup."""


def four_routers() -> Paper:
    """Healthy but for the labels of vpnb and vpnc and the routes of vpne."""
    paper = Paper.healthy()
    for vpn, label, of_backup in (("vpnb", 2002, 3002), ("vpnc", 2003, 3003), ("vpne", 2005, 2005)):
        _clone(paper, "masg-1", vpn, label)
        _clone(paper, "masg-2", vpn, of_backup)
        _clone(paper, "csg-1", vpn, label)
    _clone(paper, "masg-2", "vpnd", 2003)
    paper["masg-2"].drop("//ni:instance[ni:name='vpne']//rt:ipv4-unicast-route")
    return paper


def read(paper: Paper) -> Facts:
    """What an audit of them reads."""
    vpns = [{"name": vpn, "static_label": 2001 + number} for number, vpn in enumerate(VPNS)]
    with site(paper) as at:
        return audit_pair(
            intent(vpn_instances=vpns, protected_host_routes=[HOST_ROUTE]), at.inventory, lambda _event: None
        ).facts


def _clone(paper: Paper, router: str, vpn: str, label: int) -> None:
    """The VPN instance vpna once more, under another name and with another label."""
    for document in (paper[router].running, paper[router].startup):
        (instance,) = _find(document, "//ni:instance[ni:name='vpna']")
        copy = deepcopy(instance)
        for leaf in _find(copy, ".//*[normalize-space()='2001']"):
            if not len(leaf):
                leaf.text = str(label)
        for leaf in _find(copy, "ni:name"):
            leaf.text = vpn
        instance.addnext(copy)


def _find(element: etree._Element, path: str) -> list[etree._Element]:
    found = element.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [each for each in found if isinstance(each, etree._Element)]
