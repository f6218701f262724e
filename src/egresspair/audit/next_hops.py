"""What the procedure presupposes: traffic comes by a protected host route, not by another address of the master."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent
from .check import Finding, fails, holds, not_known, unread
from .facts import CsgVpn, Evidence, Facts, FrrType, IpRoute, VpnFacts
from .host_routes import address_of, without_csg, without_host_routes
from .path import vpn_labels

_REMEDY = (
    "Name this address in protected_host_routes and have both MASGs originate it, or see who sets the next hop of "
    "VPNv4 routes."
)


def next_hop(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """The address by which the CSG reaches a VPN instance of the pair is one of the protected host routes."""
    protected = [str(route) for route in intent.protected_host_routes]
    if not protected:
        yield without_host_routes("")
    elif facts.csg is None:
        yield _not_the_masters(facts, protected) or without_csg()
    else:
        for vpn in facts.csg.vpns:
            yield _of_vpn(facts.csg.device, vpn, facts.master.vpn(vpn.name), protected)


def _not_the_masters(facts: Facts, protected: list[str]) -> Finding | None:
    """Without a CSG: the master's routes have an address of the master as next hop, whichever it is."""
    addresses, routes = facts.master.addresses, facts.master.host_routes
    known = addresses.known and routes.known
    if not known or any(address_of(route) in (addresses.value or ()) for route in protected):
        return None
    seen = "none of the protected host routes is an address of the master"
    return fails(facts.master.device, "", seen, addresses.evidence, routes.evidence, remedy=_REMEDY)


def _of_vpn(device: str, vpn: CsgVpn, master: VpnFacts, protected: list[str]) -> Finding:
    missing = unread(device, vpn.name, vpn.routes, vpn.label_stack, master.static_label)
    if missing:
        return missing
    routes = _to_the_master(vpn, master.static_label.value)
    proof = [route.evidence for route in routes] or [vpn.routes.evidence]
    if not routes or not all(route.nexthop for route in routes):
        what = "by which next hop it reaches the master is not told"
        return not_known(device, vpn.name, what, *proof)
    addresses = {address_of(route) for route in protected}
    others = [route for route in routes if route.nexthop not in addresses]
    if others:
        return _elsewhere(device, vpn.name, others)
    nexthops = " and ".join(sorted({route.nexthop for route in routes}))
    return holds(device, vpn.name, f"it sends to {nexthops}", *proof)


def _elsewhere(device: str, vpn: str, routes: list[IpRoute]) -> Finding:
    nexthops = " and ".join(sorted({route.nexthop for route in routes}))
    proof: list[Evidence] = [route.evidence for route in routes]
    seen = f"it sends to {nexthops}, which is no protected host route"
    return fails(device, vpn, seen, *proof, remedy=_REMEDY)


def _to_the_master(vpn: CsgVpn, label: int | None) -> list[IpRoute]:
    """The routes that forward now and push the master's label: what has another one is of another PE."""
    pushed = {
        (entry.prefix, entry.length)
        for entry in vpn_labels(vpn.label_stack.value or ())
        if label is not None and entry.label == label
    }
    return [
        route
        for route in vpn.routes.value or ()
        if route.active is not False
        and route.frr_type is not FrrType.BACKUP
        and ((route.prefix, route.length) in pushed if route.out_label is None else route.out_label == label)
    ]
