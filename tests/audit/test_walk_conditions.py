"""Each of the twenty conditions, broken on the routers on paper: the walk shows where it breaks, or what delays it."""

from __future__ import annotations

import pytest

from egresspair.audit.walk import Verdict, Walks, scenes_of, walks_of

from .breaks import BREAKS
from .paper import HOST_ROUTES, Paper, broken, intent

DELIVERED, DELAYED, DROPPED = Verdict.DELIVERED, Verdict.DELAYED, Verdict.DROPPED

SHOWN = {
    "labels-differ": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "no-label": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "label-per-route": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "label-of-another-vpn": (Verdict.WRONG_VPN, "masg-2", "that of other (ipv4-unicast)"),
    "label-not-assigned": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "targets-differ": (DROPPED, "masg-2", "vpna has no route to the customer"),
    "customer-by-the-master": (Verdict.LOOPED, "masg-2", "reaches the customer only by masg-1"),
    "vpn-down": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "session-down": (DROPPED, "asbr-1", "no second labeled route"),
    "no-label-capability": (DROPPED, "asbr-1", "no second labeled route"),
    "no-label-policy": (DROPPED, "asbr-1", "no second labeled route"),
    "labels-not-handed-on": (DROPPED, "asbr-1", "hands no label on"),
    "one-route": (DROPPED, "asbr-1", "no second labeled route"),
    "no-preference": (DELAYED, "masg-2", "no BGP FRR backup entry"),
    "no-auto-frr": (DELAYED, "masg-2", "no BGP FRR backup entry"),
    "chosen-before-its-tunnel": (DELIVERED, "masg-2", "before there is a tunnel"),
    "bfd-not-answered": (DELAYED, "masg-2", "BFD is down to masg-1"),
    "no-bfd": (DELAYED, "masg-2", "no BFD to masg-1"),
    "stitched": (Verdict.LOOPED, "masg-2", "sends the packet on to masg-1"),
    "not-originated": (DROPPED, "asbr-1", "no second labeled route"),
    "not-in-the-routing-table": (DROPPED, "asbr-1", "no second labeled route"),
    "relabelled": (Verdict.UNKNOWN, "csg-1", "who re-allocates the label on the way"),
    "ipv6-unprotected": (DELIVERED, "masg-2", "(ipv6-unicast), not in the intent: arrives only as long as"),
    "local-ifnet": (DROPPED, "masg-2", "local-ifnet tunnel"),
    "over-gre": (DELIVERED, "masg-2", "its tunnel to masg-1 is GRE"),
}


def walks_on(paper: Paper) -> Walks:
    return walks_of(scenes_of(paper.facts(intent()), HOST_ROUTES))


def test_a_healthy_pair_goes_on_by_both_host_routes() -> None:
    walks = walks_on(Paper.healthy())
    assert walks.protected
    assert [walk.host_route for walk in walks] == HOST_ROUTES


def test_every_broken_condition_is_shown() -> None:
    assert SHOWN.keys() == BREAKS.keys()


@pytest.mark.parametrize("name", BREAKS)
def test_the_walk_shows_where_it_breaks(name: str) -> None:
    walks = walks_on(broken(name))
    verdict, where, word = SHOWN[name]
    assert not walks.protected
    assert (walks["vpna"].verdict, walks["vpna"].after.where) == (verdict, where)
    assert word in str(walks)
