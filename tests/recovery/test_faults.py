"""Routers that misbehave under a living client: what it says is true, and recover leaves no split."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

import egresspair as ep
from egresspair.errors import RefusalReason, Refused
from egresspair.inventory import parse_inventory
from egresspair.journal import Entry
from egresspair.recovery import recover
from egresspair.transaction import Holds
from lab.client import session
from pair.bench import POLICY, Bench, bench, outcome
from pair.documents import ROLES, config, intent, labels

SHORT = replace(POLICY, confirm_timeout=2, margin=0.5, label_wait=0.2, settle_timeout=0.6)
ENOUGH = 0.8
NEW, OLD = {"vpna": "2001"}, dict[str, str]()

AT_COMMIT = ("hang", "hang-after", "drop-request", "drop-reply", "eof", "die", "die-after", "restart",
             "restart-after", "deny", "refuse", "warning-first", "error-armed", "error-armed-unchanged",
             "error-but-done", "late=0.6", "garbage")  # fmt: skip
AT_CONFIRM = tuple(fault for fault in AT_COMMIT if not fault.startswith("error-armed"))
FOR_GOOD = ("hang", "deny", "eof", "drop-reply", "error-but-done")
"""A server that does this every time, until somebody mends it."""

SCRIPTS = [
    *(f"commit-confirmed:{fault}" for fault in AT_COMMIT),
    *(f"commit-confirming:{fault}" for fault in AT_CONFIRM),
    *(f"commit-confirmed:{fault}:*" for fault in FOR_GOOD),
    *(f"commit-confirming:{fault}:*" for fault in FOR_GOOD),
    *(f"unlock-running:{fault}" for fault in ("hang", "die", "refuse")),
    "get-config:die:3",
    "commit-confirmed:drop-reply cancel-commit:drop-reply",
    "commit-confirmed:hang-after cancel-commit:hang:*",
    "commit-confirmed:error-armed cancel-commit:deny:*",
    "get-config:die:4 hello:die",
]
CASES = [
    pytest.param(role, script, id=f"{role}-{script}")
    for number, script in enumerate(SCRIPTS)
    for role in (ROLES if ":die" in script else ROLES[number % 2 : number % 2 + 1])
]


def recovered(each: Bench) -> list[ep.Result]:
    """Recover everything that is not finished."""
    return list(recover(inventory=each.inventory, journal=each.journal))


def mend(each: Bench, role: str) -> None:
    """What a person does about a broken router: it runs again and behaves."""
    device = each.lab[role]
    device.clear_faults()
    device.stop()
    device.start()


def held(each: Bench) -> list[dict[str, str]]:
    """The labels that master and backup run."""
    return [labels(each.running[role]) for role in ROLES]


def assert_true(each: Bench, result: ep.Result) -> None:
    """What the result says of a router is what it runs; a router that is not spoken for is named."""
    for role in ROLES:
        said, running = result[ep.Role(role)].holds, each.running[role]
        assert said is not Holds.NEW or labels(running) == NEW
        assert said not in (Holds.OLD, Holds.NOT_READ) or running == each.before[role]
        assert said is not Holds.OTHER
    known = {router.holds for router in result}
    if result.ending is ep.Ending.IN_DOUBT:
        assert Holds.UNKNOWN in known
    else:
        assert known in ({Holds.NEW}, {Holds.OLD}, {Holds.NOT_READ}, {Holds.OLD, Holds.NOT_READ})


def the_entry(each: Bench) -> Entry:
    (entry,) = each.journal.entries()
    return entry


def assert_settled(each: Bench) -> None:
    """Both-new or both-old, the journal says which, and nothing of ours is left."""
    each.assert_released()
    end = the_entry(each).end
    assert end is not None
    assert held(each) == [NEW if end.outcome == "COMMITTED" else OLD] * 2
    assert end.outcome in ("COMMITTED", "ABORTED", "REFUSED")
    assert recovered(each) == []


def strike(each: Bench, role: str, script: str) -> ep.Result | None:
    """Plan in peace, apply with the faults."""
    with each.open(intent()) as pair:
        plan = pair.plan(intent())
        for line in script.split():
            each.lab.fault(f"{role}:{line}")
        result, error = outcome(pair, plan)
    if result is None:
        assert isinstance(error, Refused)
    return result


@pytest.mark.parametrize(("role", "script"), CASES)
def test_a_router_that_misbehaves(role: str, script: str) -> None:
    with bench(policy=SHORT, timeout=ENOUGH) as each:
        result = strike(each, role, script)
        if result is not None:
            assert_true(each, result)
        if result is None or result.ending is not ep.Ending.IN_DOUBT:
            each.lab[role].clear_faults()
            assert_settled(each)
            return
        assert [router.device for router in result if router.holds is Holds.UNKNOWN] == [each.lab[role].name]
        mend(each, role)
        (after,) = recovered(each)
        assert_true(each, after)
        assert after.ending is not ep.Ending.IN_DOUBT
        assert_settled(each)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "script", ["unlock-running:hang", "unlock-running:die", "commit-confirmed:drop-reply"]
)
def test_a_rollback_that_a_held_lock_prevents(role: str, script: str) -> None:
    blocked = {"any": ["rollback-blocked-by-lock"]}
    with bench(policy=SHORT, timeout=ENOUGH, switches=blocked) as each:
        result = strike(each, role, script)
        assert result is not None
        assert_true(each, result)
        mend(each, role)
        recovered(each)
        assert_settled(each)


@pytest.mark.parametrize("role", ROLES)
def test_a_router_that_stays_away_stays_in_doubt_until_it_is_back(role: str) -> None:
    with bench(policy=SHORT, timeout=ENOUGH) as each:
        strike(each, role, "commit-confirming:die")
        for _ in range(2):
            (result,) = recovered(each)
            assert result.ending is ep.Ending.IN_DOUBT
            assert result.cause is not None
            assert result.cause.where == each.lab[role].name
            assert "UTC" in result.cause.hint
            assert the_entry(each).end is None
        each.lab[role].start()
        (result,) = recovered(each)
        assert result.ending is ep.Ending.COMMITTED
        assert_settled(each)


def test_a_router_in_doubt_is_refused_to_the_next_transaction() -> None:
    with bench(policy=SHORT, timeout=ENOUGH) as each:
        strike(each, "backup", "commit-confirming:die")
        each.lab["backup"].start()
        with each.open(intent(3001)) as pair, pytest.raises(Refused) as caught:
            pair.apply(pair.plan(intent(3001)), accept=("interruption", "relabel"))
        assert caught.value.reason is RefusalReason.UNFINISHED
        assert the_entry(each).id in caught.value.what
        recovered(each)
        assert_settled(each)


@pytest.mark.parametrize("role", ROLES)
def test_another_router_behind_the_same_address_is_left_alone(role: str) -> None:
    with bench(policy=SHORT, timeout=ENOUGH) as each, bench() as stranger:
        strike(each, role, "commit-confirming:die")
        values = each.lab.inventory(timeout=ENOUGH)
        other = stranger.lab.inventory(timeout=ENOUGH)["devices"]
        name = each.lab[role].name
        values["devices"][name] = other[name]
        (result,) = recover(inventory=parse_inventory(yaml.safe_dump(values)), journal=each.journal)
        assert result.ending is ep.Ending.IN_DOUBT
        assert stranger.running == stranger.before
        assert {message.name for message in stranger.lab[role].received} <= {"hello", "close-session"}
        assert any("host key" in note for note in result[ep.Role(role)].notes)


LOCK = "<lock><target><{}/></target></lock>"


@pytest.mark.parametrize("datastores", [("candidate",), ("candidate", "running")])
def test_a_lock_holder_who_came_after_the_decision_and_stays(datastores: tuple[str, ...]) -> None:
    with bench(policy=SHORT, timeout=ENOUGH) as each:
        strike(each, "backup", "commit-confirming:hang:*")
        device = each.lab["backup"]
        device.clear_faults()
        with session(device) as holder:
            if "running" in datastores:
                device.wait_for(lambda device: not device.pending)
            for datastore in datastores:
                holder.ok(LOCK.format(datastore))
            (result,) = recovered(each)
            assert_true(each, result)
            assert result.ending is ep.Ending.IN_DOUBT
            assert result.cause is not None
            assert result.cause.where == device.name
            assert dict(device.locks) == dict.fromkeys(datastores, holder.session_id)
        recovered(each)
        assert_settled(each)


@pytest.mark.parametrize("datastore", ["running", "candidate"])
def test_a_lock_holder_who_never_leaves(datastore: str) -> None:
    with bench(policy=SHORT) as each, session(each.lab["backup"]) as holder:
        holder.ok(LOCK.format(datastore))
        with pytest.raises(Refused) as caught:
            each.apply(intent())
        assert caught.value.reason is RefusalReason.LOCKED
        assert f"session {holder.session_id}" in str(caught.value)
        assert each.running == each.before
        assert dict(each.lab["backup"].locks) == {datastore: holder.session_id}
        assert recovered(each) == []


def test_a_dirty_candidate_is_neither_discarded_nor_committed() -> None:
    with bench(policy=SHORT) as each, session(each.lab["backup"]) as other:
        edit = config(("vpnz", {"route-distinguisher": "200:26"})).decode()
        other.ok(f"<edit-config><target><candidate/></target>{edit}</edit-config>")
        dirty = each.lab["backup"].candidate
        assert dirty != each.running["backup"]
        with pytest.raises(Refused) as caught:
            each.apply(intent())
        assert caught.value.reason is RefusalReason.DIRTY
        assert each.lab["backup"].candidate == dirty
        assert each.running == each.before
        assert recovered(each) == []


def test_a_candidate_that_was_dirtied_after_the_decision_is_not_committed() -> None:
    with bench(policy=SHORT, timeout=ENOUGH) as each:
        strike(each, "backup", "commit-confirming:die")
        device = each.lab["backup"]
        device.start()
        with session(device) as other:
            edit = config(("vpnz", {"route-distinguisher": "200:26"})).decode()
            other.ok(f"<edit-config><target><candidate/></target>{edit}</edit-config>")
            (result,) = recovered(each)
            assert_true(each, result)
            assert result.ending is ep.Ending.IN_DOUBT
            assert b"vpnz" in device.candidate
            assert b"vpnz" not in device.running
            other.ok("<discard-changes/>")
        recovered(each)
        assert_settled(each)


@pytest.mark.parametrize("role", ROLES)
def test_a_third_party_that_edits_the_same_nodes_meanwhile_is_left_to_a_person(role: str) -> None:
    with bench(policy=SHORT, timeout=ENOUGH) as each:
        strike(each, role, "commit-confirming:die")
        each.lab[role].start()
        each.lab[role].edit_as_other(config(("vpna", {"static-label": "3333"})))
        (result,) = recovered(each)
        assert result.ending is ep.Ending.DIVERGED
        assert result[ep.Role(role)].holds is Holds.OTHER
        assert result.cause is not None
        assert result.cause.where == each.lab[role].name
        assert labels(each.running[role]) == {"vpna": "3333"}
        each.assert_released()
        assert the_entry(each).end is not None
