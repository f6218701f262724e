"""Condition 18 and the notes of the procedure: what else uses the loopback, and what a reboot would undo."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .check import Finding, does_not_apply, fails, holds, unread
from .facts import Facts, MasgFacts, VpnFamily
from .host_routes import address_of, each_host_route

_IPV4 = "ipv4-unicast"


def shared_loopback(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 18: every address family that has the protected loopback as next hop is protected."""
    missing = unread("", "", *(facts.masg(role).families for role in Role))
    if missing:
        yield missing
        return
    bare = [family for role in Role for family in _unprotected(intent, facts, role)]
    if not bare:
        proof = (facts.masg(role).families.evidence for role in Role)
        yield holds("", "", "nothing else shares the loopbacks unprotected", *proof)
    for subject, families in _grouped(bare).items():
        yield _shared(subject, families)


def _grouped(families: list[VpnFamily]) -> dict[str, list[VpnFamily]]:
    """By VPN instance and family: both routers as a rule have the same."""
    found: dict[str, list[VpnFamily]] = {}
    for family in families:
        found.setdefault(f"{family.vpn} {family.family}", []).append(family)
    return found


def _shared(subject: str, families: list[VpnFamily]) -> Finding:
    ipv4 = families[0].family == _IPV4
    seen = (
        "it has no static label that is the same on both routers" if ipv4 else "no static label exists for it"
    )
    remedy = (
        "Add it to the intent, or give it a loopback of its own as next hop."
        if ipv4
        else "Give it a loopback of its own as next hop: only IPv4 families can be protected."
    )
    return fails("", subject, seen, *(family.evidence for family in families), remedy=remedy)


def _unprotected(intent: Intent, facts: Facts, role: Role) -> Iterator[VpnFamily]:
    wanted = {vpn.name for vpn in intent.vpn_instances}
    partner = facts.masg(Role.BACKUP if role is Role.MASTER else Role.MASTER)
    for family in facts.masg(role).families.value or ():
        is_wanted = family.family == _IPV4 and family.vpn in wanted
        if not is_wanted and not _is_protected(family, partner):
            yield family


def _is_protected(family: VpnFamily, partner: MasgFacts) -> bool:
    """Not only what the intent names can be protected: a static label that is the same on both is enough."""
    if family.family != _IPV4 or family.static_label is None:
        return False
    return any(
        other.vpn == family.vpn
        and other.family == family.family
        and other.static_label == family.static_label
        for other in partner.families.value or ()
    )


def loopback(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """The procedure's first prerequisite: each protected host route is a loopback of a MASG."""
    for host_route, nothing in each_host_route(intent, ""):
        masgs = [facts.masg(role) for role in Role]
        owners = [masg for masg in masgs if address_of(host_route) in (masg.addresses.value or ())]
        if nothing:
            yield nothing
        elif owners:
            shown = f"it is a loopback of {' and '.join(masg.device for masg in owners)}"
            yield holds("", host_route, shown, *(masg.addresses.evidence for masg in owners))
        else:
            yield unread("", host_route, *(masg.addresses for masg in masgs)) or _nobodys(host_route, masgs)


def _nobodys(host_route: str, masgs: list[MasgFacts]) -> Finding:
    return fails(
        "",
        host_route,
        "it is the address of neither MASG",
        *(masg.addresses.evidence for masg in masgs),
        remedy="Configure a loopback with this address, or correct protected_host_routes.",
    )


def saved(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """The procedure's last step: a reboot brings the same configuration back."""
    for role in Role:
        masg = facts.masg(role)
        yield unread(masg.device, "", masg.saved) or _saved(masg)


def _saved(masg: MasgFacts) -> Finding:
    if masg.saved.absent:
        seen = "there is no startup datastore of its own: what is committed stays"
        return does_not_apply(masg.device, "", seen, masg.saved.evidence)
    if masg.saved.value:
        seen = "startup holds the same of these; interfaces are not compared"
        return holds(masg.device, "", seen, masg.saved.evidence)
    remedy = "Save the configuration: egresspair apply --save, or save on the router."
    return fails(masg.device, "", "startup differs from running", masg.saved.evidence, remedy=remedy)
