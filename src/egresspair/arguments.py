"""What a caller hands to a pair: looked at before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from .errors import RefusalReason, Refused, UsageError
from .plan import Plan, RiskKind
from .policy import Policy
from .stages import StagedPlan
from .transaction import Check


def refuse_no_plan(plan: Plan) -> None:
    """Raises `UsageError` for anything but a plan."""
    if not isinstance(plan, Plan):
        raise UsageError(
            f"a Plan is wanted, not {type(plan).__name__}",
            where="plan",
            hint="Pair.plan makes one of an intent.",
        )


def listed_checks(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks of a caller.

    Raises:
        UsageError: something is no function.
    """
    listed = tuple(checks or ()) if isinstance(checks, Iterable) or not checks else ()
    if (checks and not listed) or not all(callable(check) for check in listed):
        raise UsageError("a list of functions is wanted", where="checks", hint="E.g. [my_check].")
    return listed


def accepted_risks(accept: Collection[str]) -> frozenset[str]:
    """The kinds of risk that are accepted.

    Raises:
        UsageError: there is no such kind.
    """
    try:
        words = frozenset([accept] if isinstance(accept, str) else accept or ())
    except TypeError:
        raise UsageError("a set of words is wanted", where="accept", hint='E.g. {"interruption"}.') from None
    known = {kind.value for kind in RiskKind}
    unknown = sorted(str(word) for word in words - known)
    if unknown:
        what = f"there is no risk called {', '.join(unknown)}"
        raise UsageError(what, where="accept", hint=f"There are {', '.join(sorted(known))}.")
    return words


def refuse_risks(plan: Plan | StagedPlan, accept: Collection[str]) -> None:
    """Raises `Refused` for a risk of the plan that was not accepted."""
    open_risks = [risk for risk in plan.risks if risk.kind not in accept]
    if open_risks:
        kinds = dict.fromkeys(risk.kind.value for risk in open_risks)
        risks = "; ".join(risk.what for risk in open_risks)
        raise Refused(
            f"the risk of {' and '.join(kinds)} is not accepted: {risks}",
            reason=RefusalReason.RISK,
            where=f"pair {plan.pair}",
            hint=f"Accept it with {' '.join(f'--accept {kind}' for kind in kinds)}.",
        )


def policy_with(plan: Plan, soak: float | None) -> Policy:
    """The plan's policy with another soak, in seconds, if one is given.

    Raises:
        UsageError: it is no number of seconds, or does not fit into the confirm timeout.
    """
    return plan.policy if soak is None else replace(plan.policy, soak=soak)
