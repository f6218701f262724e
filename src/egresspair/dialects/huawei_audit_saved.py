"""Whether startup holds what running holds, in all that an audit reads of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from lxml import etree

from ..audit.facts import Evidence, Fact
from .huawei_audit_tree import Answered

_Shape: TypeAlias = "tuple[str, str, tuple[_Shape, ...]]"

_PATH = "/ (startup against running)"


def saved_fact(pairs: Sequence[tuple[Answered, Answered]]) -> Fact[bool]:
    """True if all are equal, false if any differs; else unknown.

    Args:
        pairs: an answer from running, and the answer to the same filter from startup.
    """
    device = pairs[0][0].device
    equal, reasons = True, []
    for running, startup in pairs:
        if running.answer.data is None:
            continue  # what running does not tell is nothing to compare with
        if startup.answer.data is None:
            reasons.append(startup.answer.reason)
        elif _shape(running.answer.data) != _shape(startup.answer.data):
            equal = False
    if not equal:
        return Fact(equal, Evidence(device, _PATH, "they differ"))
    if reasons or all(running.answer.data is None for running, _ in pairs):
        return Fact.unknown(device, _PATH, next(iter(reasons), "running could not be read"))
    return Fact(equal, Evidence(device, _PATH, "they are equal"))


def _shape(element: etree._Element) -> _Shape:
    """The element without order among siblings, comments and layout. Containers that say nothing are left out."""
    children = (_shape(child) for child in element.iterchildren(etree.Element))
    told = tuple(sorted(child for child in children if child[1] or child[2] or _is_empty_leaf(child[0])))
    return etree.QName(element).text, (element.text or "").strip(), told


def _is_empty_leaf(name: str) -> bool:
    """Leaves of type empty: their being there is what they say."""
    return name.endswith("}mpls-label")
