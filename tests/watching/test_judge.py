"""Whether a pair is whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.configuration import RouterConfig, VpnConfig, apply_changes
from egresspair.intent import Role
from egresspair.watching import RouterState, judge_pair
from egresspair.watching.comparing import changes_between, labels_in
from pair.documents import intent, intent_of

from .values import INTENT, pair, router

BACKUP = Role.BACKUP
TARGETS = {"import": ["200:1"], "export": ["200:1"]}
ABSENT: dict[str, Any] = {
    "exists": False,
    "family": False,
    "route_distinguisher": None,
    "label_mode": None,
    "static_label": None,
    "imports": frozenset(),
    "exports": frozenset(),
}


def test_a_whole_pair() -> None:
    assert judge_pair(INTENT, pair()) == ()


def test_equal_labels_other_than_the_intents_are_whole() -> None:
    state = pair(router(BACKUP, static_label=3001), router(static_label=3001))
    assert judge_pair(INTENT, state) == ()


def test_a_label_mode_that_a_server_leaves_out_is_the_default() -> None:
    assert judge_pair(INTENT, pair(router(BACKUP, label_mode=None))) == ()


def test_targets_may_be_spelt_differently() -> None:
    wide = pair(router(BACKUP, imports=frozenset({"65537:3"})), router(imports=frozenset({"1.1:3"})))
    assert judge_pair(INTENT, wide) == ()


@pytest.mark.parametrize(
    ("backup", "check", "words"),
    [
        (router(BACKUP, static_label=3001), "static-label", "2001 on masg-1 and 3001 on masg-2"),
        (router(BACKUP, static_label=None), "static-label", "no static label on masg-2"),
        (router(BACKUP, label_mode="per-route", static_label=None), "label-mode", "per-route on masg-2"),
        (
            router(BACKUP, route_distinguisher="9:9"),
            "route-distinguisher",
            "9:9 on masg-2, the intent says 200:1",
        ),
        (router(BACKUP, route_distinguisher=None), "route-distinguisher", "no route distinguisher on masg-2"),
        (router(BACKUP, **ABSENT | {"exists": True}), "ipv4-family", "no IPv4 family on masg-2"),
        (router(BACKUP, **ABSENT), "vpn-instance", "no such VPN instance on masg-2"),
        (router(BACKUP, others={"bystander": 2001}), "label-owner", "label of bystander on masg-2"),
        (router(BACKUP, imports=frozenset({"9:9"})), "vpn-targets", "masg-1 and masg-2 import by different"),
    ],
)
def test_each_way_to_be_broken(backup: RouterState, check: str, words: str) -> None:
    (finding,) = judge_pair(INTENT, pair(backup))
    assert (finding.vpn, finding.check) == ("vpna", check)
    assert words in str(finding)


def test_a_foreign_owner_on_the_master_counts_as_well() -> None:
    (finding,) = judge_pair(INTENT, pair(master=router(others={"bystander": 2001})))
    assert "bystander on masg-1" in finding.what


def test_an_owner_of_another_label_does_not_matter() -> None:
    assert judge_pair(INTENT, pair(router(BACKUP, others={"bystander": 2002}))) == ()


def test_targets_of_the_intent_must_be_there() -> None:
    lacking: dict[str, Any] = {"imports": frozenset({"200:1"}), "exports": frozenset({"300:1"})}
    state = pair(router(BACKUP, **lacking), router(**lacking))
    assert judge_pair(INTENT, state) == ()
    found = judge_pair(intent(vpn_targets=TARGETS), state)
    assert [finding.what for finding in found] == [
        "export target 200:1 is missing on masg-1",
        "export target 200:1 is missing on masg-2",
    ]


def test_each_vpn_instance_of_the_intent_is_judged() -> None:
    two = intent_of({"name": "vpna", "static_label": 2001}, {"name": "vpnb", "static_label": 2002})
    assert {finding.vpn for finding in judge_pair(two, pair())} == {"vpnb"}


# what is different


def configs() -> st.SearchStrategy[VpnConfig]:
    targets = st.frozensets(st.sampled_from(["200:1", "65537:3", "192.0.2.1:7"]))
    family = st.builds(
        VpnConfig,
        name=st.just("vpna"),
        exists=st.just(value=True),
        family=st.just(value=True),
        route_distinguisher=st.sampled_from([None, "200:1", "200:2"]),
        label_mode=st.sampled_from([None, "per-instance", "per-route"]),
        static_label=st.sampled_from([None, 2001, 3001]),
        imports=targets,
        exports=targets,
    )
    return st.one_of(family, st.sampled_from([VpnConfig("vpna"), VpnConfig("vpna", exists=True)]))


def state_of(config: VpnConfig) -> RouterState:
    return RouterState(Role.MASTER, "masg-1", RouterConfig.of([config]))


@given(configs(), configs())
def test_the_changes_lead_from_one_reading_to_the_other(before: VpnConfig, after: VpnConfig) -> None:
    old, new = state_of(before), state_of(after)
    changes = changes_between(old, new, ())
    assert (changes == ()) == (old.digest == new.digest)
    # a family that goes takes what is inside along: those leaves go first
    ordered = sorted(changes, key=lambda change: change.after is not None)
    whole = [change for change in ordered if change.node.value in {"vpn-instance", "ipv4-family"}]
    rest = [change for change in ordered if change not in whole]
    removed = [change for change in whole if change.after is None]
    added = [change for change in whole if change.after is not None]
    assert apply_changes(old.config, [*rest, *removed] if removed else [*added, *rest]).same_as(new.config)


def test_a_foreign_owner_comes_and_goes() -> None:
    before, after = router(others={"x": 2001, "y": 7}), router(others={"z": 2001, "y": 8})
    changes = changes_between(before, after, labels_in(before.config, after.config))
    assert [str(change) for change in changes] == [
        "removed x static-label 2001",
        "added z static-label 2001",
    ]
