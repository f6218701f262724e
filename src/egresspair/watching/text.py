"""What a watch tells, one line for each value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from ..configuration import Change
from ..netconf.change_events import ChangedBy, ChangeEvent, ConfirmEvent
from .model import Back, Drift, Finding, Lost, Source, Standing, Watched

WHOLE = "labels, route distinguishers and VPN targets match"
"""What has been looked at, and no more: it is not the audit's word "protected"."""
BROKEN = "the pair is BROKEN"
_LEARNED = {
    Source.NOTIFICATION: "announced",
    Source.POLLING: "found by polling",
    Source.RECONNECTION: "found when it was read again",
}


def event_line(event: Watched) -> str:
    """``TIME DEVICE: what happened; how the pair stands``."""
    if isinstance(event, Standing):
        what = _standing(event)
    elif isinstance(event, Drift):
        what = f"{event.device}: {_drift(event)}"
    elif isinstance(event, Lost):
        what = f"{event.device}: cannot be watched: {event.reason}"
    else:
        what = f"{event.device}: {_back(event)}"
    return f"{moment(event.at)} {what}"


def moment(at: datetime) -> str:
    """In UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _standing(event: Standing) -> str:
    sources = ", ".join(f"{device} by {source}" for device, source in event.sources.items())
    return "; ".join([verdict(event.findings), f"watching {sources}", *event.notes])


def _drift(event: Drift) -> str:
    changes = ", ".join(map(change_text, event.changes)) or "what it holds is judged anew"
    what = ", ".join([changes, *_causes(event), _LEARNED[event.source]])
    return f"{what}; {verdict(event.findings, was_whole=event.was_whole)}{_unseen(event.unseen)}"


def _back(event: Back) -> str:
    changed = "changed meanwhile" if event.changed else "unchanged"
    told = f"is watched again by {event.source}, {changed}; {verdict(event.findings)}{_unseen(event.unseen)}"
    return "; ".join([told, *event.notes])


def verdict(findings: Iterable[Finding], *, was_whole: bool | None = None) -> str:
    """Whether the pair is whole, and else every reason; after a change also whether that is new."""
    reasons = "; ".join(map(str, findings))
    if reasons:
        return f"{BROKEN}{' still' if was_whole is False else ''}: {reasons}"
    return f"{WHOLE}{' again' if was_whole is False else ''}"


def change_text(change: Change) -> str:
    """``vpna static-label 2001 -> 3001``; + for what was added, - for what was removed."""
    if change.kind == "changed":
        return f"{change.vpn} {change.node} {change.before} -> {change.after}"
    sign = "+" if change.kind == "added" else "-"
    return f"{change.vpn} {sign} {change.node} {change.after or change.before}"


def _causes(event: Drift) -> Iterator[str]:
    """Who did it, and whether it was a rollback; several, if several announced something meanwhile."""
    for cause in event.events:
        if cause.is_rollback:
            yield rollback_text(cause)
        elif cause.confirm is ConfirmEvent.START:
            yield "on trial by a confirmed commit"
    who = [by for by in event.who if not _said(by, event.events)]
    if who:
        yield "by " + " or by ".join(map(str, who))
    elif not event.events and event.source is not Source.RECONNECTION:
        yield "by whom is not known"


def _said(by: ChangedBy, events: Iterable[ChangeEvent]) -> bool:
    return any(event.is_rollback and event.by == by for event in events)


def rollback_text(cause: ChangeEvent) -> str:
    """Why a router took a confirmed commit back."""
    if cause.confirm is ConfirmEvent.TIMEOUT:
        return "rolled back by the router: a confirmed commit was not confirmed in time"
    whom = f" by {cause.by}" if str(cause.by) else ""
    return f"rolled back: a confirmed commit was cancelled{whom}"


def _unseen(devices: tuple[str, ...]) -> str:
    return f" (as far as known: {', '.join(devices)} cannot be read at present)" if devices else ""
