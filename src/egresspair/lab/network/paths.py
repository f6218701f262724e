"""Nodes of a router by the vendor's prefixes: ``ni:network-instance/instances/instance``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from ..names import clark
from ..tree import Node

_MODULES: Final[Mapping[str, str]] = {
    "bfd": "bfd",
    "bgp": "bgp",
    "bgp-lsp": "bgp-lsp",
    "bgp-rt": "bgp-routing-table",
    "ifm": "ifm",
    "ip": "ip",
    "l3vpn": "l3vpn",
    "l3vpn-mpls": "l3vpn-mpls",
    "mpls": "mpls",
    "mpls-ldp": "mpls-ldp",
    "mpls-res": "mpls-res",
    "ni": "network-instance",
    "rt": "routing",
    "rtp": "routing-policy",
    "tnlm": "tunnel-management",
}

NAMESPACES: Final[Mapping[str, str]] = {
    prefix: f"urn:huawei:yang:huawei-{module}" for prefix, module in _MODULES.items()
}
"""Prefix to namespace, for XPath too."""


@cache
def tags(path: str) -> tuple[str, ...]:
    """The steps of a path in Clark notation; a step without a prefix has that of the step before it."""
    found, prefix = [], ""
    for step in path.split("/"):
        given, colon, name = step.rpartition(":")
        prefix = given if colon else prefix
        found.append(clark(NAMESPACES[prefix], name))
    return tuple(found)


def each(node: Node, path: str) -> Iterator[Node]:
    """Every node at the end of a path."""
    found = [node]
    for tag in tags(path):
        found = [child for parent in found for child in parent.all(tag)]
    yield from found


def has(node: Node, path: str) -> bool:
    """True if there is such a node."""
    return any(True for _ in each(node, path))


def word(node: Node, path: str) -> str:
    """The text of the first node at the end of a path; empty if there is none."""
    return next((found.text for found in each(node, path)), "")


def number(node: Node, path: str) -> int | None:
    """As `word`, as a number; None if there is none."""
    found = word(node, path)
    return int(found) if found else None


def flag(node: Node, path: str) -> bool:
    """True if the first node at the end of a path says so."""
    return word(node, path) == "true"
