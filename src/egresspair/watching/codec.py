"""What a watch tells, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ..configuration import Change
from ..netconf.change_events import ChangeEvent
from .model import Back, Drift, Finding, Lost, Standing, Watched


def event_facts(event: Watched) -> dict[str, Any]:
    """One value; ``event`` says which. Times are in UTC, ISO 8601."""
    facts: dict[str, Any] = {"event": event.kind, "at": _utc(event.at)}
    if isinstance(event, Standing):
        return facts | _standing(event)
    facts |= {"device": event.device, "role": event.role.value}
    if isinstance(event, Lost):
        return facts | {"reason": event.reason}
    return facts | (_drift(event) if isinstance(event, Drift) else _back(event))


def _standing(event: Standing) -> dict[str, Any]:
    return {
        "sources": {device: source.value for device, source in event.sources.items()},
        "digests": {router.device: router.digest for router in event.state},
        "notes": list(event.notes),
        **_verdict(event.findings),
    }


def _drift(event: Drift) -> dict[str, Any]:
    return {
        "source": event.source.value,
        "changes": [_change(change) for change in event.changes],
        "before": event.before,
        "after": event.after,
        "happened_at": _utc(event.happened_at),
        "who": [asdict(by) for by in event.who],
        "rollback": event.rollback,
        "events": [_cause(cause) for cause in event.events],
        "was_whole": event.was_whole,
        "unseen": list(event.unseen),
        **_verdict(event.findings),
    }


def _back(event: Back) -> dict[str, Any]:
    return {
        "source": event.source.value,
        "changed": event.changed,
        "unseen": list(event.unseen),
        "notes": list(event.notes),
        **_verdict(event.findings),
    }


def _verdict(findings: Iterable[Finding]) -> dict[str, Any]:
    listed = [asdict(finding) for finding in findings]
    return {"whole": not listed, "findings": listed}


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "vpn": change.vpn,
        "node": change.node.value,
        "before": change.before,
        "after": change.after,
    }


def _cause(cause: ChangeEvent) -> dict[str, Any]:
    return {
        "name": cause.name,
        "by": asdict(cause.by),
        "edits": [asdict(edit) for edit in cause.edits],
        "confirm": cause.confirm.value if cause.confirm else None,
        "happened_at": _utc(cause.happened_at),
    }
