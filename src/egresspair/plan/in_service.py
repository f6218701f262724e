"""A label that changes while the core may use it: what the routers originate decides whether that is safe.

Both routers cannot change a label at the same instant. As long as each originates only what is its own, nobody sends
the backup a packet with the master's label; with the partner's host route originated as well, the core does as soon
as the master fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..audit.facts import Facts, MasgFacts
from ..audit.host_routes import originating, owner_of
from ..intent import Intent, Role
from .model import Plan, Risk, RiskKind

__all__ = ["in_service_risks", "is_relabelling", "partners_of"]

_DANGER = (
    "while labels change: what the core sends there can be dropped or delivered to the wrong VPN. "
    "--staged withdraws it first"
)


def is_relabelling(plan: Plan) -> bool:
    """True if a VPN instance that has one label on both routers gets another."""
    return any(risk.kind is RiskKind.RELABEL for risk in plan.risks)


def in_service_risks(intent: Intent, facts: Facts) -> tuple[Risk, ...]:
    """One risk for each host route under which the core may reach the wrong router while the labels differ."""
    return tuple(Risk(RiskKind.IN_SERVICE, what) for what in _reasons(intent, facts))


def _reasons(intent: Intent, facts: Facts) -> Iterator[str]:
    for route in intent.protected_host_routes:
        partners = partners_of(route, facts)
        found = {role: _originates(facts.masg(role), route) for role in partners}
        may = [role for role in partners if found[role] is not False]
        if len(partners) == len(Role) and len(may) < len(Role):
            continue  # whoever owns it, only one of them originates it
        if may:
            names = " and ".join(intent.router(role) for role in may)
            known = all(found[role] for role in may)
            yield f"{names}: {'' if known else 'perhaps '}{_told(intent, route, partners)}, {_DANGER}"


def _originates(masg: MasgFacts, route: str) -> bool | None:
    """None if it is not known."""
    found = originating(masg, route) if masg.originations.known else None
    return None if found is None else bool(found)


def _told(intent: Intent, route: str, partners: tuple[Role, ...]) -> str:
    if len(partners) == len(Role):
        return f"originates {route}, which both routers share"
    owner = next(role for role in Role if role not in partners)
    return f"originates {route}, the host route of {intent.router(owner)}"


def partners_of(route: str, facts: Facts) -> tuple[Role, ...]:
    """Who originates a host route for a partner, if it does: not its owner; either, if nobody or both own it."""
    owner = owner_of(route, facts)
    return tuple(role for role in Role if role is not owner)
