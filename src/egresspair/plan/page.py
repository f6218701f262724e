"""A plan in a notebook. Everything is escaped: names come from files and devices."""

from __future__ import annotations

from lxml import etree
from lxml.builder import E

from .model import Plan, RouterPlan
from .schema_words import shown_kind
from .text import UNSAVED, change_line


def plan_html(plan: Plan) -> str:
    """One self-contained ``<div>``."""
    parts = [E.h4(f"Plan {plan.digest[:12]}: {plan.action} pair {plan.pair}")]
    parts += [_router(router, plan) for router in plan.routers]
    parts += [E.p(f"Note: {note}") for note in plan.notes]
    parts += [E.p(E.strong(f"Risk {risk}")) for risk in plan.risks]
    if plan.unsaved:
        parts.append(E.p(E.strong(f"Not saved to startup on {' and '.join(plan.unsaved)}: {UNSAVED}.")))
    return to_html(E.div(*parts))


def _router(router: RouterPlan, plan: Plan) -> etree._Element:
    rows = [E.tr(E.td(change.vpn), E.td(change_line(change))) for change in router.changes]
    if not rows:
        rows = [E.tr(E.td("no change"))]
    saving, kind = router.saving(save=plan.policy.save), shown_kind(router.view.schema)
    caption = f"{router.device} ({router.role}): {saving}" + (f"; {kind}" if kind else "")
    return E.table(E.caption(caption), *rows)


def to_html(element: etree._Element) -> str:
    """Serialise as HTML."""
    return etree.tostring(element, method="html", encoding="unicode")
