"""Route policies as far as the lab's routers need them: labels, local preference, prefixes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..tree import Node
from .paths import each, has, number, word

_HOST = 32


@dataclass(frozen=True, slots=True)
class Route:
    """A BGP route on its way through policies.

    Attributes:
        prefix: ``a.b.c.d/length``.
        labeled: it carries a label.
    """

    prefix: str
    labeled: bool = False
    local_preference: int = 100


@dataclass(frozen=True, slots=True)
class PolicyNode:
    """One node of a route policy.

    Attributes:
        sequence: nodes are tried in the order of these.
        prefixes: what the prefix filter that it names permits; None if it names none.
    """

    sequence: int
    permit: bool
    needs_label: bool
    prefixes: tuple[Covered, ...] | None
    applies_label: bool
    local_preference: int | None

    def matches(self, route: Route) -> bool:
        """True if all its conditions are met."""
        if self.needs_label and not route.labeled:
            return False
        return self.prefixes is None or any(covered.has(route.prefix) for covered in self.prefixes)

    def change(self, route: Route) -> Route:
        """What its actions make of a route. A policy that does not apply a label takes it away."""
        preference = route.local_preference if self.local_preference is None else self.local_preference
        return replace(route, labeled=self.applies_label, local_preference=preference)


@dataclass(frozen=True, slots=True)
class Covered:
    """A line of a prefix filter: a network, and the lengths of what it covers."""

    network: str
    shortest: int
    longest: int

    def has(self, prefix: str) -> bool:
        """True if it covers a prefix."""
        route, network = (ipaddress.IPv4Network(each, strict=False) for each in (prefix, self.network))
        return route.subnet_of(network) and self.shortest <= route.prefixlen <= self.longest


@dataclass(frozen=True, slots=True)
class Policies:
    """The route policies of a router by name."""

    nodes: Mapping[str, tuple[PolicyNode, ...]] = field(default_factory=dict)

    def export(self, name: str, route: Route) -> Route | None:
        """A route as it leaves by an export policy; None if it is denied. Without a policy it has no label."""
        if not name:
            return replace(route, labeled=False)
        node = self._deciding(name, route)
        return node.change(route) if node and node.permit else None

    def accept(self, name: str, route: Route) -> Route | None:
        """A route as an import policy lets it in; its label stays. None if it is denied."""
        if not name:
            return route
        node = self._deciding(name, route)
        return replace(node.change(route), labeled=route.labeled) if node and node.permit else None

    def _deciding(self, name: str, route: Route) -> PolicyNode | None:
        return next((node for node in self.nodes.get(name, ()) if node.matches(route)), None)


def policies(config: Node) -> Policies:
    """Those of a configuration."""
    filters = {
        word(entry, "rtp:name"): tuple(_covered(entry))
        for entry in each(config, "rtp:routing-policy/ipv4-prefix-filters/ipv4-prefix-filter")
    }
    return Policies(
        {
            word(policy, "rtp:name"): tuple(
                sorted(
                    (_node(node, filters) for node in each(policy, "rtp:nodes/node")),
                    key=lambda node: node.sequence,
                )
            )
            for policy in each(config, "rtp:routing-policy/policy-definitions/policy-definition")
        }
    )


def _covered(entry: Node) -> Iterator[Covered]:
    for node in each(entry, "rtp:nodes/node"):
        if word(node, "rtp:match-mode") == "permit":
            length = number(node, "rtp:masklength") or 0
            lower, upper = number(node, "rtp:masklength-lower"), number(node, "rtp:masklength-upper")
            exact = lower is None and upper is None
            yield Covered(
                f"{word(node, 'rtp:ip-address')}/{length}",
                length if lower is None else lower,
                (length if exact else _HOST) if upper is None else upper,
            )


def _node(node: Node, filters: Mapping[str, tuple[Covered, ...]]) -> PolicyNode:
    named = word(node, "rtp:conditions/match-ipv4-prefix/prefix-filter-ref")
    return PolicyNode(
        number(node, "rtp:sequence") or 0,
        word(node, "rtp:match-mode") == "permit",
        has(node, "rtp:conditions/match-mpls-label/mpls-label"),
        filters.get(named, ()) if named else None,
        has(node, "rtp:actions/apply-mpls-label/mpls-label"),
        number(node, "rtp:actions/apply-local-preference/value"),
    )
