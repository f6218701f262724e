"""From an intent and two routers as they were read to a plan: pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..configuration import Change, Node, RouterConfig, apply_changes, invert
from ..dialects import Dialect
from ..diff import Difference, protect, remove
from ..errors import PlanError, Problem, RefusalReason, Refused
from ..intent import Intent, dump_intent
from ..label_space import Settled, free_hint, settle_labels
from ..netconf import rpc
from ..netconf.rpc import Rpc
from ..policy import Policy
from .attribution import Attribution
from .model import Action, Plan, Risk, RiskKind, RouterPlan, RouterView, ServerProfile, running_filters
from .origins import origins_of
from .proof import proof_reads
from .schema_words import schema_notes, schema_problems

if TYPE_CHECKING:
    from ..schema import Violation

_LABEL_NODES = (Node.LABEL_MODE, Node.STATIC_LABEL)


Judge = Callable[[RouterView, Rpc], tuple["Violation", ...]]
"""Says what an edit-config would make wrong on a router by the router's own schema."""


def make_plan(
    intent: Intent, master: RouterView, backup: RouterView, policy: Policy, judge: Judge | None = None
) -> Plan:
    """The plan that gives both routers the intent's labels.

    Args:
        judge: asked before anything is promised; without one only the rules of a pair are looked at.

    Raises:
        PlanError: a router cannot hold what is wanted; every reason on either router is named.
        Refused: a router's capabilities do not allow the guarantee that the policy asks for.
    """
    views = master, backup
    settled = _settled(intent, views)
    found = [_protected(settled.intent, view, views, judge) for view in views]
    notes = (*settled.notes, *(gap for view in views for gap in view.label_gaps))
    touched = {change.vpn for difference in found for change in difference.changes}
    notes += tuple(note for view in views for note in _down(view, touched))
    found.append(Difference((), settled.problems, notes))
    return assembled(Action.PROTECT, settled.intent, views, found, policy, written=intent)


def _settled(intent: Intent, views: tuple[RouterView, RouterView]) -> Settled:
    """The intent with a number for each ``auto``."""
    held = {
        view.role: {vpn.name: vpn.static_label for vpn in view.running.vpns.values() if vpn.static_label}
        for view in views
    }
    return settle_labels(intent, {view.role: view.labels for view in views}, held)


def _protected(
    intent: Intent, view: RouterView, views: tuple[RouterView, RouterView], judge: Judge | None
) -> Difference:
    difference = protect(
        intent, view.role, view.device, view.running, view.uses, automatic_rd=view.automatic_rd
    )
    notes = (*difference.notes, *schema_notes(view))
    if judge is None or not difference.changes:
        return replace(difference, notes=notes)
    violations = judge(view, edit_rpc(view.dialect, difference.changes, view.server))
    free = free_hint(*(each.labels for each in views)) if violations else ""
    origins = origins_of(intent, view.role, difference.changes)
    attribution = Attribution(view.device, view.dialect, origins)
    problems = schema_problems(attribution, view, violations, free)
    told = {_vpn_of(problem) for problem in difference.problems}
    more = [
        problem
        for violation, problem in zip(violations, problems, strict=True)
        if violation.rule != "when" or _vpn_of(problem) not in told
    ]
    return replace(difference, problems=(*difference.problems, *more), notes=notes)


def _vpn_of(problem: Problem) -> str:
    """The entry of the intent. What it lacks makes conditions of the schema false as well, which nobody need read."""
    return problem.field.partition("]")[0]


def _down(view: RouterView, touched: Collection[str]) -> Iterator[str]:
    """What is down now would have to come up in the confirm window."""
    for state in view.states:
        if state.status == "down" and state.name in touched:
            yield (
                f"{state.name} is down on {view.device}: unless it comes up, the change is taken back "
                "(--no-proof confirms it all the same)"
            )


def make_removal(intent: Intent, master: RouterView, backup: RouterView, policy: Policy) -> Plan:
    """The plan that takes the static labels of the intent's VPN instances away from both routers.

    Raises:
        Refused: as for `make_plan`.
    """
    found = [remove(intent, view.device, view.running) for view in (master, backup)]
    return assembled(Action.REMOVE, intent, (master, backup), found, policy, written=intent)


def assembled(
    action: Action,
    intent: Intent,
    views: tuple[RouterView, RouterView],
    found: Sequence[Difference],
    policy: Policy,
    *,
    written: Intent,
    stage: str = "",
) -> Plan:
    """The plan that makes these differences.

    Args:
        intent: with a number for each label that is promised.
        found: a difference for each view, in order; what else it has concerns both.
        written: the intent as it was given.
        stage: see `Plan`.
    """
    problems = [problem for difference in found for problem in difference.problems]
    if problems:
        raise PlanError(problems)
    refuse_weak(views, policy)
    changes = [change for difference in found for change in difference.changes]
    master, backup = (
        replace(_router(action, intent, view, difference), proof=proof_reads(view, changes))
        for view, difference in zip(views, found, strict=False)
    )
    return Plan(
        pair=intent.pair,
        action=action,
        intent_digest=written.digest,
        master=master,
        backup=backup,
        risks=tuple(risks_of(master, backup)),
        notes=tuple(note for difference in found for note in difference.notes),
        policy=policy,
        intent_text=dump_intent(written),
        stage=stage,
        written=written,
    )


def refuse_weak(views: Iterable[RouterView], policy: Policy) -> None:
    """Raises `Refused` for servers that allow less than the policy asks for."""
    weak = [view for view in views if not view.server.guarantee.satisfies(policy.minimum_guarantee)]
    if weak:
        levels = " and ".join(dict.fromkeys(str(view.server.guarantee) for view in weak))
        raise Refused(
            f"the server allows guarantee level {levels}; the policy asks for {policy.minimum_guarantee}",
            reason=RefusalReason.GUARANTEE,
            where=" and ".join(view.device for view in weak),
            hint="Level A needs :candidate, :validate and :confirmed-commit:1.1 in the server's hello.",
        )


def _router(action: Action, intent: Intent, view: RouterView, difference: Difference) -> RouterPlan:
    names = [vpn.name for vpn in intent.vpn_instances]
    dialect, changes = view.dialect, difference.changes
    return RouterPlan(
        view=view,
        changes=changes,
        after=apply_changes(view.running, changes),
        edit=edit_rpc(dialect, changes, view.server) if changes else None,
        inverse=edit_rpc(dialect, invert(changes), view.server) if changes else None,
        read=running_read(dialect, view.running),
        read_labels=rpc.get_config("running", subtree=dialect.labels_filter()),
        read_state=rpc.get(subtree=dialect.state_filter(names)),
        read_trial=rpc.get(subtree=dialect.trial_filter()) if view.server.tells_trial else None,
        labels=_promised(intent) if action is Action.PROTECT else {},
        origins=origins_of(intent, view.role, changes),
    )


def running_read(dialect: Dialect, scope: RouterConfig) -> Rpc:
    """The get-config that shows all that a configuration is about."""
    first, *more = running_filters(dialect, scope)
    return rpc.get_config("running", subtree=first, more=more)


def _promised(intent: Intent) -> dict[str, int]:
    return {vpn.name: vpn.static_label for vpn in intent.vpn_instances if isinstance(vpn.static_label, int)}


def edit_rpc(
    dialect: Dialect, changes: tuple[Change, ...], server: ServerProfile, *, blind: bool = False
) -> Rpc:
    return rpc.edit_config(
        dialect.config(changes, blind=blind),
        test_option="test-then-set" if server.test_then_set else None,
        error_option="rollback-on-error" if server.rollback_on_error else None,
    )


def risks_of(master: RouterPlan, backup: RouterPlan) -> Iterator[Risk]:
    """What has to be accepted before these two are applied."""
    for router in (master, backup):
        touched = dict.fromkeys(change.vpn for change in router.changes if change.node in _LABEL_NODES)
        if touched:
            yield Risk(
                RiskKind.INTERRUPTION,
                f"{router.device} re-advertises the IPv4 routes of {', '.join(touched)}: "
                "a short interruption of service",
            )
        peers = [change.vpn for change in router.changes if change.node is Node.LABELED]
        if peers:
            yield Risk(
                RiskKind.SESSION_RESET,
                f"{router.device} resets its BGP session to {' and to '.join(peers)}, on both routers at about the "
                "same time: what is routed over it is interrupted until it is back",
            )
    yield from _relabels(master, backup)


def _relabels(master: RouterPlan, backup: RouterPlan) -> Iterator[Risk]:
    """A pair that is protected now and gets another label is not protected between the two commits."""
    for name in master.labels:
        old, other = master.before[name].static_label, backup.before[name].static_label
        new = master.after[name].static_label
        if old is not None and old == other and new != old:
            yield Risk(
                RiskKind.RELABEL,
                f"{name} goes from label {old} to {new} on a live pair: if the master fails between the two "
                "commits, its traffic is dropped or delivered to the wrong VPN",
            )
