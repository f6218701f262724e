"""One transaction of the journal as an account of what happened: pure values, nothing secret in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ..errors import JournalError
from ..journal import Decision, Entry
from ..plan import Plan, RouterPlan
from ..plan.codec import UnreadablePlan, plan_from_facts
from ..plan.text import change_line
from .redaction import redacted

UNFINISHED = "unfinished"
IN_DOUBT = "in doubt"
REFUSED = "REFUSED"
_BROKEN = ("fails", "unknown")


@dataclass(frozen=True, slots=True)
class Phase:
    """A state that the transaction was in.

    Attributes:
        at: wall time at which it was entered, seconds since the epoch.
        seconds: until the next state, or the end; None if there is neither.
    """

    state: str
    why: str
    at: float
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One NETCONF operation.

    Attributes:
        at: wall time of the answer.
        outcome: ok, errors, not sent or unknown.
        ms: until the answer.
    """

    at: float
    flight: str
    device: str
    operation: str
    outcome: str
    ms: float
    detail: str


@dataclass(frozen=True, slots=True)
class Party:
    """One router.

    Attributes:
        host_key: its fingerprint.
        before, after: digests of the configuration that the plan started from and wanted.
        edit_config, inverse: as text; None if it was not edited.
        edit_sha256, inverse_sha256: over exactly these bytes.
        held: what it was known to hold at the end, a word of `Holds`; empty if nothing was said.
        startup: whether the change outlives a reboot; empty if nothing was said.
        notes: what happened to it on the way.
    """

    device: str
    role: str
    platform: str
    host_key: str
    changes: tuple[str, ...]
    before: str
    after: str
    edit_config: str | None
    edit_sha256: str | None
    inverse: str | None
    inverse_sha256: str | None
    held: str
    startup: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A transaction whose records cannot be trusted.

    Attributes:
        what: which record, and what is wrong with it.
    """

    id: str
    what: str

    def to_dict(self) -> dict[str, Any]:
        """As plain values, ready for JSON."""
        return {"transaction": self.id, "damaged": self.what}


@dataclass(frozen=True)
class Account:
    """One transaction.

    Attributes:
        at: wall time of its beginning, seconds since the epoch.
        outcome: an ending, ``REFUSED``, or ``unfinished`` or ``in doubt`` while there is no end.
        reason: why it was refused or did not go through; empty otherwise.
        seconds: from the beginning to the end, None while there is none.
        ended, ended_by: when and by whom; they are another's if it was recovered.
        intent: as YAML, empty if the journal does not have it.
        decisions: one for each attempt at most.
        checks: of the audit, as they stood last in the confirm window; see `transaction.Proven.to_dict`.
    """

    id: str
    at: float
    who: str
    pair: str
    action: str
    outcome: str
    reason: str
    seconds: float | None
    ended: float | None
    ended_by: str
    plan: str
    intent: str
    intent_sha256: str
    risks: tuple[str, ...]
    notes: tuple[str, ...]
    parties: tuple[Party, ...]
    decisions: tuple[Decision, ...]
    phases: tuple[Phase, ...]
    operations: tuple[Operation, ...]
    checks: tuple[dict[str, Any], ...] = ()

    @property
    def broken(self) -> tuple[dict[str, Any], ...]:
        """The checks that did not hold."""
        return tuple(check for check in self.checks if check["status"] in _BROKEN)

    def summary(self) -> dict[str, Any]:
        """One line of a list as plain values."""
        return {
            "transaction": self.id,
            "begun": iso(self.at),
            "who": self.who,
            "pair": self.pair,
            "action": self.action,
            "outcome": self.outcome,
            "reason": self.reason,
            "seconds": None if self.seconds is None else round(self.seconds, 3),
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON; times as in RFC 3339."""
        return {
            **self.summary(),
            "ended": None if self.ended is None else iso(self.ended),
            "ended_by": self.ended_by,
            "plan": self.plan,
            "intent": self.intent,
            "intent_digest": self.intent_sha256,
            "risks": list(self.risks),
            "notes": list(self.notes),
            "routers": [_plain(party) for party in self.parties],
            "decisions": [_timed(decision) for decision in self.decisions],
            "checks": list(self.checks),
            "phases": [_timed(phase) for phase in self.phases],
            "operations": [_timed(operation) for operation in self.operations],
        }


def _plain(party: Party) -> dict[str, Any]:
    return {**asdict(party), "changes": list(party.changes), "notes": list(party.notes)}


def _timed(value: Decision | Phase | Operation) -> dict[str, Any]:
    return {**asdict(value), "at": iso(value.at)}


def iso(at: float) -> str:
    """A wall time as RFC 3339 writes it, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def account_of(entry: Entry) -> Account:
    """What the journal says of a transaction, without its persist tokens.

    Raises:
        JournalError: the plan in it cannot be read; it is not guessed over.
    """
    entry = redacted(entry)
    try:
        plan = plan_from_facts(dict(entry.facts))
    except UnreadablePlan as error:
        raise JournalError(str(error), where=f"transaction {entry.id}") from error
    end = entry.end
    return Account(
        id=entry.id,
        at=entry.at,
        who=entry.who,
        pair=entry.pair,
        action=entry.action,
        outcome=_outcome(entry),
        reason=_reason(entry),
        seconds=None if end is None else max(0.0, end.at - entry.at),
        ended=None if end is None else end.at,
        ended_by="" if end is None else end.who,
        plan=plan.digest,
        intent=plan.intent_text,
        intent_sha256=plan.intent_digest,
        risks=tuple(map(str, plan.risks)),
        notes=(*plan.notes, *_last_words(entry).get("notes", ())),
        parties=tuple(_parties(plan, entry)),
        decisions=entry.decisions,
        phases=tuple(_phases(entry)),
        operations=tuple(_operations(entry)),
        checks=tuple(_last_words(entry).get("checks", ())),
    )


def _outcome(entry: Entry) -> str:
    if entry.end is not None:
        return entry.end.outcome
    return IN_DOUBT if entry.of_kind("doubt") else UNFINISHED


def _last_words(entry: Entry) -> dict[str, Any]:
    """The last result that somebody wrote down: that of the end, or that which left it in doubt."""
    if entry.end is not None:
        return dict(entry.end.facts)
    doubts = entry.of_kind("doubt")
    return dict(doubts[-1].facts) if doubts else {}


def _reason(entry: Entry) -> str:
    said = _last_words(entry)
    if "reason" in said:
        return f"{said['reason']}: {said.get('what', '')}"
    cause = said.get("cause") or {}
    parts = [f"{cause['where']}: {cause['what']}" if cause.get("where") else cause.get("what", "")]
    parts += [cause["hint"]] if cause.get("hint") else []
    return ". ".join(part.rstrip(".") for part in parts if part)


def _parties(plan: Plan, entry: Entry) -> Iterator[Party]:
    said = {router["device"]: router for router in _last_words(entry).get("routers", ())}
    for router in plan:
        yield _party(router, said.get(router.device, {}))


def _party(router: RouterPlan, said: dict[str, Any]) -> Party:
    edit, inverse = (None if each is None else each.body for each in (router.edit, router.inverse))
    return Party(
        device=router.device,
        role=router.role.value,
        platform=router.view.platform,
        host_key=router.view.host_key,
        changes=tuple(f"{change.vpn} {change_line(change)}" for change in router.changes),
        before=router.before.digest,
        after=router.after.digest,
        edit_config=_text(edit),
        edit_sha256=_sha256(edit),
        inverse=_text(inverse),
        inverse_sha256=_sha256(inverse),
        held=said.get("holds", ""),
        startup=said.get("startup", ""),
        notes=tuple(said.get("notes", ())),
    )


def _text(body: bytes | None) -> str | None:
    return None if body is None else body.decode()


def _sha256(body: bytes | None) -> str | None:
    return None if body is None else hashlib.sha256(body).hexdigest()


def _phases(entry: Entry) -> Iterator[Phase]:
    records = entry.of_kind("state")
    ends: Sequence[float | None] = [record.at for record in records[1:]]
    ends = [*ends, None if entry.end is None else entry.end.at]
    if records:
        yield Phase("planned", "", entry.at, max(0.0, records[0].at - entry.at))
    for record, until in zip(records, ends, strict=True) if records else ():
        seconds = None if until is None else max(0.0, until - record.at)
        yield Phase(record.facts["state"], record.facts.get("why", ""), record.at, seconds)


def _operations(entry: Entry) -> Iterator[Operation]:
    for record in entry.of_kind("answer"):
        facts = record.facts
        yield Operation(
            record.at,
            facts["flight"],
            facts["device"],
            facts["operation"],
            facts["outcome"],
            facts["ms"],
            facts["detail"],
        )
