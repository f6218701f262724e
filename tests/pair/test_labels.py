"""Labels on a pair of lab routers: what auto becomes, who is in the way, and what the report says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import egresspair as ep
from egresspair import opening
from egresspair.errors import PlanError, RefusalReason, Refused
from egresspair.lab.profiles import Profile
from yang.models import PLATFORMS, missing

from .bench import Bench, allow_labels
from .bench import bench as new_bench
from .documents import ALL, BOTH_LABELLED, LSP, RD, ROLES, config, intent, intent_of, labels, sent
from .rig import DEVIATIONS, GENUINE, MODULES, module_folder

ONE = ((2001, 2001),)
FEW = ((2001, 2003),)


def automatic(*names: str) -> ep.Intent:
    return intent_of(*({"name": name, "static_label": "auto", "route_distinguisher": RD} for name in names))


@pytest.fixture
def bench() -> Iterator[Bench]:
    with new_bench() as made:
        yield made


def test_auto_is_a_number_in_the_plan_and_stays_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    allow_labels(monkeypatch, (16, 32783))
    wanted = automatic("vpna")
    with bench.open(wanted) as pair:
        plan = pair.plan(wanted)
        label = plan.master.labels["vpna"]
        assert plan.backup.labels == {"vpna": label}
        assert f"vpna: label {label} was chosen: free on both routers" in plan.notes
        assert f"+ static-label {label}" in str(plan)
        assert plan.intent_digest == wanted.digest
        assert "auto" in plan.intent_text
        assert pair.plan(wanted).digest == plan.digest
        assert pair.apply(plan, accept=ALL).ok
        assert [labels(running) for running in bench.running.values()] == [{"vpna": str(label)}] * 2
        again = pair.plan(wanted)
        assert again.is_empty
        assert f"vpna: label {label} is kept: both routers hold it" in again.notes


def test_several_get_several_and_one_more_moves_none(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    allow_labels(monkeypatch, *FEW)
    bench.apply(automatic("vpnb", "vpnc"))
    before = labels(bench.running["master"])
    bench.apply(automatic("vpna", "vpnb", "vpnc"))
    after = labels(bench.running["backup"])
    assert sorted(after.values()) == ["2001", "2002", "2003"]
    assert after.items() >= before.items()


def test_one_router_that_has_a_label_gives_it_to_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_labels(monkeypatch, (16, 32783))
    with new_bench({"backup": BOTH_LABELLED["backup"]}) as each, each.open(automatic("vpna")) as pair:
        plan = pair.plan(automatic("vpna"))
        assert plan.master.labels == {"vpna": 2001}
        assert plan.backup.edit is None


def test_two_plans_made_at_once_cannot_take_the_same_label(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow_labels(monkeypatch, *ONE)
    first, second = automatic("vpna"), automatic("vpnb")
    with bench.open(first) as one, bench.open(second) as two:
        plans = one.plan(first), two.plan(second)
        assert [plan.master.labels for plan in plans] == [{"vpna": 2001}, {"vpnb": 2001}]
        assert one.apply(plans[0], accept=ALL).ok
        edits = [len(sent(bench.lab, role, "edit-config")) for role in ROLES]
        with pytest.raises(Refused, match="label 2001 has been taken since the plan was made") as caught:
            two.apply(plans[1], accept=ALL)
        assert caught.value.reason is RefusalReason.STALE
        assert [len(sent(bench.lab, role, "edit-config")) for role in ROLES] == edits
        assert [labels(running) for running in bench.running.values()] == [{"vpna": "2001"}] * 2
        with pytest.raises(PlanError, match="none of 2001 is free on masg-1 and masg-2"):
            two.plan(second)
    bench.assert_released()


def test_a_label_that_was_assigned_to_another_is_refused_before_any_edit(bench: Bench) -> None:
    """The lab gives a VPN instance without a static label the first one above the static range."""
    bystander = 32784
    wanted = intent_of({"name": "vpna", "static_label": bystander, "route_distinguisher": RD})
    with (
        bench.open(wanted) as pair,
        pytest.raises(PlanError, match="32784 is the assigned label of VPN instance bystander on masg-1"),
    ):
        pair.plan(wanted)
    bench.assert_untouched()


def test_without_a_schema_no_label_is_invented() -> None:
    why = "range of static labels of masg-1 and masg-2 is not known"
    blind = ["no-get-schema"]
    with (
        new_bench(switches={"master": blind, "backup": blind}) as each,
        each.open(automatic("vpna")) as pair,
        pytest.raises(PlanError, match=why),
    ):
        pair.plan(automatic("vpna"))


def test_the_report_of_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_labels(monkeypatch, (2000, 2004))
    other = config(("vpnz", {"route-distinguisher": RD, "static-label": "2003"}))
    with new_bench({"master": BOTH_LABELLED["master"], "backup": other}) as each:
        with opening.open_routers("masg-1", "masg-2", inventory=each.inventory) as pair:
            report = pair.labels()
        assert [
            [owner.label for owner in router.uses.owners if owner.label < 3000] for router in report.routers
        ] == [
            [2001],
            [2003],
        ]
        assert str(report.free) == "2000, 2002, 2004"
        assert "    2003 static label of VPN instance vpnz (ipv4-unicast)" in str(report).splitlines()
        assert all(not sent(each.lab, role, "lock", "edit-config") for role in ROLES)


# static LSPs, on a lab that implements the vendor's own modules

_ABSENT = missing(next(platform for platform in PLATFORMS if platform.folder == GENUINE))
WITH_LSPS = Profile(
    "ne40e-with-lsps",
    modules=module_folder("genuine"),
    implements=(*MODULES, "huawei-mpls-static", "huawei-mpls-res"),
    deviations=(DEVIATIONS,),
)


@pytest.mark.vendor
@pytest.mark.skipif(_ABSENT is not None, reason=str(_ABSENT))
@pytest.mark.parametrize("role", ROLES)
def test_a_label_of_a_static_lsp_is_refused_at_plan_and_under_the_lock(role: str) -> None:
    with new_bench(profile=WITH_LSPS) as each, each.open(intent()) as pair:
        plan = pair.plan(intent())
        each.lab[role].edit_as_other(LSP)
        device = each.lab[role].name
        with pytest.raises(Refused, match="it is the incoming label of static LSP lsp1 now") as caught:
            pair.apply(plan, accept=ALL)
        assert (caught.value.reason, caught.value.where) == (RefusalReason.STALE, device)
        with pytest.raises(PlanError, match=f"2001 is the incoming label of static LSP lsp1 on {device}"):
            pair.plan(intent())
        assert [sent(each.lab, any_role, "edit-config") for any_role in ROLES] == [[], []]
        each.assert_released()


@pytest.mark.vendor
@pytest.mark.skipif(_ABSENT is not None, reason=str(_ABSENT))
def test_auto_goes_round_a_static_lsp(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_labels(monkeypatch, (2001, 2002))
    with new_bench(profile=WITH_LSPS) as each:
        each.lab["backup"].edit_as_other(LSP)
        each.apply(automatic("vpna"))
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2002"}] * 2
