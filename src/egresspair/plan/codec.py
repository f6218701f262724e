"""A plan as JSON values and back, so that a recovery in another process knows what was to be done.

The bytes that are sent are kept as they are; the digest of what comes back equals that of what went in.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ..configuration import Change, Node, RouterConfig, VpnConfig, apply_changes
from ..intent import Role
from ..netconf.capabilities import GuaranteeLevel
from ..netconf.rpc import Rpc
from ..policy import Policy
from .model import Action, Plan, Risk, RiskKind, RouterPlan, RouterView, ServerProfile
from .origins import Origin

FORMAT = 1


class UnreadablePlan(ValueError):
    """The facts are not those of a plan, or of one that this version cannot read."""


def plan_facts(plan: Plan) -> dict[str, Any]:
    """Everything that `plan_from_facts` needs. No secret is in a plan."""
    return {
        "format": FORMAT,
        "digest": plan.digest,
        "pair": plan.pair,
        "action": plan.action.value,
        "intent": plan.intent_digest,
        "intent_text": plan.intent_text,
        "routers": [_router_facts(router) for router in plan.routers],
        "risks": [[risk.kind.value, risk.what] for risk in plan.risks],
        "notes": list(plan.notes),
        "policy": _named(plan.policy),
        "stage": plan.stage,
    }


def _router_facts(router: RouterPlan) -> dict[str, Any]:
    view = router.view
    return {
        "role": view.role.value,
        "device": view.device,
        "platform": view.platform,
        "host_key": view.host_key,
        "server": _named(view.server),
        "before": [_vpn_facts(vpn) for vpn in view.running.vpns.values()],
        "settings": [[*setting, value] for setting, value in view.running.settings.items()],
        "changes": [
            [change.vpn, change.node.value, change.before, change.after] for change in router.changes
        ],
        "rpcs": {
            name: None if rpc is None else [rpc.name, rpc.body.decode()]
            for name, rpc in (
                ("edit", router.edit),
                ("inverse", router.inverse),
                ("read", router.read),
                ("read_labels", router.read_labels),
                ("read_state", router.read_state),
                ("read_trial", router.read_trial),
            )
        },
        "labels": dict(router.labels),
        "references": _rpcs_facts(router.references),
        "label_reads": _rpcs_facts(view.label_reads),
        "origins": [_named(origin) | {"node": origin.node.value} for origin in router.origins],
    }


def _named(value: Any) -> dict[str, Any]:
    """The fields of a dataclass. `asdict` would copy what is in them, and a change waits for it."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _rpcs_facts(rpcs: tuple[Rpc, ...]) -> list[list[str]]:
    return [[rpc.name, rpc.body.decode()] for rpc in rpcs]


def _vpn_facts(vpn: VpnConfig) -> dict[str, Any]:
    return _named(vpn) | {"imports": sorted(vpn.imports), "exports": sorted(vpn.exports)}


def plan_from_facts(facts: dict[str, Any]) -> Plan:
    """The plan again.

    Raises:
        UnreadablePlan: something is missing, of another format, or not what was written.
    """
    try:
        plan, digest = _plan(facts), facts["digest"]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnreadablePlan(f"not a plan of format {FORMAT}: {error!r}") from error
    if plan.digest != digest:
        raise UnreadablePlan("the plan is not the one that its digest was taken of")
    return plan


def _plan(facts: dict[str, Any]) -> Plan:
    if facts["format"] != FORMAT:
        raise ValueError(f"format {facts['format']}")
    master, backup = (_router(router) for router in facts["routers"])
    policy = dict(facts["policy"])
    policy["minimum_guarantee"] = GuaranteeLevel(policy["minimum_guarantee"])
    return Plan(
        pair=facts["pair"],
        action=Action(facts["action"]),
        intent_digest=facts["intent"],
        master=master,
        backup=backup,
        risks=tuple(Risk(RiskKind(kind), what) for kind, what in facts["risks"]),
        notes=tuple(facts["notes"]),
        policy=Policy(**policy),
        intent_text=str(facts.get("intent_text", "")),
        stage=str(facts.get("stage", "")),
    )


def _router(facts: dict[str, Any]) -> RouterPlan:
    server = dict(facts["server"])
    server["guarantee"] = GuaranteeLevel(server["guarantee"])
    view = RouterView(
        role=Role(facts["role"]),
        device=facts["device"],
        platform=facts["platform"],
        host_key=facts["host_key"],
        server=ServerProfile(**server),
        running=RouterConfig(
            {vpn["name"]: _vpn(vpn) for vpn in facts["before"]},
            {(holder, Node(node)): value for holder, node, value in facts.get("settings", ())},
        ),
        label_reads=_rpcs(facts, "label_reads"),
    )
    changes = tuple(Change(vpn, Node(node), before, after) for vpn, node, before, after in facts["changes"])
    rpcs = {
        name: None if rpc is None else Rpc(rpc[0], rpc[1].encode()) for name, rpc in facts["rpcs"].items()
    }
    return RouterPlan(
        view=view,
        changes=changes,
        after=apply_changes(view.running, changes),
        edit=rpcs["edit"],
        inverse=rpcs["inverse"],
        read=_present(rpcs["read"]),
        read_labels=_present(rpcs["read_labels"]),
        read_state=_present(rpcs["read_state"]),
        labels={name: int(label) for name, label in facts["labels"].items()},
        read_trial=rpcs.get("read_trial"),
        references=_rpcs(facts, "references"),
        origins=tuple(_origin(origin) for origin in facts.get("origins", ())),
    )


def _origin(facts: dict[str, Any]) -> Origin:
    return Origin(**{**facts, "node": Node(facts["node"])})


def _rpcs(facts: dict[str, Any], name: str) -> tuple[Rpc, ...]:
    """Operations that an earlier version did not write down: then there were none."""
    return tuple(Rpc(name, body.encode()) for name, body in facts.get(name, ()))


def _present(rpc: Rpc | None) -> Rpc:
    if rpc is None:
        raise ValueError("a read is missing")
    return rpc


def _vpn(facts: dict[str, Any]) -> VpnConfig:
    return VpnConfig(
        **{**facts, "imports": frozenset(facts["imports"]), "exports": frozenset(facts["exports"])}
    )
