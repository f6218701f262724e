"""A plan for the eyes: plain text, and plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ..configuration import Change
from ..device_schema import SchemaFacts
from ..netconf.rpc import Rpc
from .model import Action, Plan, RouterPlan, Saving
from .schema_words import shown_kind

SIGNS = {"added": "+", "changed": "~", "removed": "-"}
NOTHING_TO_DO = {
    Action.PROTECT: "both routers already hold what the intent says",
    Action.REMOVE: "both routers already hold no static label of the intent",
    Action.UNDO: "both routers are back already at what they held before",
}
UNSAVED = "one reboot would bring the old configuration back and split the pair"


def plan_text(plan: Plan) -> str:
    """The plan as a person wants to see it, without colours."""
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    yield f"Plan {plan.digest[:12]}: {plan.action} pair {plan.pair}"
    for router in plan.routers:
        yield from _router_lines(router, plan)
    if plan.is_empty:
        yield f"Nothing to do: {NOTHING_TO_DO[plan.action]}."
    yield from (f"Note: {note}" for note in plan.notes)
    yield from (f"Risk {risk}" for risk in plan.risks)
    if plan.unsaved:
        yield f"WARNING: not saved to startup on {' and '.join(plan.unsaved)}: {UNSAVED}."


def _router_lines(router: RouterPlan, plan: Plan) -> Iterator[str]:
    view = router.view
    facts = [view.role.value, view.platform, f"guarantee {view.server.guarantee}"]
    if view.server.software:
        facts.append(view.server.software)
    yield f"  {router.device} ({', '.join(facts)})"
    if kind := shown_kind(view.schema):
        yield f"    {kind}"
    if not router.changes:
        yield "    no change"
    for vpn, changes in groupby(router.changes, key=lambda change: change.vpn):
        yield f"    {vpn}"
        yield from (f"      {change_line(change)}" for change in changes)
    saving = router.saving(save=plan.policy.save)
    if saving is not Saving.UNCHANGED:
        yield f"    {'will be ' if plan.policy.save and saving is Saving.SAVED else ''}{saving}"


def change_line(change: Change) -> str:
    """``+ static-label 2001``."""
    value = (
        f"{change.before} -> {change.after}" if change.kind == "changed" else change.after or change.before
    )
    return f"{SIGNS[change.kind]} {change.node} {value}"


def plan_dict(plan: Plan) -> dict[str, Any]:
    """The plan as plain values; payloads are text, exactly as they are sent."""
    return {
        "plan": plan.digest,
        "pair": plan.pair,
        "action": plan.action.value,
        "intent": plan.intent_digest,
        "empty": plan.is_empty,
        "routers": [_router_dict(router, plan) for router in plan.routers],
        "risks": [{"kind": risk.kind.value, "what": risk.what} for risk in plan.risks],
        "notes": list(plan.notes),
    }


def _router_dict(router: RouterPlan, plan: Plan) -> dict[str, Any]:
    return {
        "device": router.device,
        "role": router.role.value,
        "platform": router.view.platform,
        "guarantee": router.view.server.guarantee.value,
        "software": router.view.server.software,
        "schema": schema_dict(router.view.schema),
        "changes": [
            {
                "vpn_instance": change.vpn,
                "node": change.node.value,
                "kind": change.kind,
                "before": change.before,
                "after": change.after,
            }
            for change in router.changes
        ],
        "edit_config": _payload(router.edit),
        "inverse": _payload(router.inverse),
        "startup": router.saving(save=plan.policy.save).value,
    }


def _payload(rpc: Rpc | None) -> str | None:
    return rpc.body.decode() if rpc else None


def schema_dict(facts: SchemaFacts) -> dict[str, Any]:
    """What is known of a schema as plain values."""
    ranges = facts.label_ranges
    return {
        "origin": facts.origin.value,
        "why": facts.why,
        "digest": facts.digest,
        "platform": facts.platform,
        "release": facts.release,
        "modules": list(facts.modules),
        "deviations": list(facts.deviations),
        "label_ranges": None if ranges is None else [list(interval) for interval in ranges],
        "no_label": facts.no_label,
    }
