"""Conditions 8 and 9 on a MASG with other labeled peers: what counts is what it does towards the core ASBR."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from egresspair.audit.check import Status
from egresspair.audit.report import AuditReport
from egresspair.lab.network import Play, played

from .breaks import FROM_BACKUP
from .paper import Paper, documents_of, intent

BGP = "urn:huawei:yang:huawei-bgp"
TO_CORE = "//bgp:peer[bgp:address='192.0.2.4']"
OTHER = (
    f'<peer xmlns="{BGP}"><address>192.0.2.9</address><remote-as>200</remote-as><afs><af><type>ipv4uni</type>'
    "<ipv4-unicast><label-route-capability>true</label-route-capability><export-policy>label-out</export-policy>"
    "</ipv4-unicast></af></afs></peer>"
)


def another_labeled_peer(play: Play) -> None:
    play["backup"].add("//bgp:peers", etree.fromstring(OTHER))


def policy_elsewhere(play: Play) -> None:
    another_labeled_peer(play)
    play["backup"].drop(f"{TO_CORE}//bgp:export-policy")


def capability_elsewhere(play: Play) -> None:
    another_labeled_peer(play)
    play["backup"].set(f"{TO_CORE}//bgp:label-route-capability", "false")


def paper_of(change: Callable[[Play], None]) -> Paper:
    play = played("healthy")
    change(play)
    return Paper.of(documents_of(play))


def roots(report: AuditReport) -> set[tuple[str, str, int | None]]:
    return {(cause.check.name, cause.check.device, cause.check.condition) for cause in report.causes}


@pytest.mark.parametrize(
    ("change", "root"),
    [
        (policy_elsewhere, ("masg-label-policy", "masg-2", 9)),
        (capability_elsewhere, ("masg-session", "masg-2", 8)),
    ],
)
def test_labels_for_another_peer_are_none_for_the_core_asbr(
    change: Callable[[Play], None], root: tuple[str, str, int]
) -> None:
    report = paper_of(change).audit()
    assert roots(report) == {root}, str(report)
    assert "192.0.2.4" in report.causes[0].check.finding.seen
    assert "two-routes" in {check.name for check in report.causes[0].consequences}


def test_another_labeled_peer_breaks_nothing() -> None:
    assert paper_of(another_labeled_peer).audit().protected


def test_peering_by_another_address_than_the_lsr_id_breaks_nothing() -> None:
    paper = Paper.healthy()
    paper["asbr-1"].set("//mpls:lsr-id", "192.0.2.44")
    assert paper.audit().protected


@pytest.mark.parametrize("change", [policy_elsewhere, capability_elsewhere])
def test_which_peer_it_is_may_not_be_known(change: Callable[[Play], None]) -> None:
    paper = paper_of(change)
    paper["asbr-1"].dumb.add("lsr-id")
    paper["asbr-1"].dumb.add("host-routes")
    name = "masg-session" if change is capability_elsewhere else "masg-label-policy"
    found = {check.status for check in paper.audit() if check.name == name and check.device == "masg-2"}
    assert found == {Status.UNKNOWN}


def test_one_labeled_peer_is_enough_where_the_intent_names_no_core_asbr() -> None:
    report = paper_of(capability_elsewhere).audit(intent(core_asbr=None))
    assert {check.status for check in report if check.name == "masg-session"} == {Status.HOLDS}


def test_the_policy_is_judged_though_no_labels_can_be_exchanged() -> None:
    paper = Paper.healthy()
    paper["masg-2"].set("//bgp:label-route-capability", "false")
    paper["masg-2"].drop("//rtp:apply-mpls-label")
    paper["asbr-1"].drop(FROM_BACKUP)
    assert {("masg-session", "masg-2", 8), ("masg-label-policy", "masg-2", 9)} <= roots(paper.audit())
