"""Rules of the router itself that its YANG modules do not say, and the nodes that it makes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .errors import Path, RpcError, path_text
from .names import clark
from .schema import Schema
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


def modified_route_distinguishers(schema: Schema, before: Node, after: Node) -> Iterator[RpcError]:
    """An error for each route distinguisher with another value than before: it cannot be modified."""
    old = dict(_route_distinguishers(before))
    for (name, family), value in _route_distinguishers(after):
        known = old.get((name, family), value)
        if known != value:
            message = f"The route distinguisher {known} cannot be modified to {value}."
            yield RpcError("operation-failed", message, path=_path(schema, name, family))


def _route_distinguishers(config: Node) -> Iterator[tuple[tuple[str, str], str]]:
    for instance in instances(config):
        for family in families(instance):
            value = family.leaf(ROUTE_DISTINGUISHER)
            if value:
                yield (instance.leaf(NAME), family.leaf(TYPE)), value


def _path(schema: Schema, name: str, family: str) -> Path:
    keys = {INSTANCE: (("name", name),), AF: (("type", family),)}
    place, path = schema.root, []
    for tag in (NETWORK_INSTANCE, INSTANCES, INSTANCE, AFS, AF, ROUTE_DISTINGUISHER):
        place = schema.child(place, tag)
        path.append(schema.step(place, keys.get(tag, ())))
    return tuple(path)
