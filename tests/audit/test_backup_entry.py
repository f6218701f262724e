"""The entries of the core ASBR's transit LSP: to whom they lead, and whether that one knows the label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from egresspair.audit.check import Status
from egresspair.audit.facts import Facts
from egresspair.audit.walk import Ending

from .breaking import BREAKS
from .pair_facts import BACKUP, MASTER, fact, healthy, unknown
from .paper import Paper, broken
from .test_agreement import judged
from .test_details import of

STATE = "//bgp-lsp:state[bgp-lsp:destination-address='192.0.2.5'][bgp-lsp:type='transit']"
PRIMARY = f"{STATE}[bgp-lsp:frr-type='primary']"
STANDBY = f"{STATE}[bgp-lsp:frr-type='backup']"


def _to_nobody(paper: Paper) -> None:
    paper["asbr-1"].set(f"{STANDBY}/bgp-lsp:nexthop", "192.0.2.55")


def _strange_label(paper: Paper) -> None:
    paper["asbr-1"].set(f"{STANDBY}/bgp-lsp:out-label", "49999")


def _no_label(paper: Paper) -> None:
    paper["asbr-1"].drop(f"{STANDBY}/bgp-lsp:out-label")


def _swapped(paper: Paper) -> None:
    paper["asbr-1"].set(f"{PRIMARY}/bgp-lsp:nexthop", "192.0.2.6")
    paper["asbr-1"].set(f"{STANDBY}/bgp-lsp:nexthop", "192.0.2.5")


def _same_masg(paper: Paper) -> None:
    """Both lead to the master, which has a second address."""
    paper["masg-1"].set("//mpls:lsr-id", "192.0.2.50")
    paper["asbr-1"].set(f"{STANDBY}/bgp-lsp:nexthop", "192.0.2.50")


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (_to_nobody, "the backup entry leads to 192.0.2.55, which is neither MASG"),
        (_strange_label, "the backup entry has label 49999, which masg-2 does not have"),
        (_no_label, "the backup entry to masg-2 has no label"),
        (_swapped, "which masg-2 does not have"),
        (_same_masg, "192.0.2.5 and 192.0.2.50 both lead to masg-1"),
    ],
)
def test_an_entry_that_leads_nowhere_is_the_root_cause(damage: Callable[[Paper], None], word: str) -> None:
    report = broken(damage).audit()
    assert [(cause.check.name, cause.check.subject) for cause in report.causes] == [
        ("backup-entry", "192.0.2.5/32")
    ]
    assert word in report.causes[0].check.finding.seen
    assert not report.walk.protected


def test_a_label_that_is_not_sent_needs_no_lsp() -> None:
    paper = Paper.healthy()
    paper["asbr-1"].set(f"{STANDBY}/bgp-lsp:out-label", "3")
    report = paper.audit()
    assert report.protected
    assert report.walk.protected


def test_a_next_hop_may_be_known_by_the_peer_that_sent_it() -> None:
    paper = Paper.healthy()
    paper["asbr-1"].set("//bgp-rt:route[bgp-rt:from='192.0.2.6']/bgp-rt:nexthop", "192.0.2.66")
    paper["asbr-1"].set("//bgp-lsp:state/bgp-lsp:nexthop[.='192.0.2.6']", "192.0.2.66")
    report = paper.audit()
    assert of(report, "backup-entry", "asbr-1", "192.0.2.5/32").status is Status.HOLDS
    assert report.walk["vpna"].after.ending is Ending.DELIVERED


HEALTHY = healthy()
BOTH = frozenset({MASTER, BACKUP})


@pytest.mark.parametrize(
    "facts",
    [
        replace(HEALTHY, backup=replace(HEALTHY.backup, lsps=unknown("masg-2"))),
        replace(HEALTHY, backup=replace(HEALTHY.backup, addresses=unknown("masg-2"))),
        replace(HEALTHY, backup=replace(HEALTHY.backup, addresses=fact("masg-2", BOTH))),
        replace(
            HEALTHY,
            backup=replace(
                HEALTHY.backup,
                lsps=fact(
                    "masg-2", tuple(replace(lsp, in_label=None) for lsp in HEALTHY.backup.lsps.value or ())
                ),
            ),
        ),
    ],
    ids=["LSPs", "addresses", "an address that both have", "a label that is not told"],
)
def test_what_is_not_told_is_not_known(facts: Facts) -> None:
    assert "backup-entry" in judged(facts)[Status.UNKNOWN]


def test_what_fails_is_told_before_what_is_not_known() -> None:
    facts = BREAKS["primary entry with a strange label"](HEALTHY)
    blind = replace(facts, backup=replace(facts.backup, lsps=unknown("masg-2")))
    assert "backup-entry" in judged(blind)[Status.FAILS]
