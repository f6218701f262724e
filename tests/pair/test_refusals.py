"""What is refused, and that nothing is changed by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import egresspair as ep
from egresspair.errors import HostKeyError, LoginError, PlanError, RefusalReason, Refused
from egresspair.events import Event, FlightSent, StateEntered
from egresspair.inventory import parse_inventory
from egresspair.lab import ATN, Device

from .bench import POLICY, Bench
from .bench import bench as new_bench
from .documents import ALL, BOTH_LABELLED, LABELLED, RD, ROLES, config, intent, labels, sent

TAKEN = config(
    ("vpna", {"route-distinguisher": RD}),
    ("other", {"route-distinguisher": "9:9", "label-mode": "per-instance", "static-label": "2001"}),
)


def test_a_risk_is_refused_before_anything_is_sent(bench: Bench) -> None:
    with pytest.raises(Refused, match="pair metro-7: the risk of interruption is not accepted") as caught:
        bench.apply(intent(), accept=())
    assert caught.value.reason is RefusalReason.RISK
    assert "--accept interruption" in caught.value.hint
    assert [sent(bench.lab, role, "lock") for role in ROLES] == [[], []]
    bench.assert_untouched()


def test_the_relabelling_of_a_live_pair_is_a_risk_of_its_own() -> None:
    with new_bench(BOTH_LABELLED) as each:
        with pytest.raises(Refused, match="pair metro-7: the risk of relabel is not accepted"):
            each.apply(intent(3001), accept={"interruption"})
        with pytest.raises(Refused, match="pair metro-7: the risk of interruption is not accepted"):
            each.apply(intent(3001), accept={"relabel"})
        each.assert_untouched()


BLIND = {"master": ["no-get-schema"], "backup": ["no-get-schema"]}
"""Routers whose schemas are not known: what they refuse is only learned by trying."""


# 32784 and 147456, the first labels beyond the ranges, are assigned to the bystander.
@pytest.mark.parametrize(("label", "refusing"), [(32790, "masg-1"), (147455, "masg-1"), (147460, "")])
def test_a_label_outside_the_range_of_one_router_leaves_both_alone(label: int, refusing: str) -> None:
    with new_bench(profiles={"backup": ATN}, switches=BLIND) as each:
        with pytest.raises(ep.TransactionAborted) as caught:
            each.apply(intent(label))
        where = str(caught.value).split(":")[0]
        assert where == f"{refusing or 'masg-1 and masg-2'} vpn_instances[0].static_label"
        each.assert_untouched()


@pytest.mark.parametrize(("label", "refusing"), [(32790, ["masg-1"]), (147460, ["masg-1", "masg-2"])])
def test_a_label_outside_the_range_is_refused_before_contact(label: int, refusing: list[str]) -> None:
    with new_bench(profiles={"backup": ATN}) as each:
        with pytest.raises(PlanError) as caught:
            each.apply(intent(label))
        assert [problem.where.split()[0] for problem in caught.value.problems] == refusing
        assert "lock" not in each.flights
        each.assert_untouched()


def test_the_backup_alone_can_refuse() -> None:
    with new_bench(profiles={"master": ATN}, switches=BLIND) as each:
        with pytest.raises(
            ep.TransactionAborted, match=r"masg-2 vpn_instances\[0\]\.static_label: refused the change"
        ):
            each.apply(intent(100000))
        each.assert_untouched()


@pytest.mark.parametrize("role", ROLES)
def test_the_route_distinguisher_of_a_router_is_never_changed(role: str) -> None:
    with new_bench({role: config(("vpna", {"route-distinguisher": "200:2"}))}) as each:
        with pytest.raises(PlanError) as caught:
            each.apply(intent())
        device = each.lab[role].name
        assert f"200:1 is wanted, but VPN instance vpna on {device} has 200:2" in str(caught.value)
        each.assert_untouched()


@pytest.mark.parametrize("role", ROLES)
def test_a_label_that_another_vpn_holds_is_refused(role: str) -> None:
    with new_bench({role: TAKEN}) as each:
        with pytest.raises(PlanError, match="2001 is the static label of VPN instance other"):
            each.apply(intent())
        each.assert_untouched()


def test_every_obstacle_on_both_routers_is_named_at_once() -> None:
    bad = config(("vpna", {"route-distinguisher": "200:2"}))
    with new_bench({"master": bad, "backup": TAKEN}) as each:
        with pytest.raises(PlanError) as caught:
            each.apply(intent())
        assert [problem.field.split()[0] for problem in caught.value.problems] == ["masg-1", "masg-2"]


# the world between plan and apply


def meddle(when: Callable[[Event], bool], act: Callable[[], None]) -> Callable[[Event], None]:
    """An observer that acts the first time that an event of the kind is told."""
    left = [act]

    def observer(event: Event) -> None:
        if left and when(event):
            left.pop()()

    return observer


def entered(state: str) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, StateEntered) and event.state == state


def sending(flight: str) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, FlightSent) and event.flight == flight


@pytest.mark.parametrize("role", ROLES)
def test_a_stale_plan_is_refused(bench: Bench, role: str) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
        bench.lab[role].edit_as_other(LABELLED.replace(b"2001", b"2009"))
        bench.load()
        with pytest.raises(Refused) as caught:
            pair.apply(plan, accept=ALL)
        assert caught.value.reason is RefusalReason.STALE
        assert caught.value.where == bench.lab[role].name
        assert [sent(bench.lab, each, "edit-config") for each in ROLES] == [[], []]
        bench.assert_released()


def test_a_plan_without_changes_can_be_stale_too() -> None:
    with new_bench(BOTH_LABELLED) as each, each.open(intent()) as pair:
        plan = pair.plan(intent())
        each.lab["backup"].load(config(("vpna", {"route-distinguisher": RD})))
        with pytest.raises(Refused) as caught:
            pair.apply(plan)
        assert caught.value.reason is RefusalReason.STALE


@pytest.mark.parametrize("role", ROLES)
def test_a_label_given_away_since_the_plan_was_made_is_refused(bench: Bench, role: str) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
        bench.lab[role].edit_as_other(TAKEN)
        with pytest.raises(Refused, match="it is the static label of VPN instance other now") as caught:
            pair.apply(plan, accept=ALL)
        assert caught.value.reason is RefusalReason.STALE
        assert labels(bench.running[role]) == {"other": "2001"}
        bench.assert_released()


def test_a_plan_for_another_router_is_refused(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
    with new_bench() as each, each.open(intent()) as pair:
        with pytest.raises(Refused) as caught:
            pair.apply(plan, accept=ALL)
        assert caught.value.reason is RefusalReason.STALE
        each.assert_untouched()


@pytest.mark.parametrize("role", ROLES)
def test_a_dirty_candidate_is_neither_discarded_nor_committed(role: str) -> None:
    with new_bench() as each:
        each.lab[role].switch("dirty-candidate")
        candidate = each.lab[role].candidate
        with pytest.raises(Refused) as caught:
            each.apply(intent())
        assert caught.value.reason is RefusalReason.DIRTY
        assert caught.value.where == each.lab[role].name
        assert each.running == each.before
        assert each.lab[role].candidate == candidate != each.lab[role].running
        for device in each.lab:
            device.wait_for(lambda device: not device.locks)


@pytest.mark.parametrize("switch", ["locked", "candidate-locked"])
@pytest.mark.parametrize("role", ROLES)
def test_a_lock_held_by_somebody_is_named_after_a_few_attempts(role: str, switch: str) -> None:
    with new_bench(switches={role: [switch]}) as each:
        with pytest.raises(Refused, match="is locked by session 4242") as caught:
            each.apply(intent())
        assert caught.value.reason is RefusalReason.LOCKED
        assert caught.value.where == each.lab[role].name
        assert len(sent(each.lab, role, "lock")) == 2 * POLICY.lock_attempts
        assert [sent(each.lab, device.role, "edit-config") for device in each.lab] == [[], []]
        assert each.running == each.before
        each.assert_released("backup" if role == "master" else "master")


def test_a_lock_given_back_in_time_is_waited_for() -> None:
    with new_bench(policy=replace(POLICY, lock_attempts=4)) as each:
        each.lab.fault("backup:lock-candidate:deny")
        assert each.apply(intent()).ending is ep.Ending.COMMITTED


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("switch", ["no-candidate", "no-confirmed-commit", "no-persist", "no-validate"])
def test_a_server_that_is_too_weak_is_refused(role: str, switch: str) -> None:
    with new_bench(switches={role: [switch]}) as each:
        with pytest.raises(Refused) as caught:
            each.apply(intent())
        assert caught.value.reason is RefusalReason.GUARANTEE
        assert caught.value.where == each.lab[role].name
        assert "confirmed-commit:1.1" in caught.value.hint
        each.assert_untouched()


def test_a_label_that_is_taken_during_the_commit_is_seen_by_the_assigned_one() -> None:
    with new_bench(switches={"backup": ["private-candidate"]}) as each:
        grab = meddle(entered("tentative"), lambda: each.lab["backup"].edit_as_other(TAKEN, force=True))
        with (
            each.open(intent(), observers=[grab]) as pair,
            pytest.raises(
                ep.TransactionAborted, match=r"its label is also held by VPN instance other"
            ) as caught,
        ):
            pair.apply(pair.plan(intent()), accept=ALL)
        assert caught.value.where == "masg-2"
        assert "vpna" not in labels(each.running["backup"])
        assert each.running["master"] == each.before["master"]
        each.assert_released()


def test_a_label_that_is_assigned_a_moment_later_is_waited_for() -> None:
    other = config(
        ("vpna", {"route-distinguisher": RD}),
        ("other", {"route-distinguisher": "9:9", "label-mode": "per-instance"}),
    )
    giving_back = TAKEN.replace(b"2001", b"2044")
    with new_bench(
        {"backup": other}, switches={"backup": ["private-candidate"]}, policy=replace(POLICY, label_wait=5)
    ) as each:
        lab = each.lab["backup"]
        grab = meddle(entered("tentative"), lambda: lab.edit_as_other(TAKEN, force=True))
        yield_ = meddle(sending("state"), lambda: lab.edit_as_other(giving_back, force=True))
        with each.open(intent(), observers=[grab, yield_]) as pair:
            assert pair.apply(pair.plan(intent()), accept=ALL).ending is ep.Ending.COMMITTED
        assert labels(each.running["backup"]) == {"vpna": "2001", "other": "2044"}


# reaching the routers


def broken(bench: Bench, role: str, **changes: Any) -> ep.Inventory:
    """The inventory with something wrong about one router; None takes a key out."""
    plain = bench.lab.inventory()
    entry = plain["devices"][bench.lab[role].name]
    entry.update(changes)
    plain["devices"][bench.lab[role].name] = {key: value for key, value in entry.items() if value is not None}
    return parse_inventory(yaml.safe_dump(plain))


WRONG_KEY = "SHA256:" + "A" * 43


@pytest.mark.parametrize("role", ROLES)
def test_another_host_key_than_the_pinned_one_is_refused(bench: Bench, role: str) -> None:
    with pytest.raises(HostKeyError) as caught:
        bench.open(intent(), inventory=broken(bench, role, host_key=WRONG_KEY))
    assert caught.value.where.startswith(f"{bench.lab[role].name} ")
    assert bench.lab[role].host_key in str(caught.value)
    assert_no_session(bench)


def test_an_unknown_host_key_is_refused_with_the_way_to_add_it(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("")
    inventory = broken(bench, "backup", host_key=None, known_hosts=str(tmp_path / "known_hosts"))
    with pytest.raises(HostKeyError) as caught:
        bench.open(intent(), inventory=inventory)
    assert caught.value.where.startswith("masg-2 ")
    assert bench.lab["backup"].host_key in str(caught.value)
    assert "known_hosts" in caught.value.hint or "host_key" in caught.value.hint
    assert_no_session(bench)


def test_a_host_key_in_known_hosts_is_accepted(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text(f"{bench.lab['backup'].known_hosts_line}\n")
    inventory = broken(bench, "backup", host_key=None, known_hosts=str(tmp_path / "known_hosts"))
    with bench.open(intent(), inventory=inventory) as pair:
        assert pair.plan(intent()).backup.view.host_key == bench.lab["backup"].host_key


def test_a_wrong_password_is_refused_without_telling_it(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not-the-password")
    with pytest.raises(LoginError) as caught:
        bench.open(intent(), inventory=broken(bench, "master", password=f"file:{tmp_path / 'secret'}"))
    assert caught.value.where.startswith("masg-1 ")
    assert "not-the-password" not in str(caught.value)
    assert_no_session(bench)


def test_a_router_that_is_down_is_named(bench: Bench) -> None:
    bench.lab["backup"].stop()
    with pytest.raises(ep.DeviceUnreachable, match="masg-2"):
        bench.open(intent())
    assert_no_session(bench)


def test_both_routers_that_are_down_are_named(bench: Bench) -> None:
    inventory = bench.inventory
    for device in bench.lab:
        device.stop()
    with pytest.raises(ep.DeviceUnreachable, match=r"(?s)masg-1.*masg-2"):
        bench.open(intent(), inventory=inventory)


def test_a_router_that_is_not_in_the_inventory_is_named(bench: Bench) -> None:
    wanted = intent().model_copy(update={"backup": "masg-9"})
    with pytest.raises(ep.InventoryError, match="masg-9"):
        bench.open(wanted)


def assert_no_session(bench: Bench) -> None:
    """What was opened to the other router is closed again."""

    def idle(device: Device) -> bool:
        return not device.sessions

    for device in bench.lab:
        device.wait_for(idle)


def test_a_label_of_a_pair_that_may_be_in_service_is_refused_by_name() -> None:
    """The lab's routers here have no BGP: what cannot be read counts as originated."""
    with new_bench(BOTH_LABELLED) as each:
        in_service = intent(3001).model_copy(update={"protected_host_routes": ("192.0.2.5/32",)})
        with pytest.raises(Refused, match=r"192\.0\.2\.5/32") as caught:
            each.apply(in_service, accept={"interruption", "relabel"})
        assert caught.value.exit_status == 10
        assert "--accept in-service" in caught.value.hint
        each.assert_untouched()
        accepted = {"interruption", "relabel", "in-service"}
        assert each.apply(in_service, accept=accepted).ending is ep.Ending.COMMITTED


def test_nor_are_its_labels_taken_away_unasked() -> None:
    with new_bench(BOTH_LABELLED) as each:
        in_service = intent().model_copy(update={"protected_host_routes": ("192.0.2.5/32",)})
        with pytest.raises(Refused, match=r"192\.0\.2\.5/32.*and the labels go away") as caught:
            each.apply(in_service, remove=True, accept={"interruption"})
        assert "--accept in-service" in caught.value.hint
        each.assert_untouched()
        ended = each.apply(in_service, remove=True, accept={"interruption", "in-service"})
        assert ended.ending is ep.Ending.COMMITTED
        assert each.apply(in_service, remove=True, accept=()).ending is ep.Ending.NO_CHANGE
