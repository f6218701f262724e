"""Risks are named exactly where they are: interruption where a label or its mode changes, relabel on a live pair."""

from __future__ import annotations

import pytest

from egresspair.configuration import VpnConfig
from egresspair.intent import Intent, Role
from egresspair.plan import Plan, make_plan
from egresspair.policy import Policy

from .views import intent, plan, view, vpn


def kinds(made: Plan) -> list[str]:
    return [f"{risk.kind} {risk.what.split()[0]}" for risk in made.risks]


@pytest.mark.parametrize("removal", [False, True])
def test_no_change_is_no_risk(removal: bool) -> None:
    there = vpn() if removal else vpn(static_label=2001)
    made = plan(master=there, backup=there, removal=removal)
    assert made.is_empty
    assert made.risks == ()


def test_a_first_label_interrupts_each_router_that_gets_it() -> None:
    assert kinds(plan()) == ["interruption masg-1", "interruption masg-2"]
    assert kinds(plan(master=vpn(static_label=2001))) == ["interruption masg-2"]


def test_a_removal_interrupts_each_router_that_loses_it() -> None:
    made = plan(master=vpn(static_label=2001), removal=True)
    assert kinds(made) == ["interruption masg-1"]


def test_targets_alone_interrupt_nothing() -> None:
    wanted = Intent.model_validate(
        intent().model_dump(by_alias=True, exclude={"vpn_instances"})
        | {"vpn_instances": [{"name": "vpna", "static_label": 2001, "vpn_targets": {"import": ["1:1"]}}]}
    )
    there = vpn(static_label=2001)
    made = plan(wanted, there, there)
    assert not made.is_empty
    assert made.risks == ()


def test_the_vpns_that_are_interrupted_are_named() -> None:
    wanted = intent(2001, 2002)
    views = [
        view(role, wanted, vpn(), vpn("vpnb", static_label=2002 if role is Role.MASTER else None))
        for role in Role
    ]
    made = make_plan(wanted, views[0], views[1], Policy())
    assert [risk.what for risk in made.risks] == [
        "masg-1 re-advertises the IPv4 routes of vpna: a short interruption of service",
        "masg-2 re-advertises the IPv4 routes of vpna, vpnb: a short interruption of service",
    ]


def test_a_live_pair_that_is_relabelled_is_a_risk_of_its_own() -> None:
    there = vpn(static_label=2001)
    made = plan(intent(3001), there, there)
    assert kinds(made) == ["interruption masg-1", "interruption masg-2", "relabel vpna"]
    assert made.risks[-1].what.startswith("vpna goes from label 2001 to 3001 on a live pair")


@pytest.mark.parametrize(
    ("master", "backup"),
    [
        (vpn(static_label=2001), vpn()),
        (vpn(), vpn(static_label=2001)),
        (vpn(static_label=2001), vpn(static_label=2009)),
        (vpn(static_label=3001), vpn(static_label=2001)),
        (vpn(static_label=3001), vpn(static_label=3001)),
    ],
)
def test_a_pair_that_is_not_protected_now_is_not_relabelled(master: VpnConfig, backup: VpnConfig) -> None:
    assert not any(kind.startswith("relabel") for kind in kinds(plan(intent(3001), master, backup)))


def test_a_removal_is_no_relabelling() -> None:
    there = vpn(static_label=2001)
    assert kinds(plan(intent(3001), there, there, removal=True)) == [
        "interruption masg-1",
        "interruption masg-2",
    ]
