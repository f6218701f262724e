"""Routers to plan for, by what is on them."""

from __future__ import annotations

from typing import Any

from egresspair.configuration import LabelOwner, RouterConfig, VpnConfig
from egresspair.intent import Intent, Role
from egresspair.label_space import LabelUses
from egresspair.netconf.capabilities import GuaranteeLevel
from egresspair.plan import Plan, RouterView, ServerProfile, make_plan, make_removal
from egresspair.policy import Policy

PROFILE = {
    "guarantee": GuaranteeLevel.A,
    "test_then_set": True,
    "rollback_on_error": True,
    "validates": True,
    "startup": True,
}


def server(**changes: Any) -> ServerProfile:
    """A server that offers everything, but for these."""
    return ServerProfile(**{**PROFILE, **changes})


def vpn(name: str = "vpna", **changes: Any) -> VpnConfig:
    """A VPN instance with an RD, and what else is said."""
    return VpnConfig(
        **{"name": name, "exists": True, "family": True, "route_distinguisher": "200:1", **changes}
    )


def intent(*labels: int, names: tuple[str, ...] = ("vpna", "vpnb"), **changes: Any) -> Intent:
    """A VPN instance for each label, 2001 for vpna by default."""
    vpns = [
        {"name": name, "static_label": label} for name, label in zip(names, labels or (2001,), strict=False)
    ]
    values = {"pair": "metro-7", "master": "masg-1", "backup": "masg-2", "vpn_instances": vpns}
    return Intent.model_validate({**values, **changes})


def view(
    role: Role,
    wanted: Intent,
    *vpns: VpnConfig,
    profile: ServerProfile | None = None,
    owners: tuple[LabelOwner, ...] = (),
    host_key: str = "",
) -> RouterView:
    """The router as it would be read."""
    name = wanted.router(role)
    running = RouterConfig.of([*(VpnConfig(each.name) for each in wanted.vpn_instances), *vpns])
    key = host_key or f"SHA256:{role}"
    return RouterView(role, name, "huawei-vrp", key, profile or server(), running, uses=LabelUses(owners))


def plan(
    wanted: Intent | None = None,
    master: VpnConfig | None = None,
    backup: VpnConfig | None = None,
    *,
    removal: bool = False,
    policy: Policy | None = None,
    profile: ServerProfile | None = None,
    host_key: str = "",
) -> Plan:
    """A plan for routers that have vpna without a label, unless told otherwise."""
    chosen = wanted or intent()
    views = (
        view(Role.MASTER, chosen, master or vpn(), profile=profile, host_key=host_key),
        view(Role.BACKUP, chosen, backup or vpn(), profile=profile),
    )
    make = make_removal if removal else make_plan
    return make(chosen, *views, policy or Policy())
