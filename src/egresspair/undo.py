"""Taking a finished transaction back: a plan that applies its stored inverse, and every reason not to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from .configuration import Reference, RouterConfig, apply_changes, invert
from .errors import JournalError, RefusalReason, Refused, UsageError
from .intent import Intent, Role, parse_intent
from .journal import Entry
from .plan import Action, Plan, RouterPlan, RouterView
from .plan.codec import UnreadablePlan, plan_from_facts
from .plan.make import refuse_weak, risks_of
from .plan.proof import proof_reads
from .plan.references import reference_reads
from .policy import Policy

Views = Mapping[Role, RouterView]
ReferencesOf = Callable[[RouterPlan], Sequence[Reference]]
"""Asks a router what refers to that which the plan would delete on it; see `RouterPlan.references`."""

_COMMITTED = "COMMITTED"


def undone_plan(entry: Entry) -> Plan:
    """The plan that a transaction applied.

    Raises:
        UsageError: this is no entry of a journal.
        Refused: it did not end as COMMITTED, so that there is nothing to undo.
        JournalError: the plan in it cannot be read.
    """
    if not isinstance(entry, Entry):
        raise UsageError(
            f"an entry of the journal is wanted, not {type(entry).__name__}",
            where="entry",
            hint="Journal.entry gives that of a transaction's id.",
        )
    where = f"transaction {entry.id}"
    if entry.end is None:
        raise Refused(
            "it is not finished",
            reason=RefusalReason.UNFINISHED,
            where=where,
            hint="If its process is gone, run egresspair recover; what that leaves can be undone then.",
        )
    if entry.end.outcome != _COMMITTED:
        raise Refused(
            f"it ended as {entry.end.outcome}, not as {_COMMITTED}: it left nothing to undo",
            reason=RefusalReason.STALE,
            where=where,
            hint="history shows what it did.",
        )
    try:
        return plan_from_facts(dict(entry.facts))
    except UnreadablePlan as error:
        raise JournalError(str(error), where=where, hint="Another version wrote it?") from error


def intent_of(entry: Entry) -> Intent:
    """The intent that a committed transaction was made from.

    Raises:
        Refused: as `undone_plan`.
        JournalError: there is no intent in it, or not the one that its plan was made from.
    """
    plan = undone_plan(entry)
    where = f"intent of transaction {entry.id}"
    if not plan.intent_text:
        raise JournalError("it is not in the journal", where=where, hint="An earlier version wrote it.")
    intent = parse_intent(plan.intent_text, name=where)
    if intent.digest != plan.intent_digest:
        raise JournalError("it is not the one that the plan was made from", where=where)
    return intent


def make_undo(entry: Entry, views: Views, policy: Policy, references_of: ReferencesOf) -> Plan:
    """The plan that takes a committed transaction back on both routers; empty if that was done already.

    Args:
        entry: the transaction, as the journal has it.
        views: both routers as they are now.
        policy: the numbers of the new transaction.
        references_of: asked only about routers from which something would be deleted.

    Raises:
        Refused: the routers hold something else than what that transaction left, a label has another owner meanwhile,
            or something refers to what would be deleted.
        JournalError: see `undone_plan`.
    """
    old = undone_plan(entry)
    _refuse_other_routers(entry, old, views)
    back = _are_back(old, views)
    if not back:
        _refuse_moved(entry, old, views)
    refuse_weak(views.values(), policy)
    routers = [_router(old[role], views[role], back=back) for role in Role]
    changes = [change for router in routers for change in router.changes]
    master, backup = (replace(router, proof=proof_reads(router.view, changes)) for router in routers)
    for router in (master, backup):
        _refuse_taken_labels(router)
        _refuse_references(router, references_of)
    return Plan(
        pair=old.pair,
        action=Action.UNDO,
        intent_digest=old.intent_digest,
        master=master,
        backup=backup,
        risks=tuple(risks_of(master, backup)),
        notes=(f"it takes back transaction {entry.id} of {entry.who}", *_unequal(master, backup)),
        policy=policy,
        intent_text=old.intent_text,
    )


def _unequal(master: RouterPlan, backup: RouterPlan) -> Iterator[str]:
    """Going back may lead to a pair that was not protected then: the operator is told now."""
    for name in master.after.vpns:
        labels = master.after[name].static_label, backup.after[name].static_label
        if labels[0] != labels[1]:
            shown = [str(label or "none") for label in labels]
            yield f"{name} will hold different labels again, {shown[0]} and {shown[1]}: it is not protected then"


def _are_back(old: Plan, views: Views) -> bool:
    return all(views[role].running.same_as(old[role].before) for role in Role)


def _refuse_other_routers(entry: Entry, old: Plan, views: Views) -> None:
    for role in Role:
        if views[role].host_key != old[role].view.host_key:
            raise Refused(
                f"transaction {entry.id} was applied to another router than the one that answers now",
                reason=RefusalReason.STALE,
                where=views[role].device,
                hint="Compare the host keys.",
            )


def _refuse_moved(entry: Entry, old: Plan, views: Views) -> None:
    moved = [views[role].device for role in Role if not views[role].running.same_as(old[role].after)]
    if moved:
        raise Refused(
            f"the configuration is not any more what transaction {entry.id} left",
            reason=RefusalReason.STALE,
            where=" and ".join(moved),
            hint="Undo what came later first, or plan what you want now.",
        )


def _router(old: RouterPlan, view: RouterView, *, back: bool) -> RouterPlan:
    """The same router with edit and inverse exchanged: the bytes that were shown and journalled then."""
    changes = () if back else invert(old.changes)
    after = apply_changes(view.running, changes)
    plan = replace(
        old,
        view=view,
        changes=changes,
        after=after,
        edit=None if back else old.inverse,
        inverse=None if back else old.edit,
        labels=_promised(after),
        references=(),
        origins=(),
    )
    return replace(plan, references=reference_reads(plan))


def _promised(after: RouterConfig) -> dict[str, int]:
    return {vpn.name: vpn.static_label for vpn in after.vpns.values() if vpn.static_label is not None}


def _refuse_taken_labels(router: RouterPlan) -> None:
    """A label that was free once may be another VPN's by now."""
    for name, label in router.labels.items() if router.edit else ():
        for owner in router.view.uses.strangers({name: label}):
            raise Refused(
                f"label {label}, which {name} would get back, is {owner.held} now",
                reason=RefusalReason.STALE,
                where=router.device,
                hint="Plan another label instead.",
            )


def _refuse_references(router: RouterPlan, references_of: ReferencesOf) -> None:
    found = references_of(router) if router.references else ()
    if found:
        raise Refused(
            "; ".join(f"{each.vpn}: {each.what}" for each in found)
            + ". It would be deleted or left behind with the VPN instance",
            reason=RefusalReason.STALE,
            where=router.device,
            hint="Remove it first, or keep the VPN instance and use remove for the label.",
        )
