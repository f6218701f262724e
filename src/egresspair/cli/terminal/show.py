"""Plans and results for a terminal: the same words as their plain text, in colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from rich.text import Text

from ...audit.report import AuditReport
from ...audit.text import report_lines
from ...configuration import Change
from ...plan.model import Plan, RouterPlan, Saving
from ...plan.schema_words import shown_kind
from ...plan.text import NOTHING_TO_DO, UNSAVED, change_line
from ...transaction.outcome import Ending, Result, RouterResult
from ...transaction.text import headline, label_lines
from .printable import printable

_COLOURS: Final = {"added": "green", "changed": "yellow", "removed": "red"}
_LOUD: Final = "bold red"
_RISK: Final = "bold yellow"
_ENDINGS: Final = {Ending.COMMITTED: "bold green", Ending.NO_CHANGE: "bold green", Ending.ABORTED: _RISK}


def text(words: object, style: str = "", *, indent: int = 0) -> Text:
    """One line without markup and control characters."""
    return Text(" " * indent + printable(words), style)


def audit_lines(report: AuditReport) -> Iterator[Text]:
    """The verdict, the root causes, what is not known."""
    first, *others = report_lines(report)
    yield text(first, "bold green" if report.protected else _LOUD)
    yield from (text(line, _LOUD if line.startswith("  FAILS") else "") for line in others)


def plan_lines(plan: Plan) -> Iterator[Text]:
    """Per router what is added, changed and removed; what is risked; what a reboot would undo."""
    yield text(f"Plan {plan.digest[:12]}: {plan.action} pair {plan.pair}", "bold")
    for router in plan:
        yield from _router_lines(router, plan)
    if plan.is_empty:
        yield text(f"Nothing to do: {NOTHING_TO_DO[plan.action]}.", "green")
    yield from (text(f"Note: {note}") for note in plan.notes)
    yield from (text(f"Risk {risk}", _RISK) for risk in plan.risks)
    if plan.unsaved:
        yield _unsaved(plan.unsaved)


def _router_lines(router: RouterPlan, plan: Plan) -> Iterator[Text]:
    view = router.view
    facts = [view.role.value, view.platform, f"guarantee {view.server.guarantee}", view.server.software]
    yield text(f"{router.device} ({', '.join(filter(None, facts))})", "bold", indent=2)
    if kind := shown_kind(view.schema):
        yield text(kind, "dim", indent=4)
    if not router.changes:
        yield text("no change", "dim", indent=4)
    for vpn, changes in groupby(router.changes, key=lambda change: change.vpn):
        yield text(vpn, indent=4)
        yield from map(_change_line, changes)
    saving = router.saving(save=plan.policy.save)
    if saving is not Saving.UNCHANGED:
        yield text(saving, _LOUD if saving is Saving.NOT_SAVED else "", indent=4)


def _change_line(change: Change) -> Text:
    return text(change_line(change), _COLOURS[change.kind], indent=6)


def result_lines(result: Result) -> Iterator[Text]:
    """The outcome and what each router is known to hold. The cause is told beside, as the error that it is."""
    yield text(headline(result), _ENDINGS.get(result.ending, _LOUD))
    for router in result:
        labels = label_lines(result, router)
        yield from _outcome_lines(router, labels, digest=result.ending is Ending.DIVERGED)
    yield from (text(note, indent=2) for note in result.notes)
    if result.transaction:
        yield text(f"journal: transaction {result.transaction}", "dim", indent=2)
    if result.unsaved:
        yield _unsaved(result.unsaved)


def _outcome_lines(router: RouterResult, labels: Iterable[str], *, digest: bool) -> Iterator[Text]:
    yield text(f"{router.device} ({router.role}): {router.holds}; {router.saving}", indent=2)
    yield from (text(line, indent=4) for line in labels)
    if digest:
        yield text(f"its configuration has the digest {router.digest or 'unknown'}", indent=4)
    yield from (text(note, indent=4) for note in router.notes)


def _unsaved(devices: tuple[str, ...]) -> Text:
    return text(f"WARNING: not saved to startup on {' and '.join(devices)}: {UNSAVED}.", _LOUD)
