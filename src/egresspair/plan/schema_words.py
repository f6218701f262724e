"""What a router's schema says, in the words of the intent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..device_schema import SchemaFacts, SchemaOrigin, shown_ranges
from ..errors import Problem
from .attribution import Attribution
from .model import RouterView

if TYPE_CHECKING:
    from ..schema import Violation


def unsupported(device: str, facts: SchemaFacts) -> Iterator[Problem]:
    """Why a router cannot be given a static label over NETCONF at all, if its schema says so."""
    if facts.no_label:
        yield Problem(
            f"this {facts.kind} has no static label for NETCONF: {facts.no_label}",
            device,
            hint="The label can only be set on its command line. If its software is newer than what is known of it, "
            f"run egresspair schema fetch {device}.",
        )


def schema_problems(
    attribution: Attribution, view: RouterView, violations: Iterable[Violation], free: str
) -> tuple[Problem, ...]:
    """The violations, each at the field of the intent that it comes from.

    Args:
        attribution: finds the fields.
        free: a sentence on the labels that can be had instead; empty if none is known.
    """
    return tuple(
        replace(
            attribution.of_path(violation.path, _what(view.schema, violation)).problem,
            hint=_hint(view, violation, free),
        )
        for violation in violations
    )


def schema_notes(view: RouterView) -> Iterator[str]:
    """What is less than it could be."""
    facts = view.schema
    if facts.why and facts.origin is SchemaOrigin.FOLDER:
        yield f"{view.device}: its schema is not all its own ({facts.why}): it may refuse what is valid here"
    elif facts.why and facts.origin is SchemaOrigin.UNKNOWN:
        yield (
            f"{view.device}: its schema is not known ({facts.why}): nothing was validated before contact, "
            "and its label range is not known"
        )
    for vpn, families in view.other_families.items():
        yield f"{view.device}: {vpn} has {' and '.join(families)} too, which egress protection cannot protect"


def shown_kind(facts: SchemaFacts) -> str:
    """One line on a router: what it is, its label range, and what decided about it; empty if nothing is known."""
    if facts.label_ranges is None:
        return "" if not facts.why else f"schema {facts.origin}"
    ranges = f"static labels {shown_ranges(facts.label_ranges)}"
    return f"{facts.kind}: {ranges} by {facts.decided_by}; schema {facts.origin}"


def _what(facts: SchemaFacts, violation: Violation) -> str:
    if violation.rule == "range" and violation.path.endswith("/static-label"):
        said = f"{violation.message}, the range of this {facts.kind}"
        return f"{said} ({facts.decided_by}; range of {violation.path})"
    return f"{violation.message} ({', '.join(facts.modules)}; {violation.rule} of {violation.path})"


def _hint(view: RouterView, violation: Violation, free: str) -> str:
    if violation.rule == "range":
        return free or "Choose a label from the range."
    if violation.rule == "when" and view.automatic_rd:
        return "A route distinguisher that the router makes up does not count here: give route_distinguisher."
    return "The router would refuse it: nothing was changed."
