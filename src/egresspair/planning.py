"""Plans for a pair of routers with open sessions: what is read of them, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from .auditing import read_originations
from .configuration import RouterConfig, VpnConfig
from .dialects import dialect_named
from .errors import PlanError
from .events import Event
from .intent import Intent, Role
from .inventory import Inventory
from .journal import Entry
from .label_space import LabelReport
from .netconf.quirks import ServerMemory
from .netconf.rpc import Rpc
from .plan import Plan, RouterView, make_plan, make_removal
from .plan.in_service import in_service_risks, is_relabelling, leaves_without_label
from .plan.schema_words import unsupported
from .policy import Policy
from .reading import Reading, read_label_space, read_pair, read_references
from .schema import RouterSchema, SchemaStore, Violation
from .schemas import Unread, learn_schemas
from .sessions import PairSessions
from .stages import StagedPlan, scopes_of
from .staging import Verdicts, refuse_lacking
from .undo import make_undo, undone_plan

LEFT_OUT = "the prerequisites of the intent are no part of this plan: Pair.plan_stages plans them too"


@dataclass(frozen=True)
class Planner:
    """Makes the plans of a `Pair`, whose methods say what each is and raises. Nothing is changed.

    Attributes:
        ready: opens a lost session again, or raises; called before anything is read.
        memory: what was learned of servers earlier.
        store: the schemas known from earlier.
    """

    sessions: PairSessions
    ready: Callable[[], None]
    inventory: Inventory
    tell: Callable[[Event], None]
    memory: ServerMemory
    store: SchemaStore

    def labels(self, intent: Intent, policy: Policy) -> Plan:
        """See `Pair.plan`."""
        schemas = self._learn_schemas()
        master, backup = self._read(_scopes(intent), schemas)
        readings = {master.view.role: master, backup.view.role: backup}

        def judge(view: RouterView, edit: Rpc) -> tuple[Violation, ...]:
            return readings[view.role].judge(schemas[view.role], edit)

        plan = make_plan(intent, master.view, backup.view, policy, judge)
        if intent.prerequisites:
            plan = replace(plan, notes=(*plan.notes, LEFT_OUT))
        return self._with_service_risks(intent, plan) if is_relabelling(plan) else plan

    def removal(self, intent: Intent, policy: Policy) -> Plan:
        """See `Pair.plan_removal`."""
        master, backup = self._read(_scopes(intent), self._learn_schemas())
        plan = make_removal(intent, master.view, backup.view, policy)
        return self._with_service_risks(intent, plan, removal=True) if leaves_without_label(plan) else plan

    def stages(self, intent: Intent, policy: Policy, *, remove: bool) -> StagedPlan:
        """See `Pair.plan_stages`."""
        schemas = self._learn_schemas(with_prerequisites=intent.prerequisites is not None)
        refuse_lacking(intent, self.sessions)
        readings = {each.view.role: each for each in self._read(scopes_of(intent), schemas)}
        facts_of = partial(read_originations, intent, self.inventory, self.sessions.open_devices, self.tell)
        return Verdicts(readings, schemas, self.sessions).stages(intent, policy, facts_of, remove=remove)

    def undo(self, entry: Entry, policy: Policy) -> Plan:
        """See `Pair.plan_undo`."""
        undone = undone_plan(entry)
        scopes = {role: undone[role].before for role in Role}
        master, backup = self._read(scopes, self._learn_schemas())
        views = {Role.MASTER: master.view, Role.BACKUP: backup.view}
        return make_undo(entry, views, policy, partial(read_references, self.sessions, self.tell))

    def label_space(self) -> LabelReport:
        """See `Pair.labels`."""
        schemas = self._learn_schemas()
        self.ready()
        return read_label_space(self.sessions, schemas, self.tell)

    def _with_service_risks(self, intent: Intent, plan: Plan, *, removal: bool = False) -> Plan:
        """The core may use the labels that the plan changes: the routers are asked what they originate."""
        if not intent.protected_host_routes:
            return plan
        facts = read_originations(intent, self.inventory, self.sessions.open_devices, self.tell)
        return replace(plan, risks=(*plan.risks, *in_service_risks(intent, facts, removal=removal)))

    def _read(
        self, scopes: Mapping[Role, RouterConfig], schemas: Mapping[Role, RouterSchema]
    ) -> tuple[Reading, Reading]:
        self.ready()
        return read_pair(self.sessions, scopes, schemas, self.memory, self.tell)

    def _learn_schemas(self, *, with_prerequisites: bool = False) -> Mapping[Role, RouterSchema]:
        """What the routers' own schemas say.

        Raises:
            PlanError: a router's schema has no static label.
        """
        self.ready()
        routers = [_unread(self.sessions, role, with_prerequisites=with_prerequisites) for role in Role]
        found = dict(zip(Role, learn_schemas(routers, self.store, self.tell), strict=True))
        problems = [p for role in Role for p in unsupported(self.sessions[role].name, found[role].facts)]
        if problems:
            raise PlanError(problems)
        return found


def _unread(sessions: PairSessions, role: Role, *, with_prerequisites: bool) -> Unread:
    entry = sessions.entry(role)
    dialect = dialect_named(entry.platform)
    also = dialect.prerequisite_modules if with_prerequisites else ()
    return Unread(sessions[role], dialect, entry.timeout, entry.modules, also)


def _scopes(intent: Intent) -> dict[Role, RouterConfig]:
    scope = RouterConfig.of(VpnConfig(vpn.name) for vpn in intent.vpn_instances)
    return dict.fromkeys(Role, scope)
