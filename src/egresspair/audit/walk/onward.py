"""Whether the core ASBR gives labels to the next router towards the CSG."""

from __future__ import annotations

from collections.abc import Container
from ipaddress import IPv4Network

from ..facts import AsbrFacts
from ..records import BgpPeer, PolicyNode, RoutePolicy
from .tables import Unknown


def hands_on(asbr: AsbrFacts, host_route: str, owners: Container[str]) -> bool | Unknown:
    """Whether a labeled route to a MASG goes on with a label, to whoever is no MASG.

    Args:
        owners: the addresses of the MASGs.
    """
    for fact in (asbr.peers, asbr.policies):
        if not fact.known:
            return Unknown(str(fact))
    policies = {policy.name: policy for policy in asbr.policies.value or ()}
    onward = [peer for peer in asbr.peers.value or () if peer.labeled_unicast and peer.address not in owners]
    up = {peer.state == "established" if peer.state else None for peer in onward}
    if onward and True not in up and None in up:
        return Unknown(f"{asbr.device}: the state of its labeled sessions towards the CSG")
    if True not in up:
        return False
    answers = {_to(peer, policies.get(peer.export_policy), host_route) for peer in onward}
    if len(answers) == 1 and None not in answers:
        return True in answers
    names = ", ".join(peer.address for peer in onward)
    return Unknown(f"{asbr.device}: whether all of {names} get a label for {host_route}")


def _to(peer: BgpPeer, policy: RoutePolicy | None, host_route: str) -> bool | None:
    """What one peer gets; None if it is not known."""
    if policy is None:
        return None if peer.export_filter else False
    found: set[bool] = set()
    for node in policy.nodes:
        meets = _meets(node, host_route)
        if meets is not False:
            found.add(node.permit and node.applies_label)
        if meets:
            break
    else:
        found |= {False}  # what no node takes is denied
    return found.pop() if len(found) == 1 else None


def _meets(node: PolicyNode, host_route: str) -> bool | None:
    """Whether the route, which has a label here, meets all conditions of a node; None if it is not known."""
    if node.prefixes is not None and not any(_is_within(host_route, entry) for entry in node.prefixes):
        return False
    told = (node.prefixes is not None) + node.matches_label
    return True if node.matches <= told else None


def _is_within(host_route: str, entry: str) -> bool:
    """True if an entry of a prefix filter, ``a.b.c.d/len`` or ``a.b.c.d/len ge m le n``, is met."""
    prefix, *limits = entry.split()
    if not limits:
        return prefix == host_route
    try:
        route, network = IPv4Network(host_route), IPv4Network(prefix, strict=False)
        shortest, longest = int(limits[1]), int(limits[3])
    except (ValueError, IndexError):
        return False
    return route.subnet_of(network) and shortest <= route.prefixlen <= longest
