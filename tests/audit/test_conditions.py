"""Each of the twenty conditions, broken: the audit names it as the root cause, and what follows from it."""

from __future__ import annotations

from itertools import combinations

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


INDEPENDENT = (
    "labels-differ",
    "vpn-down",
    "session-down",
    "no-label-capability",
    "no-label-policy",
    "labels-not-handed-on",
    "no-auto-frr",
    "bfd-not-answered",
    "not-originated",
    "relabelled",
    "ipv6-unprotected",
)
"""What each of these breaks is seen where the others change nothing: in configuration, or on other routers."""


@pytest.mark.parametrize(("first", "second"), list(combinations(INDEPENDENT, 2)))
def test_no_fault_hides_another_that_it_cannot_have_caused(first: str, second: str) -> None:
    report = broken(first, second).audit()
    found = {(cause.check.name, where(cause.check)) for cause in report.causes}
    assert found == BREAKS[first].roots | BREAKS[second].roots, str(report)


@pytest.mark.parametrize("fault", ["labels-differ", "no-label", "no-auto-frr", "vpn-down"])
def test_a_label_that_another_holds_here_is_a_root_whatever_the_partner_has(fault: str) -> None:
    found = {
        (cause.check.name, where(cause.check))
        for cause in broken(fault, "label-of-another-vpn").audit().causes
    }
    assert ("label-owner", "masg-1") in found
    assert BREAKS[fault].roots <= found


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


def vpn_family(vpn: str, state: str, label: int | None = 2005) -> str:
    """Another VPN instance as a router shows it; `state` is what stands in the container of its state."""
    static = "" if label is None else f"<static-label>{label}</static-label>"
    return (
        f'<instance xmlns="urn:huawei:yang:huawei-network-instance"><name>{vpn}</name>'
        '<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type>'
        f"{static}<state>{state}</state></af></afs></instance>"
    )


def with_another(vpn: str, master: str, backup: str, label: int | None = 2005) -> Paper:
    """Both have another VPN instance, in these states."""
    paper = Paper.healthy()
    for name, state in (("masg-1", master), ("masg-2", backup)):
        paper[name].add("//ni:instances", vpn_family(vpn, state, label))
    return paper


GIVEN, DOWN = "<label>2005</label><status>up</status>", "<status>down</status>"
REPLACED = "<label>48100</label><status>up</status>"


@pytest.mark.parametrize("state", [GIVEN, DOWN, "<label>2005</label>"])
def test_another_vpn_with_the_same_label_on_both_shares_the_loopback_safely(state: str) -> None:
    report = with_another("other", state, state).audit()
    assert report.protected
    assert report.walk.protected


@pytest.mark.parametrize(
    ("master", "backup", "word"),
    [
        (GIVEN, DOWN, "none is in use on masg-2"),
        (GIVEN, REPLACED, "48100 is in use on masg-2"),
        (REPLACED, GIVEN, "48100 is in use on masg-1"),
    ],
)
def test_the_label_of_another_vpn_counts_as_it_was_given(master: str, backup: str, word: str) -> None:
    report = with_another("other", master, backup).audit()
    assert [cause.check.name for cause in report.causes] == ["shared-loopback"]
    assert word in report.causes[0].check.finding.seen
    assert "other (ipv4-unicast), not in the intent: dropped" in str(report.walk)


def test_a_label_of_another_vpn_that_is_not_told_is_not_known() -> None:
    report = with_another("other", GIVEN, "").audit()
    assert report.verdict is Verdict.NOT_KNOWN
    assert "masg-2: which label it was given is not told" in str(report)
    assert not report.walk.protected


def test_a_name_with_underscores_does_not_make_an_instance_the_routers_own() -> None:
    report = with_another("__cust__", REPLACED, REPLACED, label=None).audit()
    assert [(c.check.name, where(c.check)) for c in report.causes] == [
        ("shared-loopback", "__cust__ ipv4-unicast")
    ]


@pytest.mark.parametrize("vpn", ["__cust__", "__dcn_vpn__", "_public_"])
@pytest.mark.parametrize("label", [2001, None])
def test_whoever_holds_the_label_is_told(vpn: str, label: int | None) -> None:
    paper = Paper.healthy()
    state = "<label>2001</label><status>up</status>" if label is None else ""
    paper["masg-2"].add("//ni:instances", vpn_family(vpn, state, label))
    report = paper.audit()
    owners = [check for check in report.with_status(Status.FAILS) if check.name == "label-owner"]
    assert [check.device for check in owners] == ["masg-2"]
    assert f"VPN instance {vpn} (ipv4-unicast)" in owners[0].finding.seen
    assert not report.walk.protected


def test_the_routers_own_instances_share_no_loopback() -> None:
    assert with_another("__dcn_vpn__", "<label>48100</label>", "<label>48200</label>", None).audit().protected


def test_an_unsaved_change_is_found() -> None:
    paper = Paper.healthy()
    paper["masg-1"].change_running("//rtp:policy-definition/rtp:nodes/rtp:node/rtp:sequence", "20")
    report = paper.audit()
    assert [(cause.check.name, cause.check.device) for cause in report.causes] == [("saved", "masg-1")]
    title = "startup holds the VPN instances, BGP, policies, MPLS, LDP and BFD that run"
    assert f"FAILS masg-1: {title} (required beside the 20 conditions)" in str(report)
    assert "required beside the 20 conditions" in report._repr_html_()


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
