"""Making state, and laying it over a configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ..tree import CONFIG, Node, inner, leaf
from .paths import tags

_KEYS: Final[Mapping[str, str]] = {
    tags(entry)[0]: tags(key)[0]
    for entry, key in (
        ("ni:instance", "ni:name"),
        ("l3vpn:af", "l3vpn:type"),
        ("bgp:af", "bgp:type"),
        ("bgp:peer", "bgp:address"),
    )
}
"""Entry to key, of the lists that hold configuration and state in one entry."""


def entry(name: str, prefix: str, values: Mapping[str, object]) -> Node:
    """An entry of a list, of leaves of one module. What is None is left out; a leaf may have another prefix."""
    leaves = (
        leaf(tags(key if ":" in key else f"{prefix}:{key}")[0], str(value))
        for key, value in values.items()
        if value is not None
    )
    return inner(tags(f"{prefix}:{name}")[0], *leaves)


def at(path: str, *children: Node) -> Node:
    """Nodes at the end of a path of containers."""
    node, *above = reversed(tags(path))
    grown = inner(node, *children)
    for tag in above:
        grown = inner(tag, grown)
    return grown


def keyed(path: str, key: str, value: str, *children: Node) -> Node:
    """Nodes in the entry with that key of a list at the end of a path."""
    return at(path, leaf(tags(key)[0], value), *children)


def together(trees: Iterable[Node]) -> Node:
    """Several trees as one."""
    whole = Node(CONFIG)
    for tree in trees:
        whole = overlaid(whole, Node(CONFIG, children=(tree,)))
    return whole


def overlaid(one: Node, other: Node) -> Node:
    """A tree with what another has beside it: containers and entries of the same keys become one."""
    children = list(one.children)
    places = (
        {_identity(child): n for n, child in reversed(list(enumerate(children)))} if other.children else {}
    )
    for added in other.children:
        place = places.get(_identity(added))
        if place is None:
            children.append(added)
        elif added.children:
            children[place] = overlaid(children[place], added)
    return one.holding(children)


def _identity(node: Node) -> tuple[str, str]:
    """What tells it from its siblings: a container's name, an entry's key beside it."""
    key = _KEYS.get(node.tag)
    return node.tag, "" if key is None else node.leaf(key)
