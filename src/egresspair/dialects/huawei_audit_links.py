"""Tunnels and BFD as VRP8 tells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from ..audit.facts import BfdSession, Evidence, Tunnel
from .huawei_audit_tree import each, flag, number, text, word

TUNNELS: Final = "/tnlm:tunnel-management/tunnel-infos/tunnel-info"
LDP_SESSIONS: Final = "/mpls:mpls/mpls-ldp:ldp/bfd/sessions/session"
BFD_SESSIONS: Final = "/bfd:bfd/all-sessions/all-session"
PASSIVE: Final = "/bfd:bfd/global/mpls-passive"
LDP_BFD: Final = "/mpls:mpls/mpls-ldp:ldp/bfd/p2p"
LSR_ID: Final = "/mpls:mpls/common/global/lsr-id"

_OVER_LSPS: Final = frozenset(
    {"ldp-lsp", "ldp-tunnel", "te-lsp", "te-tunnel", "static-lsp", "bgp-tunnel", "sr-be-tunnel"}
)


def tunnels(data: etree._Element, device: str) -> Iterator[Tunnel]:
    """The tunnels that begin here."""
    for entry in each(data, "tnlm:tunnel-management/tunnel-infos/tunnel-info"):
        name = word(entry, "tnlm:name") or word(entry, "tnlm:id")
        kind, destination = word(entry, "tnlm:type"), word(entry, "tnlm:destination")
        status = word(entry, "tnlm:status")
        evidence = Evidence(
            device, f"{TUNNELS}[id='{word(entry, 'tnlm:id')}']", f"{kind} to {destination} {status}".strip()
        )
        yield Tunnel(name, kind, destination, evidence, up=_is_up(status))


def _is_up(state: str) -> bool | None:
    return None if not state else state == "up"


def ldp_sessions(data: etree._Element, device: str) -> Iterator[BfdSession]:
    """BFD sessions for LDP LSPs, as LDP lists them."""
    for entry in each(data, "mpls:mpls/mpls-ldp:ldp/bfd/sessions/session"):
        destination, nexthop = word(entry, "mpls-ldp:fec-address"), word(entry, "mpls-ldp:next-hop")
        state = word(entry, "mpls-ldp:session-state")
        path = f"{LDP_SESSIONS}[fec-address='{destination}'][next-hop='{nexthop}']/session-state"
        yield BfdSession(
            link="ldp-lsp",
            destination=destination,
            evidence=Evidence(device, path, state),
            nexthop=nexthop,
            up=_is_up(state),
            interval_ms=number(entry, "mpls-ldp:min-tx-int"),
            multiplier=number(entry, "mpls-ldp:detect-multi"),
        )


def bfd_sessions(data: etree._Element, device: str) -> Iterator[BfdSession]:
    """BFD sessions over LSPs and tunnels, as BFD lists them."""
    for entry in each(data, "bfd:bfd/all-sessions/all-session"):
        link = word(entry, "bfd:link-type")
        if link in _OVER_LSPS:
            state = word(entry, "bfd:running/state")
            path = f"{BFD_SESSIONS}[name='{word(entry, 'bfd:name')}']/running/state"
            yield BfdSession(
                link=link,
                destination=word(entry, "bfd:destination-address"),
                evidence=Evidence(device, path, state),
                nexthop=word(entry, "bfd:next-hop"),
                up=_is_up(state),
                interval_ms=number(entry, "bfd:min-tx-interval"),
                multiplier=number(entry, "bfd:detect-multiplier"),
            )


def passive(data: etree._Element) -> bool:
    """``mpls-passive``; false by default, and where BFD is not enabled at all."""
    return any(flag(bfd, "bfd:global/mpls-passive") for bfd in each(data, "bfd:bfd"))


def ldp_bfd(data: etree._Element) -> bool:
    """Switched on, and triggered by host routes, a FEC list or tunnels."""
    return any(
        flag(p2p, "mpls-ldp:enable") and (_triggers(p2p, "trigger") or _triggers(p2p, "trigger-tunnel"))
        for p2p in each(data, "mpls:mpls/mpls-ldp:ldp/bfd/p2p")
    )


def _triggers(p2p: etree._Element, leaf: str) -> bool:
    return (text(p2p, f"mpls-ldp:{leaf}") or "none") != "none"


def lsr_id(data: etree._Element) -> str | None:
    """The address by which the router is known in MPLS."""
    return text(data, "mpls:mpls/common/global/lsr-id") or None
