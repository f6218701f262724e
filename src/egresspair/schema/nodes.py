"""The nodes that egress protection uses, as a schema has them: for showing, and for comparing two schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yangson import DataModel
from yangson.schemanode import InternalNode, ListNode, TerminalNode

from ..device_schema import Subject, shown_ranges
from .intervals import integer_range

__all__ = ["NodeFacts", "differences", "used_nodes"]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One node.

    Attributes:
        path: schema path, each node with its module's name where that differs from its parent's.
        facts: what the schema says of it, by a word of RFC 7950: ``type``, ``range``, ``when``, ``must``, …
    """

    path: str
    facts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.path}: " + ", ".join(f"{word} {text}".strip() for word, text in self.facts)


def used_nodes(model: DataModel, subject: Subject) -> tuple[NodeFacts, ...]:
    """The address family with all that its own module puts below it, and the automatic route distinguisher."""
    nodes: list[tuple[str, Any]] = []
    for path in filter(None, (subject.automatic_rd, subject.family)):
        node = model.get_schema_node(path)
        if node is not None:
            nodes += [(path, node), *_below(path, node)]
    return tuple(NodeFacts(path, tuple(_facts(model, path, node))) for path, node in nodes)


def differences(
    left: tuple[NodeFacts, ...], right: tuple[NodeFacts, ...]
) -> Iterator[tuple[str, str, str, str]]:
    """What differs: path, word, and what either side says; ``absent`` where it has no such node.

    Only the topmost node of a subtree that one side lacks is told.
    """
    ours, theirs = ({node.path: dict(node.facts) for node in side} for side in (left, right))
    told = ""
    for path in sorted({*ours, *theirs}):
        if path not in ours or path not in theirs:
            if not (told and path.startswith(f"{told}/")):
                told = path
                yield (
                    path,
                    "node",
                    "absent" if path not in ours else "there",
                    "absent" if path not in theirs else "there",
                )
            continue
        for word in sorted({*ours[path], *theirs[path]}):
            mine, other = ours[path].get(word, "none"), theirs[path].get(word, "none")
            if mine != other:
                yield path, word, mine, other


def _below(path: str, parent: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(parent, InternalNode):
        return
    for node in parent.data_children():
        if node.ns == parent.ns:
            below = f"{path}/{node.name}"
            yield below, node
            yield from _below(below, node)


def _facts(model: DataModel, path: str, node: Any) -> Iterator[tuple[str, str]]:
    yield "kind", type(node).__name__.removesuffix("Node").lower()
    if not node.config:
        yield "config", "false"
    if isinstance(node, ListNode):
        yield "key", " ".join(name for name, _ in node.keys)
    if isinstance(node, TerminalNode):
        yield from _type_facts(model, path, node)
    if node.mandatory:
        yield "mandatory", "true"
    if node.when:
        yield "when", str(node.when)
    for must in node.must:
        yield "must", str(must.expression)


def _type_facts(model: DataModel, path: str, node: Any) -> Iterator[tuple[str, str]]:
    yield "type", node.type.yang_type()
    if hasattr(node.type, "range"):
        yield "range", shown_ranges(integer_range(model, path) or ())
    if length := getattr(node.type, "length", None):
        yield "length", str(length)
    if enum := getattr(node.type, "enum", None):
        yield "enum", " ".join(enum)
    if node.default is not None:
        yield "default", str(node.default)
