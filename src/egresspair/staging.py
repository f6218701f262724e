"""A sequence of plans on its way: made from what was read, and one transaction after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .audit.facts import Facts
from .dialects import dialect_named
from .errors import EgressPairError, PlanError, Problem
from .events import Event, StageStarted
from .intent import Intent, Role
from .netconf.rpc import Rpc
from .plan import Plan, RouterView
from .policy import Policy
from .reading import Reading
from .schema import RouterSchema, Violation
from .sessions import PairSessions
from .stages import RESTORATION, StagedPlan, make_stages, make_stages_removal
from .transaction import Result

Apply = Callable[[Plan], Result]


def refuse_lacking(intent: Intent, sessions: PairSessions) -> None:
    """Raises `PlanError` for a router that says it has not the modules that the stages of an intent need."""
    problems = []
    for role in Role if intent.prerequisites or intent.protected_host_routes else ():
        device = sessions[role]
        needed = dialect_named(sessions.entry(role).platform).prerequisite_modules
        missing = [module for module in needed if module not in device.peer.capabilities.modules]
        if device.peer.capabilities.modules and missing:
            what = (
                f"it has no module {' and no '.join(missing)}: its host routes are out of reach for NETCONF"
            )
            problems.append(Problem(what, device.name, hint="Plan the labels alone."))
    if problems:
        raise PlanError(problems)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What was read of both routers, and what their schemas say of changes of it."""

    readings: Mapping[Role, Reading]
    schemas: Mapping[Role, RouterSchema]
    sessions: PairSessions

    def stages(
        self, intent: Intent, policy: Policy, facts_of: Callable[[], Facts], *, remove: bool
    ) -> StagedPlan:
        """The sequence for an intent; see `make_stages`."""
        views = {role: reading.view for role, reading in self.readings.items()}
        if remove:
            return make_stages_removal(intent, views, policy, facts_of)
        return make_stages(intent, views, policy, facts_of, judge=self._judge, lacking=self._lacking)

    def _judge(self, view: RouterView, edit: Rpc) -> tuple[Violation, ...]:
        return self.readings[view.role].judge(self.schemas[view.role], edit)

    def _lacking(self, view: RouterView, path: str) -> str:
        schema = self.schemas[view.role]
        if schema.model is None or schema.has(path):
            return ""
        name = path.rpartition(":")[0].rpartition("/")[2]
        module = self.sessions[view.role].peer.capabilities.modules.get(name)
        return f"{name}@{module.revision}" if module and module.revision else name


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
    stands = f"What was done before stands: {', '.join(changed)}. Not done: {', '.join(left)}."
    undo = "egresspair undo takes each transaction back, the last one first"
    if RESTORATION in left:  # a sequence made anew finds nothing to withdraw, and so nothing to restore
        return (
            f"{stands} The host routes stay withdrawn, and applying again does not restore them: {undo}; "
            "then apply again."
        )
    return f"{stands} Apply again to go on; to go back, {undo}."
