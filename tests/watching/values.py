"""Routers as they may be seen, by a few words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from egresspair.configuration import LabelOwner, RouterConfig, VpnConfig
from egresspair.intent import Intent, Role
from egresspair.watching import PairState, RouterState
from pair.documents import intent

INTENT: Intent = intent()
VPNA = VpnConfig(
    "vpna",
    exists=True,
    family=True,
    route_distinguisher="200:1",
    label_mode="per-instance",
    static_label=2001,
    imports=frozenset({"200:1"}),
    exports=frozenset({"200:1"}),
)


def router(role: Role = Role.MASTER, *, others: dict[str, int] | None = None, **leaves: Any) -> RouterState:
    """A router with a whole vpna; other leaves of it, and other owners of labels, as given."""
    vpn = replace(VPNA, **leaves)
    owners = [LabelOwner("vpna", "ipv4-unicast", vpn.static_label)] if vpn.static_label else []
    owners += [LabelOwner(name, "ipv4-unicast", label) for name, label in (others or {}).items()]
    return RouterState(role, INTENT.router(role), RouterConfig.of([vpn]), tuple(owners))


def pair(backup: RouterState | None = None, master: RouterState | None = None) -> PairState:
    """Two routers, whole unless told otherwise."""
    return PairState(master or router(), backup or router(Role.BACKUP))
