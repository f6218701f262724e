"""What a change can make worse beside its labels: the way to the CE, of routers on paper."""

from __future__ import annotations

from typing import Any

from audit.paper import Paper, broken
from egresspair.audit.check import Status
from egresspair.configuration import VpnConfig, VpnState
from egresspair.dialects import audit_dialect_named
from egresspair.intent import Role
from egresspair.plan import Plan, make_plan
from egresspair.plan.proof import proof_reads
from egresspair.policy import Policy
from egresspair.transaction import Proven
from egresspair.transaction.proof import Look, Looks, judge, standing
from toy import plans

AUDIT = audit_dialect_named("huawei-vrp")
ROUTES: dict[str, Any] = {"proof_reads": AUDIT.proof_reads(), "route_reads": AUDIT.route_reads(["vpna"])}
ROUTE = "//l3vpn:af[l3vpn:type='ipv4-unicast']//rt:ipv4-unicast-route[rt:prefix='10.7.0.0']"


def plan(before: VpnConfig, **of_vpn: Any) -> Plan:
    views = [plans.view(role, before, **ROUTES) for role in Role]
    return make_plan(plans.intent(**of_vpn), views[0], views[1], Policy())


def looks(plan: Plan, paper: Paper, *, new: bool) -> Looks:
    return {
        router.role: Look(
            router.after if new else router.before,
            (VpnState("vpna", 2001 if new else None, "up"),),
            answers=paper[router.device].answers(router.proof),
        )
        for router in plan
    }


def via_master(paper: Paper) -> None:
    for leaf in ("direct-nexthop", "nexthop"):
        paper["masg-2"].set(f"{ROUTE}/rt:{leaf}", "192.0.2.5")


def own_link(before: Paper, present: Paper) -> Proven:
    change = plan(plans.BARE, vpn_targets={"import": ["200:1"]})
    found = judge(
        change, standing(change, looks(change, before, new=False)), looks(change, present, new=True)
    )
    (proven,) = (each for each in found if each.check.name == "own-link")
    return proven


def test_a_backup_that_keeps_its_own_way_to_the_ce_is_fine() -> None:
    proven = own_link(Paper.healthy(), Paper.healthy())
    assert (proven.before, proven.check.status, proven.failed) == (Status.HOLDS, Status.HOLDS, False)
    assert not proven.worth_telling


def test_a_backup_that_now_goes_by_way_of_the_master_takes_both_back() -> None:
    proven = own_link(Paper.healthy(), broken(via_master))
    assert proven.failed
    assert proven.check.device == "masg-2"
    assert "held before and failed in the confirm window" in proven.what
    assert "192.0.2.5" in proven.what


def test_a_backup_that_went_by_way_of_the_master_before_is_told() -> None:
    proven = own_link(broken(via_master), broken(via_master))
    assert not proven.failed
    assert proven.worth_telling
    assert "failed before the change and in the confirm window" in proven.what


def test_a_backup_that_gets_better_is_no_matter() -> None:
    proven = own_link(broken(via_master), Paper.healthy())
    assert (proven.failed, proven.worth_telling) == (False, False)


def test_routing_tables_are_read_only_where_the_change_can_influence_them() -> None:
    label = plan(plans.BARE)
    assert [[read.name for read in router.proof] for router in label] == [["families"]] * 2
    targets = plan(plans.LABELLED, vpn_targets={"import": ["200:1"]})
    assert [[read.name for read in router.proof] for router in targets] == [
        ["families", "vpn-routes", "lsr-id"]
    ] * 2


def test_where_nothing_changes_nothing_is_compared() -> None:
    done = plan(plans.LABELLED)
    assert done.is_empty
    assert [router.proof for router in done] == [(), ()]


def test_one_router_that_changes_has_both_looked_at() -> None:
    master, view = plans.view(Role.MASTER, **ROUTES), plans.view(Role.BACKUP, plans.LABELLED, **ROUTES)
    one_side = make_plan(plans.intent(), master, view, Policy())
    assert [len(router.proof) for router in one_side] == [1, 1]
    assert proof_reads(view, ()) == ()
