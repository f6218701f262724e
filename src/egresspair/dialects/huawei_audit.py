"""The audit on VRP8: what is asked of each router, and which answer makes which fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from lxml import etree

from ..audit.facts import (
    AsbrFacts,
    BfdSession,
    BgpPeer,
    BgpRoute,
    CsgFacts,
    CsgVpn,
    Evidence,
    Fact,
    IpRoute,
    LabelUse,
    MasgFacts,
)
from ..audit.mends import Mend
from ..intent import Role
from . import huawei_audit_bgp as bgp
from . import huawei_audit_links as links
from . import huawei_audit_reads as reads
from . import huawei_audit_routes as routes
from . import huawei_audit_vpn as vpn_readers
from ._auditing import Answers, AuditAnswer, AuditRead
from .huawei_audit_mend import edit_config
from .huawei_audit_reads import CONFIG_READS, path_of, startup
from .huawei_audit_saved import saved_fact
from .huawei_audit_tree import NI, UNICAST, Answered, flag

_NOT_ASKED: Final = AuditAnswer(None, "it was not asked for")
_NO_HOST_ROUTES: Final = AuditAnswer(None, "the intent names no protected_host_routes")
_HOST_ROUTE_READS: Final = ("host-routes", "bgp-routes", "lsps")


class HuaweiAudit:
    """The audit of the dialect ``huawei-vrp``. See `AuditDialect`."""

    def masg_reads(self, vpns: Sequence[str], host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
        """See `AuditDialect.masg_reads`."""
        return reads.masg_reads(vpns, host_routes)

    def proof_reads(self) -> tuple[AuditRead, ...]:
        """See `AuditDialect.proof_reads`."""
        return reads.proof_reads()

    def route_reads(self, vpns: Sequence[str]) -> tuple[AuditRead, ...]:
        """See `AuditDialect.route_reads`."""
        return reads.route_reads(vpns)

    def asbr_reads(self, host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
        """See `AuditDialect.asbr_reads`."""
        return reads.asbr_reads(host_routes)

    def csg_reads(self, vpns: Sequence[str]) -> tuple[AuditRead, ...]:
        """See `AuditDialect.csg_reads`."""
        return reads.csg_reads(vpns)

    def read_masg(self, device: str, role: Role, vpns: Sequence[str], answers: Answers) -> MasgFacts:
        """See `AuditDialect.read_masg`."""
        of = partial(_answered, device, answers)
        host_routes, lsr = _host_routes(of("host-routes")), of("lsr-id").fact(links.LSR_ID, links.lsr_id)
        vpn_answers = (of("vpn"), of("vpn-state"), of("distinguishers"), of("vpn-routes"))
        return MasgFacts(
            device=device,
            role=role,
            vpns=tuple(vpn_readers.VpnReader(vpn, *vpn_answers).read() for vpn in vpns),
            families=of("families").entries(NI, vpn_readers.families),
            label_uses=_label_uses(of("static-lsps"), of("engineering")),
            idle_labels=of("idle-labels").entries(path_of("idle-labels"), vpn_readers.idle_labels),
            label_range=of("label-range").fact(path_of("label-range"), vpn_readers.label_range),
            host_routes=host_routes,
            bgp_routes=_bgp_routes(of("bgp-routes")),
            originations=of("bgp").entries(UNICAST, bgp.originations),
            policies=of("policies").entries(bgp.POLICIES, bgp.policies),
            peers=_peers(of("bgp"), of("peers"), of("as")),
            lsps=of("lsps").entries(routes.LSPS, routes.lsps),
            tunnels=of("tunnels").entries(links.TUNNELS, links.tunnels),
            addresses=_addresses(host_routes, lsr),
            bfd_passive=of("bfd").fact(links.PASSIVE, links.passive, _boolean),
            saved=saved_fact([(of(name), of(startup(name))) for name in CONFIG_READS]),
        )

    def read_proof(self, masg: MasgFacts, answers: Answers) -> MasgFacts:
        """See `AuditDialect.read_proof`."""
        of = partial(_answered, masg.device, answers)
        lsr, tables = of("lsr-id").fact(links.LSR_ID, links.lsr_id), of("vpn-routes")
        return replace(
            masg,
            vpns=tuple(replace(vpn, routes=vpn_readers.routes_of(vpn.name, tables)) for vpn in masg.vpns),
            families=of("families").entries(NI, vpn_readers.families),
            addresses=_addresses(masg.host_routes, lsr),
        )

    def read_asbr(self, device: str, answers: Answers) -> AsbrFacts:
        """See `AuditDialect.read_asbr`."""
        of = partial(_answered, device, answers)
        common, host_routes = of("bgp"), _host_routes(of("host-routes"))
        return AsbrFacts(
            device=device,
            routes=_bgp_routes(of("bgp-routes")),
            rib=host_routes,
            lsps=of("lsps").entries(routes.LSPS, routes.lsps),
            auto_frr=common.fact(f"{bgp.COMMON}/auto-frr", bgp.auto_frr, _boolean),
            nexthop_select=common.fact(f"{bgp.COMMON}/nexthop-select-depend-type", bgp.nexthop_select),
            load_balancing=common.fact(f"{bgp.COMMON}/maximum-load-balancing", bgp.load_balancing),
            bfd_sessions=_sessions(of("ldp-bfd-sessions"), of("bfd-sessions")),
            ldp_bfd=of("ldp-bfd").fact(links.LDP_BFD, links.ldp_bfd, _boolean),
            peers=_peers(common, of("peers"), of("as")),
            policies=of("policies").entries(bgp.POLICIES, bgp.policies),
            addresses=_addresses(host_routes, of("lsr-id").fact(links.LSR_ID, links.lsr_id)),
        )

    def read_csg(self, device: str, vpns: Sequence[str], answers: Answers) -> CsgFacts:
        """See `AuditDialect.read_csg`."""
        of = partial(_answered, device, answers)
        return CsgFacts(
            device=device,
            vpns=tuple(_csg_vpn(vpn, of("stacks"), of("vpn-frr"), of("vpn-routes")) for vpn in vpns),
            peers=_peers(of("bgp"), of("peers"), of("as")),
        )

    def mending(self, mends: Sequence[Mend]) -> etree._Element:
        """See `AuditDialect.mending`."""
        return edit_config(mends)


def _answered(device: str, answers: Answers, name: str) -> Answered:
    missing = _NO_HOST_ROUTES if name in _HOST_ROUTE_READS else _NOT_ASKED
    return Answered(device, answers.get(name, answers.get("", missing)))


def _boolean(value: bool) -> str:  # noqa: FBT001  (it is called with the value of a fact)
    return "true" if value else "false"


def _host_routes(answered: Answered) -> Fact[tuple[IpRoute, ...]]:
    return answered.entries(
        routes.routes_path("_public_"), lambda data, device: routes.ip_routes(data, device, "_public_")
    )


def _bgp_routes(answered: Answered) -> Fact[tuple[BgpRoute, ...]]:
    return answered.entries(routes.BGP_ROUTES, routes.bgp_routes)


def _peers(config: Answered, states: Answered, own_as: Answered) -> Fact[tuple[BgpPeer, ...]]:
    return bgp.PeerReader(config, states, own_as).read()


def _label_uses(static: Answered, engineered: Answered) -> Fact[tuple[LabelUse, ...]]:
    """Static LSPs, and peer engineering where the platform has it.

    Peer engineering is missing on some platforms: that it cannot be read says nothing about a label.
    """
    lsps = static.entries(path_of("static-lsps"), vpn_readers.static_lsps)
    peers = engineered.entries(path_of("engineering"), vpn_readers.engineering_labels)
    if lsps.value is None:
        return lsps
    return Fact((*lsps.value, *(peers.value or ())), lsps.evidence)


def _addresses(host_routes: Fact[tuple[IpRoute, ...]], lsr: Fact[str]) -> Fact[frozenset[str]]:
    """Whatever is known of them; unknown only if neither answer came."""
    own = {route.prefix for route in host_routes.value or () if route.protocol == "direct"}
    own |= {lsr.value} if lsr.value else set()
    if not own and not (lsr.known and host_routes.known):
        return Fact.unknown(lsr.evidence.device, links.LSR_ID, lsr.reason or host_routes.reason)
    return Fact(frozenset(own), Evidence(lsr.evidence.device, links.LSR_ID, ", ".join(sorted(own))))


def _sessions(ldp: Answered, bfd: Answered) -> Fact[tuple[BfdSession, ...]]:
    """As LDP lists them and as BFD lists them; unknown only if both are."""
    of_ldp = ldp.entries(links.LDP_SESSIONS, links.ldp_sessions)
    of_bfd = bfd.entries(links.BFD_SESSIONS, links.bfd_sessions)
    if not of_ldp.known:
        return of_bfd if of_bfd.value else of_ldp
    return Fact((*(of_ldp.value or ()), *(of_bfd.value or ())), of_ldp.evidence)


def _csg_vpn(vpn: str, stacks: Answered, frr: Answered, tables: Answered) -> CsgVpn:
    def vpn_frr(data: etree._Element) -> bool:
        return any(flag(family, "l3vpn:vpn-frr") for family in routes.ipv4_families(data, vpn))

    def entries(data: etree._Element, device: str) -> Iterator[IpRoute]:
        return routes.ip_routes(data, device, vpn)

    return CsgVpn(
        name=vpn,
        label_stack=stacks.entries(
            routes.stacks_path(vpn), lambda data, device: routes.label_stacks(data, device, vpn)
        ),
        vpn_frr=frr.fact(f"{routes.family_path(vpn)}/vpn-frr", vpn_frr, _boolean),
        routes=tables.entries(routes.routes_path(vpn), entries),
    )


AUDIT: Final = HuaweiAudit()
