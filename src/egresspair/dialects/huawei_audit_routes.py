"""Routing tables, BGP tables, BGP LSPs and label stacks as VRP8 lists them. All of it is state."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, TypeVar

from lxml import etree

from ..audit.facts import BgpLsp, BgpRoute, Evidence, FrrType, IpRoute, LabelStackEntry, LspRole
from ._protocol import UnreadableReply
from .huawei_audit_tree import NI, each, flag, needed, number, text, word

E = TypeVar("E", bound=StrEnum)

ROUTES: Final = "rt:routing/routing-manage/topologys/topology/routes"
BGP_ROUTES: Final = "/bgp:bgp/base-process/bgp-rt:bgp-route/ipv4-unicast/routes/route"
LSPS: Final = "/bgp-lsp:bgp-lsp/states/state"
_INSTANCE: Final = "ni:network-instance/instances/instance"
_FAMILY: Final = "l3vpn:afs/af"
_IPV4: Final = "ipv4-unicast"
_BEST: Final = ">"
"""The mark of the best route in ``flag-string``, as in the command line's list of routes."""


def routes_path(vpn: str) -> str:
    """The place of a VPN instance's routing table."""
    return f"{family_path(vpn)}/{ROUTES}/ipv4-unicast-routes/ipv4-unicast-route"


def family_path(vpn: str) -> str:
    """The place of a VPN instance's IPv4 family."""
    return f"{NI}[name='{vpn}']/{_FAMILY}[type='{_IPV4}']"


def ipv4_families(data: etree._Element, vpn: str) -> Iterator[etree._Element]:
    """The IPv4 unicast family of an instance; a server may spread it over several entries."""
    for instance in each(data, _INSTANCE):
        if word(instance, "ni:name") == vpn:
            for family in each(instance, _FAMILY):
                if word(family, "l3vpn:type") == _IPV4:
                    yield family


def ip_routes(data: etree._Element, device: str, vpn: str) -> Iterator[IpRoute]:
    """The IPv4 routes of an instance."""
    for family in ipv4_families(data, vpn):
        for entry in each(family, f"{ROUTES}/ipv4-unicast-routes/ipv4-unicast-route"):
            yield _ip_route(entry, device, vpn)


def _ip_route(entry: etree._Element, device: str, vpn: str) -> IpRoute:
    prefix, length = word(entry, "rt:prefix"), needed(entry, "rt:mask-length")
    nexthop, interface = word(entry, "rt:nexthop"), word(entry, "rt:interface-name")
    direct = word(entry, "rt:direct-nexthop")
    path = f"{routes_path(vpn)}[prefix='{prefix}'][mask-length='{length}']"
    tunnel = word(entry, "rt:tunnel-type")
    return IpRoute(
        prefix=prefix,
        length=length,
        protocol=word(entry, "rt:protocol-type"),
        nexthop=nexthop or direct,
        evidence=Evidence(device, path, f"next hop {nexthop or direct} {interface}".strip()),
        interface=interface,
        direct_nexthop=direct,
        relay_nexthop=word(entry, "rt:relay-nexthop"),
        active=flag(entry, "rt:active"),
        frr_type=_choice(FrrType, text(entry, "rt:frr-type"), "frr-type"),
        tunnel_type="" if tunnel == "invalid" else tunnel,
        out_label=number(entry, "rt:out-label"),
    )


def bgp_routes(data: etree._Element, device: str) -> Iterator[BgpRoute]:
    """The entries of the public BGP table."""
    for entry in each(data, "bgp:bgp/base-process/bgp-rt:bgp-route/ipv4-unicast/routes/route"):
        if word(entry, "bgp-rt:vpn-name") in ("", "_public_"):
            yield _bgp_route(entry, device)


def _bgp_route(entry: etree._Element, device: str) -> BgpRoute:
    prefix, length = word(entry, "bgp-rt:prefix"), needed(entry, "bgp-rt:mask-length")
    sender, nexthop = word(entry, "bgp-rt:from"), word(entry, "bgp-rt:nexthop")
    out_label = number(entry, "bgp-rt:out-label")
    path = f"{BGP_ROUTES}[prefix='{prefix}'][mask-length='{length}'][from='{sender}']"
    worse = word(entry, "bgp-rt:worse-reason")
    return BgpRoute(
        prefix=prefix,
        length=length,
        sender=sender,
        nexthop=nexthop,
        evidence=Evidence(device, path, f"next hop {nexthop}, {_label(out_label)}"),
        in_label=number(entry, "bgp-rt:in-label"),
        out_label=out_label,
        local_preference=number(entry, "bgp-rt:local-preference"),
        preferred_value=number(entry, "bgp-rt:preferred-value"),
        med=number(entry, "bgp-rt:med"),
        best=_best(word(entry, "bgp-rt:flag-string"), worse),
        tunnel=word(entry, "bgp-rt:relay-tunnel-name"),
        worse_reason=worse,
    )


def _label(label: int | None) -> str:
    return "no label" if label is None else f"label {label}"


def _best(flags: str, worse_reason: str) -> bool | None:
    """The router marks the best, and gives a reason with each that is not; with neither it tells nothing."""
    if _BEST in flags or "best" in flags.lower().replace("-", " ").split():
        return True
    return False if worse_reason or flags else None


def lsps(data: etree._Element, device: str) -> Iterator[BgpLsp]:
    """The BGP LSPs of the public instance."""
    for entry in each(data, "bgp-lsp:bgp-lsp/states/state"):
        if word(entry, "bgp-lsp:vrf-name") in ("", "_public_"):
            yield _lsp(entry, device)


def _lsp(entry: etree._Element, device: str) -> BgpLsp:
    prefix = word(entry, "bgp-lsp:destination-address")
    length = needed(entry, "bgp-lsp:prefix-length")
    role = _choice(LspRole, word(entry, "bgp-lsp:type"), "type")
    if role is None:
        raise UnreadableReply("a BGP LSP has no type")
    frr = _choice(FrrType, text(entry, "bgp-lsp:frr-type"), "frr-type") or FrrType.PRIMARY
    operation, nexthop = word(entry, "bgp-lsp:label-operation"), word(entry, "bgp-lsp:nexthop")
    in_label, out_label = number(entry, "bgp-lsp:in-label"), number(entry, "bgp-lsp:out-label")
    keys = f"[destination-address='{prefix}'][prefix-length='{length}'][type='{role}'][frr-type='{frr}']"
    shown = f"{operation} {in_label} -> {out_label}, next hop {nexthop}"
    return BgpLsp(
        prefix=prefix,
        length=length,
        role=role,
        evidence=Evidence(device, LSPS + keys, shown),
        frr_type=frr,
        operation=operation,
        nexthop=nexthop,
        in_label=in_label,
        out_label=out_label,
    )


def label_stacks(data: etree._Element, device: str, vpn: str) -> Iterator[LabelStackEntry]:
    """The labels that a CSG pushes towards destinations of a VPN instance."""
    way = f"{ROUTES}/l3vpn-mpls:ipv4-vpn-label-stacks"
    for family in ipv4_families(data, vpn):
        for entry in each(family, f"{way}/ipv4-vpn-label-stack"):
            yield _stack_entry(entry, device, vpn)


def stacks_path(vpn: str) -> str:
    """The place of a VPN instance's label stacks."""
    return f"{family_path(vpn)}/{ROUTES}/l3vpn-mpls:ipv4-vpn-label-stacks/ipv4-vpn-label-stack"


def _stack_entry(entry: etree._Element, device: str, vpn: str) -> LabelStackEntry:
    prefix, length = word(entry, "l3vpn-mpls:prefix"), needed(entry, "l3vpn-mpls:mask-length")
    stack, level = needed(entry, "l3vpn-mpls:stack"), needed(entry, "l3vpn-mpls:level")
    label = number(entry, "l3vpn-mpls:label")
    path = f"{stacks_path(vpn)}[prefix='{prefix}'][stack='{stack}'][level='{level}']/label"
    return LabelStackEntry(
        vpn=vpn,
        prefix=prefix,
        length=length,
        stack=stack,
        level=level,
        evidence=Evidence(device, path, "" if label is None else str(label)),
        kind=word(entry, "l3vpn-mpls:type"),
        label=label,
        interface=word(entry, "l3vpn-mpls:out-interface"),
    )


def _choice(kind: type[E], found: str | None, what: str) -> E | None:
    """The member of that value; None if nothing is said.

    Raises:
        UnreadableReply: no member has that value.
    """
    if not found:
        return None
    try:
        return kind(found)
    except ValueError:
        raise UnreadableReply(f"{what} is {found[:40]!r}, not one of {', '.join(kind)}") from None
