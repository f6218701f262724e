"""By which way a VPN instance of a MASG reaches its customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from typing import Final

from ..fact import Fact
from ..records import FrrType, IpRoute
from .tables import Unknown, Way

_LOOPBACK: Final = IPv4Network("127.0.0.0/8")
_HOST: Final = 32
_DIRECT: Final = "direct"
_WORST_FIRST: Final = (Way.NONE, Way.PARTNER, Unknown, Way.OWN)

_Routes = Fact[tuple[IpRoute, ...]]


def way_of(routes: _Routes, of_master: _Routes, partner: frozenset[str], *, dies: bool) -> Way | Unknown:
    """The worst way to any of the customers' networks.

    Args:
        routes: of the VPN instance here.
        of_master: of the same VPN instance on the master: what it reaches by itself are the customers' networks.
        partner: the other MASG's addresses.
        dies: the partner is the master. Of equal routes, one by way of the dead is lost; by way of the living, none.
    """
    if not routes.known:
        return Unknown(str(routes))
    used = [route for route in routes.value or () if is_used(route)]
    networks = customer_networks(of_master) or customer_networks(routes)
    there = partner | (_addresses(of_master) - _addresses(routes))
    ways = [_way_to(network, used, there, dies=dies) for network in networks] or [Way.NONE]
    return min(ways, key=_rank)


def _addresses(routes: _Routes) -> set[str]:
    """The router's own: what it delivers to itself."""
    here = [route for route in routes.value or () if route.length == _HOST]
    return {route.prefix for route in here if any(hop.startswith("127.") for hop in _nexthops(route))}


def customer_networks(routes: _Routes) -> list[IPv4Network]:
    """What a VPN instance reaches by itself: learned or static routes, else its links."""
    own = [route for route in routes.value or () if is_used(route) and not _is_remote(route)]
    learned = _networks(route for route in own if route.protocol.lower() != _DIRECT)
    return learned or [net for net in _networks(own) if net.prefixlen < _HOST]


def _rank(way: Way | Unknown) -> int:
    return _WORST_FIRST.index(Unknown if isinstance(way, Unknown) else way)


def _way_to(
    network: IPv4Network, used: Sequence[IpRoute], partner: frozenset[str], *, dies: bool
) -> Way | Unknown:
    """By the longest match."""
    best = _longest(network, used)
    if not best:
        return Way.NONE
    by_partner = [_leads_to(partner, route, used, frozenset()) for route in best]
    own = [not by and not _is_remote(route) for by, route in zip(by_partner, best, strict=True)]
    if any(own) and not (dies and any(by_partner)):
        return Way.OWN
    if any(by_partner):
        return Way.PARTNER
    return Unknown(f"{best[0].evidence.device}: how {best[0].nexthop} reaches {network}")


def _longest(network: IPv4Network, used: Sequence[IpRoute]) -> list[IpRoute]:
    matching = [route for route in used if network.subnet_of(_network(route))]
    longest = max((route.length for route in matching), default=0)
    return [route for route in matching if route.length == longest]


def _leads_to(
    partner: frozenset[str], route: IpRoute, used: Sequence[IpRoute], passed: frozenset[str]
) -> bool:
    """By its next hop, or by the next hop of a route that leads there.

    Args:
        passed: next hops that were looked up on the way here.
    """
    if _nexthops(route) & partner:
        return True
    if route.protocol.lower() == _DIRECT or _is_remote(route) or route.nexthop in passed:
        return False
    try:
        nexthop = IPv4Network(route.nexthop)
    except ValueError:
        return False
    further = passed | {route.nexthop}
    return any(_leads_to(partner, each, used, further) for each in _longest(nexthop, used))


def _nexthops(route: IpRoute) -> set[str]:
    return {route.nexthop, route.relay_nexthop, route.direct_nexthop}


def _networks(routes: Iterable[IpRoute]) -> list[IPv4Network]:
    found = {_network(route) for route in routes}
    return sorted(net for net in found if not net.subnet_of(_LOOPBACK))


def _network(route: IpRoute) -> IPv4Network:
    return IPv4Network((route.prefix, route.length), strict=False)


def is_used(route: IpRoute) -> bool:
    """It forwards now, as far as the router tells."""
    return route.active is not False and route.frr_type is not FrrType.BACKUP


def _is_remote(route: IpRoute) -> bool:
    """From another PE: over a tunnel, with a label."""
    return bool(route.tunnel_type) or route.out_label is not None
