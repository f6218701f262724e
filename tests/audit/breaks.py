"""What the audit must say of each scenario of the lab's network: the root cause, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VPN = "//ni:instance[ni:name='vpna']"
AF = f"{VPN}/l3vpn:afs/l3vpn:af"
PUBLIC = "//ni:instance[ni:name='_public_']"
NETWORK = "//bgp:network-route[bgp:address='192.0.2.5']"
ROUTE = "//bgp-rt:route[bgp-rt:prefix='192.0.2.5']"
FROM_BACKUP = f"{ROUTE}[bgp-rt:from='192.0.2.6']"


@dataclass(frozen=True)
class Break:
    """A broken condition.

    Attributes:
        roots: the root causes that the audit must name, by rule and router (or the subject, if it is about both).
        consequences: rules that must be listed as following from it.
    """

    roots: frozenset[tuple[str, str]]
    consequences: frozenset[str] = field(default_factory=frozenset)


def _one(name: str, where: str) -> frozenset[tuple[str, str]]:
    return frozenset({(name, where)})


_NO_ROUTE = frozenset({"two-routes", "preference", "backup-entry"})

BREAKS: Mapping[str, Break] = {
    "labels-differ": Break(_one("same-label", "vpna")),
    "no-label": Break(_one("label-configured", "masg-2"), frozenset({"same-label", "label-assigned"})),
    "label-per-route": Break(
        _one("label-mode", "masg-2"),
        frozenset({"label-configured", "same-label", "label-assigned"}),
    ),
    "label-of-another-vpn": Break(
        frozenset({("label-owner", "masg-1"), ("label-owner", "masg-2")}),
        frozenset({"label-assigned"}),
    ),
    "label-not-assigned": Break(_one("label-assigned", "masg-2")),
    "targets-differ": Break(_one("same-imports", "vpna"), frozenset({"own-link"})),
    "customer-by-the-master": Break(_one("own-link", "masg-2")),
    "vpn-down": Break(_one("vpn-up", "masg-2"), frozenset({"label-assigned", "own-link"})),
    "session-down": Break(_one("masg-session", "masg-2"), _NO_ROUTE | {"asbr-session"}),
    "no-label-capability": Break(_one("asbr-session", "asbr-1"), _NO_ROUTE),
    "no-label-policy": Break(_one("masg-label-policy", "masg-2"), _NO_ROUTE | {"ends-here"}),
    "labels-not-handed-on": Break(_one("asbr-label-policy", "asbr-1")),
    "one-route": Break(_one("two-routes", "asbr-1"), frozenset({"preference", "backup-entry"})),
    "no-preference": Break(_one("preference", "asbr-1"), frozenset({"backup-entry"})),
    "no-auto-frr": Break(_one("auto-frr", "asbr-1"), frozenset({"backup-entry"})),
    "chosen-before-its-tunnel": Break(_one("tunnel-first", "asbr-1")),
    "bfd-not-answered": Break(_one("bfd-passive", "masg-1"), frozenset({"bfd-up"})),
    "no-bfd": Break(_one("bfd-started", "asbr-1"), frozenset({"bfd-up"})),
    "stitched": Break(_one("non-relay-tunnel", "masg-2"), frozenset({"ends-here"})),
    "not-originated": Break(_one("originated", "masg-2"), _NO_ROUTE | {"ends-here"}),
    "not-in-the-routing-table": Break(_one("originated", "masg-2"), _NO_ROUTE | {"ends-here"}),
    "relabelled": Break(_one("label-kept", "csg-1")),
    "ipv6-unprotected": Break(_one("shared-loopback", "vpna ipv6-unicast")),
    "local-ifnet": Break(_one("local-ifnet", "masg-2")),
    "over-gre": Break(_one("no-gre", "asbr-1")),
}
