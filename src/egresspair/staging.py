"""A sequence of plans on its way: one transaction after the other, until one does not commit."""

from __future__ import annotations

from collections.abc import Callable

from .errors import EgressPairError
from .events import Event, StageStarted
from .plan import Plan
from .stages import StagedPlan
from .transaction import Result

Apply = Callable[[Plan], Result]


def apply_in_turn(staged: StagedPlan, apply: Apply, tell: Callable[[Event], None]) -> tuple[Result, ...]:
    """Apply the stages; the results are in their order.

    Raises:
        EgressPairError: what ended a stage. It says which one, what stands, and what can be done.
    """
    results: list[Result] = []
    for at, stage in enumerate(staged):
        done = tuple(each.name for each in staged.stages[:at])
        tell(StageStarted(staged.heading(at), done))
        try:
            results.append(apply(stage.plan))
        except EgressPairError as error:
            error.where = f"{staged.heading(at).lower()}, {error.where}".removesuffix(", ")
            error.hint = f"{error.hint} {standing(staged, results)}".strip()
            raise
    return tuple(results)


def standing(staged: StagedPlan, results: list[Result]) -> str:
    """What stands of a sequence that ended, and what can be done."""
    changed = [
        f"{stage.name} (transaction {result.transaction})" if result.transaction else stage.name
        for stage, result in zip(staged, results, strict=False)
        if not stage.plan.is_empty
    ]
    left = [stage.name for stage in staged.stages[len(results) :]]
    if not changed:
        return f"No stage before it changed anything; not done: {', '.join(left)}."
    return (
        f"What was done before stands: {', '.join(changed)}. Not done: {', '.join(left)}. "
        "Apply again to go on; to go back, egresspair undo takes each transaction back, the last one first."
    )
