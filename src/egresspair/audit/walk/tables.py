"""The forwarding tables of the routers, as far as they are known: what a walk looks things up in.

They are made from what the routers say (see `facts`), never from what a check thought of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

IMPLICIT_NULL: Final = 3
"""The label that is not sent: the router before pops (RFC 3032, section 2.1)."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that no router told.

    Attributes:
        fact: what, with the router and where one would have read it; for people.
    """

    fact: str


class Way(StrEnum):
    """Where a VPN instance's best route to its customer leads."""

    OWN = "own"
    PARTNER = "partner"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PublicLabel:
    """What a MASG does with a public label that comes in.

    Attributes:
        swapped: the label that takes its place; None if none does.
        towards: the device at the end of the tunnel into which it goes; empty if it ends here.
    """

    swapped: int | None = None
    towards: str = ""


@dataclass(frozen=True, slots=True)
class PrivateLabel:
    """Who holds a private label on a MASG.

    Attributes:
        vpn: the VPN instance, or another service by its name.
        family: address family, or kind of service.
        up: whether the address family is up.
        way: its best route to the customer.
    """

    vpn: str
    family: str = "ipv4-unicast"
    up: bool | Unknown = True
    way: Way | Unknown = Way.OWN


@dataclass(frozen=True, slots=True)
class MasgTables:
    """A MASG's incoming labels.

    Attributes:
        public: labels of BGP LSPs.
        private: every holder of a label; more than one is possible where nobody prevents it.
        public_gap, private_gap: what is missing of either table, so that a label that is not in it proves nothing.
        answers: whether the tunnels to its MP-EBGP peers, by which customers' answers leave, can carry traffic.
    """

    device: str
    public: Mapping[int, PublicLabel] = field(default_factory=dict)
    private: Mapping[int, tuple[PrivateLabel, ...]] = field(default_factory=dict)
    public_gap: Unknown | None = None
    private_gap: Unknown | None = None
    answers: bool | Unknown = True


@dataclass(frozen=True, slots=True)
class LspEntry:
    """One entry of the core ASBR's transit LSP for a protected host route.

    Attributes:
        towards: the MASG that is its next hop.
        out_label: the public label; None where the route has none.
        backup: whether it waits for the primary's death.
        over_gre: whether the tunnel beneath is GRE, which cannot carry a BGP LSP.
    """

    towards: str
    out_label: int | None
    backup: bool = False
    over_gre: bool = False


@dataclass(frozen=True, slots=True)
class Bfd:
    """What watches the primary next hop.

    Attributes:
        up: whether the session is up.
        interval_ms, multiplier: None if not told.
    """

    up: bool
    interval_ms: int | None = None
    multiplier: int | None = None

    @property
    def detection_ms(self) -> int | None:
        """How long it takes to notice a death (RFC 5880, section 6.8.4); None if not told."""
        if self.interval_ms is None or self.multiplier is None:
            return None
        return self.interval_ms * self.multiplier


@dataclass(frozen=True, slots=True)
class CoreTables:
    """The core ASBR, for one protected host route.

    Attributes:
        installed: entries of the LSP.
        routes: labeled routes that BGP knows, so could install once it has converged.
        bfd: of the primary next hop; None if there is no session.
        hands_on: whether it gives a label for the host route to the next router towards the CSG.
        waits_for_tunnel: whether it chooses a route only once there is a tunnel to its next hop.
    """

    device: str
    installed: tuple[LspEntry, ...] | Unknown
    routes: tuple[LspEntry, ...] | Unknown
    bfd: Bfd | Unknown | None
    hands_on: bool | Unknown = True
    waits_for_tunnel: bool | Unknown = True


@dataclass(frozen=True, slots=True)
class Ingress:
    """Where a VPN instance's packets enter.

    Attributes:
        vpn, family: whose packets they are.
        device: the CSG; empty if none was asked.
        label: the private label that it pushes.
        chosen: whether the master chose the label by itself, so that the backup has the same only by chance.
        carried: whether the tunnel that it uses can carry traffic: a local-ifnet tunnel to an MP-EBGP peer cannot.
        nexthops: addresses to which it sends what has this label; empty if that is not known.
    """

    vpn: str
    device: str
    label: int | Unknown
    family: str = "ipv4-unicast"
    chosen: bool = False
    carried: bool | Unknown = True
    nexthops: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a walk needs to know of one protected host route.

    Attributes:
        host_route: address and length.
        entries: where the packets of each VPN instance of the intent enter.
        others: of what else has a label of the master, so shares the host route.
    """

    host_route: str
    master: MasgTables
    backup: MasgTables
    core: CoreTables | Unknown
    entries: tuple[Ingress, ...]
    others: tuple[Ingress, ...] = ()

    def ingress(self, vpn: str) -> Ingress:
        """Where the packets of a VPN instance of the intent enter.

        Raises:
            KeyError: it is not one of the intent's.
        """
        for entry in self.entries:
            if entry.vpn == vpn:
                return entry
        raise KeyError(vpn)

    def masg(self, device: str) -> MasgTables | None:
        """One of the two by name."""
        return next((masg for masg in (self.master, self.backup) if masg.device == device), None)
