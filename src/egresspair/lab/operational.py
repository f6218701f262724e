"""State data (``config false``) that a device is told to have: read by its modules, shown beside running.

The lab works out little state of its own (`VpnState`): what protocols would have learned has to be told.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from .errors import Path
from .payload import PayloadReader, refusal
from .schema import Schema, SchemaNode
from .tree import DATA, Node


def told(schema: Schema, data: etree._Element) -> Node:
    """The state in a ``<config>`` or ``<data>`` element, with the containers, entries and keys that lead to it.

    Raises:
        RpcFailed: it does not fit the modules, or holds configuration.
    """
    return _StateReader(schema, strict=True).read(data)


def told_apart(schema: Schema, data: etree._Element) -> tuple[etree._Element, Node]:
    """What a ``<get>`` answered as configuration (XML, not checked) and state.

    Raises:
        RpcFailed: something does not fit the modules.
    """
    state = _StateReader(schema, strict=False).read(data)
    config = deepcopy(data)
    _drop_state(schema, config, schema.root)
    return config, state


def _drop_state(schema: Schema, element: etree._Element, place: SchemaNode) -> None:
    for child in list(element.iterchildren(etree.Element)):
        below = schema.child(place, str(child.tag))
        if below is not None and not schema.is_config(below):
            element.remove(child)
        elif below is not None:
            _drop_state(schema, child, below)


@dataclass(frozen=True, slots=True)
class _StateReader:
    """Reads state.

    Attributes:
        strict: refuse configuration; else leave it out.
    """

    schema: Schema
    strict: bool

    def read(self, data: etree._Element) -> Node:
        return Node(DATA, children=self._children(self.schema.root, data, ()))

    def _children(self, place: SchemaNode, element: etree._Element, path: Path) -> tuple[Node, ...]:
        keys = self.schema.key_tags(place)
        reader = PayloadReader(self.schema)
        given: set[str] = set()
        found = []
        for child in element.iterchildren(etree.Element):
            item = reader.item(place, child, "merge", path, state=True)
            reader.refuse_repetition(item, given)
            node = self._node(item.schema, child, item.path, is_key=item.tag in keys)
            if node is not None:
                found.append(node)
        return tuple(sorted(found, key=lambda node: self.schema.position(place, node.tag)))

    def _node(self, schema: SchemaNode, element: etree._Element, path: Path, *, is_key: bool) -> Node | None:
        """The node; None for configuration with no state in it."""
        if self.schema.is_leaf(schema):
            value = PayloadReader(self.schema).value(schema, element, path)
            if is_key or not self.schema.is_config(schema):
                return Node(str(element.tag), value)
            if self.strict:
                name = schema.name
                raise refusal(
                    "invalid-value", f"{name} is configuration: load it", path, ("bad-element", name)
                )
            return None
        node = Node(str(element.tag), children=self._children(schema, element, path))
        keys = self.schema.key_tags(schema)
        is_empty = all(child.tag in keys for child in node.children)
        return None if is_empty and self.schema.is_config(schema) else node


def beside(schema: Schema, config: Node, state: Node) -> Node:
    """A configuration with state beside it.

    State of what is not configured (an entry of a list, a container with presence) is left out: a peer that is
    gone has no session.
    """
    return _beside(schema, config, state, schema.root)


def _beside(schema: Schema, config: Node, state: Node, place: SchemaNode) -> Node:
    keys = schema.key_tags(place)
    children = list(config.children)
    for told_node in state.children:
        if told_node.tag not in keys:
            _put(schema, children, told_node, schema.child(place, told_node.tag))
    return config.holding(sorted(children, key=lambda child: schema.position(place, child.tag)))


def _put(schema: Schema, children: list[Node], state: Node, place: SchemaNode) -> None:
    """Add one node of the state, or merge it with what is there already."""
    if schema.is_leaf_list(place) or (schema.is_list(place) and not schema.is_config(place)):
        children.append(state)
        return
    keys = schema.key_tags(place)
    at = next((i for i, child in enumerate(children) if _is_same_entry(child, state, keys)), None)
    if at is None:
        if not schema.is_config(place):
            children.append(state)
        elif schema.is_plain_container(place):
            new = _beside(schema, Node(state.tag), state, place)
            children += [new] if new.children else []
    elif schema.is_leaf(place):
        children[at] = state
    else:
        children[at] = _beside(schema, children[at], state, place)


def _is_same_entry(one: Node, other: Node, keys: tuple[str, ...]) -> bool:
    return one.tag == other.tag and all(one.leaf(key) == other.leaf(key) for key in keys)
