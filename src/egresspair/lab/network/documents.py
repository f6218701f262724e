"""The configuration of the network's routers as documents that can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from lxml import etree
from lxml.builder import ElementMaker

from .paths import NAMESPACES
from .routing import BACKUP, CORE_ASBR, CSG, MASGS, MASTER

NAMES: Final[Mapping[str, str]] = {
    MASTER: "masg-1",
    BACKUP: "masg-2",
    CORE_ASBR: "asbr-1",
    CSG: "csg-1",
}
"""The routers of the network by role."""


@dataclass(frozen=True, slots=True)
class VpnInstance:
    """A VPN instance that the MASGs and the CSG have from the beginning.

    Attributes:
        route_distinguishers: of master and backup.
        targets: VPN targets, of both directions.
        static_label: None for the router's own choice.
        label_mode: empty for what the router does by itself.
        on_masgs: False for one that the CSG alone has yet.
    """

    name: str
    route_distinguishers: tuple[str, str]
    targets: tuple[str, ...] = ()
    static_label: int | None = None
    label_mode: str = ""
    on_masgs: bool = True


VPNA: Final = VpnInstance("vpna", ("200:101", "200:102"), ("1:1",), 2001, "per-instance")
"""The protected VPN instance of the healthy network."""


class Document:
    """A configuration that XPath can change; prefixes are those of `NAMESPACES`.

    Attributes:
        root: the ``<config>`` or ``<data>`` element.
    """

    def __init__(self, root: etree._Element) -> None:
        self.root = root

    def __bytes__(self) -> bytes:
        return etree.tostring(self.root)

    def copy(self) -> Document:
        """The same once more."""
        return Document(deepcopy(self.root))

    def find(self, path: str) -> list[etree._Element]:
        """The elements that a path leads to.

        Raises:
            LookupError: there are none.
        """
        found = self.root.xpath(path, namespaces=dict(NAMESPACES))
        elements = [each for each in found if etree.iselement(each)] if isinstance(found, list) else []
        if not elements:
            raise LookupError(f"there is no {path}")
        return elements

    def set(self, path: str, value: str) -> None:
        """Change leaves."""
        for leaf in self.find(path):
            leaf.text = value

    def drop(self, path: str) -> None:
        """Remove elements."""
        for element in self.find(path):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)

    def add(self, path: str, *children: etree._Element) -> None:
        """Put elements into others."""
        for parent in self.find(path):
            parent.extend(deepcopy(child) for child in children)


def healthy(vpns: Iterable[VpnInstance] = (VPNA,)) -> dict[str, Document]:
    """What each router runs, by role, when all is well."""
    documents = {role: Document(deepcopy(_base(name))) for role, name in NAMES.items()}
    for number, vpn in enumerate(vpns, 101):
        if vpn.on_masgs:
            for masg, distinguisher in zip(MASGS, vpn.route_distinguishers, strict=True):
                unicast = family("ipv4-unicast", *_leaves(vpn, distinguisher))
                documents[masg].add("//ni:instances", instance(vpn.name, unicast))
        own = L3VPN("route-distinguisher", f"100:{number}")
        unicast = family("ipv4-unicast", own, L3VPN("vpn-frr", "true"))
        documents[CSG].add("//ni:instances", instance(vpn.name, unicast))
    return documents


def _leaves(vpn: VpnInstance, distinguisher: str) -> Iterator[etree._Element]:
    yield L3VPN("route-distinguisher", distinguisher)
    if vpn.label_mode:
        yield L3VPN("label-mode", vpn.label_mode)
    if vpn.static_label is not None:
        yield L3VPN("static-label", str(vpn.static_label))
    if vpn.targets:
        yield L3VPN("vpn-targets", *map(_target, _both_ways(vpn.targets)))


def _both_ways(targets: Iterable[str]) -> Iterator[tuple[str, str]]:
    for value in targets:
        yield value, "export-extcommunity"
        yield value, "import-extcommunity"


def _target(value_and_type: tuple[str, str]) -> etree._Element:
    value, direction = value_and_type
    return L3VPN("vpn-target", L3VPN("value", value), L3VPN("type", direction))


NI: Final = ElementMaker(namespace=NAMESPACES["ni"], nsmap={None: NAMESPACES["ni"]})
L3VPN: Final = ElementMaker(namespace=NAMESPACES["l3vpn"], nsmap={None: NAMESPACES["l3vpn"]})
RTP: Final = ElementMaker(namespace=NAMESPACES["rtp"], nsmap={None: NAMESPACES["rtp"]})


def instance(name: str, *families: etree._Element) -> etree._Element:
    """A network instance with address families."""
    return NI("instance", NI("name", name), L3VPN("afs", *families))


def family(kind: str, *leaves: etree._Element) -> etree._Element:
    """An address family."""
    return L3VPN("af", L3VPN("type", kind), *leaves)


@cache
def _base(name: str) -> etree._Element:
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    return etree.fromstring(files(__package__).joinpath(f"{name}.xml").read_bytes(), parser)
