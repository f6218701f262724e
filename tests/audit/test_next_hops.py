"""Traffic comes by the address that is protected, and not by another one of the master."""

from __future__ import annotations

import pytest

from egresspair.audit.check import Status
from egresspair.audit.report import Verdict
from egresspair.audit.walk import Verdict as Outcome

from .breaks import AF
from .paper import Paper, broken, intent
from .test_details import of

BACKUP_ONLY = ["192.0.2.6/32"]
ROUTE = f"{AF}//rt:ipv4-unicast-route"
STACK = f"{AF}//l3vpn-mpls:ipv4-vpn-label-stack[l3vpn-mpls:type='VPN']"


def by(nexthop: str) -> Paper:
    """The CSG has its route by another next hop."""
    paper = Paper.healthy()
    paper["csg-1"].set(f"{ROUTE}[rt:nexthop='192.0.2.5']/rt:nexthop", nexthop)
    return paper


def test_a_host_route_that_traffic_does_not_take_protects_nothing() -> None:
    report = broken("not-originated").audit(intent(protected_host_routes=BACKUP_ONLY))
    assert [(cause.check.name, cause.check.where) for cause in report.causes] == [("next-hop", "csg-1, vpna")]
    assert "it sends to 192.0.2.5, which is no protected host route" in str(report)
    assert not report.walk.protected
    assert [(walk.host_route, walk.verdict) for walk in report.walk] == [
        ("192.0.2.6/32", Outcome.DELIVERED),
        ("192.0.2.5/32", Outcome.UNKNOWN),
    ]


def test_a_next_hop_that_is_neither_masgs_is_told() -> None:
    report = by("192.0.2.99").audit()
    assert [cause.check.name for cause in report.causes] == ["next-hop"]
    assert "192.0.2.99/32, by which csg-1 sends, is no protected host route" in str(report.walk)


def test_either_protected_host_route_will_do() -> None:
    assert by("192.0.2.6").audit().protected


def test_the_routes_of_other_pes_are_not_this_pairs() -> None:
    """They have labels of their own. That a CSG pushes such as well is the matter of another check."""
    paper = Paper.healthy()
    paper["csg-1"].add(
        f"{ROUTE}/..",
        '<ipv4-unicast-route xmlns="urn:huawei:yang:huawei-routing"><prefix>10.99.0.0</prefix>'
        "<mask-length>16</mask-length><protocol-type>bgp</protocol-type><nexthop>192.0.2.99</nexthop>"
        "<tunnel-type>ldp</tunnel-type><out-label>48700</out-label></ipv4-unicast-route>",
    )
    assert paper.audit().protected


@pytest.mark.parametrize("what", [ROUTE, STACK])
def test_a_csg_that_tells_no_way_to_the_master_is_not_known(what: str) -> None:
    paper = Paper.healthy()
    paper["csg-1"].drop(what)
    assert of(paper.audit(), "next-hop", "csg-1").status is Status.UNKNOWN


def test_a_csg_whose_routes_cannot_be_read_is_not_known() -> None:
    paper = Paper.healthy()
    paper["csg-1"].dumb.add("vpn-routes")
    assert paper.audit().verdict is Verdict.NOT_KNOWN


@pytest.mark.parametrize(
    ("host_routes", "status"),
    [(["192.0.2.5/32"], Status.UNKNOWN), (BACKUP_ONLY, Status.FAILS), (None, Status.UNKNOWN)],
)
def test_without_a_csg_only_the_masters_addresses_are_known(
    host_routes: list[str] | None, status: Status
) -> None:
    report = Paper.healthy().audit(intent(csg=None, protected_host_routes=host_routes))
    found = [check for check in report if check.name == "next-hop"]
    assert [check.status for check in found] == [status]


def test_without_a_csg_addresses_that_may_be_missing_prove_nothing() -> None:
    paper = Paper.healthy()
    paper["masg-1"].dumb.add("host-routes")
    report = paper.audit(intent(csg=None, protected_host_routes=BACKUP_ONLY))
    assert of(report, "next-hop").status is Status.UNKNOWN
