"""Ways in which protection is lost without any error: each is done to a healthy network, and its state follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .documents import L3VPN, VPNA, Document, VpnInstance, family, healthy, instance
from .routing import BACKUP, CORE_ASBR, MASGS, MASTER, Mishaps

_VPN: Final = "//ni:instance[ni:name='vpna']"
_AF: Final = f"{_VPN}/l3vpn:afs/l3vpn:af"
_NETWORK: Final = "//bgp:network-route[bgp:address='192.0.2.5']"


class Play:
    """A network before it is started: what its routers run, and what goes wrong. A scenario changes it.

    Attributes:
        running: by role.
        startup: by role, where it differs from running.
    """

    def __init__(self, vpns: Iterable[VpnInstance] = (VPNA,)) -> None:
        self.running: dict[str, Document] = healthy(vpns)
        self.startup: dict[str, Document] = {}
        self.mishaps = Mishaps()

    def __getitem__(self, role: str) -> Document:
        return self.running[role]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to lose protection.

    Attributes:
        name: words with hyphens.
        meaning: what is wrong, in a line.
        condition: the condition of egress protection that it breaks (docs/egress-protection.md); None for none of them.
        damage: does it.
    """

    name: str
    meaning: str
    condition: int | None
    damage: Callable[[Play], None]


def _labels_differ(play: Play) -> None:
    play[BACKUP].set(f"{_AF}/l3vpn:static-label", "2002")


def _no_label(play: Play) -> None:
    play[BACKUP].drop(f"{_AF}/l3vpn:static-label")


def _label_per_route(play: Play) -> None:
    play[BACKUP].set(f"{_AF}/l3vpn:label-mode", "per-route")
    _no_label(play)


def _label_of_another_vpn(play: Play) -> None:
    """Both routers are configured with it, which no YANG forbids; who has it is who asked first."""
    leaves = (L3VPN("route-distinguisher", "200:7"), L3VPN("static-label", "2001"))
    for masg in MASGS:
        play[masg].add("//ni:instances", instance("other", family("ipv4-unicast", *leaves)))
    play.mishaps.asked_first |= {(MASTER, "vpna"), (BACKUP, "other")}


def _label_not_assigned(play: Play) -> None:
    play.mishaps.labels_taken.add((BACKUP, 2001))


def _targets_differ(play: Play) -> None:
    play[BACKUP].set(f"{_AF}//l3vpn:vpn-target[l3vpn:type='import-extcommunity']/l3vpn:value", "9:9")


def _customer_by_the_master(play: Play) -> None:
    play.mishaps.by_partner.add((BACKUP, "vpna"))


def _vpn_down(play: Play) -> None:
    play.mishaps.vpns_down.add((BACKUP, "vpna"))


def _session_down(play: Play) -> None:
    play.mishaps.sessions_down.add(frozenset({BACKUP, CORE_ASBR}))


def _no_label_capability(play: Play) -> None:
    play[CORE_ASBR].set("//bgp:peer[bgp:address='192.0.2.6']//bgp:label-route-capability", "false")


def _no_label_policy(play: Play) -> None:
    play[BACKUP].drop("//rtp:apply-mpls-label")


def _labels_not_handed_on(play: Play) -> None:
    play[CORE_ASBR].drop("//rtp:policy-definition[rtp:name='label-relay']//rtp:apply-mpls-label")


def _one_route(play: Play) -> None:
    play[CORE_ASBR].set("//rtp:policy-definition[rtp:name='prefer-backup']//rtp:match-mode", "deny")


def _no_preference(play: Play) -> None:
    play[CORE_ASBR].set("//rtp:apply-local-preference/rtp:value", "100")


def _no_auto_frr(play: Play) -> None:
    play[CORE_ASBR].set("//bgp:auto-frr", "false")


def _chosen_before_its_tunnel(play: Play) -> None:
    play[CORE_ASBR].drop("//bgp:nexthop-select-depend-type")


def _bfd_not_answered(play: Play) -> None:
    play[MASTER].set("//bfd:mpls-passive", "false")


def _no_bfd(play: Play) -> None:
    play[CORE_ASBR].set("//mpls-ldp:p2p/mpls-ldp:enable", "false")


def _stitched(play: Play) -> None:
    play[BACKUP].set(f"{_NETWORK}/bgp:non-relay-tunnel", "false")


def _not_originated(play: Play) -> None:
    play[BACKUP].drop(_NETWORK)


def _not_in_the_routing_table(play: Play) -> None:
    play.mishaps.unlearned.add((BACKUP, MASTER))


def _relabelled(play: Play) -> None:
    play.mishaps.relabelling = True


def _ipv6_unprotected(play: Play) -> None:
    for masg in MASGS:
        play[masg].add(f"{_VPN}/l3vpn:afs", family("ipv6-unicast", L3VPN("route-distinguisher", "200:6")))


def _local_ifnet(play: Play) -> None:
    play[BACKUP].set("//bgp:local-ifnet-disable", "false")


def _over_gre(play: Play) -> None:
    play.mishaps.gre.add(CORE_ASBR)


def _not_saved(play: Play) -> None:
    play.startup[BACKUP] = play[BACKUP].copy()
    play.startup[BACKUP].drop(f"{_AF}/l3vpn:static-label")


_ALL: Final = (
    Scenario("labels-differ", "the backup has another static label for vpna", 1, _labels_differ),
    Scenario("no-label", "the backup has no static label for vpna, and chooses one itself", 2, _no_label),
    Scenario("label-per-route", "the backup gives vpna a label for each route", 3, _label_per_route),
    Scenario(
        "label-of-another-vpn",
        "the backup has given vpna's label to another VPN instance",
        4,
        _label_of_another_vpn,
    ),
    Scenario("label-not-assigned", "the backup uses vpna's label for something else", 4, _label_not_assigned),
    Scenario("targets-differ", "the backup does not import the customer's routes", 5, _targets_differ),
    Scenario(
        "customer-by-the-master",
        "the backup reaches the customer through the master only",
        6,
        _customer_by_the_master,
    ),
    Scenario("vpn-down", "the backup's links to the customer are down, and with them vpna", 7, _vpn_down),
    Scenario("session-down", "the BGP session of backup and core ASBR is down", 8, _session_down),
    Scenario("no-label-capability", "the core ASBR takes no labels from the backup", 8, _no_label_capability),
    Scenario("no-label-policy", "the backup exports its host routes without a label", 9, _no_label_policy),
    Scenario(
        "labels-not-handed-on", "the core ASBR hands no labels on to the access", 9, _labels_not_handed_on
    ),
    Scenario("one-route", "the core ASBR refuses the backup's routes", 10, _one_route),
    Scenario("no-preference", "the core ASBR prefers neither of the two routes", 11, _no_preference),
    Scenario("no-auto-frr", "BGP FRR is off at the core ASBR", 12, _no_auto_frr),
    Scenario(
        "chosen-before-its-tunnel",
        "the core ASBR does not wait for a tunnel before it chooses a route",
        13,
        _chosen_before_its_tunnel,
    ),
    Scenario("bfd-not-answered", "the master does not answer BFD for LSPs", 14, _bfd_not_answered),
    Scenario("no-bfd", "the core ASBR runs no BFD for LSPs", 14, _no_bfd),
    Scenario(
        "stitched", "the backup resolves the master's loopback over a tunnel to the master", 15, _stitched
    ),
    Scenario("not-originated", "the backup does not originate the master's loopback", 16, _not_originated),
    Scenario(
        "not-in-the-routing-table",
        "the backup originates the master's loopback, but has no route to it",
        16,
        _not_in_the_routing_table,
    ),
    Scenario("relabelled", "somebody changes vpna's label on the way to the CSG", 17, _relabelled),
    Scenario(
        "ipv6-unprotected", "vpna has an IPv6 family, which no static label protects", 18, _ipv6_unprotected
    ),
    Scenario("local-ifnet", "the backup resolves the CSG's routes to local-ifnet tunnels", 19, _local_ifnet),
    Scenario("over-gre", "the core ASBR reaches the MASGs over GRE", 20, _over_gre),
    Scenario("not-saved", "the backup's label is not in its startup configuration", None, _not_saved),
)

HEALTHY: Final = "healthy"

SCENARIOS: Final[Mapping[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (Scenario(HEALTHY, "everything holds", None, lambda _play: None), *_ALL)
}
"""Every scenario by name."""


def scenario_named(name: str) -> Scenario:
    """A scenario by its name.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in SCENARIOS:
        raise ValueError(f"no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    return SCENARIOS[name]


def played(*names: str, vpns: Iterable[VpnInstance] = (VPNA,)) -> Play:
    """A network in which these scenarios have happened together.

    Raises:
        ValueError: there is no scenario of that name.
        LookupError: two of them damage the same, or there is no ``vpna``.
    """
    play = Play(vpns)
    for name in names:
        scenario_named(name).damage(play)
    return play
