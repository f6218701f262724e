"""Condition 6: routes of the backup that lead to the customer by way of the master, in plain and in hidden ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egresspair.audit.walk import Verdict

from .breaks import AF
from .paper import HOST_ROUTES, Paper, broken

RT = "urn:huawei:yang:huawei-routing"
TABLE = f"{AF}//rt:ipv4-unicast-routes"
CUSTOMER = f"{TABLE}/rt:ipv4-unicast-route[rt:prefix='10.7.0.0']"
OURS, MASTERS = "10.99.0.2", "10.99.0.1"
TUNNEL = "<tunnel-type>ldp</tunnel-type><out-label>2001</out-label>"


def add(paper: Paper, device: str, prefix: str, protocol: str, nexthop: str, *, more: str = "") -> None:
    """Put a route that forwards into vpna; the prefix is followed by its length."""
    address, _, length = prefix.partition("/")
    paper[device].add(
        TABLE,
        f'<ipv4-unicast-route xmlns="{RT}"><prefix>{address}</prefix><mask-length>{length}</mask-length>'
        f"<protocol-type>{protocol}</protocol-type><nexthop>{nexthop}</nexthop><active>true</active>{more}"
        "</ipv4-unicast-route>",
    )


def link_between(paper: Paper) -> None:
    """A link of the two MASGs in the VPN instance itself."""
    for device, own in (("masg-1", MASTERS), ("masg-2", OURS)):
        add(paper, device, "10.99.0.0/30", "direct", own)
        add(paper, device, f"{own}/32", "direct", "127.0.0.1")


def by_the_link(paper: Paper) -> None:
    link_between(paper)
    paper["masg-2"].drop(CUSTOMER)
    add(paper, "masg-2", "10.7.0.0/16", "ospf", MASTERS)


def by_a_next_hop_behind_the_link(paper: Paper) -> None:
    link_between(paper)
    paper["masg-2"].drop(CUSTOMER)
    add(paper, "masg-2", "10.7.0.0/16", "static", "10.66.0.1")
    add(paper, "masg-2", "10.66.0.0/24", "ospf", MASTERS)


def by_a_next_hop_behind_the_core(paper: Paper) -> None:
    paper["masg-2"].drop(CUSTOMER)
    add(paper, "masg-2", "10.7.0.0/16", "static", "10.66.0.1")
    add(paper, "masg-2", "10.66.0.0/24", "bgp", "192.0.2.5", more=TUNNEL)


def shared_with_the_master(paper: Paper) -> None:
    add(paper, "masg-2", "10.7.0.0/16", "bgp", "192.0.2.5", more=TUNNEL)


def shared_over_the_link(paper: Paper) -> None:
    link_between(paper)
    add(paper, "masg-2", "10.7.0.0/16", "ospf", MASTERS)


@pytest.mark.parametrize(
    "damage",
    [
        by_the_link,
        by_a_next_hop_behind_the_link,
        by_a_next_hop_behind_the_core,
        shared_with_the_master,
        shared_over_the_link,
    ],
)
def test_a_way_by_the_master_is_no_way_of_its_own(damage: Callable[[Paper], None]) -> None:
    report = broken(damage).audit()
    roots = [(cause.check.name, cause.check.device) for cause in report.causes]
    assert roots == [("own-link", "masg-2")], str(report)
    assert {walk.verdict for walk in report.walk} == {Verdict.LOOPED}


def own_next_hop_behind_the_ce(paper: Paper) -> None:
    paper["masg-2"].drop(CUSTOMER)
    add(paper, "masg-2", "10.7.0.0/16", "static", "10.66.0.1")
    add(paper, "masg-2", "10.66.0.0/24", "ospf", "203.0.113.2")


def master_shares_with_the_backup(paper: Paper) -> None:
    add(paper, "masg-1", "10.7.0.0/16", "bgp", "192.0.2.6", more=TUNNEL)


def neighbour_known_by_arp(paper: Paper) -> None:
    """A host route for the CE, which VRP makes from ARP: no address of the master."""
    add(paper, "masg-1", "203.0.113.2/32", "direct", "203.0.113.2")


@pytest.mark.parametrize(
    "change",
    [
        link_between,
        own_next_hop_behind_the_ce,
        master_shares_with_the_backup,
        neighbour_known_by_arp,
    ],
)
def test_other_ways_break_nothing(change: Callable[[Paper], None]) -> None:
    report = broken(change).audit()
    assert report.protected, str(report)
    assert report.walk.protected, str(report.walk)


def test_next_hops_that_go_round_are_looked_up_once() -> None:
    """Nothing that a router installs; looking it up must end all the same."""
    paper = Paper.healthy()
    paper["masg-2"].drop(CUSTOMER)
    add(paper, "masg-2", "10.7.0.0/16", "static", "10.66.0.1")
    add(paper, "masg-2", "10.66.0.0/24", "static", "10.7.0.1")
    report = paper.audit()
    assert [check.device for check in report.condition(6)] == ["masg-2"]
    assert len(report.walk) == len(HOST_ROUTES)
