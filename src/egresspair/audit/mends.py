"""What would mend a core ASBR, dialect-neutral. It is shown as an edit-config and never sent: the ASBR is only read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnableAutoFrr:
    """``auto-frr`` in the public IPv4 unicast family."""


@dataclass(frozen=True, slots=True)
class DependOnTunnel:
    """``bestroute nexthop-resolved tunnel`` in the public IPv4 unicast family."""


@dataclass(frozen=True, slots=True)
class LabelPeer:
    """``label-route-capability`` towards a peer. It resets the session."""

    address: str


@dataclass(frozen=True, slots=True)
class RelayLabels:
    """A route policy that keeps labels, exported to a peer."""

    address: str
    policy: str = "egress-protection-relay"


@dataclass(frozen=True, slots=True)
class Prefer:
    """A route policy that sets the local preference of what a peer sends."""

    address: str
    local_preference: int
    policy: str


@dataclass(frozen=True, slots=True)
class EnableLdpBfd:
    """BFD for LDP LSPs to all host routes."""


Mend = EnableAutoFrr | DependOnTunnel | LabelPeer | RelayLabels | Prefer | EnableLdpBfd
