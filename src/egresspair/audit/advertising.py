"""Conditions 8, 9, 15, 16: both MASGs originate the host routes with a label, and end their LSPs themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .check import Finding, does_not_apply, fails, holds, not_known, unread
from .core_peers import to_core
from .facts import BgpLsp, BgpPeer, Facts, LspRole, MasgFacts, Origination, RoutePolicy
from .host_routes import address_of, each_host_route, exported_labeled, originating, policy_named

_CAPABILITY = "Configure peer … label-route-capability towards the core ASBR. It resets the session."
_PARTNER = {Role.MASTER: Role.BACKUP, Role.BACKUP: Role.MASTER}


def labeled_session(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 8 on the MASGs: a session in which labels are exchanged is established."""
    for role in Role:
        masg = facts.masg(role)
        yield unread(masg.device, "", masg.peers) or _session(masg, facts)


def _session(masg: MasgFacts, facts: Facts) -> Finding:
    without = fails(
        masg.device, "", "no peer has label-route-capability", masg.peers.evidence, remedy=_CAPABILITY
    )
    return to_core(masg, facts, lambda peer: _session_to(masg, peer), without)


def _session_to(masg: MasgFacts, peer: BgpPeer) -> Finding:
    if not peer.labeled_unicast:
        what = f"peer {peer.address}, the core ASBR, has no label-route-capability"
        return fails(masg.device, "", what, peer.evidence, remedy=_CAPABILITY)
    if peer.state is None:
        what = f"the router does not tell the state of the labeled session to {peer.address}"
        return not_known(masg.device, "", what, peer.evidence)
    if peer.state == "established":
        return holds(masg.device, "", f"the labeled session to {peer.address} is established", peer.evidence)
    remedy = "Bring the session up: display bgp peer says why it is down."
    what = f"the labeled session to {peer.address} is {peer.state}"
    return fails(masg.device, "", what, peer.evidence, remedy=remedy)


def label_policy(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 9 on the MASGs: the export policy towards the core gives host routes a label.

    It is judged whether or not labels can be exchanged there, which condition 8 is about.
    """
    for role in Role:
        masg = facts.masg(role)
        for host_route, nothing in each_host_route(intent, masg.device):
            missing = unread(masg.device, host_route, masg.peers, masg.policies)
            yield nothing or missing or _exported(masg, facts, host_route)


def _exported(masg: MasgFacts, facts: Facts, host_route: str) -> Finding:
    what = "there is no labeled peer whose policy could label it"
    without = does_not_apply(masg.device, host_route, what, masg.peers.evidence)
    return to_core(masg, facts, lambda peer: _exported_to(masg, peer, host_route), without)


def _exported_to(masg: MasgFacts, peer: BgpPeer, host_route: str) -> Finding:
    policy = policy_named(masg.policies.value, peer.export_policy)
    proof = policy.evidence if policy else peer.evidence
    labeled = exported_labeled(masg.policies.value, peer, host_route, labeled=False)
    named = peer.export_policy or peer.export_filter
    if labeled:
        return holds(masg.device, host_route, f"policy {named} towards {peer.address} applies a label", proof)
    if labeled is None:
        what = f"whether policy {named} labels it depends on conditions that are not understood"
        return not_known(masg.device, host_route, what, proof)
    remedy = "Export a route policy with apply mpls-label that permits the host route to the core ASBR."
    return fails(masg.device, host_route, _bare(peer, policy), proof, remedy=remedy)


def _bare(peer: BgpPeer, policy: RoutePolicy | None) -> str:
    if not peer.export_policy:
        return f"no export policy is applied towards {peer.address}"
    if policy is None:
        return f"the export policy {peer.export_policy} towards {peer.address} is not there"
    return f"policy {peer.export_policy} towards {peer.address} does not label it"


def originated(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 16: both MASGs originate each protected host route, which is in their routing table as it is."""
    for role in Role:
        masg = facts.masg(role)
        for host_route, nothing in each_host_route(intent, masg.device):
            missing = unread(masg.device, host_route, masg.originations, masg.host_routes)
            yield nothing or missing or _originated(masg, host_route)


def _originated(masg: MasgFacts, host_route: str) -> Finding:
    by = originating(masg, host_route)
    rib = [route for route in masg.host_routes.value or () if route.destination == host_route]
    if by is None:
        return _doubtful(masg, host_route)
    if not by:
        return _not_originated(masg, host_route)
    if not rib:
        return fails(
            masg.device,
            host_route,
            "it is not in the routing table, so BGP does not originate it",
            masg.host_routes.evidence,
            remedy="Let the IGP carry the partner's loopback as a host route.",
        )
    return holds(masg.device, host_route, "it is originated", by[0].evidence, rib[0].evidence)


def _not_originated(masg: MasgFacts, host_route: str) -> Finding:
    named = [each for each in masg.originations.value or () if each.prefix == host_route]
    if named:
        policy = named[0].policy
        what = f"the policy {policy} of its network statement does not let it pass"
        remedy = f"Let {policy} permit it, or take the policy from the network statement."
        return fails(masg.device, host_route, what, named[0].evidence, remedy=remedy)
    what = "it is not originated into BGP"
    remedy = (
        f"Configure network {address_of(host_route)} 32 non-relay-tunnel, once the labels are on both MASGs."
    )
    return fails(masg.device, host_route, what, masg.originations.evidence, remedy=remedy)


def _doubtful(masg: MasgFacts, host_route: str) -> Finding:
    why = masg.policies.reason or "its policy has conditions that are not understood"
    what = f"whether it is originated is not known: {why}"
    return not_known(masg.device, host_route, what, masg.policies.evidence)


def non_relay(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 15: what a MASG originates is not resolved over a tunnel to its partner."""
    for role in Role:
        masg = facts.masg(role)
        for host_route, nothing in each_host_route(intent, masg.device):
            missing = unread(masg.device, host_route, masg.originations)
            yield nothing or missing or _relayed(facts, role, host_route)


def _relayed(facts: Facts, role: Role, host_route: str) -> Finding:
    masg, partner = facts.masg(role), facts.masg(_PARTNER[role])
    by = originating(masg, host_route)
    if by is None:
        return _doubtful(masg, host_route)
    if not by:
        return does_not_apply(
            masg.device, host_route, "it is not originated here", masg.originations.evidence
        )
    relayed = [origination for origination in by if not origination.non_relay_tunnel]
    if not relayed:
        return holds(masg.device, host_route, "non-relay-tunnel is set", *(each.evidence for each in by))
    return _recursing(masg, partner, host_route, relayed)


def _recursing(masg: MasgFacts, partner: MasgFacts, host_route: str, relayed: list[Origination]) -> Finding:
    """What is originated may be resolved over tunnels: whether one leads to the partner decides."""
    if address_of(host_route) in (masg.addresses.value or ()):
        return does_not_apply(masg.device, host_route, "it is this router's own address", relayed[0].evidence)
    missing = unread(masg.device, host_route, masg.tunnels, partner.addresses)
    if missing:
        return missing
    there = [t for t in masg.tunnels.value or () if t.destination in (partner.addresses.value or ())]
    proof = [*(each.evidence for each in relayed), *(tunnel.evidence for tunnel in there)]
    if not there:
        return does_not_apply(masg.device, host_route, "no tunnel leads to the partner", *proof)
    seen = f"non-relay-tunnel is not set, and a tunnel ({there[0].kind}) leads to {partner.device}"
    remedy = "Set non-relay-tunnel on the network or import-route that originates it."
    return fails(masg.device, host_route, seen, *proof, remedy=remedy)


def ends_here(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 15, seen in the forwarding: the BGP LSP for each host route ends on this MASG."""
    for role in Role:
        masg = facts.masg(role)
        for host_route, nothing in each_host_route(intent, masg.device):
            yield nothing or unread(masg.device, host_route, masg.lsps) or _ends(masg, host_route)


def _ends(masg: MasgFacts, host_route: str) -> Finding:
    lsps = [lsp for lsp in masg.lsps.value or () if f"{lsp.prefix}/{lsp.length}" == host_route]
    here = [lsp for lsp in lsps if lsp.role is not LspRole.INGRESS]
    stitched = [lsp for lsp in here if not _pops(lsp)]
    if not here:
        remedy = "See whether it is originated and labeled: without both there is no LSP."
        what = "there is no BGP LSP for it that comes in here"
        return fails(masg.device, host_route, what, masg.lsps.evidence, remedy=remedy)
    proof = [lsp.evidence for lsp in stitched or here]
    if stitched:
        lsp = stitched[0]
        what = f"its BGP LSP goes on ({lsp.role}, {lsp.operation}) to {lsp.nexthop}"
        remedy = "Set non-relay-tunnel where the host route is originated."
        return fails(masg.device, host_route, what, *proof, remedy=remedy)
    return holds(masg.device, host_route, f"its BGP LSP ends here, label {here[0].in_label}", *proof)


def _pops(lsp: BgpLsp) -> bool:
    return lsp.role is LspRole.EGRESS and lsp.operation in ("pop", "")
