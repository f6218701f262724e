"""Condition 14: the core ASBR notices the death of the master by BFD, in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..intent import Intent, Role
from .check import Finding, does_not_apply, fails, holds, not_known, unread
from .facts import AsbrFacts, BfdSession, Facts
from .host_routes import each_host_route, primary_of, without_asbr
from .mends import EnableLdpBfd
from .records import SLOWEST_DETECTION_MS

_OVER_LSPS = frozenset({"ldp-lsp", "ldp-tunnel", "te-tunnel", "te-lsp"})


def passive(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Both MASGs answer BFD for LSPs that end on them."""
    for role in Role:
        masg = facts.masg(role)
        missing = unread(masg.device, "", masg.bfd_passive)
        proof = masg.bfd_passive.evidence
        if missing:
            yield missing
        elif masg.bfd_passive.value:
            yield holds(masg.device, "", "mpls-passive is set", proof)
        else:
            remedy = "Configure bfd and mpls-passive."
            yield fails(masg.device, "", "mpls-passive is not set", proof, remedy=remedy)


def ldp_bfd(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """The core ASBR starts BFD for the LSPs or tunnels towards the MASGs."""
    asbr = facts.asbr
    if asbr is None:
        yield without_asbr()
    else:
        yield _started(asbr)


def _started(asbr: AsbrFacts) -> Finding:
    if asbr.ldp_bfd.value:
        return holds(asbr.device, "", "BFD for LDP LSPs is on", asbr.ldp_bfd.evidence)
    sessions = [each for each in asbr.bfd_sessions.value or () if each.link in _OVER_LSPS]
    if sessions:
        shown = f"there are {len(sessions)} BFD sessions over LSPs or tunnels"
        return holds(asbr.device, "", shown, *(each.evidence for each in sessions[:2]))
    missing = unread(asbr.device, "", asbr.ldp_bfd, asbr.bfd_sessions)
    return missing or fails(
        asbr.device,
        "",
        "no BFD for LDP LSPs is on, and no BFD session watches an LSP or tunnel",
        asbr.ldp_bfd.evidence,
        remedy="Configure mpls bfd enable and mpls bfd-trigger host, or BFD for TE.",
        mend=EnableLdpBfd(),
    )


def bfd_up(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """BFD is up to the next hop that traffic for each host route takes now."""
    return _each_host_route(_watched, intent, facts)


def bfd_fast(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """The BFD that is up to that next hop notices a death within `SLOWEST_DETECTION_MS`."""
    return _each_host_route(_noticed, intent, facts)


def _each_host_route(
    judge: Callable[[AsbrFacts, str], Finding], intent: Intent, facts: Facts
) -> Iterator[Finding]:
    asbr = facts.asbr
    if asbr is None:
        yield without_asbr()
        return
    for host_route, nothing in each_host_route(intent, asbr.device):
        missing = unread(asbr.device, host_route, asbr.bfd_sessions, asbr.routes)
        yield nothing or missing or judge(asbr, host_route)


def _watched(asbr: AsbrFacts, host_route: str) -> Finding:
    nexthop = primary_of(asbr, host_route)
    if nexthop is None:
        if not asbr.routes.value:
            remedy = "See the labeled routes first."
            what = "there is no route whose next hop could be watched"
            return fails(asbr.device, host_route, what, asbr.routes.evidence, remedy=remedy)
        return not_known(
            asbr.device, host_route, "which next hop is in use is not known", asbr.routes.evidence
        )
    sessions = _sessions_to(asbr, nexthop)
    up = [each for each in sessions if each.up]
    if up:
        return holds(asbr.device, host_route, f"BFD to {nexthop} is up", up[0].evidence)
    if any(each.up is None for each in sessions):
        what = f"the router does not tell how BFD to {nexthop} is"
        return not_known(asbr.device, host_route, what, *(each.evidence for each in sessions))
    seen = (
        f"BFD to {nexthop} is {sessions[0].evidence.value or 'down'}" if sessions else f"no BFD to {nexthop}"
    )
    proof = [each.evidence for each in sessions] or [asbr.bfd_sessions.evidence]
    remedy = (
        "See mpls-passive on the MASG, the LSP to it, and which addresses trigger BFD (host or fec-list)."
    )
    return fails(asbr.device, host_route, seen, *proof, remedy=remedy)


def _sessions_to(asbr: AsbrFacts, nexthop: str | None) -> list[BfdSession]:
    """Those over LSPs and tunnels to a next hop."""
    sessions = asbr.bfd_sessions.value or ()
    return [each for each in sessions if each.link in _OVER_LSPS and each.destination == nexthop]


def _noticed(asbr: AsbrFacts, host_route: str) -> Finding:
    up = [each for each in _sessions_to(asbr, primary_of(asbr, host_route)) if each.up]
    if not up:
        what = "no BFD that is up watches the next hop"
        return does_not_apply(asbr.device, host_route, what, asbr.bfd_sessions.evidence)
    told = [(each.detection_ms, each) for each in up if each.detection_ms is not None]
    if not told:
        what = "the router does not tell the interval and multiplier of BFD"
        return not_known(asbr.device, host_route, what, *(each.evidence for each in up))
    detection, fastest = min(told, key=lambda each: each[0])
    seen = f"a death is noticed in about {detection} ms"
    if detection <= SLOWEST_DETECTION_MS:
        return holds(asbr.device, host_route, seen, fastest.evidence)
    remedy = (
        f"Shorten interval or multiplier of BFD: 50 ms x 3 is usual, {SLOWEST_DETECTION_MS} ms the limit."
    )
    return fails(asbr.device, host_route, seen, fastest.evidence, remedy=remedy)
