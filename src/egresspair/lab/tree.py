"""Configuration as immutable trees: a datastore is one value, and an unchanged part is the same object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lxml import etree

from .names import BASE, DEFAULT_ATTRIBUTE, clark, split_clark

CONFIG = clark(BASE, "config")
DATA = clark(BASE, "data")


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Node:
    """One element. Compared by identity; `same` compares by content.

    Attributes:
        tag: name in Clark notation.
        text: a leaf's value in canonical form.
        children: an inner node's children, in the order of the schema.
        is_default: True if the value was not set but follows from the schema.
    """

    tag: str
    text: str = ""
    children: tuple[Node, ...] = ()
    is_default: bool = False

    def child(self, tag: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, tag: str) -> list[Node]:
        """Every child of that name."""
        return [child for child in self.children if child.tag == tag]

    def leaf(self, tag: str) -> str:
        """A child's text, empty if there is none."""
        child = self.child(tag)
        return "" if child is None else child.text

    def at(self, *tags: str) -> Node | None:
        """The node at the end of a way of containers."""
        node: Node | None = self
        for tag in tags:
            node = None if node is None else node.child(tag)
        return node

    def holding(self, children: Iterable[Node]) -> Node:
        """The same node with other children."""
        return replace(self, children=tuple(children))


EMPTY = Node(CONFIG)
"""A configuration that holds nothing."""


def same(one: Node, other: Node) -> bool:
    """True if both trees say the same, in the same order."""
    if one is other:
        return True
    return (
        one.tag == other.tag
        and one.text == other.text
        and len(one.children) == len(other.children)
        and all(map(same, one.children, other.children))
    )


def leaf(tag: str, text: str) -> Node:
    """A leaf."""
    return Node(tag, text)


def inner(tag: str, *children: Node) -> Node:
    """An inner node."""
    return Node(tag, children=children)


def append_xml(parent: etree._Element, nodes: Iterable[Node], *, tag_defaults: bool = False) -> None:
    """Append nodes to an element; each change of namespace is declared where it happens.

    Args:
        tag_defaults: mark default values as RFC 6243, section 6, has it.
    """
    for node in nodes:
        namespace, _ = split_clark(node.tag)
        nsmap: dict[str | None, str] | None = {None: namespace}
        if split_clark(str(parent.tag))[0] == namespace:
            nsmap = None
        element = etree.SubElement(parent, node.tag, nsmap=nsmap)
        if node.children:
            append_xml(element, node.children, tag_defaults=tag_defaults)
        elif node.text:
            element.text = node.text
        if tag_defaults and node.is_default:
            element.set(clark(DEFAULT_ATTRIBUTE, "default"), "true")


def from_xml(element: etree._Element) -> Node:
    """An element as it stands, without any module to check it by; text beside elements is layout."""
    children = tuple(from_xml(child) for child in element.iterchildren(etree.Element))
    return Node(str(element.tag), "" if children else (element.text or "").strip(), children)


def to_bytes(config: Node) -> bytes:
    """A configuration as canonical XML (C14N 2.0) below a ``<config>`` element."""
    root = etree.Element(CONFIG, nsmap={None: BASE})
    append_xml(root, config.children)
    return etree.tostring(root, method="c14n2")


class NotXml(ValueError):
    """The bytes are not one well-formed XML document without a document type."""


def parse_xml(document: bytes) -> etree._Element:
    """Parse one message: no entities, no network, comments and processing instructions dropped.

    Raises:
        NotXml: not well-formed, or with a document type, which NETCONF forbids (RFC 6241, section 3.2).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise NotXml("a document type declaration")
    return root


def config_element(document: bytes) -> etree._Element:
    """A ``<config>`` element from a document that is one, is a ``<data>`` element, or is a node of the model.

    Raises:
        NotXml: the bytes are not XML.
    """
    root = parse_xml(document)
    if root.tag == CONFIG:
        return root
    config = etree.Element(CONFIG, nsmap={None: BASE})
    config.extend(list(root) if root.tag == DATA else [root])
    return config
