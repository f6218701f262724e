"""A report in plain text: the verdict, each root cause with what follows, what is not known, what holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .causes import RootCause
from .check import Check, Status

if TYPE_CHECKING:
    from .report import AuditReport

_SHOWN = 4
"""Nodes of evidence to show of one check; JSON has all."""
NOT_SENT = "This edit-config would mend it; it was not sent:"


def report_text(report: AuditReport) -> str:
    """The whole report."""
    return "\n".join(report_lines(report))


def report_lines(report: AuditReport) -> Iterator[str]:
    """The whole report, line by line."""
    yield headline(report)
    for cause in report.causes:
        yield from _cause(report, cause)
    yield from _unknown(report)
    yield counts(report)


def headline(report: AuditReport) -> str:
    """The verdict."""
    reasons = len(report.causes)
    unknown = len(report.with_status(Status.UNKNOWN))
    why = [f"{reasons} root {'cause' if reasons == 1 else 'causes'}"] if reasons else []
    why += [f"{unknown} not known"] if unknown else []
    shown = f" ({', '.join(why)})" if why else ""
    return f"Pair {report.pair}: {report.verdict.upper()}{shown}"


def _cause(report: AuditReport, cause: RootCause) -> Iterator[str]:
    check = cause.check
    yield f"  FAILS {check.where or 'both MASGs'}: {check.title} ({check.number})"
    yield f"    seen: {check.finding.seen}"
    yield from (f"    node: {proof}" for proof in check.finding.evidence[:_SHOWN])
    yield f"    why:  {check.why}"
    if check.finding.remedy:
        yield f"    do:   {check.finding.remedy}"
    mend = report.mend_of(check)
    if mend:
        yield f"    {NOT_SENT}"
        yield from (f"      {line}" for line in mend.splitlines())
    if cause.consequences:
        yield "    follows from it:"
        yield from (f"      {_short(check)}" for check in cause.consequences)


def _short(check: Check) -> str:
    return f"{check.where or 'both MASGs'}: {check.title} ({check.number}): {check.finding.seen}"


def _unknown(report: AuditReport) -> Iterator[str]:
    """What cannot be known, by reason: a router that was not reached leaves many questions open for one."""
    unknown = report.with_status(Status.UNKNOWN)
    if not unknown:
        return
    yield "  Not known, and therefore not counted as holding:"
    reasons: dict[tuple[str, str], list[str]] = {}
    for check in unknown:
        titles = reasons.setdefault((check.device, check.finding.seen), [])
        titles.append(f"{check.title} ({check.number})")
    for (device, seen), titles in reasons.items():
        yield f"    {device or 'both MASGs'}: {seen}"
        yield from (f"      {title}" for title in dict.fromkeys(titles))


def counts(report: AuditReport) -> str:
    """How many checks ended how."""
    numbers = ", ".join(f"{len(report.with_status(status))} {_WORDS[status]}" for status in Status)
    return f"  Of {len(report.checks)} checks: {numbers}."


_WORDS = {
    Status.HOLDS: "hold",
    Status.FAILS: "fail",
    Status.UNKNOWN: "are not known",
    Status.NOT_APPLICABLE: "do not apply",
}
