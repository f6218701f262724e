"""What is not known never counts as holding, and no answer makes a reader fall over."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from egresspair import Role
from egresspair.audit.check import Status
from egresspair.audit.facts import Facts
from egresspair.audit.report import Verdict, make_report
from egresspair.dialects import AuditAnswer
from egresspair.dialects.huawei_audit import AUDIT

from .breaks import BREAKS
from .paper import HOST_ROUTES, NAMES, VPNS, Paper, broken, intent

READS = {
    "masg-1": AUDIT.masg_reads(VPNS, HOST_ROUTES),
    "masg-2": AUDIT.masg_reads(VPNS, HOST_ROUTES),
    "asbr-1": AUDIT.asbr_reads(HOST_ROUTES),
    "csg-1": AUDIT.csg_reads(VPNS),
}
PLACES = [(name, read.name) for name, reads in READS.items() for read in reads]
DISPENSABLE = frozenset(
    {
        ("masg-1", "distinguishers"), ("masg-2", "distinguishers"),
        ("masg-1", "engineering"), ("masg-2", "engineering"),
        ("masg-1", "static-lsps"), ("masg-2", "static-lsps"),
        ("masg-1", "idle-labels"), ("masg-2", "idle-labels"),
        ("masg-1", "label-range"), ("masg-2", "label-range"),
        ("masg-1", "bgp-routes"), ("masg-2", "bgp-routes"),
        ("masg-1", "lsr-id"), ("masg-2", "lsr-id"),
        ("asbr-1", "as"), ("asbr-1", "bfd-sessions"), ("asbr-1", "ldp-bfd"), ("asbr-1", "lsr-id"),
        ("csg-1", "vpn-routes"), ("csg-1", "vpn-frr"), ("csg-1", "peers"),
        ("masg-1", "tunnels"), ("masg-2", "tunnels"),
    }
)  # fmt: skip
"""Reads whose subject is proven otherwise on the healthy pair: labels by ``state/label``, loopbacks by the RIB, …"""


WRONG = {
    (Status.FAILS, Status.HOLDS),
    (Status.UNKNOWN, Status.HOLDS),
    (Status.HOLDS, Status.FAILS),
}


@given(dumb=st.sets(st.sampled_from(PLACES)), name=st.sampled_from([None, *BREAKS]))
@settings(max_examples=60, deadline=None)
def test_less_knowledge_never_turns_the_answer_round(dumb: set[tuple[str, str]], name: str | None) -> None:
    """At the same place: what does not hold with all answers does not hold with fewer, what holds does not fail."""
    whole = broken(*([name] if name else []))
    full = {(c.name, c.device, c.subject): c.status for c in whole.audit()}
    for router, read in dumb:
        whole[router].dumb.add(read)
    for check in whole.audit():
        known = full.get((check.name, check.device, check.subject))
        if known is not None:
            assert (known, check.status) not in WRONG, str(check)


@given(dumb=st.sets(st.sampled_from(sorted(set(PLACES) - DISPENSABLE)), min_size=1))
@settings(max_examples=40, deadline=None)
def test_a_pair_of_which_something_is_not_known_is_not_protected(dumb: set[tuple[str, str]]) -> None:
    paper = Paper.healthy()
    for router, read in dumb:
        paper[router].dumb.add(read)
    report = paper.audit()
    assert not report.protected, sorted(dumb)


def test_what_is_unknown_of_every_router_is_unknown_of_the_pair() -> None:
    paper = Paper.healthy()
    for name in NAMES:
        paper[name].dumb.update(read.name for read in READS[name])
    report = paper.audit()
    assert report.verdict is Verdict.NOT_KNOWN
    assert {check.status for check in report} == {Status.UNKNOWN}


WORDS = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="￾￿"), max_size=12),
    st.sampled_from(
        ["", " ", "-1", "1e3", "9" * 5000, "٣", "true", "maybe", "backup", "transit", "egress", "32"]
    ),
)


@st.composite
def mangled(draw: st.DrawFn, name: str) -> etree._Element:
    """A router's document with texts exchanged, elements dropped, doubled or moved into another."""
    root = deepcopy(Paper.healthy()[name].running)
    for _ in range(draw(st.integers(1, 12))):
        elements = list(root.iter(etree.Element))
        target = elements[draw(st.integers(1, len(elements) - 1)) if len(elements) > 1 else 0]
        parent = target.getparent()
        kind = draw(st.sampled_from(["text", "text", "drop", "double", "move", "comment"]))
        if kind == "text" or parent is None:
            target.text = draw(WORDS)
        elif kind == "drop":
            parent.remove(target)
        elif kind == "double":
            parent.append(deepcopy(target))
        elif kind == "comment":
            target.append(etree.Comment("a server may say so"))
        else:
            parent.addprevious(deepcopy(target)) if parent.getparent() is not None else None
    return root


def _facts(documents: dict[str, etree._Element]) -> Facts:
    answers = {
        name: {read.name: AuditAnswer(documents[name]) for read in reads} for name, reads in READS.items()
    }
    return Facts(
        AUDIT.read_masg("masg-1", Role.MASTER, VPNS, answers["masg-1"]),
        AUDIT.read_masg("masg-2", Role.BACKUP, VPNS, answers["masg-2"]),
        AUDIT.read_asbr("asbr-1", answers["asbr-1"]),
        AUDIT.read_csg("csg-1", VPNS, answers["csg-1"]),
    )


@given(st.fixed_dictionaries({name: mangled(name) for name in NAMES}))
@settings(max_examples=60, deadline=None)
def test_whatever_routers_say_there_is_a_report(documents: dict[str, etree._Element]) -> None:
    report = make_report(intent(), _facts(documents))
    assert str(report).startswith("Pair metro-7: ")
    assert report._repr_html_().startswith("<div>")
    report.to_json()


@pytest.mark.parametrize(("value", "shown"), [("twenty", "twenty"), ("9" * 5000, "9" * 40)])
def test_a_value_that_no_model_allows_makes_its_facts_unknown_and_nothing_else(
    value: str, shown: str
) -> None:
    paper = Paper.healthy()
    paper["masg-2"].set("//l3vpn:state/l3vpn:label", value)
    report = paper.audit()
    assert {check.name for check in report.with_status(Status.UNKNOWN)} >= {"label-assigned"}
    assert f"{shown!r}, not a number" in str(report)
    assert report.with_status(Status.FAILS) == ()
