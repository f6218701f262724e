"""What an audit asks of VRP8 routers: each subject a read of its own, all of them in one flight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from . import huawei_audit_bgp as bgp
from . import huawei_audit_filters as filters
from . import huawei_audit_links as links
from . import huawei_audit_routes as routes
from ._auditing import AuditRead, Source
from .huawei_audit_tree import NI, PUBLIC, UNICAST, module_of
from .huawei_labels import families_filter

CONFIG_READS: Final = ("vpn", "bgp", "policies", "bfd", "mpls", "ldp")
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
    "mpls": _Line("running", "mpls", "/mpls:mpls/common/global"),
    "ldp": _Line("running", "mpls mpls-ldp", "/mpls:mpls/mpls-ldp:ldp"),
    "idle-labels": _Line("state", "mpls-res", "/mpls-res:mpls-res/static-label-segments"),
    "label-range": _Line("state", "mpls-res", "/mpls-res:mpls-res/mpls-label-statisticss"),
    "static-lsps": _Line("running", "mpls mpls-static", "/mpls:mpls/mpls-static:static/lsps"),
    "engineering": _Line("running", "ni bgp", bgp.PEERS),
    "stacks": _Line("state", "ni l3vpn rt l3vpn-mpls", NI),
    "vpn-frr": _Line("running", "ni l3vpn", NI),
}


def masg_reads(vpns: Sequence[str], host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
    """See `AuditDialect.masg_reads`."""
    subtrees = {
        "vpn": filters.vpn_config(vpns),
        "vpn-state": filters.vpn_state(vpns),
        "distinguishers": filters.vpn_distinguishers(vpns),
        "vpn-routes": filters.vpn_routes(vpns),
        "families": families_filter(),
        **_of_host_routes(host_routes),
        **_of_bgp(),
        "tunnels": filters.tunnels(),
        "bfd": filters.bfd_global(),
        "lsr-id": filters.lsr_id(),
        "mpls": filters.mpls(),
        "ldp": filters.ldp(),
        "idle-labels": filters.idle_labels(),
        "label-range": filters.label_range(),
        "static-lsps": filters.static_lsps(),
        "engineering": filters.engineering_labels(),
    }
    reads = _reads(subtrees)
    return (*reads, *(_of_startup(read) for read in reads if read.name in CONFIG_READS))


def proof_reads() -> tuple[AuditRead, ...]:
    """See `AuditDialect.proof_reads`."""
    return _reads({"families": families_filter()})


def route_reads(vpns: Sequence[str]) -> tuple[AuditRead, ...]:
    """See `AuditDialect.route_reads`; the LSR ID is one of the partner's addresses."""
    return _reads({"vpn-routes": filters.vpn_routes(vpns), "lsr-id": filters.lsr_id()})


def asbr_reads(host_routes: Sequence[str]) -> tuple[AuditRead, ...]:
    """See `AuditDialect.asbr_reads`."""
    return _reads(
        {
            **_of_host_routes(host_routes),
            **_of_bgp(),
            "bfd-sessions": filters.bfd_sessions(),
            "ldp-bfd": filters.ldp_bfd(),
            "ldp-bfd-sessions": filters.ldp_bfd_sessions(),
            "lsr-id": filters.lsr_id(),
        }
    )


def csg_reads(vpns: Sequence[str]) -> tuple[AuditRead, ...]:
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


def startup(name: str) -> str:
    return f"startup-{name}"


def _of_startup(read: AuditRead) -> AuditRead:
    return AuditRead(startup(read.name), "startup", read.subtree, read.modules, read.path)


def path_of(name: str) -> str:
    """Where a read begins."""
    return _LINES[name].path
