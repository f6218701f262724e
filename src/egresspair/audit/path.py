"""Conditions 17, 19 and 20: what the label and the tunnels meet between the CSG and the MASGs."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .check import Finding, does_not_apply, fails, holds, not_known, unread
from .fact import Fact
from .facts import AsbrFacts, BgpPeer, CsgVpn, Facts, IpRoute, LabelStackEntry, VpnFacts
from .host_routes import each_host_route, without_asbr, without_csg


def label_kept(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 17: the CSG pushes the very label that the MASGs gave."""
    if facts.csg is None:
        yield without_csg()
        return
    for vpn in facts.csg.vpns:
        of_master = facts.master.vpn(vpn.name)
        missing = unread(facts.csg.device, vpn.name, vpn.label_stack, of_master.static_label)
        yield missing or _kept(facts.csg.device, vpn, of_master)


def _kept(device: str, vpn: CsgVpn, of_master: VpnFacts) -> Finding:
    label, given = of_master.static_label, of_master.assigned_label
    pushed = vpn_labels(vpn.label_stack.value or ())
    if not pushed:
        remedy = "See whether the CSG has VPNv4 routes of this VPN instance."
        what = "it pushes no labels for this VPN instance"
        return fails(device, vpn.name, what, vpn.label_stack.evidence, remedy=remedy)
    others = [entry for entry in pushed if entry.label != label.value]
    if not others:
        return holds(device, vpn.name, f"it pushes {label.value}", *(entry.evidence for entry in pushed[:2]))
    shown = f"it pushes {others[0].label}, the MASGs have {label.value or 'none'}"
    remedy = (
        "Keep the next hop of VPNv4 routes on the way (Option C): who changes it gives a label of its own."
    )
    as_configured = label.value is not None and (not given.known or given.value == label.value)
    return fails(
        device,
        vpn.name,
        shown,
        *(entry.evidence for entry in others),
        remedy=remedy,
        in_itself=as_configured,  # the label was right where it began
    )


def vpn_labels(entries: tuple[LabelStackEntry, ...]) -> list[LabelStackEntry]:
    """The innermost label of each stack: the VPN label. The router says which; else the highest level is it."""
    named = [entry for entry in entries if "vpn" in entry.kind.lower() or "private" in entry.kind.lower()]
    if named:
        return named
    stacks: dict[tuple[str, int, int, str], LabelStackEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.level):
        stacks[entry.prefix, entry.length, entry.stack, entry.interface] = entry
    return list(stacks.values())


def local_ifnet(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 19: MP-EBGP peers over several hops do not resolve to a local-ifnet tunnel."""
    for role in Role:
        masg = facts.masg(role)
        yield from _ifnets(masg.device, masg.peers)
    if facts.csg is not None:
        yield from _ifnets(facts.csg.device, facts.csg.peers)


def _ifnets(device: str, peers: Fact[tuple[BgpPeer, ...]]) -> Iterator[Finding]:
    missing = unread(device, "", peers)
    vpnv4 = [peer for peer in peers.value or () if peer.vpnv4]
    distant = [peer for peer in vpnv4 if peer.external is not False and _is_multihop(peer)]
    if missing:
        yield missing
    elif not distant:
        what = "there is no MP-EBGP peer over several hops"
        yield does_not_apply(device, "", what, *(peer.evidence for peer in vpnv4), peers.evidence)
    for peer in distant:
        yield _ifnet(device, peer)


def _is_multihop(peer: BgpPeer) -> bool:
    """VRP's default is one hop."""
    return (peer.max_hops or 1) > 1


def _ifnet(device: str, peer: BgpPeer) -> Finding:
    if peer.external is None:
        return not_known(
            device, peer.address, "whether the peer is of another AS is not known", peer.evidence
        )
    if peer.local_ifnet_disable:
        return holds(device, peer.address, "mpls-local-ifnet disable is set", peer.evidence)
    remedy = f"Configure peer {peer.address} mpls-local-ifnet disable."
    what = "mpls-local-ifnet disable is not set"
    return fails(device, peer.address, what, peer.evidence, remedy=remedy)


def no_gre(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 20: no BGP LSP of a host route runs over GRE."""
    if facts.asbr is None:
        yield without_asbr()
        return
    for host_route, nothing in each_host_route(intent, facts.asbr.device):
        yield (
            nothing or unread(facts.asbr.device, host_route, facts.asbr.rib) or _over(facts.asbr, host_route)
        )


def _over(asbr: AsbrFacts, host_route: str) -> Finding:
    routes = [route for route in asbr.rib.value or () if route.destination == host_route]
    over = [route for route in routes if route.tunnel_type == "gre"]
    if over:
        shown = f"it goes to {over[0].nexthop} over GRE"
        remedy = "Let LDP or TE carry it: a BGP LSP over GRE is not supported."
        proof = [route.evidence for route in over]
        return fails(asbr.device, host_route, shown, *proof, remedy=remedy)
    if routes and all(route.tunnel_type for route in routes):
        return holds(asbr.device, host_route, f"it goes over {_kinds(routes)}", routes[0].evidence)
    what = "over which tunnel it goes is not told" if routes else "it is not in the routing table"
    return not_known(asbr.device, host_route, what, asbr.rib.evidence)


def _kinds(routes: list[IpRoute]) -> str:
    return " and ".join(sorted({route.tunnel_type for route in routes}))
