"""Conditions 1 to 4: the label of a VPN instance, as configured and as really given."""

from __future__ import annotations

from collections.abc import Iterator

from ..configuration import PER_INSTANCE
from ..intent import Intent, Role
from .check import Finding, does_not_apply, fails, holds, not_known, unread
from .fact import Evidence
from .facts import Facts, MasgFacts, VpnFacts

_HINT = "egresspair plan and apply set it on both routers in one transaction."


def each_vpn(facts: Facts) -> Iterator[tuple[MasgFacts, VpnFacts]]:
    """Every VPN instance of the intent on both MASGs."""
    for role in Role:
        masg = facts.masg(role)
        for vpn in masg.vpns:
            yield masg, vpn


def label_configured(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 2: the VPN instance, its family, a route distinguisher and the static label are there."""
    for masg, vpn in each_vpn(facts):
        yield unread(
            masg.device, vpn.name, vpn.exists, vpn.route_distinguisher, vpn.static_label
        ) or _configured(masg, vpn)


def _configured(masg: MasgFacts, vpn: VpnFacts) -> Finding:
    missing = [
        (fact, words)
        for fact, words in (
            (vpn.exists, "no VPN instance with an IPv4 unicast family"),
            (vpn.route_distinguisher, "no route distinguisher"),
            (vpn.static_label, "no static label"),
        )
        if not fact.value
    ]
    if missing:
        fact, words = missing[0]
        return fails(
            masg.device, vpn.name, f"there is {words}", fact.evidence, remedy=f"Configure it. {_HINT}"
        )
    return holds(
        masg.device, vpn.name, f"it has the static label {vpn.static_label.value}", vpn.static_label.evidence
    )


def same_label(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 1: both MASGs are configured with the same static label."""
    for wanted in intent.vpn_instances:
        master, backup = (facts.masg(role).vpn(wanted.name).static_label for role in Role)
        missing = unread("", wanted.name, master, backup)
        proof = (master.evidence, backup.evidence)
        shown = f"{master.value or 'none'} on the master, {backup.value or 'none'} on the backup"
        if missing:
            yield missing
        elif master.value is None or master.value != backup.value:
            yield fails("", wanted.name, shown, *proof, remedy=f"Give both the same label. {_HINT}")
        else:
            yield holds("", wanted.name, shown, *proof)


def label_mode(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 3: labels are given per instance."""
    for masg, vpn in each_vpn(facts):
        yield unread(masg.device, vpn.name, vpn.exists, vpn.label_mode) or _mode(masg, vpn)


def _mode(masg: MasgFacts, vpn: VpnFacts) -> Finding:
    mode, proof = vpn.label_mode.value, vpn.label_mode.evidence
    if mode == PER_INSTANCE:
        return holds(masg.device, vpn.name, f"labels are given {mode}", proof)
    seen = f"labels are given {mode}" if mode else "there is no IPv4 unicast family"
    return fails(masg.device, vpn.name, seen, proof, remedy=f"Use apply-label per-instance static. {_HINT}")


def label_owner(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Conditions 1 and 4: nobody else on either router holds the label that one of the two has for the VPN."""
    for masg, vpn in each_vpn(facts):
        labels = [facts.masg(role).vpn(vpn.name).static_label for role in Role]
        wanted = {label.value for label in labels if label.value is not None}
        owners = tuple(_owners(masg, vpn.name, wanted))
        own = set() if vpn.static_label.value is None else {vpn.static_label.value}
        if owners:
            names = " and ".join(name for name, _ in owners)
            remedy = (
                "Move one of the two to a label that is free on both routers: egresspair labels lists them."
            )
            yield fails(
                masg.device,
                vpn.name,
                f"its label is also held by {names}",
                *(proof for _, proof in owners),
                remedy=remedy,
                in_itself=any(_owners(masg, vpn.name, own)),  # not only the label that the partner has
            )
        else:
            yield _no_owner(masg, vpn, facts, wanted)


def _no_owner(masg: MasgFacts, vpn: VpnFacts, facts: Facts, wanted: set[int]) -> Finding:
    own = tuple(facts.masg(role).vpn(vpn.name).static_label for role in Role)
    # The labels of a router are one space: what it gave to this VPN instance, no static LSP can have.
    given = vpn.assigned_label.value is not None and wanted == {vpn.assigned_label.value}
    missing = unread(masg.device, vpn.name, masg.families, *own, *(() if given else (masg.label_uses,)))
    if missing:
        return missing
    if not wanted:
        return does_not_apply(masg.device, vpn.name, "there is no label that anybody could hold")
    shown = " or ".join(map(str, sorted(wanted)))
    return holds(masg.device, vpn.name, f"nobody else holds {shown}", masg.families.evidence)


def _owners(masg: MasgFacts, vpn: str, wanted: set[int]) -> Iterator[tuple[str, Evidence]]:
    for family in masg.families.value or ():
        own = family.vpn == vpn and family.family == "ipv4-unicast"
        held = {family.static_label, family.assigned_label}
        if not own and held & wanted:
            yield f"VPN instance {family.vpn} ({family.family})", family.evidence
    for use in masg.label_uses.value or ():
        if use.label in wanted:
            yield f"{use.kind} {use.name}", use.evidence


def label_range(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 4: the label is in the range of this router's static labels."""
    for masg, vpn in each_vpn(facts):
        yield unread(masg.device, vpn.name, vpn.static_label) or _in_range(masg, vpn)


def _in_range(masg: MasgFacts, vpn: VpnFacts) -> Finding:
    label, limits = vpn.static_label, masg.label_range
    if label.value is None:
        return does_not_apply(masg.device, vpn.name, "it has no static label", label.evidence)
    if label.value == vpn.assigned_label.value:
        return holds(masg.device, vpn.name, f"the router gave {label.value}", vpn.assigned_label.evidence)
    if not limits.value:
        return unread(masg.device, vpn.name, limits) or not_known(
            masg.device, vpn.name, "the router does not tell its range", limits.evidence
        )
    shown = f"{limits.value.first}..{limits.value.last}"
    if label.value in limits.value:
        return holds(masg.device, vpn.name, f"{label.value} is in {shown}", limits.evidence)
    return fails(
        masg.device,
        vpn.name,
        f"{label.value} is outside {shown}",
        label.evidence,
        limits.evidence,
        remedy="Choose a label that is in the range of both routers and free.",
    )


def label_assigned(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 4: the router really gave the label that is configured."""
    for masg, vpn in each_vpn(facts):
        yield unread(masg.device, vpn.name, vpn.static_label, vpn.assigned_label) or _assigned(masg, vpn)


def _assigned(masg: MasgFacts, vpn: VpnFacts) -> Finding:
    wanted, given = vpn.static_label, vpn.assigned_label
    proof = (given.evidence, wanted.evidence)
    if wanted.value is None:
        return fails(
            masg.device,
            vpn.name,
            f"no static label, and {given.value or 'none'} is in use",
            *proof,
            remedy=f"Configure the label. {_HINT}",
        )
    if given.value == wanted.value:
        return holds(masg.device, vpn.name, f"{given.value} is in use", *proof)
    taken = vpn.status.value == "up" and not _is_idle(masg, wanted.value)
    why = ", though the VPN instance is up: something else may hold the label" if taken else ""
    seen = f"{wanted.value} is configured, {given.value or 'none'} is in use{why}"
    remedy = "See what holds the label (display mpls label static available), free it or choose another."
    return fails(masg.device, vpn.name, seen, *proof, remedy=remedy)


def _is_idle(masg: MasgFacts, label: int) -> bool:
    """True if the router lists the label as free, or lists nothing."""
    idle = masg.idle_labels.value
    return idle is None or any(label in labels for labels in idle)
