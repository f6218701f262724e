"""A report in a notebook. Everything is escaped: names and values come from files and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from lxml.builder import E

from .causes import RootCause
from .check import BESIDE, Check
from .text import NOT_SENT, counts, headline

if TYPE_CHECKING:
    from .report import AuditReport


def report_html(report: AuditReport) -> str:
    """One self-contained ``<div>``."""
    parts = [E.h4(headline(report))]
    parts += [_cause(report, cause) for cause in report.causes]
    parts.append(E.details(E.summary(counts(report).strip()), _table(report)))
    return etree.tostring(E.div(*parts), method="html", encoding="unicode")


def _cause(report: AuditReport, cause: RootCause) -> etree._Element:
    check = cause.check
    parts = [
        E.p(E.strong(f"{_where(check)}: {check.title}"), f" ({check.number}): {check.finding.seen}"),
        E.p(f"{check.why} {check.finding.remedy}".strip()),
    ]
    mend = report.mend_of(check)
    if mend:
        parts += [E.p(NOT_SENT), E.pre(mend)]
    if cause.consequences:
        rows = [E.li(f"{_where(each)}: {each.title}: {each.finding.seen}") for each in cause.consequences]
        parts += [E.p("Follows from it:"), E.ul(*rows)]
    return E.div(*parts)


def _table(report: AuditReport) -> etree._Element:
    names = ("condition", "where", "check", "status", "seen", "evidence")
    rows = [E.tr(*(E.td(text) for text in _cells(check))) for check in report.checks]
    return E.table(E.tr(*(E.th(name) for name in names)), *rows)


def _cells(check: Check) -> tuple[str, ...]:
    proof = "; ".join(map(str, check.finding.evidence))
    number = str(check.condition or BESIDE)
    return number, _where(check), check.title, check.status.value, check.finding.seen, proof


def _where(check: Check) -> str:
    return check.where or "both MASGs"
