"""The audit on VRP8: what is asked of each router, and which answer makes which fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from . import huawei_audit_filters as filters
from . import huawei_audit_links as links
from . import huawei_audit_routes as routes
from . import huawei_audit_vpn as vpn_readers
from ._auditing import Answers, AuditAnswer, AuditRead, Source
from .huawei_audit_mend import edit_config
from .huawei_audit_saved import saved_fact
from .huawei_audit_tree import NI, PUBLIC, UNICAST, Answered, flag, module_of

_NOT_ASKED: Final = AuditAnswer(None, "it was not asked for")
_NO_HOST_ROUTES: Final = AuditAnswer(None, "the intent names no protected_host_routes")
_HOST_ROUTE_READS: Final = ("host-routes", "bgp-routes", "lsps")
_CONFIG_READS: Final = ("vpn", "bgp", "policies", "bfd", "lsr-id")
"""Of a MASG's reads: what startup is compared with."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the tables below: where a read begins, and the prefixes of the modules that it needs."""

    source: Source
    modules: str
    path: str

    def read(self, name: str, subtree: bytes) -> AuditRead:
        modules = tuple(map(module_of, self.modules.split()))
        return AuditRead(name, self.source, subtree, modules, self.path)


_LINES: Final[Mapping[str, _Line]] = {
    "vpn": _Line("running", "ni l3vpn", NI),
    "vpn-state": _Line("state", "ni l3vpn", NI),
    "distinguishers": _Line("state", "ni l3vpn", NI),
    "vpn-routes": _Line("state", "ni l3vpn rt", NI),
    "families": _Line("state", "ni l3vpn", NI),
    "host-routes": _Line("state", "ni l3vpn rt", PUBLIC),
    "bgp-routes": _Line("state", "bgp bgp-rt", routes.BGP_ROUTES),
    "lsps": _Line("state", "bgp-lsp", routes.LSPS),
    "as": _Line("running", "bgp", "/bgp:bgp/base-process/as"),
    "bgp": _Line("running", "ni bgp", UNICAST),
    "peers": _Line("state", "ni bgp", bgp.PEERS),
    "policies": _Line("running", "rtp", bgp.POLICIES),
    "tunnels": _Line("state", "tnlm", links.TUNNELS),
    "bfd": _Line("running", "bfd", links.PASSIVE),
    "bfd-sessions": _Line("state", "bfd", links.BFD_SESSIONS),
    "ldp-bfd": _Line("running", "mpls mpls-ldp", links.LDP_BFD),
    "ldp-bfd-sessions": _Line("state", "mpls mpls-ldp", links.LDP_SESSIONS),
    "lsr-id": _Line("running", "mpls", links.LSR_ID),
    "idle-labels": _Line("state", "mpls-res", "/mpls-res:mpls-res/static-label-segments"),
    "label-range": _Line("state", "mpls-res", "/mpls-res:mpls-res/mpls-label-statisticss"),
    "static-lsps": _Line("running", "mpls mpls-static", "/mpls:mpls/mpls-static:static/lsps"),
    "engineering": _Line("running", "ni bgp", bgp.PEERS),
    "stacks": _Line("state", "ni l3vpn rt l3vpn-mpls", NI),
    "vpn-frr": _Line("running", "ni l3vpn", NI),
}


class HuaweiAudit:
    """The audit of the dialect ``huawei-vrp``. See `AuditDialect`."""

    def masg_reads(self, vpns: Sequence[str], host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
        """See `AuditDialect.masg_reads`."""
        subtrees = {
            "vpn": filters.vpn_config(vpns),
            "vpn-state": filters.vpn_state(vpns),
            "distinguishers": filters.vpn_distinguishers(vpns),
            "vpn-routes": filters.vpn_routes(vpns),
            "families": filters.families(),
            **_of_host_routes(host_routes),
            **_of_bgp(),
            "tunnels": filters.tunnels(),
            "bfd": filters.bfd_global(),
            "lsr-id": filters.lsr_id(),
            "idle-labels": filters.idle_labels(),
            "label-range": filters.label_range(),
            "static-lsps": filters.static_lsps(),
            "engineering": filters.engineering_labels(),
        }
        reads = _reads(subtrees)
        return (*reads, *(_of_startup(read) for read in reads if read.name in _CONFIG_READS))

    def asbr_reads(self, host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
        """See `AuditDialect.asbr_reads`."""
        return _reads(
            {
                **_of_host_routes(host_routes),
                **_of_bgp(),
                "bfd-sessions": filters.bfd_sessions(),
                "ldp-bfd": filters.ldp_bfd(),
                "ldp-bfd-sessions": filters.ldp_bfd_sessions(),
            }
        )

    def csg_reads(self, vpns: Sequence[str]) -> tuple[AuditRead, ...]:
        """See `AuditDialect.csg_reads`."""
        return _reads(
            {
                "stacks": filters.label_stacks(vpns),
                "vpn-frr": filters.vpn_frr(vpns),
                "vpn-routes": filters.vpn_routes(vpns),
                "as": filters.as_number(),
                "bgp": filters.bgp_config(),
                "peers": filters.peer_states(),
            }
        )

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
            idle_labels=of("idle-labels").entries(_LINES["idle-labels"].path, vpn_readers.idle_labels),
            label_range=of("label-range").fact(_LINES["label-range"].path, vpn_readers.label_range),
            host_routes=host_routes,
            bgp_routes=_bgp_routes(of("bgp-routes")),
            originations=of("bgp").entries(UNICAST, bgp.originations),
            policies=of("policies").entries(bgp.POLICIES, bgp.policies),
            peers=_peers(of("bgp"), of("peers"), of("as")),
            lsps=of("lsps").entries(routes.LSPS, routes.lsps),
            tunnels=of("tunnels").entries(links.TUNNELS, links.tunnels),
            addresses=_addresses(host_routes, lsr),
            bfd_passive=of("bfd").fact(links.PASSIVE, links.passive, _boolean),
            saved=saved_fact([(of(name), of(_startup(name))) for name in _CONFIG_READS]),
        )

    def read_asbr(self, device: str, answers: Answers) -> AsbrFacts:
        """See `AuditDialect.read_asbr`."""
        of = partial(_answered, device, answers)
        common = of("bgp")
        return AsbrFacts(
            device=device,
            routes=_bgp_routes(of("bgp-routes")),
            rib=_host_routes(of("host-routes")),
            lsps=of("lsps").entries(routes.LSPS, routes.lsps),
            auto_frr=common.fact(f"{bgp.COMMON}/auto-frr", bgp.auto_frr, _boolean),
            nexthop_select=common.fact(f"{bgp.COMMON}/nexthop-select-depend-type", bgp.nexthop_select),
            load_balancing=common.fact(f"{bgp.COMMON}/maximum-load-balancing", bgp.load_balancing),
            bfd_sessions=_sessions(of("ldp-bfd-sessions"), of("bfd-sessions")),
            ldp_bfd=of("ldp-bfd").fact(links.LDP_BFD, links.ldp_bfd, _boolean),
            peers=_peers(common, of("peers"), of("as")),
            policies=of("policies").entries(bgp.POLICIES, bgp.policies),
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


def _reads(subtrees: Mapping[str, bytes]) -> tuple[AuditRead, ...]:
    return tuple(_LINES[name].read(name, subtree) for name, subtree in subtrees.items())


def _of_host_routes(host_routes: Sequence[str]) -> dict[str, bytes]:
    """Nothing where there are none: a filter without a key would select the whole Internet."""
    if not host_routes:
        return {}
    split = [(address, int(length)) for address, _, length in (route.partition("/") for route in host_routes)]
    return {
        "host-routes": filters.host_routes(split),
        "bgp-routes": filters.bgp_routes(split),
        "lsps": filters.lsps(split),
    }


def _of_bgp() -> dict[str, bytes]:
    return {
        "as": filters.as_number(),
        "bgp": filters.bgp_config(),
        "peers": filters.peer_states(),
        "policies": filters.policies(),
    }


def _startup(name: str) -> str:
    return f"startup-{name}"


def _of_startup(read: AuditRead) -> AuditRead:
    return AuditRead(_startup(read.name), "startup", read.subtree, read.modules, read.path)


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
    lsps = static.entries(_LINES["static-lsps"].path, vpn_readers.static_lsps)
    peers = engineered.entries(_LINES["engineering"].path, vpn_readers.engineering_labels)
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
