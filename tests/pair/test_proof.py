"""What a change promises is proven on both routers before it is confirmed: over SSH, against the lab."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

import egresspair as ep
from egresspair.audit.check import Status
from egresspair.errors import UsageError
from egresspair.history.account import account_of
from egresspair.history.page import record_html
from egresspair.history.text import account_text
from egresspair.transaction import Holds, Seen

from .bench import POLICY, Bench
from .bench import bench as new_bench
from .documents import ALL, BOTH_LABELLED, RD, ROLES, config, intent, intent_of, labels, sent

DOWN = "vpn-down"


@contextmanager
def down(role: str, routers: Any = None, **policy: Any) -> Iterator[Bench]:
    with new_bench(routers, switches={role: [DOWN]}, policy=replace(POLICY, **policy)) as each:
        yield each


@pytest.mark.parametrize("role", ROLES)
def test_a_label_for_a_vpn_instance_that_is_down_is_taken_back(role: str) -> None:
    with down(role) as each:
        with pytest.raises(ep.TransactionAborted, match="check vpn-up") as caught:
            each.apply(intent())
        error = caught.value
        assert error.exit_status == 5
        assert error.where == each.lab[role].name
        assert "state/status = down" in error.what
        assert [router.holds for router in error.result] == [Holds.OLD, Holds.OLD]
        assert [len(sent(each.lab, name, "cancel-commit")) for name in ROLES] == [1, 1]
        each.assert_untouched()


def test_the_journal_tells_what_did_not_hold() -> None:
    with down("backup") as each:
        with pytest.raises(ep.TransactionAborted):
            each.apply(intent())
        account = account_of(each.journal.entries()[0])
        account = account_of(each.journal.entry(account.id))
    assert {(check["name"], check["device"]) for check in account.broken} == {
        ("vpn-up", "masg-2"),
        ("label-assigned", "masg-2"),
    }
    for told in (account_text(account), record_html(account)):
        assert "masg-2, vpna: vpn-up (the VPN instance is up): fails: it is down (/ni:" in told
    assert account.to_dict()["checks"] == list(account.checks)


def test_a_vpn_instance_that_comes_up_in_time_is_waited_for() -> None:
    with down("backup", label_wait=10) as each:
        backup = each.lab["backup"]

        def bring_up(event: object) -> None:
            if getattr(event, "flight", "") == "state":
                backup.switch(DOWN, on=False)

        with each.open(intent(), observers=[bring_up]) as pair:
            result = pair.apply(pair.plan(intent()), accept=ALL)
        assert result.ending is ep.Ending.COMMITTED
        assert {each.check.status for each in result.checks if each.promised} == {Status.HOLDS}


def test_the_plan_says_beforehand_that_it_is_down() -> None:
    with down("backup") as each, each.open(intent()) as pair:
        notes = pair.plan(intent()).notes
        assert [note for note in notes if "vpna is down on masg-2" in note]
        each.lab["backup"].switch(DOWN, on=False)
        assert not [note for note in pair.plan(intent()).notes if "down" in note]


def test_a_vpn_instance_that_is_not_touched_is_only_told() -> None:
    vpnb = {"name": "vpnb", "static_label": 2002, "route_distinguisher": "200:2"}
    wanted = intent_of({"name": "vpna", "static_label": 2001, "route_distinguisher": RD}, vpnb)
    held = config(
        ("vpna", {"route-distinguisher": RD}),
        ("vpnb", {"route-distinguisher": "200:2", "static-label": "2002"}),
    )
    with new_bench(dict.fromkeys(ROLES, held)) as each:
        each.lab["backup"].set_status("vpnb", "down")
        result = each.apply(wanted)
        assert result.ending is ep.Ending.COMMITTED
        assert any(
            told.startswith("vpnb: check vpn-up (the VPN instance is up) failed before the change and in the")
            for told in result.backup.notes
        )
        assert all(told.startswith("vpnb: check ") for told in result.backup.notes)
        assert not [note for note in result.plan.notes if "down" in note]


def test_it_can_be_confirmed_unproven() -> None:
    with down("backup") as each, each.open(intent()) as pair:
        result = pair.apply(pair.plan(intent()), accept=ALL, proof=False)
        assert result.ending is ep.Ending.COMMITTED
        assert any("check vpn-up" in note for note in result.backup.notes)
        assert [labels(running) for running in each.running.values()] == [{"vpna": "2001"}] * 2


def test_a_removal_does_not_need_the_vpn_instance() -> None:
    with down("backup", BOTH_LABELLED) as each:
        result = each.apply(intent(), remove=True)
        assert result.ending is ep.Ending.COMMITTED
        assert any(
            "failed before the change and in the confirm window" in note for note in result.backup.notes
        )


def test_a_removal_during_which_a_vpn_instance_goes_down_is_taken_back() -> None:
    with new_bench(BOTH_LABELLED) as each:

        def fall(event: object) -> None:
            if getattr(event, "state", "") == "tentative":
                each.lab["backup"].switch(DOWN)

        with each.open(intent(), observers=[fall]) as pair:
            plan = pair.plan_removal(intent())
            with pytest.raises(ep.TransactionAborted, match="held before and failed"):
                pair.apply(plan, accept=ALL)
        each.assert_untouched()


def test_a_first_label_that_another_vpn_instance_gets_in_the_soak_is_taken_back() -> None:
    with new_bench() as each:

        def steal(event: object) -> None:
            if type(event).__name__ == "Waiting":
                each.lab["backup"].edit_as_other(config(("bystander", {"static-label": "2001"})))

        with (
            each.open(intent(), observers=[steal]) as pair,
            pytest.raises(ep.TransactionAborted, match="check label-owner") as caught,
        ):
            pair.apply(pair.plan(intent()), accept=ALL, soak=0.2)
        assert "VPN instance bystander" in str(caught.value)
        assert [router.holds for router in caught.value.result] == [Holds.OLD, Holds.OLD]


def test_an_undo_proves_what_it_gives_back() -> None:
    with new_bench(BOTH_LABELLED) as each:
        each.apply(intent(), remove=True)
        entry = each.journal.entry(each.journal.entries()[0].id)
        each.lab["backup"].switch(DOWN)
        with each.open(intent()) as pair:
            plan = pair.plan_undo(entry)
            with pytest.raises(ep.TransactionAborted, match="check vpn-up"):
                pair.apply(plan, accept=ALL)
            each.lab["backup"].switch(DOWN, on=False)
            assert pair.apply(pair.plan_undo(entry), accept=ALL).ok


def test_a_router_without_state_is_told() -> None:
    with new_bench(switches={"backup": ["no-state"]}) as each:
        result = each.apply(intent())
        assert result.ending is ep.Ending.COMMITTED
        assert any("check vpn-up" in note and "cannot be known" in note for note in result.backup.notes)
        assert not result.master.notes


# the caller's own checks


def test_a_check_sees_both_routers_on_trial_and_may_audit_them() -> None:
    seen: list[Seen] = []

    def look(routers: Seen) -> str:
        seen.append(routers)
        report = routers.audit()
        return f"{report.verdict}, {len(report.condition(7))} of condition 7"

    with new_bench() as each, each.open(intent()) as pair:
        with pytest.raises(ep.TransactionAborted, match=r"check look failed: not .*, 2 of condition 7"):
            pair.apply(pair.plan(intent()), accept=ALL, checks=[look])
        each.assert_untouched()
    (routers,) = seen
    assert routers.intent.pair == "metro-7"
    assert [state.assigned_label for states in routers.states.values() for state in states] == [2001, 2001]
    assert {proven.check.status for proven in routers.checks if proven.promised} == {Status.HOLDS}


def test_an_exception_of_a_check_takes_both_back_and_is_told_with_its_text() -> None:
    def ping(_: Seen) -> None:
        raise ConnectionError("10.9.9.9 does not answer")

    with new_bench() as each, each.open(intent()) as pair:
        with pytest.raises(ep.TransactionAborted) as caught:
            pair.apply(pair.plan(intent()), accept=ALL, checks=[ping])
        each.assert_untouched()
    assert caught.value.what == "check ping raised ConnectionError: 10.9.9.9 does not answer"


def test_a_check_that_hangs_is_not_waited_for_for_ever() -> None:
    gate = threading.Event()
    try:
        with new_bench(policy=replace(POLICY, check_timeout=0.3)) as each, each.open(intent()) as pair:

            def hang(_: Seen) -> None:
                gate.wait()

            with pytest.raises(ep.TransactionAborted, match="check hang gave no answer"):
                pair.apply(pair.plan(intent()), accept=ALL, checks=[hang])
            each.assert_untouched()
    finally:
        gate.set()


# a soak


def test_a_soak_is_waited_before_the_checks() -> None:
    events: list[str] = []

    def observe(event: object) -> None:
        if type(event).__name__ == "Waiting":
            events.append("waiting")

    with new_bench() as each, each.open(intent(), observers=[observe]) as pair:
        plan = pair.plan(intent())
        result = pair.apply(plan, accept=ALL, soak=0.2, checks=[lambda _: events.append("check")])
    assert result.ending is ep.Ending.COMMITTED
    assert events == ["waiting", "check"]
    assert result.plan.digest == plan.digest


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"soak": 200}, "soak 200 s"),
        ({"soak": -1}, "number of seconds"),
        ({"soak": "long"}, "number of seconds"),
        ({"soak": 110, "checks": [lambda _: None]}, "check timeout 20 s"),
    ],
)
def test_what_does_not_fit_into_the_window_is_refused_before_contact(options: Any, what: str) -> None:
    with new_bench() as each, each.open(intent()) as pair:
        plan = pair.plan(intent())
        flights = len(each.flights)
        with pytest.raises(UsageError, match=what):
            pair.apply(plan, accept=ALL, **options)
        assert len(each.flights) == flights
        assert not each.journal.entries()
