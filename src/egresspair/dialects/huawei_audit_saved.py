"""Whether startup holds what running holds, in what an audit reads of the configuration of a MASG.

Interfaces are not read: there may be thousands, and one filter cannot choose the loopbacks (not a list key).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from lxml import etree

from ..audit.facts import Evidence, Fact
from ._auditing import AuditAnswer
from .huawei_audit_tree import Answered

_Shape: TypeAlias = "tuple[str, str, tuple[_Shape, ...]]"

_PATH = "/ (startup against running)"


def saved_fact(pairs: Sequence[tuple[Answered, Answered]]) -> Fact[bool]:
    """True if all are equal, false if any differs; nothing there where the router has no startup of its own; else
    unknown.

    Args:
        pairs: an answer from running, and the answer to the same filter from startup.
    """
    device = pairs[0][0].device
    present = [(running.answer, startup.answer) for running, startup in pairs if not running.answer.lacking]
    if present and all(startup.lacking for _, startup in present):
        return Fact(None, Evidence(device, _PATH, present[0][1].reason))
    if any(_differ(running, startup) for running, startup in present):
        return Fact(value=False, evidence=Evidence(device, _PATH, "they differ"))
    reasons = [each.reason for pair in present for each in pair if each.data is None]
    if reasons or not present:
        return Fact.unknown(device, _PATH, next(iter(reasons), "running could not be read"))
    return Fact(value=True, evidence=Evidence(device, _PATH, "they are equal"))


def _differ(running: AuditAnswer, startup: AuditAnswer) -> bool:
    """Both are known, and not the same."""
    if running.data is None or startup.data is None:
        return False
    return _shape(running.data) != _shape(startup.data)


def _shape(element: etree._Element) -> _Shape:
    """The element without order among siblings, comments and layout. Containers that say nothing are left out."""
    children = (_shape(child) for child in element.iterchildren(etree.Element))
    told = tuple(sorted(child for child in children if child[1] or child[2] or _is_empty_leaf(child[0])))
    return etree.QName(element).text, (element.text or "").strip(), told


def _is_empty_leaf(name: str) -> bool:
    """Leaves of type empty: their being there is what they say."""
    return name.endswith("}mpls-label")
