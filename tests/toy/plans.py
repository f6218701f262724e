"""Plans to run on the toy network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from egresspair.configuration import RouterConfig, VpnConfig, VpnState
from egresspair.dialects import audit_dialect_named
from egresspair.intent import Intent, Role
from egresspair.netconf import rpc
from egresspair.netconf.capabilities import GuaranteeLevel
from egresspair.netconf.rpc import Rpc
from egresspair.plan import Plan, RouterView, ServerProfile, make_plan, make_removal
from egresspair.policy import Policy

SERVER = ServerProfile(
    guarantee=GuaranteeLevel.A, test_then_set=True, rollback_on_error=True, validates=True, startup=False
)
BARE = VpnConfig("vpna", exists=True, family=True, route_distinguisher="200:1")
LABELLED = VpnConfig("vpna", exists=True, family=True, route_distinguisher="200:1", static_label=2001)


def intent(label: int | str = 2001, **more: Any) -> Intent:
    vpn = {"name": "vpna", "static_label": label, "route_distinguisher": "200:1"} | more
    return Intent.model_validate(
        {"pair": "metro-7", "master": "masg-1", "backup": "masg-2", "vpn_instances": [vpn]}
    )


def view(role: Role, vpn: VpnConfig = BARE, server: ServerProfile = SERVER, **more: Any) -> RouterView:
    name = "masg-1" if role is Role.MASTER else "masg-2"
    return RouterView(role, name, "huawei-vrp", f"SHA256:{name}", server, RouterConfig.of([vpn]), **more)


def plan(
    master: VpnConfig = BARE,
    backup: VpnConfig = BARE,
    *,
    label: int = 2001,
    server: ServerProfile = SERVER,
    policy: Policy | None = None,
) -> Plan:
    views = view(Role.MASTER, master, server), view(Role.BACKUP, backup, server)
    return make_plan(intent(label), *views, policy or Policy())


def asking(plan: Plan) -> tuple[Plan, Rpc]:
    """The plan for routers that tell which labels are idle, and the operation by which they are asked."""
    read = rpc.get(subtree=b'<mpls-res xmlns="urn:huawei:yang:huawei-mpls-res"/>')
    master, backup = (replace(each, view=replace(each.view, label_reads=(read,))) for each in plan)
    return replace(plan, master=master, backup=backup), read


def told(plan: Plan) -> Plan:
    """The plan for routers that told of the state of their VPN instances when it was made."""
    master, backup = (
        replace(
            each,
            view=replace(each.view, states=tuple(VpnState(name, None, "up") for name in each.before.vpns)),
        )
        for each in plan
    )
    return replace(plan, master=master, backup=backup)


def comparing(plan: Plan) -> tuple[Plan, Rpc]:
    """The plan for routers that tell the labels of their other VPN instances, and the operation that asks for them."""
    read = next(iter(audit_dialect_named("huawei-vrp").proof_reads()))
    master, backup = (replace(each, proof=(read,)) for each in plan)
    return replace(plan, master=master, backup=backup), read.rpc


def removal(master: VpnConfig = LABELLED, backup: VpnConfig = LABELLED) -> Plan:
    return make_removal(intent(), view(Role.MASTER, master), view(Role.BACKUP, backup), Policy())


def replace_startup() -> ServerProfile:
    """A server with a startup datastore of its own."""
    return replace(SERVER, startup=True)
