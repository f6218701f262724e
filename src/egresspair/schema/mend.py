"""What yangson 1.7.9 reads otherwise than RFC 7950, put right in a compiled model; and what it does too slowly.

A name without a prefix in an expression belongs to the module of the node that the expression is attached to
(section 6.4.1). In a ``must`` that a deviation adds, yangson takes it for a name of the deviation module, where no such
node exists: the condition then looks at nothing, and is false, or true, for every configuration.

What a node lacks is told from pairs of patterns, nested as deep as the node has children. yangson asks each half twice:
a BGP peer, with its hundred children and a missing AS number, would take until the end of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yangson import DataModel
from yangson.enumerations import ContentType
from yangson.schpattern import Pair
from yangson.xpathast import Expr, Step

__all__ = ["mend", "mend_patterns"]


def mend_patterns() -> None:
    """Ask each half of a pair of patterns once, in all models of the process."""
    Pair._mandatory_members = _mandatory_members  # noqa: SLF001  # no public way


def _mandatory_members(pair: Pair, ctype: ContentType) -> list[Any] | None:
    left: list[Any] | None
    right: list[Any] | None
    left, right = (half._mandatory_members(ctype) for half in (pair.left, pair.right))  # noqa: SLF001
    if left is None or right is None:
        return right if left is None else left
    return [*left, *right]


def mend(model: DataModel) -> None:
    """Give the names in added conditions the module of their node."""
    deviating = {
        data.main_module[0]
        for data in model.schema_data.modules.values()
        if data.statement.find1("deviation") and not _defines_nodes(data.statement)
    }
    for node in _nodes(model.schema) if deviating else ():
        for must in node.must:
            for step in _steps(must.expression):
                if step.qname and step.qname[1] in deviating:
                    step.qname = (step.qname[0], node.ns)


def _defines_nodes(statement: Any) -> bool:
    words = ("container", "list", "leaf", "leaf-list", "choice", "anydata", "anyxml", "augment", "uses")
    return any(statement.find1(word) for word in words)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


def _steps(expression: Expr) -> Iterator[Any]:
    """Every step of a location path in an expression, those in predicates included."""
    if isinstance(expression, Step):
        yield expression
    for part in vars(expression).values():
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, Expr):
                yield from _steps(each)
