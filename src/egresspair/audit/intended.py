"""What the intent says of a VPN instance beside its label, where it says anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from ..configuration import canonical
from ..intent import Intent, Role, RouteTarget
from .check import Finding, fails, holds, unread
from .facts import Fact, Facts, VpnFacts

_Wanted: TypeAlias = tuple[str, Fact[frozenset[str]], tuple[RouteTarget, ...]]
"""A direction, what the router has of it, what the intent lists."""


def same_distinguisher(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Each router has the route distinguisher that the intent gives it."""
    for role in Role:
        masg = facts.masg(role)
        for vpn in masg.vpns:
            wanted = intent.route_distinguisher(vpn.name, role)
            if wanted is not None:
                missing = unread(masg.device, vpn.name, vpn.route_distinguisher)
                yield missing or _distinguished(masg.device, vpn, str(wanted))


def _distinguished(device: str, vpn: VpnFacts, wanted: str) -> Finding:
    present = vpn.route_distinguisher
    if present.value is not None and canonical(present.value) == canonical(wanted):
        return holds(device, vpn.name, f"it is {wanted}", present.evidence)
    seen = f"it is {present.value or 'missing'}, the intent says {wanted}"
    remedy = (
        "One that is there is never changed: correct the intent, or give the VPN instance another by hand."
    )
    return fails(device, vpn.name, seen, present.evidence, remedy=remedy)


def same_targets(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Each router has the VPN targets that the intent lists; it may have more."""
    for role in Role:
        masg = facts.masg(role)
        for vpn in masg.vpns:
            targets = intent.vpn_instance(vpn.name).vpn_targets
            if targets is not None:
                wanted = (("import", vpn.imports, targets.import_), ("export", vpn.exports, targets.export))
                yield _targeted(masg.device, vpn.name, [each for each in wanted if each[2]])


def _targeted(device: str, vpn: str, wanted: Sequence[_Wanted]) -> Finding:
    missing = unread(device, vpn, *(present for _, present, _ in wanted))
    if missing:
        return missing
    proof = [present.evidence for _, present, _ in wanted]
    lacking = [
        f"{direction} target {target}"
        for direction, present, targets in wanted
        for target in targets
        if canonical(str(target)) not in (present.value or ())
    ]
    if lacking:
        remedy = "egresspair plan and apply add them on both routers in one transaction."
        return fails(device, vpn, f"{', '.join(lacking)} of the intent is missing", *proof, remedy=remedy)
    return holds(device, vpn, "all targets of the intent are there", *proof)
