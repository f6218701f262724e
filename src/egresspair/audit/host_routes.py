"""What is known of protected host routes, for several subjects of checks."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .check import Finding, not_known
from .facts import AsbrFacts, BgpRoute, Facts, MasgFacts, Origination, RoutePolicy

NONE_NAMED = "the intent names no protected_host_routes"
NO_ASBR = "the intent names no core_asbr"
NO_CSG = "the intent names no csg"


def each_host_route(intent: Intent, device: str) -> Iterator[tuple[str, Finding | None]]:
    """Every protected host route as ``a.b.c.d/32``; without any, one finding that nothing can be known."""
    if not intent.protected_host_routes:
        yield "", not_known(device, "", NONE_NAMED)
    for route in intent.protected_host_routes:
        yield str(route), None


def address_of(host_route: str) -> str:
    return host_route.partition("/")[0]


def owner_of(host_route: str, facts: Facts) -> Role | None:
    """Whose loopback it is; None if it is neither's or both's, as far as is known."""
    owners = [role for role in Role if address_of(host_route) in (facts.masg(role).addresses.value or ())]
    return owners[0] if len(owners) == 1 else None


def sender_of(route: BgpRoute, facts: Facts) -> Role | None:
    """The MASG that a core ASBR has the route from; None if it is neither."""
    for role in Role:
        own = facts.masg(role).addresses.value or frozenset()
        if route.nexthop in own or route.sender in own:
            return role
    return None


def routes_of(asbr: AsbrFacts, host_route: str) -> tuple[BgpRoute, ...]:
    """The routes of the core ASBR for a host route."""
    return tuple(r for r in asbr.routes.value or () if f"{r.prefix}/{r.length}" == host_route)


def primary_of(asbr: AsbrFacts, host_route: str) -> str | None:
    """The next hop that traffic for a host route takes now; None if it is not known."""
    for lsp in asbr.lsps.value or ():
        if f"{lsp.prefix}/{lsp.length}" == host_route and lsp.frr_type == "primary" and lsp.nexthop:
            return lsp.nexthop
    best = [route for route in routes_of(asbr, host_route) if route.best]
    return best[0].nexthop if len(best) == 1 else None


def policy_named(policies: tuple[RoutePolicy, ...] | None, name: str) -> RoutePolicy | None:
    """The policy of that name; None if the router has none of it."""
    return next((policy for policy in policies or () if policy.name == name), None)


def permits(policy: RoutePolicy | None, host_route: str) -> bool:
    """True if a node that can match the host route permits it, before any denies it."""
    for node in policy.nodes if policy else ():
        named = node.prefixes is not None and host_route in node.prefixes
        if node.matches == 0 or (named and node.matches == 1):
            return node.permit
    return False


def originating(masg: MasgFacts, host_route: str) -> Iterator[Origination]:
    """What makes a MASG originate a host route, by configuration."""
    for origination in masg.originations.value or ():
        if origination.prefix == host_route or (
            origination.protocol and _imports(masg, origination, host_route)
        ):
            yield origination


def _imports(masg: MasgFacts, origination: Origination, host_route: str) -> bool:
    """The route is in the routing table by that protocol, and the policy lets it pass."""
    routes = [r for r in masg.host_routes.value or () if r.destination == host_route]
    if routes and not any(route.protocol == origination.protocol for route in routes):
        return False
    if not origination.policy:
        return True
    return permits(policy_named(masg.policies.value, origination.policy), host_route)
