"""What stands in the way of taking a VPN instance or its IPv4 family away on VRP8.

Undoing either in the model takes everything below it along, and the interfaces bound to the instance lose their
configuration: whatever egress protection did not put there is therefore named first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from ..configuration import Node, Reference

NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"
IFM = "urn:huawei:yang:huawei-ifm"
IPV4 = "ipv4-unicast"

_OWN = frozenset({"type", "route-distinguisher", "label-mode", "static-label", "vpn-targets"})
"""What `HuaweiVrp.read_config` compares already, below ``af``."""
_DEFAULTS: Mapping[tuple[str, str], str] = {
    (L3VPN, "export-policy-add-ert-first"): "false",
    (L3VPN, "lsp-operation"): "pop",
    (L3VPN, "traffic-statistic-enable"): "false",
    (L3VPN, "transit-vpn"): "false",
    (L3VPN, "vpn-frr"): "false",
}
"""A server that reports all defaults (RFC 6243) shows these although nobody configured them."""


def instances_filter(vpns: tuple[str, ...]) -> bytes:
    """The whole entries of these instances, whatever module a node is of."""
    root = etree.Element(etree.QName(NI, "network-instance"), nsmap={None: NI})
    instances = etree.SubElement(root, etree.QName(NI, "instances"))
    for vpn in vpns:
        instance = etree.SubElement(instances, etree.QName(NI, "instance"))
        etree.SubElement(instance, etree.QName(NI, "name")).text = vpn
    return etree.tostring(root)


def bindings_filter() -> bytes:
    """Name and VPN instance of every interface: VRP filters on keys only, and ``vrf-name`` is none."""
    root = etree.Element(etree.QName(IFM, "ifm"), nsmap={None: IFM})
    interface = etree.SubElement(
        etree.SubElement(root, etree.QName(IFM, "interfaces")), etree.QName(IFM, "interface")
    )
    for name in ("name", "vrf-name"):
        etree.SubElement(interface, etree.QName(IFM, name))
    return etree.tostring(root)


def references(data: etree._Element, removed: Mapping[str, Node]) -> Iterator[Reference]:
    """What a ``<data>`` element shows that refers to what is removed, or goes with it."""
    for instance in data.iterfind(f"{{{NI}}}network-instance/{{{NI}}}instances/{{{NI}}}instance"):
        vpn = (instance.findtext(f"{{{NI}}}name") or "").strip()
        if vpn in removed:
            found = _inside(instance, whole=removed[vpn] is Node.INSTANCE)
            yield from (Reference(vpn, what) for what in found)
    for interface in data.iterfind(f"{{{IFM}}}ifm/{{{IFM}}}interfaces/{{{IFM}}}interface"):
        vpn = (interface.findtext(f"{{{IFM}}}vrf-name") or "").strip()
        if vpn in removed:
            name = (interface.findtext(f"{{{IFM}}}name") or "").strip()
            yield Reference(vpn, f"interface {name} is bound to it")


def _inside(instance: etree._Element, *, whole: bool) -> Iterator[str]:
    """Below the instance. What only the instance itself carries stays when just a family goes."""
    for child in _elements(instance):
        name = etree.QName(child)
        if (name.namespace, name.localname) == (L3VPN, "afs"):
            for family in _elements(child):
                yield from _family(family, whole=whole)
        elif name.namespace not in (NI, L3VPN) or whole:
            yield from _described(child, key=(NI, "name"))


def _family(family: etree._Element, *, whole: bool) -> Iterator[str]:
    kind = (family.findtext(f"{{{L3VPN}}}type") or "").strip()
    if kind != IPV4:
        if whole:
            yield f"it has the address family {kind}"
        return
    for child in _elements(family):
        name = etree.QName(child)
        if name.namespace != L3VPN or name.localname not in _OWN:
            yield from (f"its {IPV4} family: {what}" for what in _described(child))


def _described(element: etree._Element, *, key: tuple[str, str] | None = None) -> Iterator[str]:
    """The element with its module, unless it says nothing."""
    name = etree.QName(element)
    place = (name.namespace or "", name.localname)
    text = (element.text or "").strip()
    if place == key or _DEFAULTS.get(place) == text:
        return
    if any((part.text or "").strip() for part in element.iter(etree.Element)):
        module = place[0].rpartition(":")[2]
        kinds = [(part.text or "").strip() for part in element.iter(f"{{{place[0]}}}type")]
        shown = text or ", ".join(kinds)
        yield f"it has {place[1]}{f' {shown}' if shown else ''} ({module})"


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return parent.iterchildren(tag=etree.Element)
