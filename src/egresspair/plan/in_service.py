"""A label that changes while the core may use it: what the routers originate decides whether that is safe.

Both routers cannot change a label at the same instant. As long as each originates only what is its own, nobody sends
the backup a packet with the master's label; with the partner's host route originated as well, the core does as soon
as the master fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..audit.facts import Facts, MasgFacts
from ..audit.host_routes import address_of, originating
from ..intent import Intent, Role
from .model import Plan, Risk, RiskKind

__all__ = ["in_service_risks", "is_relabelling", "keeps", "leaves_without_label", "owners_of"]

Owners = Mapping[str, frozenset[Role]]
"""Whose address a protected host route is; nobody's, if that is not known."""

_LOST = "what the core sends there can be dropped or delivered to the wrong VPN"
_CHANGING = f"while labels change: {_LOST}. --staged withdraws it first"
_REMOVED = f"and the labels go away: from then on {_LOST}. Withdraw it first, or let prerequisites of the intent do so"


def leaves_without_label(plan: Plan) -> bool:
    """True if a label that both routers hold is taken away."""
    return any(
        plan.master.before[vpn].static_label is not None
        and plan.backup.before[vpn].static_label is not None
        and plan.master.after[vpn].static_label is None
        for vpn in plan.master.before.vpns
    )


def is_relabelling(plan: Plan) -> bool:
    """True if a VPN instance that has one label on both routers gets another."""
    return any(risk.kind is RiskKind.RELABEL for risk in plan.risks)


def in_service_risks(intent: Intent, facts: Facts, *, removal: bool = False) -> tuple[Risk, ...]:
    """One risk for each host route under which the core may reach the wrong router while the labels differ, or, at a
    removal, are gone.
    """
    danger = _REMOVED if removal else _CHANGING
    return tuple(Risk(RiskKind.IN_SERVICE, f"{what}, {danger}") for what in _reasons(intent, facts))


def _reasons(intent: Intent, facts: Facts) -> Iterator[str]:
    for route, owners in owners_of(intent, lambda: facts).items():
        partners = [role for role in Role if owners != {role}]
        found = {role: _originates(facts.masg(role), route) for role in partners}
        may = [role for role in partners if found[role] is not False]
        if len(partners) == len(Role) and len(may) < len(Role):
            continue  # whoever owns it, only one of them originates it
        if may:
            names = " and ".join(intent.router(role) for role in may)
            known = all(found[role] for role in may)
            yield f"{names}: {'' if known else 'perhaps '}{_told(intent, route, partners)}"


def _originates(masg: MasgFacts, route: str) -> bool | None:
    """None if it is not known."""
    found = originating(masg, route) if masg.originations.known else None
    return None if found is None else bool(found)


def _told(intent: Intent, route: str, partners: list[Role]) -> str:
    if len(partners) == len(Role):
        return f"originates {route}, which both routers share"
    owner = next(role for role in Role if role not in partners)
    return f"originates {route}, the host route of {intent.router(owner)}"


def keeps(role: Role, owners: frozenset[Role]) -> bool:
    """True if a router goes on originating a host route of these owners: its own, or as the master a shared one."""
    return role in owners and (len(owners) == 1 or role is Role.MASTER)


def owners_of(intent: Intent, facts_of: Callable[[], Facts]) -> Owners:
    """By the loopbacks of the intent; what these do not say, the routers are asked."""
    loopbacks = intent.prerequisites.loopbacks if intent.prerequisites else None
    named = {
        route: frozenset(role for role in Role if loopbacks and loopbacks.of(role).address == route)
        for route in intent.protected_host_routes
    }
    if all(named.values()):
        return named
    facts = facts_of()
    return {route: owners or _asked(route, facts) for route, owners in named.items()}


def _asked(route: str, facts: Facts) -> frozenset[Role]:
    return frozenset(
        role for role in Role if address_of(route) in (facts.masg(role).addresses.value or frozenset())
    )
