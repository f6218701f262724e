"""The operational state of the VPN instances of a device: labels, status, route distinguishers in force."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count

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
    families,
    instances,
)
from .schema import Schema, SchemaNode
from .tree import Node, inner, leaf

_STATE, _LABEL, _STATUS = (clark(L3VPN, name) for name in ("state", "label", "status"))
_EFFECTIVE = clark(L3VPN, "effect-route-distinguisher")
_VRF_ID = clark(NI, "vrf-id")
_LARGEST_STATIC = 32783

Family = tuple[str, str]
"""Name of the instance and type of the address family."""


@dataclass
class VpnState:
    """What the router has made of its configuration.

    Labels are given first come, first served: a static label that another family holds is not given twice,
    and who asks for it gets a dynamic one above the static range.

    Attributes:
        labels: the label of each address family that has one.
        status: up or down where somebody said so; else up.
        switches: those of the device that are on.
    """

    schema: Schema
    labels: dict[Family, int] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    switches: Collection[str] = ()
    _vrf_ids: dict[str, int] = field(default_factory=dict)

    def follow(self, running: Node) -> None:
        """Bring labels in line with a new running configuration."""
        wanted = dict(self._wanted(running))
        kept = {family: label for family, label in self.labels.items() if family in wanted}
        static = {f: label for f, label in kept.items() if wanted[f] == label}
        for family, label in wanted.items():
            if label is not None and family not in static and label not in static.values():
                static[family] = label
        self.labels = self._with_dynamic(wanted, kept, static)
        for instance in instances(running):
            self._vrf_ids.setdefault(instance.leaf(NAME), len(self._vrf_ids))

    def _with_dynamic(
        self, wanted: dict[Family, int | None], kept: dict[Family, int], static: dict[Family, int]
    ) -> dict[Family, int]:
        first = self._first_dynamic()
        dynamic = {f: label for f, label in kept.items() if f not in static and label >= first}
        taken = set(dynamic.values())
        free = (label for label in count(first) if label not in taken)
        return {
            family: static[family] if family in static else dynamic.get(family) or next(free)
            for family in wanted
        }

    def _first_dynamic(self) -> int:
        limits = self.schema.range_of(NETWORK_INSTANCE, INSTANCES, INSTANCE, AFS, AF, STATIC_LABEL)
        return (limits[1] if limits else _LARGEST_STATIC) + 1

    @staticmethod
    def _wanted(running: Node) -> Iterator[tuple[Family, int | None]]:
        """Every family that gets a label, with its static label if it has one."""
        for instance in instances(running):
            for family in families(instance):
                if family.leaf(ROUTE_DISTINGUISHER):
                    static = family.leaf(STATIC_LABEL)
                    yield (instance.leaf(NAME), family.leaf(TYPE)), int(static) if static else None

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
        down = "vpn-down" in self.switches
        state = [leaf(_STATUS, "down" if down else self.status.get(name, "up"))]
        label = self.labels.get((name, family.leaf(TYPE)))
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
