"""One way to break each of the twenty conditions, and what the audit must then call the root cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .paper import Paper

VPN = "//ni:instance[ni:name='vpna']"
AF = f"{VPN}/l3vpn:afs/l3vpn:af"
PUBLIC = "//ni:instance[ni:name='_public_']"
NETWORK = "//bgp:network-route[bgp:address='192.0.2.5']"
LSP = "//bgp-lsp:state[bgp-lsp:destination-address='192.0.2.5']"
ROUTE = "//bgp-rt:route[bgp-rt:prefix='192.0.2.5']"
FROM_BACKUP = f"{ROUTE}[bgp-rt:from='192.0.2.6']"
BOTH_HOSTS = "bgp-lsp:destination-address"


@dataclass(frozen=True)
class Break:
    """A broken condition.

    Attributes:
        damage: does it, with all that a real network would show of it.
        roots: the root causes that the audit must name, by rule and router (or the subject, if it is about both).
        consequences: rules that must be listed as following from it.
    """

    damage: Callable[[Paper], None]
    roots: frozenset[tuple[str, str]]
    consequences: frozenset[str] = field(default_factory=frozenset)


def _one(name: str, where: str) -> frozenset[tuple[str, str]]:
    return frozenset({(name, where)})


def _labels_differ(paper: Paper) -> None:
    paper["masg-2"].set(f"{AF}/l3vpn:static-label", "2002")
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:label", "2002")


def _no_label(paper: Paper) -> None:
    paper["masg-2"].drop(f"{AF}/l3vpn:static-label")
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:label", "48333")


def _per_route(paper: Paper) -> None:
    paper["masg-2"].set(f"{AF}/l3vpn:label-mode", "per-route")
    _no_label(paper)


def _foreign_owner(paper: Paper) -> None:
    paper["masg-2"].add(
        "//ni:instances",
        '<instance xmlns="urn:huawei:yang:huawei-network-instance"><name>other</name>'
        '<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type>'
        "<route-distinguisher>200:7</route-distinguisher><static-label>2001</static-label>"
        "<state><label>2001</label><status>up</status></state></af></afs></instance>",
    )
    paper["masg-1"].add(
        "//ni:instances",
        '<instance xmlns="urn:huawei:yang:huawei-network-instance"><name>other</name>'
        '<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type>'
        "<route-distinguisher>200:7</route-distinguisher><static-label>2001</static-label>"
        "<state><label>48444</label><status>up</status></state></af></afs></instance>",
    )
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:label", "48333")


def _not_assigned(paper: Paper) -> None:
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:label", "48333")


def _targets(paper: Paper) -> None:
    paper["masg-2"].set(f"{AF}//l3vpn:vpn-target[l3vpn:type='import-extcommunity']/l3vpn:value", "9:9")
    paper["masg-2"].drop(f"{AF}//rt:ipv4-unicast-route[rt:prefix='10.7.0.0']")


def _via_master(paper: Paper) -> None:
    for leaf in ("direct-nexthop", "nexthop"):
        paper["masg-2"].set(f"{AF}//rt:ipv4-unicast-route[rt:prefix='10.7.0.0']/rt:{leaf}", "192.0.2.5")


def _vpn_down(paper: Paper) -> None:
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:status", "down")
    paper["masg-2"].drop(f"{AF}/l3vpn:state/l3vpn:label")
    paper["masg-2"].drop(f"{AF}//rt:ipv4-unicast-route")


def _lost_route(paper: Paper) -> None:
    """The ASBR no longer has the backup's routes for the master's loopback."""
    paper["asbr-1"].drop(FROM_BACKUP)
    paper["asbr-1"].drop(f"{LSP}[bgp-lsp:frr-type='backup']")


def _session_down(paper: Paper) -> None:
    paper["masg-2"].set("//bgp:peer[bgp:address='192.0.2.4']//bgp:current-state", "idle")
    paper["asbr-1"].set("//bgp:peer[bgp:address='192.0.2.6']//bgp:current-state", "idle")
    _lost_route(paper)


def _no_capability(paper: Paper) -> None:
    paper["asbr-1"].set("//bgp:peer[bgp:address='192.0.2.6']//bgp:label-route-capability", "false")
    paper["asbr-1"].drop(f"{FROM_BACKUP}/bgp-rt:out-label")
    paper["asbr-1"].drop(f"{LSP}[bgp-lsp:frr-type='backup']")


def _no_apply_label(paper: Paper) -> None:
    paper["masg-2"].drop("//rtp:apply-mpls-label")
    paper["masg-2"].drop("//bgp-lsp:state")
    paper["asbr-1"].drop(f"{FROM_BACKUP}/bgp-rt:out-label")
    paper["asbr-1"].drop(f"{LSP}[bgp-lsp:frr-type='backup']")


def _no_relay(paper: Paper) -> None:
    paper["asbr-1"].drop("//rtp:policy-definition[rtp:name='label-relay']//rtp:apply-mpls-label")


def _no_preference(paper: Paper) -> None:
    paper["asbr-1"].set("//bgp-rt:local-preference", "100")
    paper["asbr-1"].drop("//bgp-lsp:state[bgp-lsp:frr-type='backup']")


def _no_frr(paper: Paper) -> None:
    paper["asbr-1"].set("//bgp:auto-frr", "false")
    paper["asbr-1"].drop("//bgp-lsp:state[bgp-lsp:frr-type='backup']")


def _no_passive(paper: Paper) -> None:
    paper["masg-1"].set("//bfd:mpls-passive", "false")
    paper["asbr-1"].set("//mpls-ldp:session[mpls-ldp:fec-address='192.0.2.5']/mpls-ldp:session-state", "down")


def _no_bfd(paper: Paper) -> None:
    paper["asbr-1"].set("//mpls-ldp:p2p/mpls-ldp:enable", "false")
    paper["asbr-1"].drop("//mpls-ldp:session")


def _stitched(paper: Paper) -> None:
    paper["masg-2"].set(f"{NETWORK}/bgp:non-relay-tunnel", "false")
    for leaf, value in (("type", "transit"), ("label-operation", "swappush"), ("nexthop", "192.0.2.5")):
        paper["masg-2"].set(f"{LSP}/bgp-lsp:{leaf}", value)


def _not_originated(paper: Paper) -> None:
    paper["masg-2"].drop(NETWORK)
    paper["masg-2"].drop(LSP)
    _lost_route(paper)


def _not_in_rib(paper: Paper) -> None:
    paper["masg-2"].drop(f"{PUBLIC}//rt:ipv4-unicast-route[rt:prefix='192.0.2.5']")
    paper["masg-2"].drop(LSP)
    _lost_route(paper)


def _relabelled(paper: Paper) -> None:
    paper["csg-1"].set("//l3vpn-mpls:ipv4-vpn-label-stack[l3vpn-mpls:level='2']/l3vpn-mpls:label", "48900")


def _ipv6(paper: Paper) -> None:
    for name in ("masg-1", "masg-2"):
        paper[name].add(
            f"{VPN}/l3vpn:afs",
            '<af xmlns="urn:huawei:yang:huawei-l3vpn"><type>ipv6-unicast</type>'
            "<route-distinguisher>200:6</route-distinguisher><state><label>48006</label></state></af>",
        )


def _local_ifnet(paper: Paper) -> None:
    paper["masg-2"].set("//bgp:local-ifnet-disable", "false")


def _gre(paper: Paper) -> None:
    paper["asbr-1"].set("//rt:ipv4-unicast-route[rt:prefix='192.0.2.5']/rt:tunnel-type", "gre")


def _default_selection(paper: Paper) -> None:
    paper["asbr-1"].drop("//bgp:nexthop-select-depend-type")


_NO_ROUTE = frozenset({"two-routes", "preference", "backup-entry"})

BREAKS: Mapping[str, Break] = {
    "1 labels differ": Break(_labels_differ, _one("same-label", "vpna")),
    "2 no label": Break(
        _no_label, _one("label-configured", "masg-2"), frozenset({"same-label", "label-assigned"})
    ),
    "3 label per route": Break(
        _per_route,
        _one("label-mode", "masg-2"),
        frozenset({"label-configured", "same-label", "label-assigned"}),
    ),
    "4 label of another VPN": Break(
        _foreign_owner,
        frozenset({("label-owner", "masg-1"), ("label-owner", "masg-2")}),
        frozenset({"label-assigned"}),
    ),
    "4 label not assigned": Break(_not_assigned, _one("label-assigned", "masg-2")),
    "5 targets differ": Break(_targets, _one("same-imports", "vpna"), frozenset({"own-link"})),
    "6 by way of the master": Break(_via_master, _one("own-link", "masg-2")),
    "7 VPN down": Break(_vpn_down, _one("vpn-up", "masg-2"), frozenset({"label-assigned", "own-link"})),
    "8 session down": Break(_session_down, _one("masg-session", "masg-2"), _NO_ROUTE | {"asbr-session"}),
    "8 no capability": Break(_no_capability, _one("asbr-session", "asbr-1"), _NO_ROUTE),
    "9 no apply mpls-label": Break(
        _no_apply_label, _one("masg-label-policy", "masg-2"), _NO_ROUTE | {"ends-here"}
    ),
    "9 labels not handed on": Break(_no_relay, _one("asbr-label-policy", "asbr-1")),
    "10 one route": Break(
        _lost_route, _one("two-routes", "asbr-1"), frozenset({"preference", "backup-entry"})
    ),
    "11 no preference": Break(_no_preference, _one("preference", "asbr-1"), frozenset({"backup-entry"})),
    "12 no auto-frr": Break(_no_frr, _one("auto-frr", "asbr-1"), frozenset({"backup-entry"})),
    "13 chosen before its tunnel": Break(_default_selection, _one("tunnel-first", "asbr-1")),
    "14 no mpls-passive": Break(_no_passive, _one("bfd-passive", "masg-1"), frozenset({"bfd-up"})),
    "14 no BFD": Break(_no_bfd, _one("bfd-started", "asbr-1"), frozenset({"bfd-up"})),
    "15 stitched": Break(_stitched, _one("non-relay-tunnel", "masg-2"), frozenset({"ends-here"})),
    "16 not originated": Break(_not_originated, _one("originated", "masg-2"), _NO_ROUTE | {"ends-here"}),
    "16 not in the RIB": Break(_not_in_rib, _one("originated", "masg-2"), _NO_ROUTE | {"ends-here"}),
    "17 relabelled": Break(_relabelled, _one("label-kept", "csg-1")),
    "18 an IPv6 family": Break(_ipv6, _one("shared-loopback", "vpna ipv6-unicast")),
    "19 local-ifnet": Break(_local_ifnet, _one("local-ifnet", "masg-2")),
    "20 over GRE": Break(_gre, _one("no-gre", "asbr-1")),
}
