"""Who uses the labels of a VRP8 router, and which are idle by its own account.

========================  ====================================================================  ==================
what                      path                                                                  module
========================  ====================================================================  ==================
assigned labels           ``/ni:network-instance/instances/instance/afs/af/state/label``        huawei-l3vpn
static LSPs               ``/mpls:mpls/static/lsps/lsp/{transit,egress}/in-label``              huawei-mpls-static
BGP EPE labels            ``…/instance[name='_public_']/bgp/base-process/…/static-label``       huawei-bgp
idle labels               ``/mpls-res:mpls-res/static-label-segments``                          huawei-mpls-res
their number              ``/mpls-res:mpls-res/mpls-label-statisticss`` (from 8.21.0)           huawei-mpls-res
========================  ====================================================================  ==================

Static CR-LSPs, pseudo wires and segment routing have modules of their own; their labels show in that they are not idle.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from lxml import etree

from ..configuration import LabelOwner, LabelUse
from ..label_space import IdleLabels, Segment, StaticSpace
from ._numbers import whole_number
from ._paths import steps
from ._protocol import LabelRead, UnreadableReply
from .huawei_references import L3VPN, NI

BGP = "urn:huawei:yang:huawei-bgp"
MPLS = "urn:huawei:yang:huawei-mpls"
MPLS_RES = "urn:huawei:yang:huawei-mpls-res"
MPLS_STATIC = "urn:huawei:yang:huawei-mpls-static"
_PUBLIC = "_public_"
_INSTANCES = steps(NI, "network-instance/instances/instance")
_FAMILIES = steps(L3VPN, "afs/af")
_HOPS = ("transit", "egress")  # an ingress has no incoming label


def label_reads(modules: Container[str]) -> tuple[LabelRead, ...]:
    """What can be asked of a router that announces these modules: each alone, so that none spoils another."""
    every = (
        ("huawei-l3vpn", LabelRead("assigned labels", families_filter(), state=True)),
        ("huawei-mpls-static", LabelRead("static LSPs", _lsps_filter())),
        ("huawei-bgp", LabelRead("BGP EPE labels", _epe_filter())),
        ("huawei-mpls-res", LabelRead("idle labels", _segments_filter(), state=True)),
        ("huawei-mpls-res", LabelRead("number of idle labels", _statistics_filter(), state=True)),
    )
    return tuple(read for module, read in every if module in modules)


def _path(namespace: str, *names: str, under: etree._Element | None = None) -> etree._Element:
    """Elements one inside the other; returns the innermost. Where a module begins, its namespace is declared."""
    first, *others = (etree.QName(namespace, name) for name in names)
    if under is None:
        element = etree.Element(first, nsmap={None: namespace})
    else:
        begins = etree.QName(under).namespace != namespace
        element = etree.SubElement(under, first, nsmap={None: namespace} if begins else None)
    for name in others:
        element = etree.SubElement(element, name)
    return element


def _serialised(element: etree._Element) -> bytes:
    return etree.tostring(element.getroottree())


def families_filter() -> bytes:
    """Names, families, labels and status of all VPN instances. The audit asks the same, and one answer serves both."""
    instance = _path(NI, "network-instance", "instances", "instance")
    _path(NI, "name", under=instance)
    family = _path(L3VPN, "afs", "af", under=instance)
    _path(L3VPN, "type", under=family)
    _path(L3VPN, "static-label", under=family)
    state = _path(L3VPN, "state", under=family)
    _path(L3VPN, "label", under=state)
    _path(L3VPN, "status", under=state)
    return _serialised(instance)


def _lsps_filter() -> bytes:
    lsp = _path(MPLS_STATIC, "static", "lsps", "lsp", under=_path(MPLS, "mpls"))
    _path(MPLS_STATIC, "lsp-name", under=lsp)
    for hop in _HOPS:
        _path(MPLS_STATIC, hop, "in-label", under=lsp)
    return _serialised(lsp)


def _epe_filter() -> bytes:
    instance = _path(NI, "network-instance", "instances", "instance")
    _path(NI, "name", under=instance).text = _PUBLIC
    process = _path(BGP, "bgp", "base-process", under=instance)
    peer = _path(BGP, "peers", "peer", under=process)
    _path(BGP, "address", under=peer)
    _path(BGP, "egress-engineer-parameter", "static-label", under=peer)
    peers = _path(BGP, "egress-engineer-peer-sets", "egress-engineer-peer-set", under=process)
    _path(BGP, "peer-set-name", under=peers)
    _path(BGP, "static-label", under=peers)
    return _serialised(instance)


def _segments_filter() -> bytes:
    """With the window of a query, should the router tell it: the list may be about a part of the labels only."""
    segment = _path(MPLS_RES, "mpls-res", "static-label-segments", "static-label-segment")
    for leaf in ("index", "query-begin", "query-length", "label-begin", "label-end"):
        _path(MPLS_RES, leaf, under=segment)
    return _serialised(segment)


def _statistics_filter() -> bytes:
    statistics = _path(MPLS_RES, "mpls-res", "mpls-label-statisticss", "mpls-label-statistics")
    _path(MPLS_RES, "type", under=statistics).text = "static"
    for leaf in ("min-value", "max-value", "available-number"):
        _path(MPLS_RES, leaf, under=statistics)
    return _serialised(statistics)


def label_owners(data: Iterable[etree._Element], static: Sequence[LabelOwner]) -> Iterator[LabelOwner]:
    """Every owner in these ``<data>`` elements besides the static labels of VPN instances, which are known.

    Raises:
        UnreadableReply: a label is not a number.
    """
    known = {(owner.vpn, owner.family, owner.label) for owner in static}
    for each in data:
        yield from (o for o in _assigned(each) if (o.vpn, o.family, o.label) not in known)
        yield from _lsps(each)
        yield from _epe(each)


def _assigned(data: etree._Element) -> Iterator[LabelOwner]:
    for instance in _instances(data):
        name = _text(instance, NI, "name")
        for family in instance.iterfind(_FAMILIES):
            label = _number(family, L3VPN, "state/label", f"VPN instance {name}")
            if label is not None:
                yield LabelOwner(name, _text(family, L3VPN, "type"), label, LabelUse.ASSIGNED_LABEL)


def _lsps(data: etree._Element) -> Iterator[LabelOwner]:
    lsps = steps(MPLS_STATIC, "static/lsps/lsp")
    for lsp in data.iterfind(f"{{{MPLS}}}mpls/{lsps}"):
        what = f"static LSP {_text(lsp, MPLS_STATIC, 'lsp-name')}"
        for hop in _HOPS:
            label = _number(lsp, MPLS_STATIC, f"{hop}/in-label", what)
            if label is not None:
                yield LabelOwner("", "", label, LabelUse.INCOMING_LABEL, what)


def _epe(data: etree._Element) -> Iterator[LabelOwner]:
    kinds = (
        ("peers/peer", "address", "egress-engineer-parameter/static-label", "BGP peer"),
        (
            "egress-engineer-peer-sets/egress-engineer-peer-set",
            "peer-set-name",
            "static-label",
            "BGP peer set",
        ),
    )
    for process in data.iterfind(f"{_INSTANCES}/{steps(BGP, 'bgp/base-process')}"):
        for place, key, leaf, kind in kinds:
            for entry in process.iterfind(steps(BGP, place)):
                what = f"{kind} {_text(entry, BGP, key)}"
                label = _number(entry, BGP, leaf, what)
                if label is not None:
                    yield LabelOwner("", "", label, LabelUse.EPE_LABEL, what)


def idle_labels(data: Sequence[etree._Element]) -> IdleLabels | None:
    """The idle labels in these ``<data>`` elements; None if they say nothing.

    Raises:
        UnreadableReply: an entry makes no sense.
    """
    segments = [segment for each in data for segment in _segments(each)]
    spaces = [space for each in data for space in _spaces(each)]
    return IdleLabels.of(segments, spaces[0] if len(spaces) == 1 else None)


def _segments(data: etree._Element) -> Iterator[Segment]:
    place = steps(MPLS_RES, "mpls-res/static-label-segments/static-label-segment")
    for entry in data.iterfind(place):
        index = _number(entry, MPLS_RES, "index", "idle label segment")
        what = f"idle label segment {'without index' if index is None else index}"
        begin, length = (_number(entry, MPLS_RES, f"query-{leaf}", what) for leaf in ("begin", "length"))
        first, last = (_number(entry, MPLS_RES, f"label-{leaf}", what) for leaf in ("begin", "end"))
        asked = (begin, begin + length - 1) if begin is not None and length else None
        idle = (first, last) if first is not None and last is not None else None
        if (idle is None and (asked is None or first != last)) or (idle is not None and idle[1] < idle[0]):
            raise UnreadableReply(f"{what}: labels {first} to {last} are no segment")
        yield Segment(index, idle, asked)


def _spaces(data: etree._Element) -> Iterator[StaticSpace]:
    place = steps(MPLS_RES, "mpls-res/mpls-label-statisticss/mpls-label-statistics")
    for entry in data.iterfind(place):
        leaves = ("min-value", "max-value", "available-number")
        low, high, number = (_number(entry, MPLS_RES, leaf, "label statistics") for leaf in leaves)
        static = _text(entry, MPLS_RES, "type") == "static"
        if static and low is not None and high is not None and number is not None and low <= high:
            yield StaticSpace((low, high), number)


def _instances(data: etree._Element) -> Iterator[etree._Element]:
    return data.iterfind(_INSTANCES)


def _text(element: etree._Element, namespace: str, path: str) -> str:
    return (element.findtext(steps(namespace, path)) or "").strip()


def _number(element: etree._Element, namespace: str, path: str, what: str) -> int | None:
    text = _text(element, namespace, path)
    if not text:
        return None
    found = whole_number(text)
    if found is None:
        raise UnreadableReply(f"{what}: {path} is {text[:40]!r}, not a number")
    return found
