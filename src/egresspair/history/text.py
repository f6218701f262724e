"""An account for the eyes: plain text."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent
from typing import Any

from ..journal import Decision
from .account import Account, Damaged, Operation, Party, Phase, iso


def outcome_words(account: Account) -> str:
    """``COMMITTED``, ``REFUSED (stale)``, ``in doubt``…"""
    kind, colon, _ = account.reason.partition(":")
    return f"{account.outcome} ({kind})" if account.outcome == "REFUSED" and colon else account.outcome


def change_line(change: Account | Damaged) -> str:
    """One line of a list."""
    if isinstance(change, Damaged):
        return f"{change.id}  DAMAGED  {change.what}"
    parts = [change.id, iso(change.at)[:19] + "Z", change.pair, change.action, outcome_words(change)]
    return "  ".join([*parts, seconds_words(change.seconds), change.who])


def seconds_words(seconds: float | None) -> str:
    """``1.234 s``, and a dash while it is not known."""
    return "-" if seconds is None else f"{seconds:.3f} s"


def account_text(account: Account, *, payloads: bool = False) -> str:
    """The whole account; with ``payloads`` what was sent and what takes it back, byte for byte."""
    return "\n".join(_lines(account, payloads=payloads))


def _lines(account: Account, *, payloads: bool) -> Iterator[str]:
    yield f"Transaction {account.id}: {account.action} pair {account.pair}"
    yield f"  outcome: {outcome_words(account)}"
    if account.reason:
        yield f"  because {account.reason}"
    yield f"  begun {iso(account.at)} by {account.who}"
    if account.ended is not None:
        yield f"  ended {iso(account.ended)} by {account.ended_by}, after {seconds_words(account.seconds)}"
    yield f"  plan {account.plan}"
    yield f"  intent {account.intent_sha256}"
    yield from (f"  Note: {note}" for note in account.notes)
    yield from (f"  Risk accepted: {risk}" for risk in account.risks)
    for party in account.parties:
        yield from _party_lines(party)
    yield from _section("Decisions", map(_decision_line, account.decisions))
    yield from _section("Checks that did not hold in the confirm window", map(check_line, account.broken))
    yield from _section("Phases", map(_phase_line, account.phases))
    yield from _section("Operations", map(_operation_line, account.operations))
    if payloads:
        yield from _payload_lines(account)


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"{title}:"
        yield from (f"  {line}" for line in found)


def _party_lines(party: Party) -> Iterator[str]:
    yield f"{party.device} ({party.role}, {party.platform}, {party.host_key}):"
    yield from (f"  {change}" for change in party.changes or ("no change",))
    yield f"  before {party.before}"
    yield f"  after  {party.after}"
    if party.edit_config is not None:
        yield f"  edit-config SHA-256 {party.edit_sha256}"
        yield f"  inverse     SHA-256 {party.inverse_sha256}"
    if party.held:
        yield f"  at the end: {held_words(party)}"
    yield from (f"  {note}" for note in party.notes)


_HELD = {
    "new": "new configuration, read back",
    "old": "unchanged, read back",
    "not_read": "unchanged, never sent a commit and not re-read",
    "other": "changed by somebody else",
    "unknown": "not known",
}


def held_words(party: Party) -> str:
    """What the router held at the end, and whether that outlives a reboot."""
    return "; ".join(filter(None, (_HELD.get(party.held, party.held), party.startup)))


def _decision_line(decision: Decision) -> str:
    return f"{iso(decision.at)}  {decision.choice} (attempt {decision.attempt}) by {decision.who}"


def check_line(check: dict[str, Any]) -> str:
    """``masg-2, vpna: vpn-up (the VPN instance is up): fails: it is down``, with the nodes that show it."""
    where = ", ".join(filter(None, (check["device"], check["subject"])))
    nodes = [f"{node['path']} = {node['value'] or '(none)'}" for node in check["evidence"]]
    shown = f" ({'; '.join(nodes)})" if nodes else ""
    return f"{where}: {check['name']} ({check['title']}): {check['status']}: {check['seen']}{shown}"


def _phase_line(phase: Phase) -> str:
    why = f"  {phase.why}" if phase.why else ""
    return f"{iso(phase.at)}  {phase.state:9}  {seconds_words(phase.seconds):>10}{why}"


def _operation_line(operation: Operation) -> str:
    detail = f"  {operation.detail}" if operation.detail else ""
    return (
        f"{iso(operation.at)}  {operation.device}  {operation.flight}: {operation.operation}  "
        f"{operation.outcome}  {operation.ms:.1f} ms{detail}"
    )


def _payload_lines(account: Account) -> Iterator[str]:
    if account.intent:
        yield "Intent:"
        yield indent(account.intent.rstrip("\n"), "  ")
    for party in account.parties:
        for what, payload in (("edit-config", party.edit_config), ("inverse", party.inverse)):
            if payload is not None:
                yield f"{party.device} {what}:"
                yield payload
