"""The report as text, JSON and HTML."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from egresspair.audit.check import Status
from egresspair.audit.report import Verdict
from egresspair.errors import NotProtected
from egresspair.lab.network import SCENARIOS

from .breaks import BREAKS
from .paper import Paper, broken, intent


def test_text_of_a_root_cause_has_all_that_one_needs() -> None:
    report = broken("no-label").audit()
    text = str(report)
    assert text.splitlines()[0] == "Pair metro-7: NOT PROTECTED (1 root cause)"
    assert "FAILS masg-2, vpna: the VPN instance has a static label (condition 2)" in text
    assert "seen: there is no static label" in text
    assert "masg-2: /ni:network-instance/instances/instance[name='vpna']/l3vpn:afs/af" in text
    assert "follows from it:\n      vpna: both MASGs have the same static label (condition 1)" in text


def test_json_says_the_same() -> None:
    report = broken("no-label").audit()
    document = json.loads(report.to_json())
    assert document == json.loads(json.dumps(report.to_dict()))
    assert len(document["checks"]) == len(report.checks)
    root = document["root_causes"][0]
    assert document["checks"][root["check"]]["name"] == "label-configured"
    names = {document["checks"][each]["name"] for each in root["consequences"]}
    assert names == {"same-label", "label-assigned"}


def test_html_is_one_element_and_escapes_what_devices_say() -> None:
    paper = Paper.healthy()
    paper["masg-2"].set("//l3vpn:state/l3vpn:status", "<script>alert(1)</script>")
    html = paper.audit()._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert etree.fromstring(html, etree.HTMLParser()).find("body/div") is not None


def test_only_what_mends_the_asbr_is_shown_as_an_edit() -> None:
    shown = {
        name: report.mend_of(report.causes[0].check) for name in BREAKS if (report := broken(name).audit())
    }
    with_edit = {SCENARIOS[name].condition for name, text in shown.items() if text}
    assert with_edit == {8, 9, 11, 12, 13, 14}
    assert "<nexthop-select-depend-type>depend-tunnel<" in shown["chosen-before-its-tunnel"]
    assert "<value>200</value>" in shown["no-preference"]


def test_the_verdict_of_unknown_checks_raises_as_well() -> None:
    report = Paper.healthy().audit(intent(csg=None))
    assert report.verdict is Verdict.NOT_KNOWN
    with pytest.raises(NotProtected, match="the intent names no csg"):
        report.raise_for_verdict()


def test_checks_can_be_asked_for_by_condition_and_status() -> None:
    report = broken("vpn-down").audit()
    assert [check.status for check in report.condition(7)] == [Status.HOLDS, Status.FAILS]
    assert set(report.with_status(Status.FAILS)) < set(report)
