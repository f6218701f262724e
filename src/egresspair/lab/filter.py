"""Subtree filtering (RFC 6241, section 6)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from .names import split_clark
from .schema import Schema, SchemaNode
from .tree import Node


def select(data: Node, subtree: etree._Element, schema: Schema) -> tuple[Node, ...]:
    """The top-level nodes of what a filter selects; keys of list entries are always included.

    Args:
        subtree: the ``<filter>`` element; an empty one selects nothing.
    """
    filters = list(subtree.iterchildren(etree.Element))
    return tuple(_select_children(data, filters, schema, schema.root).values())


def _select_children(
    node: Node, filters: Sequence[etree._Element], schema: Schema, place: SchemaNode | None
) -> dict[Node, Node]:
    """For each child of which something is selected: what."""
    selected: dict[Node, Node] = {}
    for child in node.children:
        meant = [each for each in filters if _is_meant(each, child.tag)]
        if meant:
            below = None if place is None else schema.child(place, child.tag)
            part = _select(child, meant, schema, below)
            if part is not None:
                selected[child] = part
    return selected


def _is_meant(selector: etree._Element, tag: str) -> bool:
    """Same name and, unless the filter leaves it open, same namespace; no node here has attributes."""
    if selector.attrib:
        return False
    namespace, name = split_clark(str(selector.tag))
    return str(selector.tag) == tag or (not namespace and split_clark(tag)[1] == name)


def _is_content_match(selector: etree._Element) -> bool:
    return len(selector) == 0 and bool((selector.text or "").strip())


def _select(
    node: Node, filters: Sequence[etree._Element], schema: Schema, place: SchemaNode | None
) -> Node | None:
    """What sibling filters select of one node: the union of what each selects."""
    wanted: list[etree._Element] = []
    matched: set[Node] = set()
    for selector in filters:
        if _is_content_match(selector):
            if node.text == (selector.text or "").strip():
                return node
            continue
        inner = list(selector.iterchildren(etree.Element))
        matches = [_matching(node, each) for each in inner if _is_content_match(each)]
        if not all(matches):
            continue
        rest = [each for each in inner if not _is_content_match(each)]
        if not rest:
            return node
        wanted += rest
        matched.update(child for group in matches for child in group)
    return _narrowed(node, wanted, matched, schema, place)


def _matching(node: Node, selector: etree._Element) -> list[Node]:
    text = (selector.text or "").strip()
    return [child for child in node.children if _is_meant(selector, child.tag) and child.text == text]


def _narrowed(
    node: Node, wanted: Sequence[etree._Element], matched: set[Node], schema: Schema, place: SchemaNode | None
) -> Node | None:
    """The node with what was selected of its children, leaves that matched, and keys; None if nothing was."""
    selected = _select_children(node, wanted, schema, place)
    if not selected and not matched:
        return None
    keys = schema.key_tags(place) if place is not None else ()
    children = (
        child if child in matched or child.tag in keys else selected.get(child) for child in node.children
    )
    return node.holding(child for child in children if child is not None)
