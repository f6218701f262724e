"""The modes of with-defaults that are not report-all (RFC 6243, section 3)."""

from __future__ import annotations

from .schema import Schema, SchemaNode
from .tree import Node


def explicit(config: Node) -> Node:
    """What was set, whatever its value."""
    return config


def trimmed(schema: Schema, config: Node) -> Node:
    """The configuration without leaves that hold their default."""
    return _trim(schema, config, schema.root)


def _trim(schema: Schema, node: Node, place: SchemaNode) -> Node:
    children = []
    for child in node.children:
        below = schema.child(place, child.tag)
        if below is None or not _holds_default(schema, child, below):
            children.append(child if below is None or schema.is_leaf(below) else _trim(schema, child, below))
    return node.holding(children)


def _holds_default(schema: Schema, node: Node, place: SchemaNode) -> bool:
    if not schema.is_leaf(place) or schema.is_leaf_list(place) or place.default is None:
        return False
    return str(place.type.canonical_string(place.default)) == node.text
