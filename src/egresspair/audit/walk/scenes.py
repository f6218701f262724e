"""From what the routers said to the tables that a walk needs; it judges nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from ..fact import Fact
from ..facts import BgpPeer, CsgFacts, CsgVpn, Facts, LspRole, MasgFacts, VpnFacts, VpnFamily
from ..records import LabelStackEntry
from .core import core_of, leads_to
from .customers import is_used, way_of
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
_HOST: Final = 32


def scenes_of(facts: Facts, host_routes: Iterable[str] = ()) -> list[Scene]:
    """One scene for each protected host route, and one for each other address to which the CSG sends.

    Args:
        facts: what the routers said.
        host_routes: ``a.b.c.d/32``, as the intent has them; without any, those that the routers' LSPs lead to.
    """
    wanted = [str(route) for route in host_routes]
    scenes = [_scene(facts, route) for route in wanted or _seen_host_routes(facts) or [""]]
    return [*scenes, *(_elsewhere(scenes[0], nexthop) for nexthop in _unprotected(scenes[0], wanted))]


def _unprotected(scene: Scene, host_routes: Sequence[str]) -> list[str]:
    """Where packets go by an address that the intent does not protect; nothing if it names none at all."""
    used = {f"{nexthop}/{_HOST}" for entry in scene.entries for nexthop in entry.nexthops}
    return sorted(used - set(host_routes)) if host_routes else []


def _elsewhere(scene: Scene, host_route: str) -> Scene:
    """Of a host route that is not the intent's nothing was read."""
    entries = tuple(e for e in scene.entries if any(f"{hop}/{_HOST}" == host_route for hop in e.nexthops))
    unread = Unknown(f"{host_route}, by which {entries[0].device} sends, is no protected host route")
    master, backup = (replace(masg, public={}, public_gap=unread) for masg in (scene.master, scene.backup))
    return Scene(host_route, master, backup, core=unread, entries=entries)


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
    """Those of everybody else. Who is configured with a label may hold it where nobody tells what it was given."""
    for family in masg.families.value or ():
        label = family.assigned_label if family.tells_label else family.static_label
        if label is not None and not _is_of_intent(masg, family):
            yield label, PrivateLabel(family.vpn, family.family, _is_up(masg, family))
    for use in masg.label_uses.value or ():
        yield use.label, PrivateLabel(use.name, use.kind)


def _is_up(masg: MasgFacts, family: VpnFamily) -> bool | Unknown:
    """A router that shows a label without a status has given it to something that is up."""
    return family.status in ("up", None) if family.tells_label else _untold(masg, family)


def _untold(masg: MasgFacts, family: VpnFamily) -> Unknown:
    return Unknown(f"{masg.device}: the label that {family.vpn} was really given")


def _private_gap(masg: MasgFacts) -> Unknown | None:
    """What may hold a label without our knowing."""
    for vpn in masg.vpns:
        if not vpn.assigned_label.known:
            return Unknown(str(vpn.assigned_label))
    for family in masg.families.value or ():
        untold = family.static_label is not None and not family.tells_label
        if untold and _is_other(masg, family.vpn):
            return _untold(masg, family)
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
    stacks = _private_labels(seen.label_stack)
    labels = (
        stacks
        if isinstance(stacks, Unknown)
        else {entry.label for entry in stacks if entry.label is not None}
    )
    pushed = _pushed(csg.device, labels, master.device, given)
    nexthops = frozenset(_nexthops(seen, () if isinstance(stacks, Unknown) else stacks, pushed))
    return Ingress(vpn.name, csg.device, pushed, carried=_tunnel_carries(csg.peers), nexthops=nexthops)


def _nexthops(vpn: CsgVpn, stacks: Iterable[LabelStackEntry], label: int | Unknown) -> Iterator[str]:
    """Where packets with that label go; the label stands with the route, or in the stack of its destination."""
    pushed = {(entry.prefix, entry.length) for entry in stacks if entry.label == label}
    for route in vpn.routes.value or ():
        told = route.out_label is not None
        ours = route.out_label == label if told else (route.prefix, route.length) in pushed
        if ours and is_used(route) and route.nexthop:
            yield route.nexthop


def _others(master: MasgFacts) -> Iterator[Ingress]:
    """Whatever else the master gave a label: its packets come by the same host route, unless it is the router's own."""
    for family in master.families.value or ():
        if family.assigned_label is not None and not family.internal and not _is_of_intent(master, family):
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


def _private_labels(stack: Fact[tuple[LabelStackEntry, ...]]) -> tuple[LabelStackEntry, ...] | Unknown:
    """The innermost label of each stack."""
    if not stack.known:
        return Unknown(str(stack))
    innermost: dict[tuple[str, int, int, str], LabelStackEntry] = {}
    for entry in stack.value or ():
        key = (entry.prefix, entry.length, entry.stack, entry.interface)
        if key not in innermost or _depth(entry) > _depth(innermost[key]):
            innermost[key] = entry
    return tuple(innermost.values())


def _depth(entry: LabelStackEntry) -> tuple[bool, int]:
    return "vpn" in entry.kind.lower(), entry.level


# all


def _gap(fact: Fact[T]) -> Unknown | None:
    return None if fact.known else Unknown(str(fact))
