"""What VRP8's modules tell: where the nodes of egress protection are, and what kind of router has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from ..device_schema import Subject
from .huawei_references import IPV4, L3VPN, NI

_FAMILY = "/huawei-network-instance:network-instance/instances/instance/huawei-l3vpn:afs/af"
SUBJECT = Subject(
    roots=("huawei-network-instance", "huawei-l3vpn"),
    label=f"{_FAMILY}/static-label",
    family=_FAMILY,
    automatic_rd="/huawei-network-instance:network-instance/global/route-distinguisher-auto-ip",
    state=(f"{_FAMILY}/state/label", f"{_FAMILY}/state/status"),
)
_RELEASES: Mapping[str, str] = {
    "2020-02-25": "8.20.0 (V800R012C10)",
    "2021-02-03": "8.20.10 (V800R013C00)",
    "2022-10-16": "8.22.0 (V800R022C00)",
}
"""By the revision of huawei-bgp: that of huawei-l3vpn is the same in 8.20.0 and 8.20.10, with another content."""
_HARDWARE: Mapping[str, str] = {"CH-NE-X8X16": "NE40E-X8X16", "OC-NE-X8X16": "NE40E-X8X16"}
"""By the suffix of the names of deviation modules, where that is not the name of the router."""
_DEVIATIONS = re.compile(r"huawei-.*-deviations-(?P<suffix>[A-Z].*)")


def kind_of(revisions: Mapping[str, str]) -> tuple[str, str]:
    """See `Dialect.kind_of`. The suffix that most deviation modules have names the hardware."""
    found = (_DEVIATIONS.fullmatch(name) for name in revisions)
    suffixes = Counter(match["suffix"] for match in found if match).most_common(1)
    suffix = suffixes[0][0] if suffixes else ""
    return _HARDWARE.get(suffix, suffix), _RELEASES.get(revisions.get("huawei-bgp", ""), "")


def checked_filter(vpns: Sequence[str], leaves: Iterable[str], *, automatic_rd: bool) -> bytes:
    """See `Dialect.checked_filter`: one ``instance`` a VPN, one element a node; VRP filters on keys only."""
    root = etree.Element(etree.QName(NI, "network-instance"), nsmap={None: NI})
    if automatic_rd:
        _add(_add(root, NI, "global"), NI, "route-distinguisher-auto-ip")
    instances = _add(root, NI, "instances")
    for vpn in vpns:
        instance = _add(instances, NI, "instance")
        _add(instance, NI, "name").text = vpn
        family = _add(etree.SubElement(instance, etree.QName(L3VPN, "afs"), nsmap={None: L3VPN}), L3VPN, "af")
        _add(family, L3VPN, "type").text = IPV4
        for leaf in leaves:
            if leaf != "type":
                _add(family, L3VPN, leaf)
    return etree.tostring(root)


def has_automatic_rd(data: etree._Element | None) -> bool:
    """``/ni:network-instance/ni:global/ni:route-distinguisher-auto-ip`` is set."""
    path = f"{{{NI}}}network-instance/{{{NI}}}global/{{{NI}}}route-distinguisher-auto-ip"
    return data is not None and bool((data.findtext(path) or "").strip())


def other_families(data: etree._Element | None, vpns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """See `Dialect.other_families`."""
    found: dict[str, tuple[str, ...]] = {}
    path = f"{{{NI}}}network-instance/{{{NI}}}instances/{{{NI}}}instance"
    for instance in () if data is None else data.iterfind(path):
        name = (instance.findtext(f"{{{NI}}}name") or "").strip()
        kinds = (
            kind.text or "" for kind in instance.iterfind(f"{{{L3VPN}}}afs/{{{L3VPN}}}af/{{{L3VPN}}}type")
        )
        others = tuple(kind.strip() for kind in kinds if kind.strip() != IPV4)
        if name in vpns and others:
            found[name] = (*found.get(name, ()), *others)
    return found


def _add(parent: etree._Element, namespace: str, name: str) -> etree._Element:
    return etree.SubElement(parent, etree.QName(namespace, name))
