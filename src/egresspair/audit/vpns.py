"""Conditions 5 to 7: the VPN instance on both MASGs delivers, each by its own link."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from ..intent import Intent, Role
from .check import Finding, fails, holds, unread
from .facts import Facts, IpRoute, MasgFacts, VpnFacts
from .labels import each_vpn

_HOST: Final = 32
_DEEPEST: Final = 8
"""How many next hops are looked up one after the other, e.g. of a static route over a BGP route."""
_Table = dict[str, tuple[IpRoute, ...]]
"""Routes by destination."""


def same_imports(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 5: both MASGs import the same routes."""
    for wanted in intent.vpn_instances:
        master, backup = (facts.masg(role).vpn(wanted.name).imports for role in Role)
        missing = unread("", wanted.name, master, backup)
        proof = (master.evidence, backup.evidence)
        if missing:
            yield missing
        elif master.value and master.value == backup.value:
            yield holds("", wanted.name, f"both import {', '.join(sorted(master.value))}", *proof)
        else:
            shown = f"the master imports {_listed(master.value)}, the backup {_listed(backup.value)}"
            remedy = "Give both the same import targets, in the intent's vpn_targets."
            yield fails("", wanted.name, shown, *proof, remedy=remedy)


def _listed(targets: frozenset[str] | None) -> str:
    return ", ".join(sorted(targets or ())) or "nothing"


def vpn_up(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 7: the IPv4 unicast family is up."""
    for masg, vpn in each_vpn(facts):
        yield unread(masg.device, vpn.name, vpn.status) or _up(masg, vpn)


def _up(masg: MasgFacts, vpn: VpnFacts) -> Finding:
    if vpn.status.value == "up":
        return holds(masg.device, vpn.name, "it is up", vpn.status.evidence)
    return fails(
        masg.device,
        vpn.name,
        f"it is {vpn.status.value or 'without a status'}",
        vpn.status.evidence,
        remedy="Bring an interface of the VPN instance up, or make it a transit VPN.",
    )


def own_link(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 6: the backup reaches the CE by a link of its own, not by the master."""
    for wanted in intent.vpn_instances:
        master, backup = (facts.masg(role).vpn(wanted.name) for role in Role)
        device = facts.backup.device
        missing = unread(device, wanted.name, master.routes, backup.routes, facts.master.addresses)
        yield missing or _reached(facts, master, backup)


def _reached(facts: Facts, master: VpnFacts, backup: VpnFacts) -> Finding:
    device, of_backup = facts.backup.device, _forwarding(backup)
    partner = _only_the_masters(facts, master, backup)
    wanted = _of_the_ce(_forwarding(master)) or _of_the_ce(of_backup)
    if not wanted:
        return fails(
            device,
            backup.name,
            "no route to a CE is in the routing table",
            backup.routes.evidence,
            remedy="Connect the CE to both MASGs, and let both learn its routes.",
        )
    lost = [prefix for prefix in sorted(wanted) if not _is_own(of_backup.get(prefix, ()), of_backup, partner)]
    if not lost:
        shown = f"{', '.join(sorted(wanted))} by a link of its own"
        return holds(device, backup.name, shown, backup.routes.evidence)
    proof = [route.evidence for prefix in lost for route in of_backup.get(prefix, ())]
    away = ", ".join(_way(prefix, of_backup.get(prefix, ())) for prefix in lost)
    return fails(
        device,
        backup.name,
        away,
        *(proof or [backup.routes.evidence]),
        remedy="Connect the CE to the backup as well, and prefer the routes from its own link.",
    )


def _way(prefix: str, routes: tuple[IpRoute, ...]) -> str:
    if not routes:
        return f"no route to {prefix}"
    return f"{prefix} goes to {' and '.join(route.nexthop for route in routes)}"


def _only_the_masters(facts: Facts, master: VpnFacts, backup: VpnFacts) -> frozenset[str]:
    """Its loopbacks, and its addresses in the VPN instance, less those that the backup has as well.

    A link between the two PEs may be in the VPN instance itself; a gateway address towards CEs is as a rule on both.
    """
    loopbacks = facts.master.addresses.value or frozenset()
    return loopbacks | (_own_addresses(master) - _own_addresses(backup))


def _own_addresses(vpn: VpnFacts) -> frozenset[str]:
    """A direct host route that leads into the router itself is an address; another one is a neighbour's, by ARP."""
    routes = vpn.routes.value or ()
    return frozenset(r.prefix for r in routes if _is_an_address(r) and r.nexthop.startswith("127."))


def _forwarding(vpn: VpnFacts) -> _Table:
    """The routes that forward now, by destination."""
    found: _Table = {}
    for route in vpn.routes.value or ():
        if route.active is not False and route.frr_type != "backup":
            found[route.destination] = (*found.get(route.destination, ()), route)
    return found


def _of_the_ce(routes: _Table) -> set[str]:
    """The destinations behind the router's own links. The links themselves count only where nothing else does.

    A link between PE and CE is the router's own, and the partner reaches it through the core: that breaks nothing.
    """
    local = {
        (prefix, route.protocol)
        for prefix, entries in routes.items()
        for route in entries
        if not _leaves_by_core(route) and not _is_an_address(route)
    }
    learned = {prefix for prefix, protocol in local if protocol != "direct"}
    return learned or {prefix for prefix, _ in local}


def _is_an_address(route: IpRoute) -> bool:
    """An address of the router itself, or the loopback network: nobody's destination."""
    own = route.protocol == "direct" and route.length == _HOST
    return own or route.prefix.startswith("127.")


def _leaves_by_core(route: IpRoute) -> bool:
    return bool(route.tunnel_type) or route.out_label is not None


def _is_own(routes: tuple[IpRoute, ...], table: _Table, partner: frozenset[str]) -> bool:
    """One of several equal routes by way of the partner loses its share of the packets."""
    own = any(not _leaves_by_core(route) for route in routes)
    return own and not any(_goes_by(partner, route, table, _DEEPEST) for route in routes)


def _goes_by(partner: frozenset[str], route: IpRoute, table: _Table, depth: int) -> bool:
    """The next hop is the partner, or is reached by a route whose next hop is."""
    if {route.nexthop, route.relay_nexthop, route.direct_nexthop} & partner:
        return True
    if route.protocol == "direct" or _leaves_by_core(route) or not depth:
        return False
    return any(_goes_by(partner, each, table, depth - 1) for each in _resolving(route.nexthop, table))


def _resolving(nexthop: str, table: _Table) -> tuple[IpRoute, ...]:
    """The routes with the longest match for a next hop; none if it is not an address."""
    try:
        address = IPv4Address(nexthop)
        networks = {IPv4Network(prefix, strict=False): prefix for prefix in table}
    except ValueError:
        return ()
    matching = [network for network in networks if address in network]
    longest = max(matching, key=lambda network: network.prefixlen, default=None)
    return table[networks[longest]] if longest else ()
