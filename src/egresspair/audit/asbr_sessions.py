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
        return fails(
            asbr.device,
            masg.device,
            shown,
            peer.evidence,
            remedy=remedy,
            mend=LabelPeer(peer.address),
            in_itself=peer.labeled_unicast is False,
        )
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
    if missing:
        yield missing
        return
    onward = _onward(asbr, facts)
    labeled = [peer for peer in onward if peer.labeled_unicast]
    if not host_routes:
        yield without_host_routes(asbr.device)
    elif not labeled:
        yield _unlabeled(asbr, onward)
    elif all(peer.state != "established" for peer in labeled):
        yield _none_up(asbr, labeled)
    else:
        yield from (_relayed(asbr, peer, host_routes) for peer in labeled)


def _onward(asbr: AsbrFacts, facts: Facts) -> list[BgpPeer]:
    """The peers in IPv4 unicast that are no MASGs: those towards the access."""
    own = {address for role in Role for address in facts.masg(role).addresses.value or ()}
    peers = asbr.peers.value or ()
    return [peer for peer in peers if peer.labeled_unicast is not None and peer.address not in own]


def _unlabeled(asbr: AsbrFacts, onward: list[BgpPeer]) -> Finding:
    """Labels that are exchanged with the MASGs alone end here."""
    if not onward:
        what, remedy = (
            "it has no peer towards the access",
            "Peer it with the ASBR of the access in IPv4 unicast.",
        )
        return fails(asbr.device, "", what, asbr.peers.evidence, remedy=remedy)
    remedy = "Configure label-route-capability towards the access, at both ends. It resets the session."
    proof = [peer.evidence for peer in onward]
    if len(onward) > 1:
        names = ", ".join(peer.address for peer in onward)
        what = f"none of its peers towards the access ({names}) has label-route-capability"
        return fails(asbr.device, "", what, *proof, remedy=remedy)
    address = onward[0].address
    what, mend = f"peer {address} has no label-route-capability", LabelPeer(address)
    return fails(asbr.device, address, what, *proof, remedy=remedy, mend=mend)


def _none_up(asbr: AsbrFacts, labeled: list[BgpPeer]) -> Finding:
    """One session that is up is enough: others may be there for redundancy."""
    subject = labeled[0].address if len(labeled) == 1 else ""
    proof = [peer.evidence for peer in labeled]
    if any(peer.state is None for peer in labeled):
        what = "the router does not tell the state of its labeled sessions towards the access"
        return not_known(asbr.device, subject, what, *proof)
    states = ", ".join(f"{peer.address} is {peer.state}" for peer in labeled)
    remedy = "Bring the session up: display bgp peer says why it is down."
    what = f"no labeled session towards the access is up: {states}"
    return fails(asbr.device, subject, what, *proof, remedy=remedy)


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
