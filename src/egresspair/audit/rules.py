"""Every check, in one table: its name, the condition that it is about, why it matters, what makes it fail as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ..intent import Intent
from . import advertising, asbr, asbr_sessions, detection, intended, labels, neighbours, path, vpns
from .check import Finding, Rule
from .facts import Facts

Judge = Callable[[Intent, Facts], Iterable[Finding]]


def _rule(name: str, condition: int | None, judge: Judge, title: str, why: str, *follows_from: str) -> Rule:
    return Rule(name, condition, title, why, frozenset(follows_from), judge)


_LABEL: Final = ("label-configured", "label-mode")
_ROUTES: Final = ("masg-session", "masg-label-policy", "originated", "asbr-session")

RULES: Final = (
    _rule(
        "label-configured",
        2,
        labels.label_configured,
        "the VPN instance has a static label",
        "Without it the backup does not know the label of the packets that it gets, and drops them.",
        "label-mode",
    ),
    _rule(
        "same-label",
        1,
        labels.same_label,
        "both MASGs have the same static label",
        "With another label at the backup, packets are dropped or go to the VPN that owns the label there.",
        *_LABEL,
    ),
    _rule(
        "label-mode",
        3,
        labels.label_mode,
        "labels are given per instance",
        "In any other mode the router gives labels of its own choice, and the static one is displaced.",
    ),
    _rule(
        "label-owner",
        4,
        labels.label_owner,
        "nobody else holds the label",
        "Who else holds the label gets the packets of this VPN when the master dies.",
        "same-label",
    ),
    _rule(
        "label-range",
        4,
        labels.label_range,
        "the label is in the router's range",
        "A label outside the range is refused, or never given.",
    ),
    _rule(
        "label-assigned",
        4,
        labels.label_assigned,
        "the router uses the label that is configured",
        "What counts is the label in the forwarding table: if it is another, packets are dropped or misdelivered.",
        *_LABEL,
        "label-owner",
        "label-range",
        "vpn-up",
    ),
    _rule(
        "same-imports",
        5,
        vpns.same_imports,
        "both MASGs import the same routes",
        "Without the routes the backup finds the VPN and then has nowhere to send the packet.",
    ),
    _rule(
        "own-link",
        6,
        vpns.own_link,
        "the backup reaches the CE by its own link",
        "A route by way of the master leads nowhere when the master is dead.",
        "same-imports",
        "vpn-up",
    ),
    _rule(
        "vpn-up",
        7,
        vpns.vpn_up,
        "the VPN instance is up",
        "A VPN instance that is down has no label in the forwarding table, and its packets are dropped.",
    ),
    _rule(
        "masg-session",
        8,
        advertising.labeled_session,
        "a labeled session to the core is up",
        "Without it the core ASBR gets no labeled route from this MASG, and there is no BGP LSP to it.",
    ),
    _rule(
        "asbr-session",
        8,
        asbr_sessions.labeled_session,
        "the core ASBR has a labeled session to the MASG",
        "Labels are exchanged only if both ends are capable of it.",
        "masg-session",
    ),
    _rule(
        "masg-label-policy",
        9,
        advertising.label_policy,
        "host routes are exported with a label",
        "The capability alone labels nothing: the route goes out bare.",
        "masg-session",
    ),
    _rule(
        "asbr-label-policy",
        9,
        asbr_sessions.label_policy,
        "the core ASBR hands labels on",
        "The route goes on without a label, and the BGP LSP ends at the ASBR.",
        "asbr-session",
    ),
    _rule(
        "originated",
        16,
        advertising.originated,
        "both MASGs originate the host route",
        "A host route that one of the two does not originate has nothing to fall back to.",
    ),
    _rule(
        "two-routes",
        10,
        asbr.two_routes,
        "the core ASBR has two labeled routes",
        "With one route there is nothing to switch to, however well FRR is configured.",
        *_ROUTES,
    ),
    _rule(
        "preference",
        11,
        asbr.preference,
        "one of the two routes is preferred",
        "Without a preference the ASBR shares traffic or picks one by chance, and has no primary and backup.",
        "two-routes",
        *_ROUTES,
    ),
    _rule(
        "auto-frr",
        12,
        asbr.auto_frr,
        "BGP FRR is on at the core ASBR",
        "Without it the ASBR first chooses again when the master dies, which takes seconds.",
    ),
    _rule(
        "backup-entry",
        12,
        asbr.backup_entry,
        "a backup entry stands by in the forwarding table",
        "What is not in the forwarding table when the master dies cannot be switched to at once.",
        "auto-frr",
        "preference",
        "two-routes",
        *_ROUTES,
    ),
    _rule(
        "tunnel-first",
        13,
        asbr.tunnel_first,
        "routes are chosen only once they have a tunnel",
        "Else the ASBR switches back to a master whose LSP is not there yet, and loses packets.",
    ),
    _rule(
        "bfd-passive",
        14,
        detection.passive,
        "the MASG answers BFD for LSPs",
        "Without mpls-passive no BFD session to this MASG comes up.",
    ),
    _rule(
        "bfd-started",
        14,
        detection.ldp_bfd,
        "the core ASBR runs BFD for LSPs",
        "Without BFD the death is noticed by IGP or BGP timers only, after seconds or minutes.",
    ),
    _rule(
        "bfd-up",
        14,
        detection.bfd_up,
        "BFD to the preferred next hop is up",
        "BFD that is not up, or that watches another address, does not notice the death.",
        "bfd-passive",
        "bfd-started",
        "two-routes",
        *_ROUTES,
    ),
    _rule(
        "non-relay-tunnel",
        15,
        advertising.non_relay,
        "non-relay-tunnel is set",
        "Without it a MASG resolves the partner's host route over a tunnel, and sends packets to the dead node.",
    ),
    _rule(
        "ends-here",
        15,
        advertising.ends_here,
        "the BGP LSP ends on this MASG",
        "An LSP that goes on carries the packets to the dead partner instead of looking their label up.",
        "non-relay-tunnel",
        "originated",
        "masg-session",
        "masg-label-policy",
    ),
    _rule(
        "label-kept",
        17,
        path.label_kept,
        "the CSG pushes the label that the MASGs gave",
        "Where the label is changed on the way, the MASGs get another one, and not the same.",
        *_LABEL,
        "same-label",
        "label-assigned",
        "vpn-up",
    ),
    _rule(
        "shared-loopback",
        18,
        neighbours.shared_loopback,
        "whatever shares the loopback is protected",
        "Its packets come to the backup too, and meet labels of its own: they are dropped or misdelivered.",
        "same-label",
        *_LABEL,
    ),
    _rule(
        "local-ifnet",
        19,
        path.local_ifnet,
        "multihop MP-EBGP peers do not use local-ifnet tunnels",
        "A route that resolves to a local-ifnet tunnel carries no traffic.",
    ),
    _rule(
        "no-gre",
        20,
        path.no_gre,
        "the BGP LSP does not run over GRE",
        "A BGP LSP over GRE is not supported, and packets are dropped.",
    ),
    _rule(
        "loopback",
        None,
        neighbours.loopback,
        "the host route is a loopback of a MASG",
        "What is to be protected is the address that peers use as next hop.",
    ),
    _rule(
        "intended-distinguisher",
        None,
        intended.same_distinguisher,
        "the route distinguisher is the intent's",
        "What the router has is not what was agreed for this VPN, and its routes may be taken for another's.",
        "label-configured",
    ),
    _rule(
        "intended-targets",
        None,
        intended.same_targets,
        "the VPN targets of the intent are there",
        "Without them its routes do not get where the intent wants them, on both routers alike.",
        "same-imports",
        "label-configured",
    ),
    _rule(
        "saved",
        None,
        neighbours.saved,
        "startup holds the VPN instances, BGP, policies, MPLS, LDP and BFD that run",
        "A reboot of one router would split the pair.",
    ),
)
