"""From what the routers said to the tables that a walk needs; it judges nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from ..fact import Fact
from ..facts import BgpPeer, CsgFacts, Facts, LspRole, MasgFacts, VpnFacts, VpnFamily
from ..records import LabelStackEntry
from .core import core_of, leads_to
from .customers import way_of
from .tables import (
    Ingress,
    MasgTables,
    PrivateLabel,
    PublicLabel,
    Scene,
    Unknown,
)

T = TypeVar("T")

_IPV4: Final = "ipv4-unicast"


def scenes_of(facts: Facts, host_routes: Iterable[str] = ()) -> list[Scene]:
    """One scene for each protected host route.

    Args:
        facts: what the routers said.
        host_routes: ``a.b.c.d/32``, as the intent has them; without any, those that the routers' LSPs lead to.
    """
    routes = [str(route) for route in host_routes] or _seen_host_routes(facts)
    return [_scene(facts, route) for route in routes or [""]]


def _scene(facts: Facts, host_route: str) -> Scene:
    owners = _owners(facts)
    return Scene(
        host_route or "an unknown host route",
        _masg(facts.master, facts, host_route, owners),
        _masg(facts.backup, facts, host_route, owners),
        core_of(facts.asbr, host_route, owners),
        tuple(_ingress(facts.csg, facts.master, vpn) for vpn in facts.master.vpns),
        tuple(_others(facts.master)),
    )


def _seen_host_routes(facts: Facts) -> list[str]:
    """The destinations of LSPs that end at a MASG or pass the core ASBR, and are no other router's address alone."""
    lsps = [*(facts.backup.lsps.value or ()), *(facts.master.lsps.value or ())]
    return sorted({f"{lsp.prefix}/{lsp.length}" for lsp in lsps if lsp.in_label is not None})


def _owners(facts: Facts) -> dict[str, str]:
    """Address to the device that alone has it; an address that both have leads to neither."""
    found: dict[str, set[str]] = defaultdict(set)
    for masg in (facts.master, facts.backup):
        for address in masg.addresses.value or ():
            found[address].add(masg.device)
    return {address: next(iter(devices)) for address, devices in found.items() if len(devices) == 1}


# a MASG


def _masg(masg: MasgFacts, facts: Facts, host_route: str, owners: dict[str, str]) -> MasgTables:
    private: dict[int, list[PrivateLabel]] = defaultdict(list)
    for label, holder in [*_own_labels(masg, facts), *_other_labels(masg)]:
        private[label].append(holder)
    return MasgTables(
        masg.device,
        dict(_public_labels(masg, host_route, owners)),
        {label: tuple(holders) for label, holders in private.items()},
        _gap(masg.lsps),
        _private_gap(masg),
        _answers(masg),
    )


def _public_labels(
    masg: MasgFacts, host_route: str, owners: dict[str, str]
) -> Iterator[tuple[int, PublicLabel]]:
    for lsp in masg.lsps.value or ():
        if lsp.in_label is None or lsp.role is LspRole.INGRESS or not leads_to(lsp, host_route):
            continue
        if lsp.role is LspRole.EGRESS:
            yield lsp.in_label, PublicLabel()
        else:
            yield lsp.in_label, PublicLabel(lsp.out_label, owners.get(lsp.nexthop, lsp.nexthop))


def _own_labels(masg: MasgFacts, facts: Facts) -> Iterator[tuple[int, PrivateLabel]]:
    """Those of the intent's VPN instances: the labels that are assigned, whatever is configured."""
    partner = facts.backup if masg is facts.master else facts.master
    for vpn in masg.vpns:
        if vpn.assigned_label.value is not None:
            up = Unknown(str(vpn.status)) if not vpn.status.known else vpn.status.value == "up"
            way = way_of(
                vpn.routes,
                facts.master.vpn(vpn.name).routes,
                partner.addresses.value or frozenset(),
                dies=partner is facts.master,
            )
            yield vpn.assigned_label.value, PrivateLabel(vpn.name, _IPV4, up, way)


def _other_labels(masg: MasgFacts) -> Iterator[tuple[int, PrivateLabel]]:
    """Those of everybody else."""
    for family in masg.families.value or ():
        if family.assigned_label is not None and not _is_of_intent(masg, family):
            yield family.assigned_label, PrivateLabel(family.vpn, family.family)
    for use in masg.label_uses.value or ():
        yield use.label, PrivateLabel(use.name, use.kind)


def _private_gap(masg: MasgFacts) -> Unknown | None:
    """What may hold a label without our knowing."""
    for vpn in masg.vpns:
        if not vpn.assigned_label.known:
            return Unknown(str(vpn.assigned_label))
    for family in masg.families.value or ():
        untold = family.static_label is not None and family.assigned_label is None
        if untold and _is_other(masg, family.vpn):
            return Unknown(f"{masg.device}: the label that {family.vpn} was really given")
    return _gap(masg.families) or _gap(masg.label_uses)


def _is_other(masg: MasgFacts, vpn: str) -> bool:
    return all(own.name != vpn for own in masg.vpns)


def _answers(masg: MasgFacts) -> bool | Unknown:
    return _tunnel_carries(masg.peers)


def _tunnel_carries(peers: Fact[tuple[BgpPeer, ...]]) -> bool | Unknown:
    """False if an MP-EBGP peer over several hops may resolve to a local-ifnet tunnel. VRP's default is one hop."""
    if not peers.known:
        return Unknown(str(peers))
    distant = [peer for peer in peers.value or () if peer.vpnv4 and (peer.max_hops or 1) > 1]
    for peer in distant:
        if peer.external is None and not peer.local_ifnet_disable:
            return Unknown(f"{peer.evidence.device}: whether {peer.address} is of another AS")
    return not any(peer.external and not peer.local_ifnet_disable for peer in distant)


# where packets enter


def _ingress(csg: CsgFacts | None, master: MasgFacts, vpn: VpnFacts) -> Ingress:
    given = vpn.assigned_label
    if csg is None:
        label = Unknown(str(given)) if given.value is None else given.value
        return Ingress(vpn.name, "", label)
    seen = csg.vpn(vpn.name)
    labels = _private_labels(seen.label_stack)
    pushed = _pushed(csg.device, labels, master.device, given)
    return Ingress(vpn.name, csg.device, pushed, carried=_tunnel_carries(csg.peers))


def _others(master: MasgFacts) -> Iterator[Ingress]:
    """Whatever else the master gave a label: its packets come by the same host route."""
    for family in master.families.value or ():
        if family.assigned_label is not None and not _is_of_intent(master, family):
            chosen = family.static_label is None
            yield Ingress(family.vpn, "", family.assigned_label, family.family, chosen=chosen)


def _is_of_intent(masg: MasgFacts, family: VpnFamily) -> bool:
    return family.family == _IPV4 and not _is_other(masg, family.vpn)


def _pushed(csg: str, labels: set[int] | Unknown, master: str, given: Fact[int]) -> int | Unknown:
    """The label that the CSG pushes, if it is the one that the master gave."""
    if isinstance(labels, Unknown):
        return labels
    if given.value in labels:
        return given.value
    if not given.known:
        return Unknown(str(given)) if len(labels) != 1 else next(iter(labels))
    shown = ", ".join(map(str, sorted(labels))) or "none"
    return Unknown(
        f"who re-allocates the label on the way: {csg} pushes {shown}, {master} gave {given.value or 'none'}"
    )


def _private_labels(stack: Fact[tuple[LabelStackEntry, ...]]) -> set[int] | Unknown:
    """The innermost label of each stack."""
    if not stack.known:
        return Unknown(str(stack))
    innermost: dict[tuple[str, int, int, str], LabelStackEntry] = {}
    for entry in stack.value or ():
        key = (entry.prefix, entry.length, entry.stack, entry.interface)
        if key not in innermost or _depth(entry) > _depth(innermost[key]):
            innermost[key] = entry
    return {entry.label for entry in innermost.values() if entry.label is not None}


def _depth(entry: LabelStackEntry) -> tuple[bool, int]:
    return "vpn" in entry.kind.lower(), entry.level


# all


def _gap(fact: Fact[T]) -> Unknown | None:
    return None if fact.known else Unknown(str(fact))
