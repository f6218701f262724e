"""Which label a router gives to each address family of its VPN instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from .rules import NAME, ROUTE_DISTINGUISHER, STATIC_LABEL, TYPE, families, instances
from .tree import Node

FIRST_DYNAMIC: Final = 32784
"""The first label above the static range of an NE40E."""

Family = tuple[str, str]
"""Name of the instance and type of the address family."""


@dataclass
class VpnLabels:
    """Labels are given first come, first served.

    A static label that another family holds is not given twice; who asks for it gets a dynamic one above the
    static range.

    Attributes:
        first_dynamic: the first label above the static range.
        taken: labels that the router holds for something else.
        asked_first: VPN instances that come before others.
        given: the label of each address family that has one.
    """

    first_dynamic: int = FIRST_DYNAMIC
    taken: frozenset[int] = frozenset()
    asked_first: frozenset[str] = frozenset()
    given: dict[Family, int] = field(default_factory=dict)

    def follow(self, running: Node) -> None:
        """Bring labels in line with a new running configuration."""
        wanted = dict(sorted(_wanted(running), key=lambda each: each[0][0] not in self.asked_first))
        kept = {family: label for family, label in self.given.items() if family in wanted}
        static = {f: label for f, label in kept.items() if wanted[f] == label and label not in self.taken}
        for family, label in wanted.items():
            held = label in self.taken or label in static.values()
            if label is not None and family not in static and not held:
                static[family] = label
        self.given = self._with_dynamic(wanted, kept, static)

    def _with_dynamic(
        self, wanted: dict[Family, int | None], kept: dict[Family, int], static: dict[Family, int]
    ) -> dict[Family, int]:
        first = self.first_dynamic
        dynamic = {f: label for f, label in kept.items() if f not in static and label >= first}
        taken = set(dynamic.values())
        free = (label for label in count(first) if label not in taken)
        return {
            family: static[family] if family in static else dynamic.get(family) or next(free)
            for family in wanted
        }


def _wanted(running: Node) -> Iterator[tuple[Family, int | None]]:
    """Every family that gets a label, with its static label if it has one."""
    for instance in instances(running):
        for family in families(instance):
            if family.leaf(ROUTE_DISTINGUISHER):
                static = family.leaf(STATIC_LABEL)
                yield (instance.leaf(NAME), family.leaf(TYPE)), int(static) if static else None
