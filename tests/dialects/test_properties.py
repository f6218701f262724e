"""For any router: the edit leads to what the plan says and to nothing else, and the inverse leads back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from lxml import etree

from egresspair.configuration import RouterConfig, VpnConfig, apply_changes, invert
from egresspair.diff import protect
from egresspair.intent import Intent, Role
from egresspair.label_space import LabelUses
from egresspair.plan import Plan, RouterPlan
from egresspair.schema import validate_config
from yang.edit_config import Element, apply_edit, canonical, content, parse
from yang.models import subset_model

from .scenes import DIALECT, Scene, Vpn, document, scenes

MODEL = subset_model()
BOTH = tuple(Role)


def applied(config: Element, router: RouterPlan) -> Element:
    """The configuration after the edit, by the book."""
    return config if router.edit is None else apply_edit(MODEL, config, parse(router.edit.body))


def plans(scene: Scene) -> tuple[Plan, Plan]:
    return scene.plan(), scene.removal()


@settings(max_examples=150, deadline=None)
@given(scenes())
def test_the_edit_leads_exactly_to_what_the_plan_says(scene: Scene) -> None:
    for plan in plans(scene):
        for router in plan:
            before = document(scene.routers[router.role])
            expected = document(scene.after(router.role, router.after))
            assert canonical(applied(before, router)) == canonical(content(expected))


@settings(max_examples=150, deadline=None)
@given(scenes())
def test_the_inverse_leads_back(scene: Scene) -> None:
    for plan in plans(scene):
        for router in plan:
            before = document(scene.routers[router.role])
            if router.inverse is not None:
                back = apply_edit(MODEL, applied(before, router), parse(router.inverse.body))
                assert canonical(back) == canonical(before)


@settings(max_examples=40, deadline=None)
@given(scenes())
def test_what_the_edit_leads_to_is_valid(scene: Scene) -> None:
    for router in scene.plan():
        after = applied(document(scene.routers[router.role]), router)
        assert list(validate_config(MODEL, after)) == []


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_both_routers_hold_the_intent_afterwards(scene: Scene) -> None:
    for router in scene.plan():
        for vpn in scene.intent.vpn_instances:
            after = router.after[vpn.name]
            assert after.static_label == vpn.static_label
            assert after.effective_label_mode == "per-instance"
            assert after.route_distinguisher
            if vpn.vpn_targets:
                assert len(after.imports) >= len(vpn.vpn_targets.import_)


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_a_second_plan_is_empty(scene: Scene) -> None:
    plan = scene.plan()
    done = Scene(scene.intent, {role: scene.after(role, plan[role].after) for role in BOTH})
    again = done.plan()
    assert again.is_empty
    assert [router.edit for router in again] == [None, None]
    assert [router.inverse for router in again] == [None, None]
    assert again.risks == ()


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_no_route_distinguisher_is_modified(scene: Scene) -> None:
    for plan in plans(scene):
        for router in plan:
            for name, before in router.before.vpns.items():
                if before.route_distinguisher is not None:
                    assert router.after[name].route_distinguisher == before.route_distinguisher


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_what_was_written_is_read_again(scene: Scene) -> None:
    for role in BOTH:
        vpns = scene.routers[role]
        names = [vpn.config.name for vpn in vpns]
        expected = RouterConfig.of(vpn.config for vpn in vpns)
        assert DIALECT.read_config(document(vpns), names) == expected


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_a_payload_for_an_unknown_router_is_read_as_what_it_sets(scene: Scene) -> None:
    names = [vpn.name for vpn in scene.intent.vpn_instances]
    for role in BOTH:
        changes = protect(scene.intent, role, "masg", RouterConfig(), LabelUses()).changes
        config = DIALECT.config(changes, blind=True)
        assert DIALECT.read_config(config, names) == apply_changes(RouterConfig(), changes)
        assert b"create" not in etree.tostring(config)


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_changes_know_their_inverse(scene: Scene) -> None:
    for plan in plans(scene):
        for router in plan:
            back = apply_changes(router.after, invert(router.changes))
            assert back.same_as(router.before)


@settings(max_examples=60, deadline=None)
@given(scenes())
def test_a_removal_takes_labels_and_nothing_else(scene: Scene) -> None:
    for router in scene.removal():
        for name, before in router.before.vpns.items():
            assert router.after[name] == replace(before, static_label=None)


def test_the_book_disagrees_with_a_wrong_plan() -> None:
    """The properties above can fail."""
    vpn = {"name": "a", "static_label": 2000, "route_distinguisher": "1:1"}
    intent = Intent.model_validate({"pair": "p", "master": "m", "backup": "b", "vpn_instances": [vpn]})
    scene = Scene(intent, {role: (Vpn(VpnConfig("b", exists=True)),) for role in BOTH})
    router = scene.plan().master
    before = document(scene.routers[Role.MASTER])
    with pytest.raises(AssertionError):
        assert canonical(applied(before, router)) == canonical(before)
