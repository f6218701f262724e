"""Prerequisites on their way to a router: the filters that select them, and the edit-config that changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Final

from lxml import etree

from ..configuration import Change, Node, Setting
from ..netconf.rpc import BASE
from .huawei_settings import BOOLEANS, Step, entry_steps, kind_of, steps

_OPERATION: Final = f"{{{BASE}}}operation"
_ALWAYS: Final = (
    "bgp:bgp/base-process/enable",
    "bgp:bgp/base-process/as",
    "ni:network-instance/instances/instance[_public_]/l3vpn:afs/af/type",
)
"""What the conditions of these nodes look at."""
_SELECTED: Final = {
    "interface": ("ifm:class", "ifm:type", "ifm:number", "ifm:vrf-name", "ip:ipv4/addresses"),
    "bgp": (),
    "network": (),
    "import-route": (),
    "route-policy": (
        "rtp:nodes/node/sequence",
        "rtp:nodes/node/match-mode",
        "rtp:nodes/node/actions/apply-mpls-label",
    ),
    "peer": (
        "bgp:remote-as",
        "bgp:afs/af/type",
        "bgp:afs/af[ipv4uni]/ipv4-unicast/label-route-capability",
        "bgp:afs/af[ipv4uni]/ipv4-unicast/export-policy",
        "bgp:afs/af[ipv4uni]/ipv4-unicast/export-filter",
    ),
}
"""What is read of an entry, by the kind of holder; an entry of which nothing is selected comes whole."""
_FIRST_NODE: Final = "10"
"""The sequence of the one node of a route policy that is created."""


def settings_filters(settings: Collection[Setting]) -> tuple[bytes, ...]:
    """The subtree filters that select these settings, and what a change of them is validated with."""
    root = etree.Element("filter")
    for path in _ALWAYS:
        _put(root, steps(path))
    for holder in dict.fromkeys(holder for holder, _ in settings):
        kind = holder.partition(" ")[0]
        if kind == "bgp":  # all its families, by name: what stands in one may be much
            _put(root, steps(f"{kind_of(holder).path}/type"))
            continue
        entry = _put(root, entry_steps(holder))
        for path in _SELECTED[kind]:
            _put(entry, steps(path))
    return tuple(etree.tostring(child) for child in root)


def write_settings(config: etree._Element, changes: Sequence[Change], *, blind: bool) -> None:
    """Put the changes into a ``<config>`` element, with an explicit operation on each."""
    for holder, of_holder in groupby(changes, key=lambda change: change.vpn):
        _write(_put(config, entry_steps(holder)), holder, tuple(of_holder), blind=blind)


def _write(entry: etree._Element, holder: str, changes: Sequence[Change], *, blind: bool) -> None:
    """An operation on an entry covers what is inside it."""
    kind = kind_of(holder)
    create = "merge" if blind else "create"
    whole = next((change for change in changes if change.node is kind.entry), None)
    if whole is not None:
        entry.set(_OPERATION, create if whole.after else "remove")
        if not whole.after:
            return
        if kind.entry is Node.INTERFACE:
            _loopback(entry, whole.after)
    for change in changes:
        if change is not whole:
            element = _leaf(entry, kind.leaves[change.node], change)
            if whole is None:
                element.set(_OPERATION, _operation(change, create))


def _operation(change: Change, create: str) -> str:
    if change.after is None:
        return "remove"
    if change.before is not None:
        return "replace"
    return "merge" if change.node in BOOLEANS else create  # a server may call the default there already


def _loopback(entry: etree._Element, name: str) -> None:
    number = name.removeprefix("LoopBack")
    for leaf, text in (("class", "main-interface"), ("type", "LoopBack"), ("number", number)):
        _put(entry, steps(f"ifm:{leaf}")).text = text


def _leaf(entry: etree._Element, path: str, change: Change) -> etree._Element:
    value = change.after or change.before or ""
    if change.node is Node.ADDRESS:
        address = value.partition("/")[0]
        found = _put(entry, steps(path, (("ip", address),)))
        _put(found, steps("ip:mask")).text = "255.255.255.255"
        _put(found, steps("ip:type")).text = "main"
        return found
    if change.node is Node.LABELING:
        found = _put(entry, steps(path, (("sequence", value or _FIRST_NODE),)))
        _put(found, steps("rtp:match-mode")).text = "permit"
        _put(found, steps("rtp:actions/apply-mpls-label/mpls-label"))
        return found
    found = _put(entry, steps(path))
    found.text = value
    return found


def _put(parent: etree._Element, way: Sequence[Step]) -> etree._Element:
    """The element at the end of a way; what is on it already is used again."""
    place = parent
    for step in way:
        found = next(_same(place, step), None)
        place = _new(place, step) if found is None else found
    return place


def _same(parent: etree._Element, step: Step) -> Iterator[etree._Element]:
    namespace = etree.QName(step.tag).namespace
    for child in parent.iterchildren(step.tag):
        if all(child.findtext(f"{{{namespace}}}{key}") == value for key, value in step.keys):
            yield child


def _new(parent: etree._Element, step: Step) -> etree._Element:
    """A module's namespace is declared where it begins, once."""
    namespace = etree.QName(step.tag).namespace or ""
    inherited = etree.QName(parent).namespace == namespace
    element = etree.SubElement(parent, step.tag, nsmap=None if inherited else {None: namespace})
    for key, value in step.keys:
        etree.SubElement(element, f"{{{namespace}}}{key}").text = value
    return element
