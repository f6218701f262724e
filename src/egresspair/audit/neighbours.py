"""Condition 18 and what is required beside the conditions: who else uses the loopback, what a reboot undoes."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .check import Finding, does_not_apply, fails, holds, not_known, unread
from .facts import Facts, MasgFacts, VpnFamily
from .host_routes import address_of, each_host_route

_IPV4 = "ipv4-unicast"


def shared_loopback(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 18: every address family that has the protected loopback as next hop is protected."""
    missing = unread("", "", *(facts.masg(role).families for role in Role))
    if missing:
        yield missing
        return
    unsafe = [
        finding
        for subject, families in _sharing(intent, facts).items()
        if (finding := _shared(subject, families))
    ]
    if not unsafe:
        proof = (facts.masg(role).families.evidence for role in Role)
        yield holds("", "", "nothing else shares the loopbacks unprotected", *proof)
    yield from unsafe


def _sharing(intent: Intent, facts: Facts) -> dict[str, list[VpnFamily]]:
    """What else is there, by VPN instance and family: of both routers, or of one. What is the routers' own is not
    advertised, so nothing of it has a loopback as next hop.
    """
    wanted = {vpn.name for vpn in intent.vpn_instances}
    found: dict[str, list[VpnFamily]] = {}
    for role in Role:
        for family in facts.masg(role).families.value or ():
            is_wanted = family.family == _IPV4 and family.vpn in wanted
            if not is_wanted and not family.internal:
                found.setdefault(f"{family.vpn} {family.family}", []).append(family)
    return found


def _shared(subject: str, families: list[VpnFamily]) -> Finding | None:
    """None if it is protected: the intent need not name it, if both routers gave it the same static label."""
    proof = [family.evidence for family in families]
    if families[0].family != _IPV4:
        remedy = "Give it a loopback of its own as next hop: only IPv4 families can be protected."
        return fails("", subject, "no static label exists for it", *proof, remedy=remedy, in_itself=True)
    configured = {family.static_label for family in families}
    both = len({family.evidence.device for family in families}) == len(Role)
    if not both or None in configured or len(configured) > 1:
        remedy = "Add it to the intent, or give it a loopback of its own as next hop."
        what = "it has no static label that is the same on both routers"
        return fails("", subject, what, *proof, remedy=remedy)
    given = {family.assigned_label for family in families}
    if given == configured:
        return None
    untold = [family.evidence.device for family in families if not family.tells_label]
    if untold:
        return not_known("", subject, f"{' and '.join(untold)}: which label it was given is not told", *proof)
    if given == {None}:  # down on both: nobody sends it anything
        return None
    shown = ", ".join(f"{f.assigned_label or 'none'} is in use on {f.evidence.device}" for f in families)
    remedy = "See whether it is up on both routers, and what else holds its label."
    return fails("", subject, f"{configured.pop()} is configured, {shown}", *proof, remedy=remedy)


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
