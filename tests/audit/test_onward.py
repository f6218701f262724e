"""Condition 9 towards the access: what the core ASBR hands on, for the audit and for the walk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egresspair.audit.check import Status
from egresspair.audit.walk import Verdict

from .paper import Paper, broken

BGP = "urn:huawei:yang:huawei-bgp"
RTP = "urn:huawei:yang:huawei-routing-policy"
TO_ACCESS = "//bgp:peer[bgp:address='192.0.2.2']"
RELAY = "//rtp:policy-definition[rtp:name='label-relay']//rtp:node"
SECOND = (
    f'<peer xmlns="{BGP}"><address>192.0.2.3</address><remote-as>100</remote-as><afs><af><type>ipv4uni</type>'
    "<ipv4-unicast><label-route-capability>{}</label-route-capability></ipv4-unicast></af></afs></peer>"
)
OTHER_PREFIX = (
    f'<ipv4-prefix-filters xmlns="{RTP}"><ipv4-prefix-filter><name>f</name><nodes><node><sequence>10</sequence>'
    "<match-mode>permit</match-mode><ip-address>192.0.2.77</ip-address><masklength>32</masklength>"
    "</node></nodes></ipv4-prefix-filter></ipv4-prefix-filters>"
)
NAMED = f'<match-ipv4-prefix xmlns="{RTP}"><prefix-filter-ref>f</prefix-filter-ref></match-ipv4-prefix>'
UNDERSTOOD_BY_NOBODY = f'<match-tag xmlns="{RTP}"><value>7</value></match-tag>'


def no_capability(paper: Paper) -> None:
    paper["asbr-1"].set(f"{TO_ACCESS}//bgp:label-route-capability", "false")


def policies_to_the_masgs(paper: Paper) -> None:
    no_capability(paper)
    for peer in ("192.0.2.5", "192.0.2.6"):
        policy = f'<export-policy xmlns="{BGP}">label-relay</export-policy>'
        paper["asbr-1"].add(f"//bgp:peer[bgp:address='{peer}']//bgp:ipv4-unicast", policy)


def no_access(paper: Paper) -> None:
    paper["asbr-1"].drop(TO_ACCESS)


def two_without_capability(paper: Paper) -> None:
    no_capability(paper)
    paper["asbr-1"].add("//bgp:peers", SECOND.format("false"))


def another_prefix(paper: Paper) -> None:
    paper["asbr-1"].add("//rtp:routing-policy", OTHER_PREFIX)
    paper["asbr-1"].add(f"{RELAY}/rtp:conditions", NAMED)


def second_without_policy(paper: Paper) -> None:
    paper["asbr-1"].add("//bgp:peers", SECOND.format("true"))


def session_down(paper: Paper) -> None:
    paper["asbr-1"].change_running(f"{TO_ACCESS}//bgp:current-state", "idle")


LOST: list[tuple[Callable[[Paper], None], str, Verdict]] = [
    (no_capability, "192.0.2.2", Verdict.DROPPED),
    (policies_to_the_masgs, "192.0.2.2", Verdict.DROPPED),
    (no_access, "", Verdict.DROPPED),
    (session_down, "192.0.2.2", Verdict.DROPPED),
    (two_without_capability, "", Verdict.DROPPED),
    (another_prefix, "192.0.2.2", Verdict.DROPPED),
    (second_without_policy, "192.0.2.3", Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("damage", "subject", "verdict"), LOST, ids=[each[0].__name__ for each in LOST])
def test_labels_that_do_not_reach_the_access_are_no_protection(
    damage: Callable[[Paper], None], subject: str, verdict: Verdict
) -> None:
    report = broken(damage).audit()
    roots = [(cause.check.name, cause.check.device, cause.check.subject) for cause in report.causes]
    assert roots == [("asbr-label-policy", "asbr-1", subject)]
    assert {walk.verdict for walk in report.walk} == {verdict}


def test_the_edit_is_that_of_the_peer_towards_the_access() -> None:
    report = broken(policies_to_the_masgs).audit()
    edit = report.mend_of(report.causes[0].check)
    assert "192.0.2.2" in edit
    assert "192.0.2.5" not in edit


def test_an_unlabeled_peer_beside_the_labeled_one_breaks_nothing() -> None:
    paper = Paper.healthy()
    paper["asbr-1"].add("//bgp:peers", SECOND.format("false"))
    report = paper.audit()
    assert report.protected, str(report)
    assert report.walk.protected


def test_a_session_to_the_access_whose_state_is_not_told_leaves_both_in_doubt() -> None:
    paper = Paper.healthy()
    for leaf in paper["asbr-1"].find(f"{TO_ACCESS}//bgp:state"):
        leaf.clear()
    report = paper.audit()
    assert [check.name for check in report.with_status(Status.UNKNOWN)] == ["asbr-label-policy"]
    assert {walk.verdict for walk in report.walk} == {Verdict.UNKNOWN}


def test_a_policy_that_is_not_understood_leaves_both_in_doubt() -> None:
    paper = Paper.healthy()
    paper["asbr-1"].add(f"{RELAY}/rtp:conditions", UNDERSTOOD_BY_NOBODY)
    report = paper.audit()
    assert [check.name for check in report.with_status(Status.UNKNOWN)] == ["asbr-label-policy"]
    assert {walk.verdict for walk in report.walk} == {Verdict.UNKNOWN}
