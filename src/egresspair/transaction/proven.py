"""One check in the confirm window, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..audit.check import Check, Status

_OVERRULE = "Or confirm it unproven: --no-proof, proof=False."


@dataclass(frozen=True, slots=True)
class Proven:
    """A check of the audit as it stood in the confirm window.

    Attributes:
        promised: the change promises it; what is not promised must only not get worse.
        before: what it was under the locks, before the change; None if nobody looked.
        silent: it is not known, and the router shows no such state of any VPN instance: it may never tell.
        fresh: it is not known, and of a VPN instance that the change creates: the router may tell in a moment.
    """

    check: Check
    promised: bool
    before: Status | None = None
    silent: bool = False
    fresh: bool = False

    @property
    def failed(self) -> bool:
        """It takes both routers back. A promise that is not known is not kept, unless the router can never tell."""
        status = self.check.status
        if self.promised:
            return status is Status.FAILS or (status is Status.UNKNOWN and not self.silent)
        return status is Status.FAILS and self.before is Status.HOLDS

    @property
    def open(self) -> bool:
        """It is worth waiting for."""
        return self.failed or self.fresh

    @property
    def what(self) -> str:
        """What was found, and where."""
        check = self.check
        rule = f"check {check.name} ({check.title})"
        subject = f"{check.subject}: " if check.subject else ""
        seen = check.finding.seen.removeprefix("not known: ")
        return f"{subject}{rule} {self._how} in the confirm window: {seen}{self.nodes}"

    @property
    def hint(self) -> str:
        """What to do about it."""
        return " ".join(filter(None, (self.check.finding.remedy, _OVERRULE)))

    @property
    def worth_telling(self) -> bool:
        """The operator should know, whether or not it takes anything back."""
        status = self.check.status
        if self.promised or self.before is Status.HOLDS:
            return status in (Status.FAILS, Status.UNKNOWN)
        return status is Status.FAILS and self.before is Status.FAILS

    @property
    def _how(self) -> str:
        if self.check.status is Status.UNKNOWN:
            return "cannot be known"
        if self.promised:
            return "failed"
        return "failed before the change and" if self.before is Status.FAILS else "held before and failed"

    @property
    def nodes(self) -> str:
        """The nodes that show it with their values, in brackets."""
        nodes = [f"{node.path} = {node.value or '(none)'}" for node in self.check.finding.evidence]
        return f" ({'; '.join(nodes)})" if nodes else ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            **self.check.to_dict(),
            "promised": self.promised,
            "before": None if self.before is None else self.before.value,
            "failed": self.failed,
        }
