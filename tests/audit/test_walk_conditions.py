"""Each of the twenty conditions, broken on the routers on paper: the walk shows where it breaks, or what delays it."""

from __future__ import annotations

import pytest

from egresspair.audit.walk import Verdict, Walks, scenes_of, walks_of

from .breaks import BREAKS
from .paper import HOST_ROUTES, Paper, broken, intent

DELIVERED, DELAYED, DROPPED = Verdict.DELIVERED, Verdict.DELAYED, Verdict.DROPPED

SHOWN = {
    "1 labels differ": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "2 no label": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "3 label per route": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "4 label of another VPN": (Verdict.WRONG_VPN, "masg-2", "that of other (ipv4-unicast)"),
    "4 label not assigned": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "5 targets differ": (DROPPED, "masg-2", "vpna has no route to the customer"),
    "6 by way of the master": (Verdict.LOOPED, "masg-2", "reaches the customer only by masg-1"),
    "7 VPN down": (DROPPED, "masg-2", "nobody holds private label 2001"),
    "8 session down": (DROPPED, "asbr-1", "no second labeled route"),
    "8 no capability": (DROPPED, "asbr-1", "no second labeled route"),
    "9 no apply mpls-label": (DROPPED, "asbr-1", "no second labeled route"),
    "9 labels not handed on": (DROPPED, "asbr-1", "hands no label on"),
    "10 one route": (DROPPED, "asbr-1", "no second labeled route"),
    "11 no preference": (DELAYED, "masg-2", "no BGP FRR backup entry"),
    "12 no auto-frr": (DELAYED, "masg-2", "no BGP FRR backup entry"),
    "13 chosen before its tunnel": (DELIVERED, "masg-2", "before there is a tunnel"),
    "14 no mpls-passive": (DELAYED, "masg-2", "BFD is down to masg-1"),
    "14 no BFD": (DELAYED, "masg-2", "no BFD to masg-1"),
    "15 stitched": (Verdict.LOOPED, "masg-2", "sends the packet on to masg-1"),
    "16 not originated": (DROPPED, "asbr-1", "no second labeled route"),
    "16 not in the RIB": (DROPPED, "asbr-1", "no second labeled route"),
    "17 relabelled": (Verdict.UNKNOWN, "csg-1", "who re-allocates the label on the way"),
    "18 an IPv6 family": (DELIVERED, "masg-2", "(ipv6-unicast), not in the intent: arrives only as long as"),
    "19 local-ifnet": (DROPPED, "masg-2", "local-ifnet tunnel"),
    "20 over GRE": (DELIVERED, "masg-2", "its tunnel to masg-1 is GRE"),
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
    walks = walks_on(broken(BREAKS[name].damage))
    verdict, where, word = SHOWN[name]
    assert not walks.protected
    assert (walks["vpna"].verdict, walks["vpna"].after.where) == (verdict, where)
    assert word in str(walks)
