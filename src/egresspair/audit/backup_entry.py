"""Condition 12, seen in the forwarding: the core ASBR's transit LSP leads to both MASGs, with labels that they gave."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .asbr import each_route
from .check import Finding, Status, fails, holds, not_known, unread
from .facts import AsbrFacts, BgpLsp, Facts, FrrType, LspRole, MasgFacts
from .host_routes import routes_of, sender_of

_IMPLICIT_NULL = 3
"""The label that is not sent (RFC 3032, section 2.1): the private label comes alone."""
_REMEDY = "See the labeled routes, their preference and auto-frr: a backup entry needs all three."
_STALE = (
    "Compare the LSP with the labeled routes, and with the LSPs of the MASGs: one of them is not up to date."
)


def backup_entry(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """The transit LSP of each host route has a backup entry, and its entries lead to the two MASGs."""
    return each_route(_backup, intent, facts)


def _backup(asbr: AsbrFacts, facts: Facts, host_route: str) -> Finding:
    missing = unread(asbr.device, host_route, asbr.lsps)
    if missing:
        return missing
    transit = [
        lsp for lsp in asbr.lsps.value or () if lsp.role is LspRole.TRANSIT and _is_for(lsp, host_route)
    ]
    primary = next((lsp for lsp in transit if lsp.frr_type is FrrType.PRIMARY), None)
    others = [
        lsp
        for lsp in transit
        if lsp.frr_type is FrrType.BACKUP and primary and lsp.nexthop != primary.nexthop
    ]
    if primary and others:
        return _both(asbr, facts, host_route, primary, others[0])
    proof = [lsp.evidence for lsp in transit] or [asbr.lsps.evidence]
    shown = (
        f"only {primary.nexthop} is there, nothing stands by" if primary else "there is no transit BGP LSP"
    )
    return fails(asbr.device, host_route, shown, *proof, remedy=_REMEDY)


def _is_for(lsp: BgpLsp, host_route: str) -> bool:
    return f"{lsp.prefix}/{lsp.length}" == host_route


def _both(asbr: AsbrFacts, facts: Facts, host_route: str, primary: BgpLsp, backup: BgpLsp) -> Finding:
    """One leads to either MASG, which knows the label."""
    missing = unread(asbr.device, host_route, *(facts.masg(role).addresses for role in Role))
    if missing:
        return missing
    proof = (primary.evidence, backup.evidence)
    ends = [_ends(asbr, facts, host_route, lsp) for lsp in (primary, backup)]
    for lsp, roles in zip((primary, backup), ends, strict=True):
        if not roles:
            seen = f"{_named(lsp)} leads to {lsp.nexthop or 'nowhere'}, which is neither MASG"
            return fails(asbr.device, host_route, seen, *proof, remedy=_STALE)
        if len(roles) > 1:
            seen = f"{_named(lsp)} leads to {lsp.nexthop}, which both MASGs have"
            return not_known(asbr.device, host_route, seen, *proof)
    towards = [facts.masg(next(iter(roles))) for roles in ends]
    if ends[0] == ends[1]:
        seen = f"{primary.nexthop} and {backup.nexthop} both lead to {towards[0].device}"
        return fails(asbr.device, host_route, seen, *proof, remedy=_STALE)
    labels = [_labeled(asbr, host_route, *pair) for pair in zip((primary, backup), towards, strict=True)]
    wrong = [finding for finding in labels if finding]
    shown = f"{primary.nexthop} forwards, {backup.nexthop} stands by"
    return _worst(wrong) if wrong else holds(asbr.device, host_route, shown, *proof)


def _worst(findings: list[Finding]) -> Finding:
    """What fails, before what is not known."""
    return next((finding for finding in findings if finding.status is Status.FAILS), findings[0])


def _named(lsp: BgpLsp) -> str:
    return "the backup entry" if lsp.frr_type is FrrType.BACKUP else "the primary entry"


def _ends(asbr: AsbrFacts, facts: Facts, host_route: str, lsp: BgpLsp) -> set[Role]:
    """The MASGs that have its next hop; else the one that the route with this next hop came from."""
    owners = {role for role in Role if lsp.nexthop in (facts.masg(role).addresses.value or ())}
    routes = (route for route in routes_of(asbr, host_route) if route.nexthop == lsp.nexthop)
    return owners or {role for route in routes if (role := sender_of(route, facts))}


def _labeled(asbr: AsbrFacts, host_route: str, lsp: BgpLsp, masg: MasgFacts) -> Finding | None:
    """None if the MASG knows the label that it gets."""
    if lsp.out_label is None:
        seen = f"{_named(lsp)} to {masg.device} has no label"
        return fails(asbr.device, host_route, seen, lsp.evidence, remedy=_STALE)
    if lsp.out_label == _IMPLICIT_NULL:
        return None
    missing = unread(asbr.device, host_route, masg.lsps)
    if missing:
        return missing
    comes_in = [each for each in masg.lsps.value or () if each.role is not LspRole.INGRESS]
    proof = [each.evidence for each in comes_in if _is_for(each, host_route)] or [masg.lsps.evidence]
    given = [each.in_label for each in comes_in if _is_for(each, host_route)]
    if lsp.out_label in given:
        return None
    if None in given:
        seen = f"{masg.device} does not tell the label of its LSP"
        return not_known(asbr.device, host_route, seen, lsp.evidence, *proof)
    seen = f"{_named(lsp)} has label {lsp.out_label}, which {masg.device} does not have for this host route"
    return fails(asbr.device, host_route, seen, lsp.evidence, *proof, remedy=_STALE)
