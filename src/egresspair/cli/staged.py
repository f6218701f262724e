"""What a command does where a change takes several transactions: plan them, show them, do them in turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from ..plan import Plan
from ..stages import StagedPlan
from ..transaction import Result
from .terminal.show import plan_lines, result_lines, text

if TYPE_CHECKING:
    from rich.text import Text

    from ..intent import Intent
    from ..pair import Pair


def planned(pair: Pair, intent: Intent, *, remove: bool = False, staged: bool = False) -> Plan | StagedPlan:
    """One plan; a sequence if the command asks for stages, or the intent for prerequisites."""
    if staged or intent.prerequisites is not None:
        return pair.plan_stages(intent, remove=remove)
    return pair.plan_removal(intent) if remove else pair.plan(intent)


def plans_of(plan: Plan | StagedPlan) -> tuple[Plan, ...]:
    """The plans of a sequence, or the one."""
    return tuple(stage.plan for stage in plan) if isinstance(plan, StagedPlan) else (plan,)


def shown(plan: Plan | StagedPlan) -> Iterator[Text]:
    """Either for a terminal."""
    for at, each in enumerate(plans_of(plan)):
        if isinstance(plan, StagedPlan):
            yield text(plan.heading(at), "bold")
        yield from plan_lines(each)


def applied(
    pair: Pair, plan: Plan | StagedPlan, accept: Collection[str], *, proof: bool
) -> tuple[Result, ...]:
    """Do either; see `Pair.apply`."""
    if isinstance(plan, StagedPlan):
        return pair.apply_stages(plan, accept=accept, proof=proof)
    return (pair.apply(plan, accept=accept, proof=proof),)


def results_shown(plan: Plan | StagedPlan, results: tuple[Result, ...]) -> Iterator[Text]:
    """How either ended, for a terminal."""
    for at, result in enumerate(results):
        if isinstance(plan, StagedPlan):
            yield text(plan.heading(at), "bold")
        yield from result_lines(result)


def results_document(plan: Plan | StagedPlan, results: tuple[Result, ...]) -> dict[str, Any]:
    """The same for programs."""
    if not isinstance(plan, StagedPlan):
        return results[0].to_dict()
    stages = [{"stage": stage.name, **result.to_dict()} for stage, result in zip(plan, results, strict=True)]
    return {"pair": plan.pair, "plan": plan.digest, "stages": stages}
