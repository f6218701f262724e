"""The result of an audit: is this pair protected, and if not, every reason why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..errors import NotProtected
from ..intent import Intent
from .causes import RootCause, root_causes
from .check import Check, Status
from .facts import Facts
from .mends import Mend
from .page import report_html
from .rules import RULES
from .text import report_text


class Verdict(StrEnum):
    """What an audit says of a pair."""

    PROTECTED = "protected"
    NOT_PROTECTED = "not protected"
    NOT_KNOWN = "not known to be protected"


@dataclass(frozen=True)
class AuditReport:
    """What the routers of a pair said, judged. A value: text, JSON and HTML are views of it.

    Attributes:
        pair: its name in the intent.
        checks: all of them, in the order of the table.
        causes: the root causes of what fails, each with what follows from it.
        facts: what the checks were computed from.
        mends: for each check of the core ASBR that can be mended, the edit-config that would do it, as text. It was not
            sent.
    """

    pair: str
    checks: tuple[Check, ...]
    causes: tuple[RootCause, ...]
    facts: Facts = field(repr=False)
    mends: tuple[tuple[Check, str], ...] = field(default=(), repr=False)

    @property
    def protected(self) -> bool:
        """True if every check holds or does not apply. What is not known does not count as holding."""
        return self.verdict is Verdict.PROTECTED

    @property
    def verdict(self) -> Verdict:
        if self.with_status(Status.FAILS):
            return Verdict.NOT_PROTECTED
        return Verdict.NOT_KNOWN if self.with_status(Status.UNKNOWN) else Verdict.PROTECTED

    def with_status(self, status: Status) -> tuple[Check, ...]:
        """The checks with that outcome."""
        return tuple(check for check in self.checks if check.status is status)

    def condition(self, number: int) -> tuple[Check, ...]:
        """The checks of one of the twenty conditions."""
        return tuple(check for check in self.checks if check.condition == number)

    def mend_of(self, check: Check) -> str:
        """The edit-config that would mend a check; empty if there is none."""
        return next((text for mended, text in self.mends if mended is check), "")

    def raise_for_verdict(self) -> AuditReport:
        """Return the report of a protected pair.

        Raises:
            NotProtected: something fails, or is not known; the error carries the report.
        """
        if self.protected:
            return self
        fails, unknown = self.with_status(Status.FAILS), self.with_status(Status.UNKNOWN)
        reasons = [cause.check for cause in self.causes] or list(unknown)
        more = f"; and {len(reasons) - 1} more" if len(reasons) > 1 else ""
        counted = f"{len(fails)} checks fail, {len(unknown)} are not known"
        raise NotProtected(
            f"{self.verdict} ({counted}): {reasons[0]}{more}",
            report=self,
            where=f"pair {self.pair}",
            hint=reasons[0].finding.remedy,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        index = {id(check): position for position, check in enumerate(self.checks)}
        return {
            "pair": self.pair,
            "protected": self.protected,
            "verdict": self.verdict.value,
            "checks": [self._check_dict(check) for check in self.checks],
            "root_causes": [
                {"check": index[id(cause.check)], "consequences": [index[id(c)] for c in cause.consequences]}
                for cause in self.causes
            ],
        }

    def _check_dict(self, check: Check) -> dict[str, Any]:
        mend = self.mend_of(check)
        return {**check.to_dict(), **({"edit_config": mend} if mend else {})}

    def to_json(self) -> str:
        """One JSON document."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks)

    def __str__(self) -> str:
        return report_text(self)

    def _repr_html_(self) -> str:
        return report_html(self)


def make_report(
    intent: Intent, facts: Facts, mending: Callable[[Sequence[Mend]], str] | None = None
) -> AuditReport:
    """Judge what the routers said.

    Args:
        mending: writes the edit-config of what would mend the core ASBR, in its own dialect.
    """
    checks = tuple(
        Check(rule.name, rule.condition, rule.title, rule.why, finding)
        for rule in RULES
        for finding in rule.judge(intent, facts)
    )
    mends = tuple(
        (check, mending([check.finding.mend])) for check in checks if mending and check.finding.mend
    )
    causes = root_causes(checks, {facts.master.device, facts.backup.device})
    return AuditReport(intent.pair, checks, causes, facts, mends)
