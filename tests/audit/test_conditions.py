"""Each of the twenty conditions, broken: the audit names it as the root cause, and what follows from it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egresspair.audit.check import Check, Status
from egresspair.audit.report import Verdict
from egresspair.audit.rules import RULES
from egresspair.dialects.huawei_audit_tree import NAMESPACES
from egresspair.lab.network import HEALTHY, SCENARIOS

from .breaks import BREAKS, Break
from .paper import Paper, broken, intent


def where(check: Check) -> str:
    return check.device or check.subject


def test_on_healthy_routers_everything_holds() -> None:
    report = Paper.healthy().audit()
    wrong = [str(check) for check in report if check.status is not Status.HOLDS]
    assert wrong == []
    assert report.protected
    assert report.causes == ()


def test_every_condition_has_a_rule_and_a_break() -> None:
    assert {rule.condition for rule in RULES} - {None} == set(range(1, 21))
    assert {SCENARIOS[name].condition for name in BREAKS} == set(range(1, 21))
    assert BREAKS.keys() == SCENARIOS.keys() - {HEALTHY, "not-saved"}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_condition_is_the_root_cause(name: str) -> None:
    case = BREAKS[name]
    report = broken(name).audit()
    assert report.verdict is Verdict.NOT_PROTECTED
    assert {(cause.check.name, where(cause.check)) for cause in report.causes} == case.roots, str(report)
    numbers = {cause.check.condition for cause in report.causes}
    assert numbers == {SCENARIOS[name].condition}


@pytest.mark.parametrize("name", BREAKS)
def test_what_fails_because_of_it_is_listed_under_it(name: str) -> None:
    case = BREAKS[name]
    report = broken(name).audit()
    listed = {check.name for cause in report.causes for check in cause.consequences}
    assert listed >= case.consequences
    roots = {id(cause.check) for cause in report.causes}
    told = roots | {id(check) for cause in report.causes for check in cause.consequences}
    assert told == {id(check) for check in report.with_status(Status.FAILS)}


@pytest.mark.parametrize("name", BREAKS)
def test_each_root_cause_has_a_node_that_proves_it_and_something_to_do(name: str) -> None:
    for cause in broken(name).audit().causes:
        assert cause.check.finding.remedy
        assert cause.check.why
        assert all(proof.path.startswith("/") and proof.device for proof in cause.check.finding.evidence)
        assert cause.check.finding.evidence


@pytest.mark.parametrize("first", ["labels-differ", "vpn-down", "no-auto-frr", "not-originated"])
@pytest.mark.parametrize("second", ["chosen-before-its-tunnel", "local-ifnet", "over-gre"])
def test_two_broken_conditions_are_two_root_causes(first: str, second: str) -> None:
    cases: tuple[Break, ...] = (BREAKS[first], BREAKS[second])
    report = broken(first, second).audit()
    found = {(cause.check.name, where(cause.check)) for cause in report.causes}
    assert found == cases[0].roots | cases[1].roots


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(SCENARIOS.keys() - {HEALTHY, "not-saved"})), max_size=4, unique=True))
def test_whatever_happens_together_audit_and_walk_agree(names: list[str]) -> None:
    try:
        report = broken(*names).audit()
    except LookupError:  # two that damage the same node
        return
    assert report.protected is report.walk.protected is (not names), str(report)


def test_what_one_masg_lacks_explains_nothing_of_the_other() -> None:
    paper = broken("session-down")
    paper["masg-1"].drop("//rtp:apply-mpls-label")
    found = {(cause.check.name, where(cause.check)) for cause in paper.audit().causes}
    assert ("masg-label-policy", "masg-1") in found


def test_labels_of_another_vpn_are_told_by_name() -> None:
    report = broken("label-of-another-vpn").audit()
    assert "VPN instance other (ipv4-unicast)" in str(report)


def test_without_an_asbr_its_checks_are_unknown_and_the_verdict_says_so() -> None:
    report = Paper.healthy().audit(intent(core_asbr=None))
    assert report.verdict is Verdict.NOT_KNOWN
    assert not report.protected
    for number in (10, 11, 12, 13, 20):
        assert {check.status for check in report.condition(number)} == {Status.UNKNOWN}
    assert "the intent names no core_asbr" in str(report)


def test_without_host_routes_nothing_of_them_is_known() -> None:
    report = Paper.healthy().audit(intent(protected_host_routes=None))
    assert report.verdict is Verdict.NOT_KNOWN
    assert {check.status for check in report.condition(16)} == {Status.UNKNOWN}
    assert "the intent names no protected_host_routes" in str(report)


def test_a_label_that_the_routers_agree_on_holds_whatever_the_intent_says() -> None:
    report = Paper.healthy().audit(intent(vpn_instances=[{"name": "vpna", "static_label": 3000}]))
    assert report.protected


def test_another_vpn_with_the_same_label_on_both_shares_the_loopback_safely() -> None:
    paper = Paper.healthy()
    for name in ("masg-1", "masg-2"):
        paper[name].add(
            "//ni:instances",
            '<instance xmlns="urn:huawei:yang:huawei-network-instance"><name>other</name>'
            '<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type>'
            "<static-label>2005</static-label></af></afs></instance>",
        )
    assert paper.audit().protected


def test_an_unsaved_change_is_found() -> None:
    paper = Paper.healthy()
    paper["masg-1"].change_running("//rtp:policy-definition/rtp:nodes/rtp:node/rtp:sequence", "20")
    report = paper.audit()
    assert [(cause.check.name, cause.check.device) for cause in report.causes] == [("saved", "masg-1")]


@pytest.mark.parametrize(
    "path", ["//mpls-ldp:ldp", "//mpls:lsr-id", "//l3vpn:static-label", "//bfd:mpls-passive", "//bgp:peer"]
)
def test_what_startup_lacks_of_what_an_audit_reads_is_found(path: str) -> None:
    paper = Paper.healthy()
    for element in paper["masg-2"].startup.xpath(path, namespaces=NAMESPACES):
        element.getparent().remove(element)
    report = paper.audit()
    assert [(cause.check.name, cause.check.device) for cause in report.causes] == [("saved", "masg-2")]


def test_it_says_what_is_compared_of_startup_and_what_not() -> None:
    (check, _) = (check for check in Paper.healthy().audit() if check.name == "saved")
    assert "VPN instances, BGP, policies, MPLS, LDP and BFD" in check.title
    assert "interfaces are not compared" in check.finding.seen


@pytest.mark.parametrize("read", ["ldp", "startup-ldp"])
def test_what_one_of_both_does_not_tell_is_not_known_to_be_saved(read: str) -> None:
    paper = Paper.healthy()
    paper["masg-2"].dumb.add(read)
    report = paper.audit()
    assert [(c.name, c.device) for c in report.with_status(Status.UNKNOWN)] == [("saved", "masg-2")]
    assert not report.protected
