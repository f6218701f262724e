"""Walk and checks agree: two readings of the same facts, made apart, over every combination of what can be wrong."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.breaking import BREAKS
from audit.pair_facts import HOST_ROUTE, healthy
from egresspair import Intent
from egresspair.audit.check import Status
from egresspair.audit.facts import Facts
from egresspair.audit.report import make_report
from egresspair.audit.walk import Walks, scenes_of, walks_of

FORWARDING = {
    "label-assigned",
    "label-configured",
    "label-owner",
    "same-label",
    "vpn-up",
    "own-link",
    "two-routes",
    "preference",
    "asbr-label-policy",
    "backup-entry",
    "bfd-fast",
    "bfd-up",
    "ends-here",
    "label-kept",
    "local-ifnet",
    "next-hop",
    "no-gre",
    "shared-loopback",
    "tunnel-first",
}
"""Checks of what the routers forward by. The others are about what led to it, or what would undo it later."""


def intent_for(facts: Facts) -> Intent:
    return Intent.model_validate(
        {
            "pair": "metro-7",
            "master": "masg-1",
            "backup": "masg-2",
            **({"core_asbr": "asbr-1"} if facts.asbr else {}),
            **({"csg": "csg-1"} if facts.csg else {}),
            "protected_host_routes": [HOST_ROUTE],
            "vpn_instances": [
                {"name": vpn.name, "static_label": 2001, "route_distinguisher": "200:1"}
                for vpn in facts.master.vpns
            ],
        }
    )


def judged(facts: Facts) -> dict[Status, set[str]]:
    """The names of the forwarding checks, by what they say."""
    found: dict[Status, set[str]] = {status: set() for status in Status}
    for check in make_report(intent_for(facts), facts):
        if check.name in FORWARDING:
            found[check.status].add(check.name)
    return found


def walked(facts: Facts) -> Walks:
    return walks_of(scenes_of(facts, [HOST_ROUTE]))


def broken(names: frozenset[str]) -> Facts:
    facts = healthy()
    for name in sorted(names):
        facts = BREAKS[name](facts)
    return facts


def agree(facts: Facts) -> None:
    """What is protected for one has nothing that fails for the other; a walk that ends badly, or in doubt, has a check
    that fails, or is in doubt. Which of the two may differ: a check may want a fact more than the walk needs.
    """
    checks, walks = judged(facts), walked(facts)
    if walks.protected:
        assert not checks[Status.FAILS], (checks, str(walks))
    if not checks[Status.FAILS] and not checks[Status.UNKNOWN]:
        assert walks.protected, str(walks)


def test_a_healthy_pair_is_so_for_both() -> None:
    facts = healthy()
    assert judged(facts)[Status.FAILS] == judged(facts)[Status.UNKNOWN] == set()
    assert walked(facts).protected


@pytest.mark.parametrize("name", BREAKS)
def test_both_see_what_is_wrong(name: str) -> None:
    facts = broken(frozenset({name}))
    agree(facts)
    checks = judged(facts)
    assert checks[Status.FAILS] or checks[Status.UNKNOWN]


def test_they_agree_on_every_two_faults() -> None:
    for names in combinations(BREAKS, 2):
        agree(broken(frozenset(names)))


@settings(max_examples=300, deadline=None)
@given(st.frozensets(st.sampled_from(sorted(BREAKS)), max_size=8))
def test_they_agree_whatever_is_wrong(names: frozenset[str]) -> None:
    agree(broken(names))
