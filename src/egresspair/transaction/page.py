"""A result in a notebook, escaped like a plan."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from lxml.builder import E

from ..plan.page import to_html
from ..plan.text import UNSAVED
from .outcome import Result
from .proven import Proven
from .text import headline


def result_html(result: Result) -> str:
    """One self-contained ``<div>``."""
    parts = [E.h4(headline(result))]
    if result.cause is not None:
        parts.append(E.p(f"because {result.cause}"))
    rows = [
        E.tr(
            E.td(router.device), E.td(router.role.value), E.td(router.holds.value), E.td(router.saving.value)
        )
        for router in result.routers
    ]
    parts.append(E.table(E.tr(*(E.th(word) for word in ("router", "role", "running", "startup"))), *rows))
    notes = (*(note for router in result.routers for note in router.notes), *result.notes)
    parts += [E.p(note) for note in notes]
    failed = [proven for proven in result.checks if proven.worth_telling]
    if failed:
        parts.append(_checks(failed))
    if result.unsaved:
        parts.append(E.p(E.strong(f"Not saved to startup on {' and '.join(result.unsaved)}: {UNSAVED}.")))
    return to_html(E.div(*parts))


def _checks(found: Sequence[Proven]) -> etree._Element:
    """What did not hold in the confirm window, with the nodes that show it."""
    head = E.tr(
        *(E.th(word) for word in ("router", "check", "of", "before", "in the confirm window", "seen"))
    )
    return E.table(head, *(E.tr(*map(E.td, _row(proven))) for proven in found))


def _row(proven: Proven) -> tuple[str, ...]:
    check = proven.check
    return (
        check.device,
        f"{check.name}: {check.title}",
        check.subject,
        proven.before.value if proven.before else "",
        check.status.value,
        f"{check.finding.seen}{proven.nodes}",
    )
