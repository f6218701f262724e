"""The face of the library: what can be done with a pair of routers with open sessions."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from .arguments import accepted_risks, listed_checks, policy_with, refuse_no_plan, refuse_risks
from .audit.report import AuditReport
from .auditing import audit_pair
from .errors import RefusalReason, Refused, UsageError
from .events import Event
from .intent import Intent, Role, refuse_no_intent
from .inventory import Inventory
from .journal import Entry, Journal, MemoryJournal, TransactionLog, open_journal
from .label_space import LabelReport
from .netconf.device import Device
from .netconf.quirks import Behaviour, ServerMemory, server_identity
from .plan import Plan
from .planning import Planner
from .policy import Policy
from .recovery import close_log, close_refused, opening, refuse_unfinished
from .schema import SchemaStore
from .sessions import PairSessions
from .stages import StagedPlan
from .staging import apply_in_turn
from .transaction import Check, Driver, Ending, Result, apply_plan
from .transaction.effects import Flow
from .watching import INTERVAL, Judge, Watch, Watched, judge_pair, links_to

LIE = "a commit after <validate> answered ok and applied nothing"


class Pair:
    """Two routers with open sessions. A context manager; made by `opening.open_pair`."""

    def __init__(
        self,
        sessions: PairSessions,
        *,
        inventory: Inventory,
        policy: Policy,
        tell: Callable[[Event], None],
        journal: Journal | str | os.PathLike[str] | None,
        memory: ServerMemory,
        schemas: SchemaStore,
    ) -> None:
        self._sessions = sessions
        self._inventory = inventory
        self._policy = policy
        self._tell = tell
        self._journal = journal
        self._memory = memory
        self._planner = Planner(sessions, self._have_sessions, inventory, tell, memory, schemas)
        self._closed = False
        self._watches: list[Watch] = []

    def plan(self, intent: Intent, *, policy: Policy | None = None) -> Plan:
        """What has to be done so that both routers hold the intent. Nothing is changed.

        Raises:
            PlanError: it cannot be done; every reason is named.
            Refused: a server is too weak for the policy.
            ProtocolError: a router does not answer or not sensibly.
        """
        self._refuse_other_pair(intent)
        return self._planner.labels(intent, self._policy_of(policy))

    def plan_removal(self, intent: Intent, *, policy: Policy | None = None) -> Plan:
        """What has to be done to take the static labels of the intent's VPN instances away.

        Raises:
            Refused, ProtocolError: as for `plan`.
        """
        self._refuse_other_pair(intent)
        return self._planner.removal(intent, self._policy_of(policy))

    def plan_stages(
        self, intent: Intent, *, remove: bool = False, policy: Policy | None = None
    ) -> StagedPlan:
        """The sequence of transactions for an intent with its prerequisites; see docs/prerequisites.md.

        It has a stage for the labels, and one for each part of the prerequisites that has to change. Where labels of a
        pair in service change, the host routes of the partner are withdrawn before and restored after.

        Args:
            remove: take the labels away, after the host routes of the partner.

        Raises:
            PlanError, Refused, ProtocolError: as for `plan`.
        """
        self._refuse_other_pair(intent)
        return self._planner.stages(intent, self._policy_of(policy), remove=remove)

    def apply_stages(
        self,
        staged: StagedPlan,
        *,
        accept: Collection[str] = (),
        checks: Iterable[Check] = (),
        soak: float | None = None,
        proof: bool = True,
    ) -> tuple[Result, ...]:
        """Apply a sequence, one transaction after the other; the first that does not commit ends it.

        Args:
            staged: as made by `plan_stages`.
            accept, checks, soak, proof: as for `apply`; they are for every stage.

        Raises:
            Refused, TransactionAborted, InDoubt, Diverged: as for `apply`, for one stage; the error says which, and
                what stands of those before it.
        """
        if not isinstance(staged, StagedPlan):
            raise UsageError(
                f"a StagedPlan is wanted, not {type(staged).__name__}", hint="Pair.plan_stages makes one."
            )
        accepted, listed = accepted_risks(accept), listed_checks(checks)
        refuse_risks(staged, accepted)
        apply = partial(self.apply, accept=accepted, checks=listed, soak=soak, proof=proof)
        return apply_in_turn(staged, apply, self._tell)

    def plan_undo(self, entry: Entry, *, policy: Policy | None = None) -> Plan:
        """What has to be done to take a committed transaction back. Nothing is changed.

        It applies the stored inverses, as a transaction of its own. What refers to a VPN instance that it would delete
        is looked for now; between this and `apply` something new may come.

        Args:
            entry: the transaction, from `Pair.journal` or `open_journal`.
            policy: the numbers of the new transaction.

        Raises:
            Refused: the transaction did not commit, the routers have moved on since, or something refers to what
                would be deleted.
            JournalError: the plan in the journal cannot be read.
            ProtocolError: a router does not answer or not sensibly.
        """
        return self._planner.undo(entry, self._policy_of(policy))

    def labels(self) -> LabelReport:
        """Which static labels both routers allow, what uses them, and which are free on both.

        Raises:
            ProtocolError: a router does not answer or not sensibly.
            PlanError: its data cannot be read, or its schema has no static label.
        """
        return self._planner.label_space()

    def audit(self, intent: Intent) -> AuditReport:
        """Whether the pair is protected, and if not, every reason why not. Only reads.

        The core ASBR and the CSG that the intent names are connected to for as long as it takes. What a router that
        cannot be reached or does not answer would tell is unknown, and never counts as holding.

        Raises:
            InventoryError: the inventory lacks a router that the intent names.
            UsageError: the pair was closed, or the intent is of another pair.
        """
        self._refuse_other_pair(intent)
        self._refuse_closed()
        return audit_pair(intent, self._inventory, self._tell, self._sessions.open_devices)

    def apply(
        self,
        plan: Plan,
        *,
        accept: Collection[str] = (),
        checks: Iterable[Check] = (),
        soak: float | None = None,
        proof: bool = True,
    ) -> Result:
        """Apply a plan to both routers, or to neither.

        Before it is confirmed, what it promises must hold on both and nothing may have got worse: docs/transaction.md.

        Args:
            plan: as made by `plan` or `plan_removal`.
            accept: the kinds of risk that are accepted, e.g. ``{"interruption"}``.
            checks: called inside the confirm window, each with a `transaction.Seen`, on a thread of its own; a text
                or an exception takes both back.
            soak: seconds that the new state is watched before it is confirmed; by default as the plan's policy says.
            proof: False confirms even if what the change promises does not hold; the result tells it all the same.

        Raises:
            UsageError: soak and checks do not fit into the confirm timeout.
            Refused: before any edit; `reason` says why.
            TransactionAborted: both routers are as they were.
            InDoubt: what a router holds is not known.
            Diverged: somebody else changed the same nodes.
        """
        refuse_no_plan(plan)
        listed = listed_checks(checks)
        policy_with(plan, soak).refuse_long(checks=bool(listed))
        refuse_risks(plan, accepted_risks(accept))
        self._refuse_other_routers(plan)
        self._have_sessions()
        if plan.is_empty and not plan.policy.save:
            refuse_unfinished(self.journal, plan)
            unwritten = MemoryJournal().begin(opening(plan))
            return replace(self._run(plan, apply_plan(plan), unwritten), transaction="")
        log = self.journal.begin(opening(plan))
        return self._run(
            plan, apply_plan(plan, soak=soak, proof=proof, with_checks=bool(listed)), log, listed
        )

    def watch(
        self, intent: Intent, *, interval: float = INTERVAL, judge: Judge = judge_pair
    ) -> Generator[Watched]:
        """Keep an eye on both routers, over sessions of its own: see docs/watch.md.

        Yields how the pair stands now, then one value for each change that touches what the intent protects, for each
        router that is lost, and for each that is back. It ends with `close`, or with the generator's own ``close``.

        Args:
            intent: what is protected.
            interval: seconds; each router is read at least this often, whatever it announces.
            judge: says why the pair is not whole, given what both routers hold.

        Raises:
            UsageError: another pair's intent, or an interval that is no positive number.
            DeviceUnreachable, ProtocolError: when it is iterated over: a router cannot be reached or read at the
                beginning, or shows another host key later.
        """
        self._refuse_other_pair(intent)
        self._have_sessions()
        entries = {role: self._sessions.entry(role) for role in Role}
        watch = Watch(intent, links_to(intent, entries, self._tell), interval=interval, judge=judge)
        self._watches.append(watch)
        return watch.events()

    @property
    def journal(self) -> Journal:
        """Where the transactions of this pair are written down; opened when first used.

        Raises:
            JournalError: it cannot be opened.
        """
        if self._journal is None or isinstance(self._journal, str | os.PathLike):
            self._journal = open_journal(self._journal)
        return self._journal

    def _run(
        self, plan: Plan, flow: Flow[Result], log: TransactionLog, checks: tuple[Check, ...] = ()
    ) -> Result:
        driver = Driver(
            self._sessions,
            log,
            self._tell,
            learn=self._learn,
            end=partial(close_log, log),
            checks=checks,
            audit=partial(self._audit, plan),
        )
        try:
            result = driver.run(flow)
        except Refused as refused:
            close_refused(log, refused)
            raise
        except BaseException:
            # What is pending reverts by its timer, what is locked is freed with the session; recover finds the rest.
            self._sessions.close()
            raise
        if result.ending is Ending.IN_DOUBT or driver.abandoned:
            self._sessions.close()  # no lock of ours shall stand in the way of the routers' timers, or of a recovery
        return result.raise_for_ending()

    def _audit(self, plan: Plan) -> AuditReport:
        return audit_pair(plan.intent, self._inventory, self._tell, self._sessions.open_devices)

    def _policy_of(self, policy: Policy | None) -> Policy:
        if policy is not None and not isinstance(policy, Policy):
            raise UsageError(
                f"a Policy is wanted, not {type(policy).__name__}",
                where="policy",
                hint="Policy(soak=30) is one.",
            )
        return policy or self._policy

    def _have_sessions(self) -> None:
        """A session that was lost is opened again.

        Raises:
            UsageError: the pair was closed.
            DeviceUnreachable: a router cannot be reached.
        """
        self._refuse_closed()
        for role in Role:
            if not self._sessions[role].alive:
                self._sessions.reopen(role)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise UsageError("this pair is closed", hint="Open it again with open_pair.")

    def _refuse_other_pair(self, intent: Intent) -> None:
        refuse_no_intent(intent)
        for role in Role:
            open_to, wanted = self._sessions.entry(role).name, intent.router(role)
            if open_to != wanted:
                raise UsageError(
                    f"the {role} of this intent is {wanted}, and this pair is open to {open_to}",
                    where=f"pair {intent.pair}",
                    hint="Open a pair with open_pair for each intent.",
                )

    def _refuse_other_routers(self, plan: Plan) -> None:
        for router in plan:
            present = self._sessions[router.role].peer.host_key
            if present != router.view.host_key:
                raise Refused(
                    "the plan was made for another router than the one that answers now",
                    reason=RefusalReason.STALE,
                    where=router.device,
                    hint="Make a new plan.",
                )

    def _learn(self, device: Device) -> None:
        self._memory.remember(server_identity(device.peer), Behaviour(validate_trusted=False, note=LIE))

    def close(self) -> None:
        """Close both sessions. Safe to call twice."""
        self._closed = True
        for watch in self._watches:
            watch.stop()
        self._sessions.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
