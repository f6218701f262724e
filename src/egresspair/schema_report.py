"""What a router's schema says of egress protection, and what differs between two: for the eyes, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .device_schema import SchemaFacts, SchemaOrigin, shown_ranges
from .dialects import Dialect
from .errors import DocumentError, Problem
from .plan.text import schema_dict
from .schema import NodeFacts, RouterSchema, differences, used_nodes


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """The schema of one router, or of a folder that stands for one.

    Attributes:
        name: of the router or folder.
        facts: what decides about a plan.
        nodes: those that egress protection uses; empty if the schema is not known.
    """

    name: str
    facts: SchemaFacts
    nodes: tuple[NodeFacts, ...] = ()

    @classmethod
    def of(cls, name: str, schema: RouterSchema, dialect: Dialect) -> SchemaReport:
        """From a schema as it was learned."""
        return cls(name, schema.facts, used_nodes(schema.model, dialect.subject) if schema.model else ())

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        facts = self.facts
        yield f"{self.name}: {facts.kind}; schema {facts.origin}" + (f" ({facts.why})" if facts.why else "")
        if self.nodes:
            yield f"  module set {facts.digest[:12]}"
            yield f"  modules {', '.join(facts.modules) or 'none'}"
            yield f"  deviations of static-label: {', '.join(facts.deviations) or 'none'}"
        if self.nodes or facts.no_label:
            yield f"  static labels {_labels(facts)}"
        yield from (f"  {node}" for node in self.nodes)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        nodes = [{"path": node.path, **dict(node.facts)} for node in self.nodes]
        return {"name": self.name, **schema_dict(self.facts), "nodes": nodes}


@dataclass(frozen=True, slots=True)
class SchemaDifference:
    """What two schemas say differently of the nodes that egress protection uses."""

    left: SchemaReport
    right: SchemaReport

    @classmethod
    def between(cls, left: SchemaReport, right: SchemaReport) -> SchemaDifference:
        """Compare two schemas.

        Raises:
            DocumentError: one of them is not known. Nothing is the same, or different, about what nobody has seen.
        """
        hint = "Name a folder of its modules instead, or as modules in the inventory."
        problems = [
            Problem(
                f"its schema is not known ({side.facts.why}): it cannot be compared", side.name, hint=hint
            )
            for side in (left, right)
            if side.facts.origin is SchemaOrigin.UNKNOWN
        ]
        if problems:
            raise DocumentError(problems)
        return cls(left, right)

    @property
    def rows(self) -> tuple[tuple[str, str, str, str], ...]:
        """Path, word of RFC 7950, and what either side says."""
        return tuple(differences(self.left.nodes, self.right.nodes))

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        sides = self.left, self.right
        yield from (f"{side.name}: {side.facts.kind}; static labels {_labels(side.facts)}" for side in sides)
        for path, word, left, right in self.rows:
            yield f"  {path}"
            yield f"    {word}: {left} | {right}"
        if not self.rows:
            yield "  no difference in the nodes that egress protection uses"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        rows = [dict(zip(("path", "what", "left", "right"), row, strict=True)) for row in self.rows]
        sides = [{"name": side.name, **schema_dict(side.facts)} for side in (self.left, self.right)]
        return {"left": sides[0], "right": sides[1], "differences": rows}


def _labels(facts: SchemaFacts) -> str:
    if facts.label_ranges:
        return f"{shown_ranges(facts.label_ranges)} by {facts.decided_by}"
    return f"none: {facts.no_label or 'the schema is not known'}"
