"""Conditions 8 to 13 on the core ASBR: two labeled routes, one preferred, the other ready as BGP FRR."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..intent import Intent, Role
from .check import Finding, fails, holds, not_known, unread
from .facts import AsbrFacts, BgpPeer, BgpRoute, Facts, FrrType, LspRole, RoutePolicy
from .host_routes import NO_ASBR, each_host_route, owner_of, policy_named, routes_of, sender_of
from .mends import DependOnTunnel, EnableAutoFrr, LabelPeer, Prefer, RelayLabels

_PREFERRED, _STANDBY = 200, 100
"""Local preferences that set two routes apart; 100 is BGP's default (RFC 4271, section 9.1.1)."""
_DEFAULT_PREFERENCE = 100
UNNAMED = "core ASBR"


def _asbr(judge: Callable[[AsbrFacts, Facts], Iterator[Finding]], facts: Facts) -> Iterator[Finding]:
    if facts.asbr is None:
        yield not_known(UNNAMED, "", NO_ASBR)
    else:
        yield from judge(facts.asbr, facts)


def _each_route(
    judge: Callable[[AsbrFacts, Facts, str], Finding], intent: Intent, facts: Facts
) -> Iterator[Finding]:
    if facts.asbr is None:
        yield not_known(UNNAMED, "", NO_ASBR)
        return
    for host_route, nothing in each_host_route(intent, facts.asbr.device):
        yield nothing or judge(facts.asbr, facts, host_route)


def labeled_session(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 8 on the core ASBR: it exchanges labels with both MASGs."""
    return _asbr(_sessions, facts)


def _sessions(asbr: AsbrFacts, facts: Facts) -> Iterator[Finding]:
    for role in Role:
        masg = facts.masg(role)
        yield unread(asbr.device, masg.device, asbr.peers, masg.addresses) or _session(asbr, facts, role)


def _session(asbr: AsbrFacts, facts: Facts, role: Role) -> Finding:
    masg = facts.masg(role)
    own = masg.addresses.value or frozenset()
    peer = next((peer for peer in asbr.peers.value or () if peer.address in own), None)
    if peer is None:
        shown = f"no peer has an address of {masg.device} ({', '.join(sorted(own)) or 'none is known'})"
        remedy = "Peer the core ASBR with the loopback of each MASG."
        return fails(asbr.device, masg.device, shown, asbr.peers.evidence, remedy=remedy)
    if not peer.labeled_unicast:
        shown = f"peer {peer.address} has no label-route-capability"
        remedy = "Enable it on the core ASBR as well. It resets the session."
        mend = LabelPeer(peer.address)
        return fails(asbr.device, masg.device, shown, peer.evidence, remedy=remedy, mend=mend)
    if peer.state is None:
        return not_known(
            asbr.device, masg.device, "the router does not tell the session's state", peer.evidence
        )
    if peer.state != "established":
        remedy = "Bring the session up: display bgp peer says why it is down."
        shown = f"the session to {peer.address} is {peer.state}"
        return fails(asbr.device, masg.device, shown, peer.evidence, remedy=remedy)
    return holds(asbr.device, masg.device, f"the labeled session to {peer.address} is up", peer.evidence)


def label_policy(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 9 on the core ASBR: it hands labels on."""
    return _asbr(_relaying, facts)


def _relaying(asbr: AsbrFacts, facts: Facts) -> Iterator[Finding]:
    missing = unread(asbr.device, "", asbr.peers, asbr.policies)
    peers = _onward(asbr, facts)
    if missing:
        yield missing
    elif not peers:
        what = "no peer takes labeled routes from it"
        yield fails(asbr.device, "", what, asbr.peers.evidence, remedy="See the labeled sessions.")
    for peer in () if missing else peers:
        yield _relayed(asbr, peer)


def _onward(asbr: AsbrFacts, facts: Facts) -> tuple[BgpPeer, ...]:
    """The labeled peers towards the access; where there are none, those towards the MASGs."""
    own = {address for role in Role for address in facts.masg(role).addresses.value or ()}
    labeled = tuple(peer for peer in asbr.peers.value or () if peer.labeled_unicast)
    return tuple(peer for peer in labeled if peer.address not in own) or labeled


def _relayed(asbr: AsbrFacts, peer: BgpPeer) -> Finding:
    policy = policy_named(asbr.policies.value, peer.export_policy)
    if policy and _relays(policy):
        shown = f"policy {policy.name} keeps labels"
        return holds(asbr.device, peer.address, shown, policy.evidence)
    seen = f"policy {policy.name} applies no label" if policy else "no export policy applies a label"
    return fails(
        asbr.device,
        peer.address,
        seen,
        policy.evidence if policy else peer.evidence,
        remedy="Export a route policy with if-match mpls-label and apply mpls-label to this peer.",
        mend=RelayLabels(peer.address, peer.export_policy or "egress-protection-relay"),
    )


def _relays(policy: RoutePolicy) -> bool:
    return any(node.permit and node.applies_label for node in policy.nodes)


def two_routes(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 10: a labeled route for each host route from either MASG."""
    return _each_route(_two, intent, facts)


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
    return _each_route(_preferred, intent, facts)


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
        remedy=f"Prefer the routes from {best.sender}, e.g. by local preference in its import policy.",
        mend=Prefer(best.sender, _PREFERRED, f"egress-protection-prefer-{best.sender}"),
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
    return _asbr(_frr_on, facts)


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


def backup_entry(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 12, seen in the forwarding: the transit LSP has a backup entry with another next hop."""
    return _each_route(_backup, intent, facts)


def _backup(asbr: AsbrFacts, _facts: Facts, host_route: str) -> Finding:
    missing = unread(asbr.device, host_route, asbr.lsps)
    if missing:
        return missing
    transit = [
        lsp
        for lsp in asbr.lsps.value or ()
        if f"{lsp.prefix}/{lsp.length}" == host_route and lsp.role is LspRole.TRANSIT
    ]
    primary = next((lsp for lsp in transit if lsp.frr_type is FrrType.PRIMARY), None)
    others = [
        lsp
        for lsp in transit
        if lsp.frr_type is FrrType.BACKUP and primary and lsp.nexthop != primary.nexthop
    ]
    proof = [lsp.evidence for lsp in transit] or [asbr.lsps.evidence]
    if primary and others:
        shown = f"{primary.nexthop} forwards, {others[0].nexthop} stands by"
        return holds(asbr.device, host_route, shown, *proof)
    shown = (
        f"only {primary.nexthop} is there, nothing stands by" if primary else "there is no transit BGP LSP"
    )
    remedy = "See the labeled routes, their preference and auto-frr: a backup entry needs all three."
    return fails(asbr.device, host_route, shown, *proof, remedy=remedy)


def tunnel_first(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 13: a labeled route is chosen only once its next hop has a tunnel."""
    return _asbr(_depends, facts)


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
