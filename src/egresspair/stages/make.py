"""From an intent and two routers as they were read to a sequence of plans: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ..audit.facts import Facts
from ..audit.host_routes import originating
from ..configuration import RouterConfig, Setting, VpnConfig
from ..diff import Difference
from ..errors import PlanError, Problem
from ..intent import Intent, Role
from ..plan import Action, Plan, Risk, RiskKind, RouterView, make_plan, make_removal
from ..plan.in_service import Owners, in_service_risks, is_relabelling, keeps, owners_of
from ..plan.make import Judge, assembled
from ..policy import Policy
from .judging import Lacking, judged, with_origins
from .model import Stage, StagedPlan
from .wanted import Part, difference, network_settings, parts_of, settings_of
from .withdrawal import withdrawn

LABELS: Final = "labels"
WITHDRAWAL: Final = "withdrawal of host routes"
RESTORATION: Final = "restoration of host routes"

FactsOf = Callable[[], Facts]
"""Asks both routers which host routes they own and originate."""


def scopes_of(intent: Intent) -> dict[Role, RouterConfig]:
    """What has to be read of either router to plan the stages of an intent; the values do not count."""
    vpns = {vpn.name: VpnConfig(vpn.name) for vpn in intent.vpn_instances}
    networks: dict[Setting, str | None] = dict.fromkeys(network_settings(intent.protected_host_routes))
    return {
        role: RouterConfig(
            vpns,
            networks
            | {
                setting: None
                for part in parts_of(intent.prerequisites)
                for setting in settings_of(part, intent, role)
            },
        )
        for role in Role
    }


def make_stages(
    intent: Intent,
    views: Mapping[Role, RouterView],
    policy: Policy,
    facts_of: FactsOf,
    *,
    judge: Judge | None = None,
    lacking: Lacking | None = None,
) -> StagedPlan:
    """The sequence that gives both routers the labels, then what the prerequisites of the intent ask for.

    Where a label of a pair in service changes, what either originates for its partner is withdrawn before and
    restored after.

    Args:
        views: both routers, read as far as `scopes_of` says.
        facts_of: asked only where a label of both routers changes.
        judge: see `make_plan`.
        lacking: says which module of a router has not the node of a setting.

    Raises:
        PlanError: a router cannot hold what is wanted; every reason on either router is named.
        Refused: a router's capabilities do not allow the guarantee that the policy asks for.
    """
    builder = _Builder(intent, dict(views), policy, Action.PROTECT)
    labels = make_plan(intent, *builder.views_of({}), policy, judge)
    settled = builder.settled(labels)
    withdrawal = builder.relabelling(labels, facts_of)
    if withdrawal is None:
        builder.add(LABELS, labels)
    else:
        exposed = tuple(
            risk if risk.kind is not RiskKind.RELABEL else _unprotected(risk) for risk in labels.risks
        )
        builder.add(WITHDRAWAL, replace(withdrawal, risks=exposed))
        builder.add(LABELS, replace(labels, risks=()))
        builder.add(RESTORATION, builder.restoring(withdrawal, settled))
    for part in parts_of(intent.prerequisites):
        builder.add(part, builder.part(part, settled, judge, lacking))
    return StagedPlan(tuple(builder.stages))


def make_stages_removal(
    intent: Intent, views: Mapping[Role, RouterView], policy: Policy, facts_of: FactsOf
) -> StagedPlan:
    """The sequence that withdraws what the routers originate for each other, then takes the labels away.

    Raises:
        PlanError: it is not known what is a partner's.
        Refused: as for `make_stages`.
    """
    builder = _Builder(intent, dict(views), policy, Action.REMOVE)
    if intent.prerequisites and intent.prerequisites.originate:
        builder.add(WITHDRAWAL, builder.withdrawing(owners_of(intent, facts_of), intent))
    builder.add(LABELS, make_removal(intent, *builder.views_of({}), policy))
    return StagedPlan(tuple(builder.stages))


def _unprotected(risk: Risk) -> Risk:
    name = risk.what.partition(" on a live pair")[0]
    return replace(risk, what=f"{name}: the pair is not protected until its host routes are restored")


class _Builder:
    """Adds stage after stage, each against what the one before will have left."""

    def __init__(self, intent: Intent, views: dict[Role, RouterView], policy: Policy, action: Action) -> None:
        self.intent = intent
        self.views = views
        self.policy = policy
        self.action = action
        self.stages: list[Stage] = []

    def add(self, name: str, plan: Plan) -> None:
        """Another stage, unless it does nothing. The labels are looked at in any case: what follows needs them."""
        if plan.is_empty and name != LABELS:
            return
        self.stages.append(Stage(name, replace(plan, stage=name)))
        for role, view in self.views.items():
            after = plan[role].after
            settings = {**view.running.settings, **after.settings}
            self.views[role] = replace(view, running=RouterConfig(after.vpns, settings))

    def views_of(self, scope: Mapping[Role, Mapping[Setting, str | None]]) -> tuple[RouterView, RouterView]:
        """Both routers as they will be then, master first, as far as these settings and the VPN instances go."""
        master, backup = (self._view(role, scope.get(role, {})) for role in Role)
        return master, backup

    def _view(self, role: Role, scope: Mapping[Setting, str | None]) -> RouterView:
        view = self.views[role]
        settings = {setting: view.running.settings[setting] for setting in scope}
        return replace(view, running=RouterConfig(view.running.vpns, settings))

    def settled(self, labels: Plan) -> Intent:
        """The intent with the number of each label."""
        numbers = labels.master.labels
        vpns = tuple(
            vpn.model_copy(update={"static_label": numbers.get(vpn.name, vpn.static_label)})
            for vpn in self.intent.vpn_instances
        )
        return self.intent.model_copy(update={"vpn_instances": vpns})

    def part(self, part: Part, settled: Intent, judge: Judge | None, lacking: Lacking | None) -> Plan:
        """The plan of one part of the prerequisites."""
        views = self.views_of({role: settings_of(part, settled, role) for role in Role})
        found = [difference(part, settled, view.role, view.device, view.running.settings) for view in views]
        looked = [
            judged(settled, view, each, judge, lacking) for view, each in zip(views, found, strict=True)
        ]
        return self._plan(settled, views, looked, part)

    def relabelling(self, labels: Plan, facts_of: FactsOf) -> Plan | None:
        """The withdrawal before a change of labels; None if nothing has to be withdrawn.

        Raises:
            PlanError: what would have to be withdrawn is not of a `network` statement, or not known.
        """
        if not (self.intent.protected_host_routes and is_relabelling(labels)):
            return None
        facts = facts_of()
        if not in_service_risks(self.intent, facts):
            return None
        plan = self.withdrawing(owners_of(self.intent, lambda: facts), self.settled(labels))
        if problems := tuple(self._left(plan, facts)):
            raise PlanError(problems)
        return plan

    def withdrawing(self, owners: Owners, settled: Intent) -> Plan:
        """The withdrawal of all that a router originates for its partner."""
        networks = dict.fromkeys(network_settings(self.intent.protected_host_routes))
        imports = {
            role: {s: None for s in self.views[role].running.settings if s[0].startswith("import-route ")}
            for role in Role
        }
        views = self.views_of({role: {**networks, **imports[role]} for role in Role})
        found = [
            withdrawn(self.intent, view.role, view.device, view.running.settings, owners) for view in views
        ]
        return self._plan(settled, views, found, WITHDRAWAL, old_labels=True)

    def restoring(self, withdrawal: Plan, settled: Intent) -> Plan:
        """What was withdrawn, as it was."""
        views = self.views_of({role: withdrawal[role].after.settings for role in Role})
        found = [
            Difference(tuple(change.inverse for change in withdrawal[view.role].changes), ())
            for view in views
        ]
        return self._plan(settled, views, found, RESTORATION)

    def _plan(
        self,
        settled: Intent,
        views: tuple[RouterView, RouterView],
        found: Sequence[Difference],
        stage: str,
        *,
        old_labels: bool = False,
    ) -> Plan:
        plan = assembled(self.action, settled, views, found, self.policy, written=self.intent, stage=stage)
        plan = with_origins(plan, settled)
        if not old_labels:
            return plan
        return replace(
            plan, master=replace(plan.master, labels={}), backup=replace(plan.backup, labels={})
        )  # the old labels hold still

    def _left(self, withdrawal: Plan, facts: Facts) -> Iterator[Problem]:
        """What a router would originate for its partner all the same."""
        owners = owners_of(self.intent, lambda: facts)
        for route in self.intent.protected_host_routes:
            for role in Role:
                if keeps(role, owners.get(route, frozenset())):
                    continue
                masg, gone = facts.masg(role), {change.vpn for change in withdrawal[role].changes}
                imports = [each.protocol for each in originating(masg, route) or () if each.protocol]
                left = [
                    each for each in imports if not any(h.startswith(f"import-route {each} ") for h in gone)
                ]
                if left or not masg.originations.known:
                    how = f"by import-route {left[0]}" if left else "perhaps: it could not be read"
                    yield self.intent.problem(
                        "protected_host_routes",
                        f"{self.intent.router(role)} originates {route} {how}, and it cannot be withdrawn here",
                        hint="Withdraw it by hand, or let network statements originate it.",
                    )
