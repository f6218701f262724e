"""Conditions 10 to 13 on the core ASBR: two labeled routes, one preferred, BGP FRR on; see `backup_entry` as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..intent import Intent, Role
from .asbr_sessions import of_asbr
from .check import Finding, fails, holds, not_known, unread
from .facts import AsbrFacts, BgpRoute, Facts
from .host_routes import each_host_route, owner_of, routes_of, sender_of, without_asbr
from .mends import DependOnTunnel, EnableAutoFrr, Prefer

_DEFAULT_PREFERENCE = 100
"""What VRP takes the local preference of a route to be that has none."""
_PREFERRED = 200
"""Sets a route apart from one with the default."""


def each_route(
    judge: Callable[[AsbrFacts, Facts, str], Finding], intent: Intent, facts: Facts
) -> Iterator[Finding]:
    """What is found of each protected host route on the core ASBR."""
    if facts.asbr is None:
        yield without_asbr()
        return
    for host_route, nothing in each_host_route(intent, facts.asbr.device):
        yield nothing or judge(facts.asbr, facts, host_route)


def two_routes(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 10: a labeled route for each host route from either MASG."""
    return each_route(_two, intent, facts)


def _two(asbr: AsbrFacts, facts: Facts, host_route: str) -> Finding:
    missing = unread(asbr.device, host_route, asbr.routes)
    if missing:
        return missing
    routes = routes_of(asbr, host_route)
    labeled = [route for route in routes if route.labeled]
    proof = [route.evidence for route in routes] or [asbr.routes.evidence]
    if len({route.nexthop for route in labeled}) > 1:
        return _from_both(asbr, facts, host_route, labeled)
    bare = [route for route in routes if not route.labeled]
    more = f"; without a label from {', '.join(route.sender for route in bare)}" if bare else ""
    shown = f"{len(labeled)} labeled from {', '.join(route.sender for route in labeled) or 'nobody'}{more}"
    remedy = "See why a MASG does not send it labeled: session, export policy, network statement."
    return fails(asbr.device, host_route, shown, *proof, remedy=remedy)


def _from_both(asbr: AsbrFacts, facts: Facts, host_route: str, labeled: list[BgpRoute]) -> Finding:
    proof = [route.evidence for route in labeled]
    senders = {role for route in labeled if (role := sender_of(route, facts))}
    missing = unread(asbr.device, host_route, *(facts.masg(role).addresses for role in Role))
    if missing:
        return missing
    shown = f"labeled routes by {' and '.join(route.nexthop for route in labeled)}"
    if len(senders) > 1:
        return holds(asbr.device, host_route, shown, *proof)
    remedy = "Let the other MASG originate it as well."
    return fails(asbr.device, host_route, f"{shown}, not from both MASGs", *proof, remedy=remedy)


def preference(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 11: one of the two is preferred, the one from the MASG whose loopback it is."""
    return each_route(_preferred, intent, facts)


def _preferred(asbr: AsbrFacts, facts: Facts, host_route: str) -> Finding:
    addresses = (facts.masg(role).addresses for role in Role)
    missing = unread(asbr.device, host_route, asbr.routes, *addresses)
    routes = [route for route in routes_of(asbr, host_route) if route.labeled]
    proof = [route.evidence for route in routes]
    if missing:
        return missing
    if len(routes) < 2:  # noqa: PLR2004  (a choice needs two)
        remedy = "See why there are not two labeled routes."
        what = "there are no two routes to choose from"
        return fails(asbr.device, host_route, what, asbr.routes.evidence, remedy=remedy)
    ranked = sorted(routes, key=_rank, reverse=True)
    if all(_says_nothing(route) for route in routes):
        return not_known(asbr.device, host_route, "the router tells nothing by which it chooses", *proof)
    if _rank(ranked[0]) == _rank(ranked[1]):
        return _no_preference(asbr, facts, host_route, ranked)
    chosen = next((route for route in routes if route.best), ranked[0])
    return _chosen(asbr, facts, host_route, chosen)


def _rank(route: BgpRoute) -> tuple[int, int, int]:
    """What VRP compares first, the larger the better: preferred value, local preference, MED."""
    preference = route.local_preference
    return (
        route.preferred_value or 0,
        _DEFAULT_PREFERENCE if preference is None else preference,
        -(route.med or 0),
    )


def _says_nothing(route: BgpRoute) -> bool:
    return route.preferred_value is None and route.local_preference is None and route.med is None


def _no_preference(asbr: AsbrFacts, facts: Facts, host_route: str, routes: list[BgpRoute]) -> Finding:
    balanced = asbr.load_balancing.value or 1
    shared = f", and up to {balanced} routes share traffic" if balanced > 1 else ""
    shown = f"{' and '.join(route.nexthop for route in routes)} are equally good{shared}"
    wanted = owner_of(host_route, facts) or Role.MASTER
    best = next((route for route in routes if sender_of(route, facts) is wanted), routes[0])
    return fails(
        asbr.device,
        host_route,
        shown,
        *(route.evidence for route in routes),
        remedy=f"Prefer what {best.sender} sends of its own loopback.{_replaced(asbr, best.sender)}",
        mend=_preferring(asbr, facts, best.sender, wanted),
    )


def _preferring(asbr: AsbrFacts, facts: Facts, sender: str, wanted: Role) -> Prefer:
    """One policy for all host routes of a MASG: a peer has one import policy only."""
    known = {f"{route.prefix}/{route.length}" for route in asbr.routes.value or ()}
    own = sorted(each for each in known if (owner_of(each, facts) or Role.MASTER) is wanted)
    return Prefer(sender, _PREFERRED, f"egress-protection-prefer-{sender}", tuple(own))


def _replaced(asbr: AsbrFacts, address: str) -> str:
    present = next((peer.import_policy for peer in asbr.peers.value or () if peer.address == address), "")
    return (
        f" The edit below would replace its import policy {present}: add to that instead." if present else ""
    )


def _chosen(asbr: AsbrFacts, facts: Facts, host_route: str, chosen: BgpRoute) -> Finding:
    shown = f"{chosen.nexthop} is preferred"
    owner, sender = owner_of(host_route, facts), sender_of(chosen, facts)
    if owner is Role.MASTER and sender is Role.BACKUP:
        remedy = "Prefer the routes from the master, e.g. by local preference in the import policies."
        what = f"{shown}, the backup, although it is the master's loopback"
        return fails(asbr.device, host_route, what, chosen.evidence, remedy=remedy)
    return holds(asbr.device, host_route, shown, chosen.evidence)


def auto_frr(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 12: BGP Auto FRR is on."""
    return of_asbr(_frr_on, facts)


def _frr_on(asbr: AsbrFacts, _facts: Facts) -> Iterator[Finding]:
    missing = unread(asbr.device, "", asbr.auto_frr)
    if missing:
        yield missing
    elif asbr.auto_frr.value:
        yield holds(asbr.device, "", "auto-frr is on", asbr.auto_frr.evidence)
    else:
        remedy = "Configure auto-frr in the IPv4 unicast family."
        proof = asbr.auto_frr.evidence
        yield fails(asbr.device, "", "auto-frr is off", proof, remedy=remedy, mend=EnableAutoFrr())


def tunnel_first(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 13: a labeled route is chosen only once its next hop has a tunnel."""
    return of_asbr(_depends, facts)


def _depends(asbr: AsbrFacts, _facts: Facts) -> Iterator[Finding]:
    missing = unread(asbr.device, "", asbr.nexthop_select)
    shown = f"nexthop-select-depend-type is {asbr.nexthop_select.value}"
    if missing:
        yield missing
    elif asbr.nexthop_select.value == "depend-tunnel":
        yield holds(asbr.device, "", shown, asbr.nexthop_select.evidence)
    else:
        remedy = "Configure bestroute nexthop-resolved tunnel."
        proof = asbr.nexthop_select.evidence
        yield fails(asbr.device, "", shown, proof, remedy=remedy, mend=DependOnTunnel())
