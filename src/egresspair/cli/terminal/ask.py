"""Asking a person to accept what a plan risks."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable

from ...errors import RefusalReason, Refused, UsageError
from ...plan.model import Plan, RiskKind
from ...stages import StagedPlan
from .show import text
from .speaker import Speaker

_YES = frozenset({"y", "yes"})


def accepted_kinds(words: Iterable[str]) -> frozenset[str]:
    """What --accept was given.

    Raises:
        UsageError: there is no such kind of risk.
    """
    known = [kind.value for kind in RiskKind]
    for word in words:
        if word not in known:
            hint = f"There are {', '.join(known)}."
            if "," in word:
                hint += " For several, repeat --accept."
            raise UsageError(f"{word!r} is no kind of risk", where="--accept", hint=hint)
    return frozenset(words)


def open_kinds(plan: Plan | StagedPlan, accepted: Collection[str]) -> tuple[RiskKind, ...]:
    """The kinds of risk that are still to be accepted, each once."""
    return tuple(dict.fromkeys(risk.kind for risk in plan.risks if risk.kind not in accepted))


def ask_for(speaker: Speaker, kinds: Iterable[RiskKind]) -> None:
    """Ask for one kind after the other; the plan was shown.

    Raises:
        Refused: the answer was not yes.
    """
    for kind in kinds:
        speaker.prompt(text(f"Accept the risk of {kind}? [y/N]", "bold"))
        if sys.stdin.readline().strip().lower() not in _YES:
            raise Refused(
                f"the risk of {kind} was not accepted, and nothing was changed",
                reason=RefusalReason.RISK,
                where=f"risk {kind}",
                hint=f"Answer y, or give --accept {kind}.",
            )
