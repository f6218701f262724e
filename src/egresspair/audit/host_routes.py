"""What is known of protected host routes, for several subjects of checks."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .check import Finding, not_known
from .facts import AsbrFacts, BgpPeer, BgpRoute, Facts, MasgFacts, Origination, RoutePolicy
from .policies import labels, permits

_NONE_NAMED = "the intent names no protected_host_routes"
_NO_ASBR = "the intent names no core_asbr"
_NO_CSG = "the intent names no csg"
_CORE_ASBR, _CSG = "core ASBR", "CSG"


def without_host_routes(device: str) -> Finding:
    """What can be said of host routes that nobody named."""
    remedy = "Name in the intent what both MASGs are to originate: protected_host_routes."
    return not_known(device, "", _NONE_NAMED, remedy=remedy)


def without_asbr() -> Finding:
    """What can be said of a core ASBR that nobody named."""
    return not_known(_CORE_ASBR, "", _NO_ASBR, remedy="Name it in the intent: core_asbr is only read.")


def without_csg() -> Finding:
    """What can be said of a CSG that nobody named."""
    return not_known(_CSG, "", _NO_CSG, remedy="Name one in the intent: csg is only read.")


def each_host_route(intent: Intent, device: str) -> Iterator[tuple[str, Finding | None]]:
    """Every protected host route as ``a.b.c.d/32``; without any, one finding that nothing can be known."""
    if not intent.protected_host_routes:
        yield "", without_host_routes(device)
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


def exported_labeled(
    policies: tuple[RoutePolicy, ...] | None, peer: BgpPeer, host_route: str, *, labeled: bool
) -> bool | None:
    """Whether a peer gets a host route with a label; None if that is not known."""
    policy = policy_named(policies, peer.export_policy)
    if policy is not None:
        return labels(policy, host_route, labeled=labeled)
    return None if peer.export_filter else False


def originating(masg: MasgFacts, host_route: str) -> tuple[Origination, ...] | None:
    """What makes a MASG originate a host route, by configuration; None if that is not known."""
    found, doubtful = [], False
    for origination in masg.originations.value or ():
        does = _originates(masg, origination, host_route)
        doubtful = doubtful or does is None
        if does:
            found.append(origination)
    return None if doubtful and not found else tuple(found)


def _originates(masg: MasgFacts, origination: Origination, host_route: str) -> bool | None:
    """The prefix is named, or in the routing table by the protocol that is imported; and the policy lets it pass."""
    if origination.prefix:
        meant = origination.prefix == host_route
    else:
        routes = [r for r in masg.host_routes.value or () if r.destination == host_route]
        meant = not routes or any(route.protocol == origination.protocol for route in routes)
    if not meant or not origination.policy:
        return meant
    policy = policy_named(masg.policies.value, origination.policy)
    if policy is None:
        return False if masg.policies.known else None
    return permits(policy, host_route)
