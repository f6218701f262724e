"""Rules of the router itself that its YANG modules do not say, and the nodes that it makes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from .errors import Path, RpcError, path_text
from .names import clark
from .schema import Schema, SchemaNode
from .tree import Node, inner, leaf

NI: Final = "urn:huawei:yang:huawei-network-instance"
L3VPN: Final = "urn:huawei:yang:huawei-l3vpn"

NETWORK_INSTANCE: Final = clark(NI, "network-instance")
INSTANCES: Final = clark(NI, "instances")
INSTANCE: Final = clark(NI, "instance")
NAME: Final = clark(NI, "name")
AFS: Final = clark(L3VPN, "afs")
AF: Final = clark(L3VPN, "af")
TYPE: Final = clark(L3VPN, "type")
ROUTE_DISTINGUISHER: Final = clark(L3VPN, "route-distinguisher")
STATIC_LABEL: Final = clark(L3VPN, "static-label")
PUBLIC: Final = "_public_"

SYSTEM: Final = inner(
    clark("urn:ietf:params:xml:ns:netconf:base:1.0", "config"),
    inner(
        NETWORK_INSTANCE,
        inner(
            INSTANCES,
            inner(INSTANCE, leaf(NAME, PUBLIC), inner(AFS, inner(AF, leaf(TYPE, "ipv4-unicast")))),
        ),
    ),
)
"""What the router generates: the public instance with its IPv4 unicast family."""


def instances(config: Node) -> list[Node]:
    """Every network instance of a configuration."""
    parent = config.at(NETWORK_INSTANCE, INSTANCES)
    return [] if parent is None else parent.all(INSTANCE)


def families(instance: Node) -> list[Node]:
    """Every address family of an instance."""
    afs = instance.child(AFS)
    return [] if afs is None else afs.all(AF)


def protected(schema: Schema) -> frozenset[str]:
    """The error-paths of the nodes that nobody can delete."""
    paths: set[str] = set()
    _collect(schema, SYSTEM, schema.root, (), paths)
    return frozenset(paths)


def _collect(schema: Schema, node: Node, place: object, path: Path, paths: set[str]) -> None:
    for child in node.children:
        below = schema.child(place, child.tag)
        if below is not None and not schema.is_leaf(below):
            here = (*path, schema.step(below, schema.keys(below, child)))
            if schema.is_list(below):
                paths.add(path_text(here))
            _collect(schema, child, below, here, paths)


def _huawei(module: str, *names: str) -> tuple[str, ...]:
    return tuple(clark(f"urn:huawei:yang:huawei-{module}", name) for name in names)


_PEER: Final = _huawei("bgp", "bgp", "base-process", "peers", "peer")
_INTERFACE: Final = _huawei("ifm", "ifm", "interfaces", "interface")
FIXED: Final[Mapping[tuple[str, ...], str]] = {
    (NETWORK_INSTANCE, INSTANCES, INSTANCE, AFS, AF, ROUTE_DISTINGUISHER): "route distinguisher",
    _huawei("bgp", "bgp", "base-process", "as"): "AS number",
    (NETWORK_INSTANCE, INSTANCES, INSTANCE, *_PEER, *_huawei("bgp", "remote-as")): "AS number of the peer",
    (*_INTERFACE, *_huawei("ifm", "class")): "class of the interface",
    (*_INTERFACE, *_huawei("ifm", "type")): "type of the interface",
    (*_INTERFACE, *_huawei("ifm", "number")): "number of the interface",
}
"""Leaves that can be set and taken away, but never modified, and what they are called."""


def modified(schema: Schema, before: Node, after: Node) -> Iterator[RpcError]:
    """An error for each leaf of `FIXED` with another value than before."""
    for way, name in FIXED.items():
        old = dict(_values(schema, before, schema.root, way, ()))
        for path, value in _values(schema, after, schema.root, way, ()):
            known = old.get(path, value)
            if known != value:
                message = f"The {name} {known} cannot be modified to {value}."
                yield RpcError("operation-failed", message, path=path)


def _values(
    schema: Schema, node: Node, place: SchemaNode, way: tuple[str, ...], path: Path
) -> Iterator[tuple[Path, str]]:
    """The leaves at the end of a way, with their paths."""
    if not way:
        yield path, node.text
        return
    for child in node.all(way[0]):
        below = schema.child(place, child.tag)
        step = schema.step(below, schema.keys(below, child))
        yield from _values(schema, child, below, way[1:], (*path, step))
