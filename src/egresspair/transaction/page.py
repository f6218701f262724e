"""A result in a notebook, escaped like a plan."""

from __future__ import annotations

from lxml.builder import E

from ..plan.page import to_html
from ..plan.text import UNSAVED
from .outcome import Result
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
    if result.unsaved:
        parts.append(E.p(E.strong(f"Not saved to startup on {' and '.join(result.unsaved)}: {UNSAVED}.")))
    return to_html(E.div(*parts))
