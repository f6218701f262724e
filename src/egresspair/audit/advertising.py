"""Conditions 8, 9, 15, 16: both MASGs originate the host routes with a label, and end their LSPs themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import Intent, Role
from .check import Finding, does_not_apply, fails, holds, not_known, unread
from .facts import BgpLsp, BgpPeer, Facts, LspRole, MasgFacts, PolicyNode, RoutePolicy
from .host_routes import address_of, each_host_route, originating, policy_named

_PARTNER = {Role.MASTER: Role.BACKUP, Role.BACKUP: Role.MASTER}


def labeled_session(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 8 on the MASGs: a session in which labels are exchanged is established."""
    for role in Role:
        masg = facts.masg(role)
        yield unread(masg.device, "", masg.peers) or _session(masg)


def _session(masg: MasgFacts) -> Finding:
    labeled = labeled_peers(masg)
    if not labeled:
        remedy = "Configure peer … label-route-capability towards the core ASBR. It resets the session."
        return fails(
            masg.device, "", "no peer has label-route-capability", masg.peers.evidence, remedy=remedy
        )
    up = [peer for peer in labeled if peer.state == "established"]
    if up:
        shown = f"the labeled session to {', '.join(peer.address for peer in up)} is established"
        return holds(masg.device, "", shown, *(peer.evidence for peer in up))
    if any(peer.state is None for peer in labeled):
        what = "the router does not tell the state of its labeled sessions"
        return not_known(masg.device, "", what, *(peer.evidence for peer in labeled))
    states = ", ".join(f"{peer.address} is {peer.state}" for peer in labeled)
    remedy = "Bring the session up: display bgp peer says why it is down."
    return fails(
        masg.device, "", f"no labeled session is up: {states}", *(p.evidence for p in labeled), remedy=remedy
    )


def labeled_peers(masg: MasgFacts) -> tuple[BgpPeer, ...]:
    """The peers with which labels are exchanged."""
    return tuple(peer for peer in masg.peers.value or () if peer.labeled_unicast)


def label_policy(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 9 on the MASGs: the export policy of the labeled peers gives host routes a label."""
    for role in Role:
        masg = facts.masg(role)
        for host_route, nothing in each_host_route(intent, masg.device):
            missing = unread(masg.device, host_route, masg.peers, masg.policies)
            yield nothing or missing or _exported(masg, host_route)


def _exported(masg: MasgFacts, host_route: str) -> Finding:
    peers = labeled_peers(masg)
    if not peers:
        what = "there is no labeled peer whose policy could label it"
        return fails(masg.device, host_route, what, masg.peers.evidence, remedy="See the labeled session.")
    for peer in peers:
        policy = policy_named(masg.policies.value, peer.export_policy)
        if policy and labels(policy, host_route):
            shown = f"policy {policy.name} towards {peer.address} applies a label"
            return holds(masg.device, host_route, shown, policy.evidence)
    peer = peers[0]
    policy = policy_named(masg.policies.value, peer.export_policy)
    seen = f"policy {policy.name} towards {peer.address} does not label it" if policy else _no_policy(peer)
    remedy = "Export a route policy with apply mpls-label that permits the host route to the core ASBR."
    proof = policy.evidence if policy else peer.evidence
    return fails(masg.device, host_route, seen, proof, remedy=remedy)


def _no_policy(peer: BgpPeer) -> str:
    if peer.export_policy:
        return f"the export policy {peer.export_policy} towards {peer.address} is not there"
    return f"no export policy is applied towards {peer.address}"


def labels(policy: RoutePolicy, host_route: str) -> bool:
    """True if the first node that matches the host route permits and labels it."""
    return any(node.permit and node.applies_label for node in policy.nodes if _may_match(node, host_route))


def _may_match(node: PolicyNode, host_route: str) -> bool:
    return node.prefixes is None or host_route in node.prefixes


def originated(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 16: both MASGs originate each protected host route, which is in their routing table as it is."""
    for role in Role:
        masg = facts.masg(role)
        for host_route, nothing in each_host_route(intent, masg.device):
            missing = unread(masg.device, host_route, masg.originations, masg.host_routes)
            yield nothing or missing or _originated(masg, host_route)


def _originated(masg: MasgFacts, host_route: str) -> Finding:
    by = tuple(originating(masg, host_route))
    rib = [route for route in masg.host_routes.value or () if route.destination == host_route]
    if not by and masg.policies.value is None and any(o.policy for o in masg.originations.value or ()):
        return not_known(masg.device, host_route, masg.policies.reason, masg.policies.evidence)
    if not by:
        address = address_of(host_route)
        return fails(
            masg.device,
            host_route,
            "it is not originated into BGP",
            masg.originations.evidence,
            remedy=f"Configure network {address} 32 non-relay-tunnel, once the labels are on both MASGs.",
        )
    if not rib:
        return fails(
            masg.device,
            host_route,
            "it is not in the routing table, so BGP does not originate it",
            masg.host_routes.evidence,
            remedy="Let the IGP carry the partner's loopback as a host route.",
        )
    return holds(masg.device, host_route, "it is originated", by[0].evidence, rib[0].evidence)


def non_relay(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 15: what a MASG originates is not resolved over a tunnel to its partner."""
    for role in Role:
        masg = facts.masg(role)
        for host_route, nothing in each_host_route(intent, masg.device):
            missing = unread(masg.device, host_route, masg.originations)
            yield nothing or missing or _relayed(facts, role, host_route)


def _relayed(facts: Facts, role: Role, host_route: str) -> Finding:
    masg, partner = facts.masg(role), facts.masg(_PARTNER[role])
    by = tuple(originating(masg, host_route))
    if not by:
        return does_not_apply(
            masg.device, host_route, "it is not originated here", masg.originations.evidence
        )
    relayed = [origination for origination in by if not origination.non_relay_tunnel]
    if not relayed:
        return holds(masg.device, host_route, "non-relay-tunnel is set", *(each.evidence for each in by))
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
