"""One intent in, the same label on both routers out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import egresspair as ep
from egresspair.configuration import VpnState
from egresspair.errors import RefusalReason
from egresspair.lab import ATN, NE40E, Profile
from egresspair.lab.profiles import BasicMode
from egresspair.plan import Saving
from egresspair.transaction import Holds, Seen
from servers.ports import wait_until

from .bench import POLICY, Bench, plain_ncclient
from .bench import bench as new_bench
from .documents import ALL, BARE, LABELLED, RD, ROLES, config, intent, intent_of, labels, sent

EMPTY = config()
CHANGING = ("edit-config", "commit", "copy-config", "discard-changes", "cancel-commit")


def test_both_routers_get_the_label(bench: Bench) -> None:
    result = bench.apply(intent())
    assert result.ending is ep.Ending.COMMITTED
    assert [labels(running) for running in bench.running.values()] == [{"vpna": "2001"}] * 2
    assert [router.holds for router in result] == [Holds.NEW] * 2
    assert [router.states for router in result] == [(VpnState("vpna", 2001, "up"),)] * 2
    bench.assert_released()


def test_a_pair_is_set_up_from_nothing() -> None:
    wanted = intent(vpn_targets={"import": ["200:1"], "export": ["200:1", "200:3"]})
    with new_bench(dict.fromkeys(ROLES, EMPTY)) as each:
        assert each.apply(wanted).ending is ep.Ending.COMMITTED
        assert each.running["master"] == each.running["backup"]
        assert each.running["master"].count(b"<vpn-target>") == 3
        assert RD.encode() in each.running["master"]
        assert each.apply(wanted).ending is ep.Ending.NO_CHANGE


def test_what_the_intent_does_not_name_stays(bench: Bench) -> None:
    bench.apply(intent())
    for role in ROLES:
        assert b"<name>bystander</name>" in bench.running[role]
        assert labels(bench.running[role]) == {"vpna": "2001"}


def test_a_second_run_changes_nothing(bench: Bench) -> None:
    bench.apply(intent())
    bench.load()
    for device in bench.lab:
        device.forget_received()
    result = bench.apply(intent(), accept=())
    assert result.ending is ep.Ending.NO_CHANGE
    assert result.ok
    assert [sent(bench.lab, role, *CHANGING) for role in ROLES] == [[], []]
    bench.assert_untouched()


def test_the_label_is_taken_away_again(bench: Bench) -> None:
    bench.load(master=LABELLED, backup=LABELLED)
    result = bench.apply(intent(), remove=True, accept={"interruption"})
    assert result.ending is ep.Ending.COMMITTED
    assert [labels(running) for running in bench.running.values()] == [{}, {}]
    assert all(b"<name>vpna</name>" in running for running in bench.running.values())
    assert bench.apply(intent(), remove=True, accept=()).ending is ep.Ending.NO_CHANGE


def test_applying_and_removing_leads_back_where_the_label_mode_was_there() -> None:
    moded = config(("vpna", {"route-distinguisher": RD, "label-mode": "per-instance"}))
    with new_bench(dict.fromkeys(ROLES, moded)) as each:
        each.apply(intent())
        each.apply(intent(), remove=True)
        each.assert_untouched()


@pytest.mark.parametrize("done", ROLES)
def test_one_router_was_done_by_hand(done: str) -> None:
    left = "backup" if done == "master" else "master"
    with new_bench({done: LABELLED}) as each:
        result = each.apply(intent())
        assert result.ending is ep.Ending.COMMITTED
        assert sent(each.lab, done, "edit-config") == []
        assert len(sent(each.lab, left, "edit-config")) == 1
        assert each.running[done] == each.before[done]
        assert labels(each.running[left]) == {"vpna": "2001"}
        assert result[ep.Role(done)].holds is Holds.OLD
        assert result[ep.Role(left)].holds is Holds.NEW
        each.assert_released()


def test_the_router_done_by_hand_is_held_still_meanwhile() -> None:
    with new_bench({"master": LABELLED}) as each:
        each.apply(intent())
        names = [name for message in each.lab["master"].received for name in message.names]
        assert {"lock-running", "lock-candidate"} <= set(names)


def test_several_vpn_instances_are_one_transaction() -> None:
    wanted = intent_of(
        {"name": "vpna", "static_label": 2001},
        {"name": "vpnb", "static_label": 2002, "route_distinguisher": {"master": "1:1", "backup": "1:2"}},
        {"name": "vpnc", "static_label": 2003, "route_distinguisher": "192.0.2.1:3"},
    )
    with new_bench() as each:
        result = each.apply(wanted)
        assert result.ending is ep.Ending.COMMITTED
        every = {"vpna": "2001", "vpnb": "2002", "vpnc": "2003"}
        assert [labels(running) for running in each.running.values()] == [every, every]
        assert [len(sent(each.lab, role, "edit-config")) for role in ROLES] == [1, 1]
        assert [state.assigned_label for state in result.backup.states] == [2001, 2002, 2003]


def test_one_bad_vpn_instance_spoils_them_all() -> None:
    wanted = intent_of(
        {"name": "vpna", "static_label": 2001},
        {"name": "vpnb", "static_label": 99999, "route_distinguisher": "1:1"},
    )
    with new_bench() as each:
        with pytest.raises(ep.PlanError, match=r"99999 is outside 16\.\.32783"):
            each.apply(wanted)
        each.assert_untouched()
    blind = ["no-get-schema"]
    with new_bench(switches={"master": blind, "backup": blind}) as each:
        with pytest.raises(ep.TransactionAborted):
            each.apply(wanted)
        each.assert_untouched()


def test_a_live_label_is_changed(bench: Bench) -> None:
    bench.load(master=LABELLED, backup=LABELLED)
    result = bench.apply(intent(3001))
    assert result.ending is ep.Ending.COMMITTED
    assert [labels(running) for running in bench.running.values()] == [{"vpna": "3001"}] * 2
    assert [state.assigned_label for state in result.master.states] == [3001]


@pytest.mark.parametrize("mode", ["per-route", "per-nexthop"])
def test_another_label_mode_gives_way(mode: str) -> None:
    before = config(("vpna", {"route-distinguisher": RD, "label-mode": mode}))
    with new_bench(dict.fromkeys(ROLES, before)) as each:
        assert each.apply(intent()).ending is ep.Ending.COMMITTED
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2
        assert all(mode.encode() not in running for running in each.running.values())


MODES: tuple[BasicMode, ...] = ("report-all", "explicit", "trim")
BASIC_MODES = [replace(NE40E, name=mode, basic_mode=mode) for mode in MODES]


@pytest.mark.parametrize("backup", BASIC_MODES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("master", BASIC_MODES, ids=lambda profile: profile.name)
def test_servers_report_defaults_or_do_not(master: Profile, backup: Profile) -> None:
    profiles = {"master": master, "backup": backup}
    with new_bench({"master": EMPTY}, profiles=profiles) as each:
        assert each.apply(intent()).ending is ep.Ending.COMMITTED
        assert each.apply(intent()).ending is ep.Ending.NO_CHANGE
        assert each.apply(intent(3001)).ending is ep.Ending.COMMITTED
        assert each.apply(intent(), remove=True).ending is ep.Ending.COMMITTED
        assert each.apply(intent()).ending is ep.Ending.COMMITTED
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2


def test_a_mixed_pair_takes_a_label_that_both_have() -> None:
    with new_bench(profiles={"backup": ATN}) as each:
        assert each.apply(intent(32783)).ending is ep.Ending.COMMITTED


@pytest.mark.parametrize(
    "switch", ["base-1.0", "private-candidate", "no-state", "no-startup", "writable-running"]
)
def test_servers_of_other_habits(switch: str) -> None:
    with new_bench(switches={"any": [switch]}) as each:
        result = each.apply(intent())
        assert result.ending is ep.Ending.COMMITTED
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2


def test_a_router_that_tells_no_label_is_reported_as_unknown() -> None:
    with new_bench(switches={"backup": ["no-state"]}) as each:
        result = each.apply(intent())
        assert result.ending is ep.Ending.COMMITTED
        assert [state.assigned_label for state in result.backup.states] == [None]
        assert "assigned label not told by the router" in str(result)


# startup


def test_an_unsaved_change_is_warned_of_before_and_after(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
        result = pair.apply(plan, accept=ALL)
    assert plan.unsaved == result.unsaved == ("masg-1", "masg-2")
    for text in (str(plan), str(result), plan._repr_html_()):
        assert "not saved to startup on masg-1 and masg-2" in text.replace("Not", "not")
    assert result._repr_html_().count("not saved to startup") >= 2
    assert [device.startup == bench.before[device.role] for device in bench.lab] == [True, True]


def test_a_saved_change_outlives_a_reboot() -> None:
    with new_bench(policy=replace(POLICY, save=True)) as each:
        result = each.apply(intent())
        assert [router.saving for router in result] == [Saving.SAVED] * 2
        assert result.unsaved == ()
        assert "WARNING" not in str(result)
        for device in each.lab:
            device.stop()
            device.start()
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2


def test_a_change_that_cannot_be_saved_is_still_there_and_said_to_be_unsaved() -> None:
    with new_bench(policy=replace(POLICY, save=True)) as each:
        each.lab.fault("backup:copy-config:refuse")
        result = each.apply(intent())
        assert result.ending is ep.Ending.COMMITTED
        assert [router.saving for router in result] == [Saving.SAVED, Saving.NOT_SAVED]
        assert "WARNING: not saved to startup on masg-2" in str(result)
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2


def test_without_a_startup_datastore_nothing_is_saved_nor_warned_of() -> None:
    with new_bench(switches={"any": ["no-startup"]}, policy=replace(POLICY, save=True)) as each:
        result = each.apply(intent())
        assert [router.saving for router in result] == [Saving.NO_STARTUP] * 2
        assert [sent(each.lab, role, "copy-config") for role in ROLES] == [[], []]


# what is told


def test_observers_are_told_every_state_and_flight(bench: Bench) -> None:
    bench.apply(intent())
    assert bench.states == ["locked", "staged", "prepared", "tentative", "verified", "decided", "committed"]
    assert [flight for flight in bench.flights if flight != "schema"] == [
        "read",
        "lock",
        "edit",
        "commit",
        "read again",
        "confirm",
        "unlock",
    ]


def test_a_result_is_plain_values_too(bench: Bench) -> None:
    result = bench.apply(intent())
    told = json.loads(json.dumps(result.to_dict()))
    assert told["outcome"] == "COMMITTED"
    assert [router["vpn_instances"] for router in told["routers"]] == [
        [{"name": "vpna", "assigned_label": 2001, "status": "up"}]
    ] * 2


def test_a_check_sees_the_new_state_and_can_refuse_it(bench: Bench) -> None:
    seen = []

    def check(routers: Seen) -> str:
        seen.append({role: config["vpna"].static_label for role, config in routers.configs.items()})
        return "the customer complains"

    with bench.open(intent()) as pair, pytest.raises(ep.TransactionAborted, match="the customer complains"):
        pair.apply(pair.plan(intent()), accept=ALL, checks=[check])
    assert seen == [{ep.Role.MASTER: 2001, ep.Role.BACKUP: 2001}]
    bench.assert_untouched()


def test_files_will_do(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "intent.yaml").write_text(ep.dump_intent(intent()))
    bench.lab.write_inventory(tmp_path / "inventory.yaml", login="key_file")
    with ep.open_pair(
        str(tmp_path / "intent.yaml"), inventory=tmp_path / "inventory.yaml", memory=bench.memory
    ) as pair:
        assert pair.apply(pair.plan(intent()), accept=ALL).ok


def test_another_sessions_plan_will_do(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
    with bench.open(intent()) as pair:
        assert pair.apply(plan, accept=ALL).ending is ep.Ending.COMMITTED


def test_the_sessions_are_opened_again_after_a_restart(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        pair.plan(intent())
        bench.lab["master"].stop()
        bench.lab["master"].start()
        wait_until(lambda: not pair._sessions[ep.Role.MASTER].alive, seconds=5, what="the loss")
        assert pair.apply(pair.plan(intent()), accept=ALL).ok


def test_bare_is_what_the_tests_start_from() -> None:
    assert labels(BARE) == {}
    assert labels(LABELLED) == {"vpna": "2001"}


def test_what_somebody_has_on_trial_is_not_called_no_change(bench: Bench) -> None:
    """Another client's confirmed commit shows the wanted label, and its timer may take it away again."""
    bench.load(master=LABELLED)
    bench.policy = replace(bench.policy, lock_attempts=1)
    with plain_ncclient(bench.lab["backup"]) as somebody:
        somebody.edit_config(target="candidate", config=LABELLED.decode())
        somebody.commit(confirmed=True, timeout="60", persist="theirs")
        with pytest.raises(ep.Refused, match="masg-2: running is locked by") as caught:
            bench.apply(intent())
    assert caught.value.reason is RefusalReason.LOCKED
    assert not bench.lab["master"].locks


def test_running_that_startup_does_not_hold_is_warned_of_again(bench: Bench) -> None:
    bench.apply(intent())
    again = bench.apply(intent())
    assert again.ending is ep.Ending.NO_CHANGE
    assert again.unsaved == ("masg-1", "masg-2")
    bench.policy = replace(bench.policy, save=True)
    assert bench.apply(intent()).unsaved == ()
    bench.policy = replace(bench.policy, save=False)
    assert bench.apply(intent()).unsaved == ()
