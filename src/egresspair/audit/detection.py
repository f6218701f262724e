"""Condition 14: the core ASBR notices the death of the master by BFD, in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .asbr import UNNAMED
from .check import Finding, fails, holds, not_known, unread
from .facts import AsbrFacts, BfdSession, Facts
from .host_routes import NO_ASBR, each_host_route, primary_of
from .mends import EnableLdpBfd

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
        yield not_known(UNNAMED, "", NO_ASBR)
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
    asbr = facts.asbr
    if asbr is None:
        yield not_known(UNNAMED, "", NO_ASBR)
        return
    for host_route, nothing in each_host_route(intent, asbr.device):
        missing = unread(asbr.device, host_route, asbr.bfd_sessions, asbr.routes)
        yield nothing or missing or _watched(asbr, host_route)


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
    sessions = [each for each in asbr.bfd_sessions.value or () if _watches(each, nexthop)]
    up = [each for each in sessions if each.up]
    if up:
        shown = f"BFD to {nexthop} is up{_detection(up[0])}"
        return holds(asbr.device, host_route, shown, up[0].evidence)
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


def _watches(session: BfdSession, nexthop: str) -> bool:
    return session.link in _OVER_LSPS and session.destination == nexthop


def _detection(session: BfdSession) -> str:
    if not (session.interval_ms and session.multiplier):
        return ""
    return f", detection in about {session.interval_ms * session.multiplier} ms"
