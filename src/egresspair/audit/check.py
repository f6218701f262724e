"""What a check says. A rule is one line of the table in `rules`; a finding is what it found at one place.

Three-valued on purpose: what is not known neither holds nor fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..intent import Intent
from .fact import Evidence, Fact
from .facts import Facts
from .mends import Mend

BESIDE = "required beside the 20 conditions"
"""Instead of a number. What fails here decides the verdict like any other check."""
_LOOK = "Let the router be read, or look there yourself."


class Status(StrEnum):
    """What is known of a condition."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found at one place.

    Attributes:
        device: the router; empty if it is about both.
        subject: the VPN instance, host route or peer; empty if it is about the router as a whole.
        seen: what was found, in a clause.
        evidence: the nodes that prove it.
        remedy: what to do, empty if there is nothing to do.
        mend: of a core ASBR: what would mend it.
        in_itself: it fails by what no other fault can influence, so it is a root cause whatever else fails.
    """

    status: Status
    device: str
    subject: str
    seen: str
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""
    mend: Mend | None = None
    in_itself: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One check, wherever it is made.

    Attributes:
        name: by which programs know it, e.g. ``same-label``.
        condition: its number in the documentation, 1 to 20; None for what is required beside these.
        title: what has to be so, for people.
        why: what happens where it is not so, in a sentence.
        follows_from: the names of the rules whose failing makes this one fail as well, unless a finding is `in_itself`.
        judge: finds what is to be found; it yields one finding for each place.
    """

    name: str
    condition: int | None
    title: str
    why: str
    follows_from: frozenset[str]
    judge: Callable[[Intent, Facts], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check with its outcome: a rule at one place."""

    name: str
    condition: int | None
    title: str
    why: str
    finding: Finding

    @property
    def status(self) -> Status:
        return self.finding.status

    @property
    def device(self) -> str:
        return self.finding.device

    @property
    def subject(self) -> str:
        return self.finding.subject

    @property
    def where(self) -> str:
        """The router and what of it, e.g. ``masg-2, vpna``."""
        return ", ".join(filter(None, (self.device, self.subject)))

    @property
    def number(self) -> str:
        """``condition 7``; what the procedure wants beside the conditions has no number, and counts as much."""
        return f"condition {self.condition}" if self.condition else BESIDE

    def __str__(self) -> str:
        return f"{self.where or 'pair'}: {self.title}: {self.status}: {self.finding.seen}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        found = self.finding
        return {
            "name": self.name,
            "condition": self.condition,
            "title": self.title,
            "status": found.status.value,
            "device": found.device,
            "subject": found.subject,
            "seen": found.seen,
            "evidence": [
                {"device": each.device, "path": each.path, "value": each.value} for each in found.evidence
            ],
            "why": self.why,
            "remedy": found.remedy,
        }


def holds(device: str, subject: str, seen: str, *evidence: Evidence) -> Finding:
    """The condition is met."""
    return Finding(Status.HOLDS, device, subject, seen, evidence)


def fails(
    device: str,
    subject: str,
    seen: str,
    *evidence: Evidence,
    remedy: str,
    mend: Mend | None = None,
    in_itself: bool = False,
) -> Finding:
    """The condition is not met."""
    return Finding(Status.FAILS, device, subject, seen, evidence, remedy, mend, in_itself)


def does_not_apply(device: str, subject: str, seen: str, *evidence: Evidence) -> Finding:
    """The condition is about something that is not there."""
    return Finding(Status.NOT_APPLICABLE, device, subject, seen, evidence)


def not_known(device: str, subject: str, reason: str, *evidence: Evidence, remedy: str = "") -> Finding:
    """Nothing can be said."""
    return Finding(Status.UNKNOWN, device, subject, reason, evidence, remedy or _LOOK)


def unread(device: str, subject: str, *facts: Fact[Any]) -> Finding | None:
    """A finding that something is not known, if any of these facts is not; else None."""
    missing = [fact for fact in facts if not fact.known]
    if not missing:
        return None
    reasons = "; ".join(dict.fromkeys(fact.reason for fact in missing))
    return Finding(
        Status.UNKNOWN,
        device,
        subject,
        f"not known: {reasons}",
        tuple(fact.evidence for fact in missing),
        remedy=_LOOK,
    )
