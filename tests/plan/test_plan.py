"""A plan is a frozen value: refused where it cannot be, and with a digest of all that decides what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import pytest

from egresspair.configuration import LabelOwner
from egresspair.errors import PlanError, RefusalReason, Refused
from egresspair.intent import Role
from egresspair.netconf.capabilities import GuaranteeLevel
from egresspair.plan import Action, Plan, Saving, make_plan
from egresspair.policy import Policy

from .views import intent, plan, server, view, vpn

LABELLED = vpn(static_label=2001)


def test_a_plan_cannot_be_changed() -> None:
    made = plan()
    with pytest.raises(FrozenInstanceError):
        made.pair = "other"  # type: ignore[misc]  # the point of the test
    with pytest.raises(FrozenInstanceError):
        made.master.edit = None  # type: ignore[misc]  # the point of the test


def test_a_plan_is_asked_by_role_and_in_order() -> None:
    made = plan()
    assert made[Role.MASTER] is made.master
    assert made[Role.BACKUP] is made.backup
    assert list(made) == [made.master, made.backup]


def test_problems_of_both_routers_come_at_once() -> None:
    wanted = intent()
    with pytest.raises(PlanError) as caught:
        make_plan(
            wanted,
            view(Role.MASTER, wanted),
            view(Role.BACKUP, wanted, vpn(), owners=(LabelOwner("x", "ipv4-unicast", 2001),)),
            Policy(),
        )
    assert [problem.field.split()[0] for problem in caught.value.problems] == ["masg-1", "masg-2"]
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("level", [GuaranteeLevel.B, GuaranteeLevel.C, GuaranteeLevel.NONE])
def test_a_server_below_the_policy_is_refused(level: GuaranteeLevel) -> None:
    with pytest.raises(Refused) as caught:
        plan(profile=server(guarantee=level))
    assert caught.value.reason is RefusalReason.GUARANTEE
    assert caught.value.where == "masg-1 and masg-2"


def test_options_are_sent_only_to_servers_that_have_them() -> None:
    full, bare = plan(), plan(profile=server(test_then_set=False, rollback_on_error=False))
    assert full.master.edit is not None
    assert bare.master.edit is not None
    assert b"<test-option>test-then-set</test-option>" in full.master.edit.body
    assert b"<error-option>rollback-on-error</error-option>" in full.master.edit.body
    assert b"option" not in bare.master.edit.body


def test_a_protected_router_promises_labels_and_a_removal_none() -> None:
    assert plan(intent(2001)).master.labels == {"vpna": 2001}
    assert plan(master=LABELLED, removal=True).master.labels == {}


def test_a_removal_says_what_it_found_instead() -> None:
    made = plan(master=vpn(static_label=2009), removal=True)
    assert made.action is Action.REMOVE
    assert made.notes == ("masg-1: vpna holds static label 2009, not 2001 as the intent says",)


# digest


def test_the_digest_is_the_same_for_the_same_plan() -> None:
    assert plan().digest == plan().digest


DIFFERENT: dict[str, Callable[[], Plan]] = {
    "another label": lambda: plan(intent(2002)),
    "another pair": lambda: plan(intent(pair="metro-8")),
    "a router in another state": lambda: plan(master=vpn(label_mode="per-route")),
    "a router that is done": lambda: plan(master=LABELLED),
    "the other router that is done": lambda: plan(backup=LABELLED),
    "a removal": lambda: plan(master=LABELLED, backup=LABELLED, removal=True),
    "another router at the same place": lambda: plan(host_key="SHA256:other"),
    "another server": lambda: plan(profile=server(rollback_on_error=False)),
    "another timer": lambda: plan(policy=Policy(confirm_timeout=121)),
    "saved": lambda: plan(policy=Policy(save=True)),
    "more targets on the router": lambda: plan(master=vpn(imports=frozenset({"1:1"}))),
}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_the_digest_tells_plans_apart(other: Callable[[], Plan]) -> None:
    assert other().digest != plan().digest


def test_what_is_only_shown_is_not_in_the_digest() -> None:
    made = plan()
    assert replace(made, notes=("by the way",)).digest == made.digest


def test_an_unreported_default_changes_no_digest_of_a_configuration() -> None:
    spelled = plan(master=vpn(static_label=2001, label_mode="per-instance"), backup=LABELLED)
    silent = plan(master=LABELLED, backup=LABELLED)
    assert spelled.digest == silent.digest


# saving


@pytest.mark.parametrize(
    ("startup", "save", "changed", "expected"),
    [
        (True, False, True, Saving.NOT_SAVED),
        (True, True, True, Saving.SAVED),
        (True, False, False, Saving.UNCHANGED),
        (True, True, False, Saving.SAVED),
        (False, False, True, Saving.NO_STARTUP),
        (False, True, True, Saving.NO_STARTUP),
    ],
)
def test_what_becomes_of_a_change_at_a_reboot(
    startup: bool, save: bool, changed: bool, expected: Saving
) -> None:
    made = plan(master=None if changed else LABELLED, profile=server(startup=startup))
    assert made.master.saving(save=save) is expected


def test_the_routers_that_would_forget_are_named() -> None:
    assert plan().unsaved == ("masg-1", "masg-2")
    assert plan(master=LABELLED).unsaved == ("masg-2",)
    assert plan(policy=Policy(save=True)).unsaved == ()


# plain values


def test_a_plan_is_plain_values_for_json() -> None:
    made = plan()
    told = json.loads(json.dumps(made.to_dict()))
    assert (told["plan"], told["pair"], told["action"]) == (made.digest, "metro-7", "protect")
    assert (told["empty"], told["intent"]) == (False, intent().digest)
    master = told["routers"][0]
    assert made.master.edit is not None
    assert made.master.inverse is not None
    assert master["edit_config"].encode() == made.master.edit.body
    assert master["inverse"].encode() == made.master.inverse.body
    assert (master["device"], master["role"], master["guarantee"]) == ("masg-1", "master", "A")
    assert master["changes"][-1] == {
        "vpn_instance": "vpna",
        "node": "static-label",
        "kind": "added",
        "before": None,
        "after": "2001",
    }
    assert [risk["kind"] for risk in told["risks"]] == ["interruption", "interruption"]


def test_an_empty_plan_is_plain_values_too() -> None:
    told = json.loads(json.dumps(plan(master=LABELLED, backup=LABELLED).to_dict()))
    assert told["empty"] is True
    assert [router["edit_config"] for router in told["routers"]] == [None, None]
