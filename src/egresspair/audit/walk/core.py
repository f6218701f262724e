"""The core ASBR's part of a scene, from what it said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..fact import Fact
from ..facts import AsbrFacts, FrrType, LspRole
from ..records import BfdSession, BgpLsp, BgpRoute, IpRoute
from .onward import hands_on
from .tables import Bfd, CoreTables, LspEntry, Unknown

_OWN: Final = frozenset({"", "0.0.0.0"})  # noqa: S104  (a BGP table's word for the router itself)
_LINKS: Final = ("ldp", "te")


def core_of(asbr: AsbrFacts | None, host_route: str, owners: dict[str, str]) -> CoreTables | Unknown:
    """What it has for one host route; `owners` has the MASGs by their addresses."""
    if asbr is None:
        return Unknown("the core ASBR, which the intent does not name")
    gre = _over_gre(asbr, host_route)
    ends = {**_by_sender(asbr, host_route, owners), **owners}
    installed = _entries_of(asbr.lsps, host_route, ends, gre)
    routes = _routes_of(asbr, host_route, ends, gre)
    bfd, waits = _bfd(asbr, host_route), _waits(asbr.nexthop_select)
    return CoreTables(asbr.device, installed, routes, bfd, hands_on(asbr, host_route, owners), waits)


def _by_sender(asbr: AsbrFacts, host_route: str, owners: dict[str, str]) -> dict[str, str]:
    """Next hops that are no known address of a MASG, but came from one."""
    return {
        route.nexthop: owners[route.sender]
        for route in asbr.routes.value or ()
        if route.sender in owners and leads_to(route, host_route)
    }


def _waits(select: Fact[str]) -> bool | Unknown:
    return select.value == "depend-tunnel" if select.known else Unknown(str(select))


def _entries_of(
    lsps: Fact[tuple[BgpLsp, ...]], host_route: str, owners: dict[str, str], gre: frozenset[str]
) -> tuple[LspEntry, ...] | Unknown:
    if not lsps.known:
        return Unknown(str(lsps))
    return tuple(
        LspEntry(
            owners.get(lsp.nexthop, lsp.nexthop),
            lsp.out_label,
            lsp.frr_type is FrrType.BACKUP,
            lsp.nexthop in gre,
        )
        for lsp in _transit(lsps, host_route)
    )


def _routes_of(
    asbr: AsbrFacts, host_route: str, owners: dict[str, str], gre: frozenset[str]
) -> tuple[LspEntry, ...] | Unknown:
    """Labeled ones, the chosen one first."""
    if not asbr.routes.known:
        return Unknown(str(asbr.routes))
    known = [
        route
        for route in asbr.routes.value or ()
        if route.labeled and route.sender not in _OWN and leads_to(route, host_route)
    ]
    return tuple(
        LspEntry(owners.get(route.nexthop, route.nexthop), route.out_label, over_gre=route.nexthop in gre)
        for route in sorted(known, key=lambda route: not route.best)
    )


def _over_gre(asbr: AsbrFacts, host_route: str) -> frozenset[str]:
    """Next hops that are reached by a GRE tunnel."""
    return frozenset(
        route.nexthop
        for route in asbr.rib.value or ()
        if "gre" in route.tunnel_type.lower() and leads_to(route, host_route)
    )


def _bfd(asbr: AsbrFacts, host_route: str) -> Bfd | Unknown | None:
    """Of the next hop that is used now."""
    if not asbr.bfd_sessions.known:
        return Unknown(str(asbr.bfd_sessions))
    nexthops = {lsp.nexthop for lsp in _transit(asbr.lsps, host_route) if lsp.frr_type is FrrType.PRIMARY}
    sessions = [session for session in asbr.bfd_sessions.value or () if _watches(session, nexthops)]
    if not sessions:
        return None
    session = max(sessions, key=lambda each: (each.up is True, each.up is None))
    if session.up is None:
        return Unknown(f"{session.evidence.device}: the state of BFD to {session.destination}")
    return Bfd(session.up, session.interval_ms, session.multiplier)


def _watches(session: BfdSession, nexthops: set[str]) -> bool:
    return session.link.lower().startswith(_LINKS) and session.destination in nexthops


def _transit(lsps: Fact[tuple[BgpLsp, ...]], host_route: str) -> Iterator[BgpLsp]:
    for lsp in lsps.value or ():
        if lsp.role is LspRole.TRANSIT and leads_to(lsp, host_route):
            yield lsp


def leads_to(entry: BgpLsp | BgpRoute | IpRoute, host_route: str) -> bool:
    """True if an entry is for exactly that host route."""
    return f"{entry.prefix}/{entry.length}" == host_route
