"""The operational state of the VPN instances of a device: labels, status, route distinguishers in force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from .names import clark
from .rules import (
    AF,
    AFS,
    INSTANCE,
    INSTANCES,
    L3VPN,
    NAME,
    NETWORK_INSTANCE,
    NI,
    PUBLIC,
    ROUTE_DISTINGUISHER,
    STATIC_LABEL,
    TYPE,
    instances,
)
from .schema import Schema, SchemaNode
from .tree import Node, inner, leaf
from .vpn_labels import VpnLabels

_STATE, _LABEL, _STATUS = (clark(L3VPN, name) for name in ("state", "label", "status"))
_EFFECTIVE = clark(L3VPN, "effect-route-distinguisher")
_VRF_ID = clark(NI, "vrf-id")


@dataclass
class VpnState:
    """What the router has made of its configuration.

    Attributes:
        labels: what it has given to each address family; see `VpnLabels`.
        status: up or down where somebody said so; else up.
        switches: those of the device that are on.
    """

    schema: Schema
    labels: VpnLabels = field(default_factory=VpnLabels)
    status: dict[str, str] = field(default_factory=dict)
    switches: Collection[str] = ()
    _vrf_ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        way = (NETWORK_INSTANCE, INSTANCES, INSTANCE, AFS, AF, STATIC_LABEL)
        limits = self.schema.range_of(*way)
        if limits:
            self.labels.first_dynamic = limits[1] + 1

    def follow(self, running: Node) -> None:
        """Bring labels in line with a new running configuration."""
        self.labels.follow(running)
        for instance in instances(running):
            self._vrf_ids.setdefault(instance.leaf(NAME), len(self._vrf_ids))

    def is_down(self, vpn: str) -> bool:
        """True if a VPN instance is down: it then has no label."""
        return "vpn-down" in self.switches or self.status.get(vpn) == "down"

    # shown

    def overlay(self, config: Node) -> Node:
        """A configuration with the state of its VPN instances beside it."""
        top = config.at(NETWORK_INSTANCE)
        parent = config.at(NETWORK_INSTANCE, INSTANCES)
        if top is None or parent is None:
            return config
        schema = self._place(NETWORK_INSTANCE, INSTANCES, INSTANCE)
        shown = parent.holding(
            self._instance(child, schema) if child.tag == INSTANCE else child for child in parent.children
        )
        new_top = top.holding(shown if child is parent else child for child in top.children)
        return config.holding(new_top if child is top else child for child in config.children)

    def _place(self, *tags: str) -> SchemaNode:
        place = self.schema.root
        for tag in tags:
            place = self.schema.child(place, tag)
        return place

    def _instance(self, instance: Node, schema: SchemaNode) -> Node:
        name = instance.leaf(NAME)
        afs = instance.child(AFS)
        added = [leaf(_VRF_ID, str(self._vrf_ids.get(name, 0)))]
        if afs is None:
            return self._with(instance, schema, added)
        af_schema = self.schema.child(self.schema.child(schema, AFS), AF)
        shown = afs.holding(self._family(name, child, af_schema) for child in afs.children)
        return self._with(
            instance.holding(shown if c is afs else c for c in instance.children), schema, added
        )

    def _family(self, name: str, family: Node, schema: SchemaNode) -> Node:
        down = self.is_down(name)
        state = [leaf(_STATUS, "down" if down else "up")]
        label = self.labels.given.get((name, family.leaf(TYPE)))
        if label is not None and not down:
            state.insert(0, leaf(_LABEL, str(label)))
        added = [inner(_STATE, *state)] if name != PUBLIC else []
        distinguisher = family.leaf(ROUTE_DISTINGUISHER)
        if distinguisher:
            added.append(leaf(_EFFECTIVE, distinguisher))
        return self._with(family, schema, added)

    def _with(self, node: Node, schema: SchemaNode, added: list[Node]) -> Node:
        """The node with further children, so far as the device's modules have them."""
        known = [child for child in added if self.schema.child(schema, child.tag) is not None]
        children = sorted([*node.children, *known], key=lambda child: self.schema.position(schema, child.tag))
        return node.holding(children)
