"""Conditions 8 and 9 on the core ASBR: it exchanges labels with both MASGs, and hands them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..intent import Intent, Role
from .check import Finding, fails, holds, not_known, unread
from .facts import AsbrFacts, BgpPeer, Facts
from .host_routes import exported_labeled, policy_named, without_asbr, without_host_routes
from .mends import LabelPeer, RelayLabels


def of_asbr(judge: Callable[[AsbrFacts, Facts], Iterator[Finding]], facts: Facts) -> Iterator[Finding]:
    """What is found on the core ASBR, if the intent names one."""
    if facts.asbr is None:
        yield without_asbr()
    else:
        yield from judge(facts.asbr, facts)


def labeled_session(_intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 8 on the core ASBR: it exchanges labels with both MASGs."""
    return of_asbr(_sessions, facts)


def _sessions(asbr: AsbrFacts, facts: Facts) -> Iterator[Finding]:
    for role in Role:
        masg = facts.masg(role)
        yield unread(asbr.device, masg.device, asbr.peers, masg.addresses) or _session(asbr, facts, role)


def _session(asbr: AsbrFacts, facts: Facts, role: Role) -> Finding:
    masg = facts.masg(role)
    own = masg.addresses.value or frozenset()
    peer = next((peer for peer in asbr.peers.value or () if peer.address in own), None)
    if peer is None:
        shown = f"no peer has an address of {masg.device} ({', '.join(sorted(own)) or 'none is known'})"
        remedy = "Peer the core ASBR with the loopback of each MASG."
        return fails(asbr.device, masg.device, shown, asbr.peers.evidence, remedy=remedy)
    if not peer.labeled_unicast:
        shown = f"peer {peer.address} has no label-route-capability"
        remedy = "Enable it on the core ASBR as well. It resets the session."
        mend = LabelPeer(peer.address)
        return fails(asbr.device, masg.device, shown, peer.evidence, remedy=remedy, mend=mend)
    if peer.state is None:
        return not_known(
            asbr.device, masg.device, "the router does not tell the session's state", peer.evidence
        )
    if peer.state != "established":
        remedy = "Bring the session up: display bgp peer says why it is down."
        shown = f"the session to {peer.address} is {peer.state}"
        return fails(asbr.device, masg.device, shown, peer.evidence, remedy=remedy)
    return holds(asbr.device, masg.device, f"the labeled session to {peer.address} is up", peer.evidence)


def label_policy(intent: Intent, facts: Facts) -> Iterator[Finding]:
    """Condition 9 on the core ASBR: it hands labels on."""
    host_routes = tuple(map(str, intent.protected_host_routes))
    return of_asbr(lambda asbr, facts: _relaying(asbr, facts, host_routes), facts)


def _relaying(asbr: AsbrFacts, facts: Facts, host_routes: tuple[str, ...]) -> Iterator[Finding]:
    addresses = (facts.masg(role).addresses for role in Role)
    missing = unread(asbr.device, "", asbr.peers, asbr.policies, *addresses)
    peers = _onward(asbr, facts)
    if missing:
        yield missing
    elif not host_routes:
        yield without_host_routes(asbr.device)
    elif not peers:
        what = "no peer takes labeled routes from it"
        yield fails(asbr.device, "", what, asbr.peers.evidence, remedy="See the labeled sessions.")
    for peer in peers if host_routes and not missing else ():
        yield _relayed(asbr, peer, host_routes)


def _onward(asbr: AsbrFacts, facts: Facts) -> tuple[BgpPeer, ...]:
    """The labeled peers towards the access; where there are none, those towards the MASGs."""
    own = {address for role in Role for address in facts.masg(role).addresses.value or ()}
    labeled = tuple(peer for peer in asbr.peers.value or () if peer.labeled_unicast)
    return tuple(peer for peer in labeled if peer.address not in own) or labeled


def _relayed(asbr: AsbrFacts, peer: BgpPeer, host_routes: tuple[str, ...]) -> Finding:
    policy = policy_named(asbr.policies.value, peer.export_policy)
    answers = [exported_labeled(asbr.policies.value, peer, each, labeled=True) for each in host_routes]
    proof = policy.evidence if policy else peer.evidence
    if all(answers):
        return holds(asbr.device, peer.address, f"policy {peer.export_policy} keeps labels", proof)
    if False not in answers:
        named = peer.export_policy or peer.export_filter
        what = f"what policy {named} does is not known: it has parts that are not understood"
        return not_known(asbr.device, peer.address, what, proof)
    bare = host_routes[answers.index(False)]
    seen = (
        f"policy {policy.name} applies no label to {bare}" if policy else "no export policy applies a label"
    )
    return fails(
        asbr.device,
        peer.address,
        seen,
        proof,
        remedy="Export a route policy with if-match mpls-label and apply mpls-label to this peer.",
        mend=RelayLabels(peer.address, peer.export_policy or "egress-protection-relay"),
    )
