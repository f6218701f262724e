"""Stages on the lab's routers with BGP: what is there after each, read by a client that we did not write."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

import egresspair as ep
from egresspair.errors import PlanError, RefusalReason, Refused, UsageError
from egresspair.events import Event, StageStarted
from pair.bench import Bench, plain_ncclient
from pair.bench import bench as new_bench

from .documents import (
    ASBR,
    BACKUP,
    HOST_ROUTES,
    LOOPBACKS,
    MASTER,
    NON_RELAY,
    PEERS,
    imported,
    intent,
    network,
    running,
)

ACCEPT = {"interruption", "relabel", "session-reset"}
NS = {
    "ni": "urn:huawei:yang:huawei-network-instance",
    "l3vpn": "urn:huawei:yang:huawei-l3vpn",
    "bgp": "urn:huawei:yang:huawei-bgp",
    "ifm": "urn:huawei:yang:huawei-ifm",
    "ip": "urn:huawei:yang:huawei-ip",
    "rtp": "urn:huawei:yang:huawei-routing-policy",
}


def seen(bench: Bench, role: str) -> dict[str, Any]:
    """What plain ncclient reads: label, loopback addresses, host routes by network, policies, the peer's leaves."""
    with plain_ncclient(bench.lab[role]) as session:
        root = etree.fromstring(session.get_config("running").data_xml.encode())

    def texts(path: str) -> list[str]:
        return [str(each.text) for each in root.iterfind(path, NS)]

    peer = root.find(".//bgp:peers/bgp:peer/bgp:afs/bgp:af/bgp:ipv4-unicast", NS)
    leaves = {} if peer is None else {etree.QName(each).localname: each.text for each in peer}
    return {
        "label": texts(".//l3vpn:static-label"),
        "loopbacks": texts(".//ip:address/ip:ip"),
        "networks": sorted(texts(".//bgp:network-route/bgp:address")),
        "non relay": texts(".//bgp:network-route/bgp:non-relay-tunnel"),
        "imports": texts(".//bgp:import-route/bgp:protocol"),
        "policies": texts(".//rtp:policy-definition/rtp:name"),
        "labeled": leaves.get("label-route-capability"),
        "export": leaves.get("export-policy"),
    }


ROLES = ("master", "backup")
DONE = {
    "label": ["2001"],
    "networks": sorted((MASTER, BACKUP)),
    "non relay": ["true", "true"],
    "imports": [],
    "policies": ["label-out"],
    "labeled": "true",
    "export": "label-out",
}


def test_the_stages_lead_to_what_the_intent_asks_for(bench: Bench) -> None:
    wanted = intent()
    with bench.open(wanted) as pair:
        staged = pair.plan_stages(wanted)
        assert bench.running == bench.before
        assert [stage.name for stage in staged] == ["labels", "loopbacks", "labeled sessions", "host routes"]
        results = pair.apply_stages(staged, accept=ACCEPT)
        assert [result.ending for result in results] == [ep.Ending.COMMITTED] * 4
        for role, address in zip(ROLES, (MASTER, BACKUP), strict=True):
            assert seen(bench, role) == {**DONE, "loopbacks": [address]}
        assert pair.plan_stages(wanted).is_empty
    assert len({result.transaction for result in results}) == 4
    started = [event.heading for event in bench.events if isinstance(event, StageStarted)]
    assert started == [f"Stage {n} of 4: {stage.name}" for n, stage in enumerate(staged, 1)]
    bench.assert_released()


def test_each_transaction_is_undone_in_turn(bench: Bench) -> None:
    wanted = intent()
    with bench.open(wanted) as pair:
        results = pair.apply_stages(pair.plan_stages(wanted), accept=ACCEPT)
        for result in reversed(results):
            plan = pair.plan_undo(pair.journal.entry(result.transaction))
            assert pair.apply(plan, accept=ACCEPT).ending is ep.Ending.COMMITTED
    nothing: dict[str, Any] = {
        "label": [],
        "loopbacks": [],
        "networks": [],
        "non relay": [],
        "imports": [],
        "policies": [],
    }
    for role in ROLES:
        found = seen(bench, role)
        assert found == {**nothing, "labeled": found["labeled"], "export": None}
        assert found["labeled"] in (None, "false")


def test_removal_withdraws_what_is_the_partners_and_then_the_labels(bench: Bench) -> None:
    wanted = intent()
    with bench.open(wanted) as pair:
        pair.apply_stages(pair.plan_stages(wanted), accept=ACCEPT)
        removal = pair.plan_stages(wanted, remove=True)
        assert [stage.name for stage in removal] == ["withdrawal of host routes", "labels"]
        pair.apply_stages(removal, accept=ACCEPT)
    for role, address in zip(ROLES, (MASTER, BACKUP), strict=True):
        kept = {"label": [], "loopbacks": [address], "networks": [address], "non relay": ["true"]}
        assert seen(bench, role) == {**DONE, **kept}


def test_a_stage_that_fails_leaves_those_before_it_and_says_so() -> None:
    faults = ["backup:commit-confirmed:refuse:2"]
    with new_bench({role: running() for role in ROLES}, profile="ne40e-core", faults=faults) as bench:
        wanted = intent()
        with bench.open(wanted) as pair, pytest.raises(ep.TransactionAborted) as caught:
            pair.apply_stages(pair.plan_stages(wanted), accept=ACCEPT)
        error = caught.value
        (labels, loopbacks) = bench.journal.entries()[:2]
        assert error.where.startswith("stage 2 of 4: loopbacks")
        assert "What was done before stands: labels (transaction " in error.hint
        assert "Not done: loopbacks, labeled sessions, host routes." in error.hint
        for role in ROLES:
            found = seen(bench, role)
            assert (found["label"], found["loopbacks"], found["networks"]) == (["2001"], [], [])
        bench.assert_released()
        with bench.open(wanted) as pair:
            again = pair.plan_stages(wanted)
            assert again.stages[0].plan.is_empty
            pair.apply_stages(again, accept=ACCEPT)
        assert seen(bench, "backup") == {**DONE, "loopbacks": [BACKUP]}
        assert {labels.id, loopbacks.id} <= {entry.id for entry in bench.journal.entries()}


def test_a_label_that_somebody_changes_between_two_stages_ends_the_sequence(bench: Bench) -> None:
    """What attracts traffic is never configured beside labels that are not those of the plan."""
    wanted = intent()

    def meddle(event: Event) -> None:
        if isinstance(event, StageStarted) and event.heading.endswith("host routes"):
            bench.lab["backup"].edit_as_other(running(label=2009))

    with bench.open(wanted, observers=[meddle]) as pair, pytest.raises(Refused) as caught:
        pair.apply_stages(pair.plan_stages(wanted), accept=ACCEPT)
    assert caught.value.reason is RefusalReason.STALE
    assert caught.value.where == "stage 4 of 4: host routes, masg-2"
    assert "stands: labels (transaction" in caught.value.hint
    assert [seen(bench, role)["networks"] for role in ROLES] == [[], []]
    bench.assert_released()


def test_a_plan_without_stages_says_what_it_leaves_out(bench: Bench) -> None:
    wanted = intent()
    with bench.open(wanted) as pair:
        plan = pair.plan(wanted)
        assert any("plan_stages" in note for note in plan.notes)
        with pytest.raises(UsageError, match="a StagedPlan is wanted, not Plan"):
            pair.apply_stages(plan)  # type: ignore[arg-type]
        pair.apply(plan, accept=ACCEPT)
    assert seen(bench, "master")["networks"] == []


def test_risks_are_refused_before_the_first_stage(bench: Bench) -> None:
    wanted = intent()
    with bench.open(wanted) as pair, pytest.raises(Refused, match="session-reset") as caught:
        pair.apply_stages(pair.plan_stages(wanted), accept={"interruption"})
    assert caught.value.exit_status == 10
    bench.assert_untouched()


IN_SERVICE = {
    role: running(
        label=2001,
        loopbacks=[("LoopBack1", address)],
        networks=network(f"{MASTER}/32", NON_RELAY)
        + network(f"{BACKUP}/32", ("policy-name", "mine"), NON_RELAY),
        policies=[("mine", False)],
    )
    for role, address in zip(ROLES, (MASTER, BACKUP), strict=True)
}


def test_a_live_pair_is_relabelled_without_its_host_routes_and_gets_them_back() -> None:
    with new_bench(IN_SERVICE, profile="ne40e-core") as bench:
        wanted = intent(3001, loopbacks=LOOPBACKS)
        watched: list[dict[str, Any]] = []

        def watch(*_: object) -> None:
            watched.append(
                {role: (seen(bench, role)["label"], seen(bench, role)["networks"]) for role in ROLES}
            )

        with bench.open(wanted) as pair:
            staged = pair.plan_stages(wanted)
            names = [stage.name for stage in staged]
            assert names == ["withdrawal of host routes", "labels", "restoration of host routes"]
            pair.apply_stages(staged, accept=ACCEPT, checks=[watch])
        # Each check runs while its stage is on trial: the new label was never seen beside a partner's host route.
        own = {"master": [MASTER], "backup": [BACKUP]}
        assert watched[0] == {role: (["2001"], own[role]) for role in ROLES}
        assert watched[1] == {role: (["3001"], own[role]) for role in ROLES}
        after = {role: bench.running[role].replace(b"3001", b"2001") for role in ROLES}
        assert after == bench.before


def test_host_routes_that_stay_withdrawn_are_told_and_undone() -> None:
    with new_bench(IN_SERVICE, profile="ne40e-core", faults=["backup:commit-confirmed:refuse:2"]) as bench:
        wanted = intent(3001, loopbacks=LOOPBACKS)
        with bench.open(wanted) as pair:
            with pytest.raises(ep.TransactionAborted) as caught:
                pair.apply_stages(pair.plan_stages(wanted), accept=ACCEPT)
            assert (
                "The host routes stay withdrawn, and applying again does not restore them"
                in caught.value.hint
            )
            (withdrawal,) = (e for e in pair.journal.entries() if e.end and e.end.outcome == "COMMITTED")
            assert withdrawal.id in caught.value.hint
            undone = pair.plan_undo(pair.journal.entry(withdrawal.id))
            assert pair.apply(undone, accept=ACCEPT).ending is ep.Ending.COMMITTED
        assert bench.running == bench.before


def test_the_same_in_one_go_is_refused() -> None:
    with new_bench(IN_SERVICE, profile="ne40e-core") as bench:
        wanted = intent(3001, no=True)
        with bench.open(wanted) as pair, pytest.raises(Refused, match="--staged") as caught:
            pair.apply(pair.plan(wanted), accept=ACCEPT)
        assert caught.value.exit_status == 10
        bench.assert_untouched()


def test_who_owns_a_host_route_has_to_be_known() -> None:
    with new_bench(IN_SERVICE, profile="ne40e-core") as bench:
        wanted = intent(3001, no=True)
        with bench.open(wanted) as pair, pytest.raises(PlanError, match=r"whose address .* is not known"):
            pair.plan_stages(wanted)
        bench.assert_untouched()


def test_without_modules_for_it_the_plan_says_so_before_anything_is_read() -> None:
    with new_bench() as bench:
        with bench.open(intent()) as pair, pytest.raises(PlanError, match="has no module huawei-ifm"):
            pair.plan_stages(intent())
        bench.assert_untouched()


def test_imports_go_through_a_policy_that_is_there() -> None:
    before = running(policies=[("partners", False)], imports=imported("direct", 0))
    with new_bench(dict.fromkeys(ROLES, before), profile="ne40e-core") as bench:
        asked = {"protocol": "ospf", "process_id": 2, "policy": "partners"}
        wanted = intent(originate="import-route", import_routes=[asked])
        with bench.open(wanted) as pair:
            pair.apply_stages(pair.plan_stages(wanted), accept=ACCEPT)
            assert [seen(bench, role)["imports"] for role in ROLES] == [["direct", "ospf"]] * 2
            pair.apply_stages(pair.plan_stages(wanted, remove=True), accept=ACCEPT)
        assert [seen(bench, role)["imports"] for role in ROLES] == [["direct"]] * 2


def test_what_is_there_is_left_alone() -> None:
    before = running(
        label=2001,
        loopbacks=[("LoopBack1", MASTER)],
        networks="".join(network(route, NON_RELAY) for route in HOST_ROUTES),
        peer="<label-route-capability>true</label-route-capability><export-policy>label-out</export-policy>",
        policies=[("label-out", True)],
    )
    with new_bench({"master": before, "backup": running()}, profile="ne40e-core") as bench:
        wanted = intent()
        with bench.open(wanted) as pair:
            staged = pair.plan_stages(wanted)
            assert all(stage.plan.master.edit is None for stage in staged)
            pair.apply_stages(staged, accept=ACCEPT)
        assert bench.running["master"] == bench.before["master"]
        assert seen(bench, "backup") == {**DONE, "loopbacks": [BACKUP]}


@pytest.mark.parametrize(
    ("before", "asked", "said"),
    [
        ({"bgp": False}, PEERS, "BGP has no IPv4 unicast family"),
        ({"peer": None}, PEERS, f"there is no BGP peer {ASBR} in the IPv4 unicast family"),
        ({"policies": [("label-out", False)]}, PEERS, "no permitting node of it applies a label"),
        (
            {"peer": "<export-policy>other</export-policy>", "policies": [("other", True)]},
            PEERS,
            "goes through other",
        ),
        ({"loopbacks": [("LoopBack1", "192.0.2.9")]}, {"loopbacks": LOOPBACKS}, "LoopBack1 has 192.0.2.9/32"),
        (
            {},
            {
                "originate": "import-route",
                "import_routes": [{"protocol": "direct", "process_id": 0, "policy": "own"}],
            },
            "there is no route-policy own",
        ),
    ],
)
def test_what_stands_in_the_way_is_told_with_field_and_router(
    before: dict[str, Any], asked: dict[str, Any], said: str
) -> None:
    with new_bench({"master": running(**before), "backup": running()}, profile="ne40e-core") as bench:
        wanted = intent(**asked)
        with bench.open(wanted) as pair, pytest.raises(PlanError) as caught:
            pair.plan_stages(wanted)
        (problem, *_) = caught.value.problems
        assert problem.field.startswith("masg-1 prerequisites.")
        assert said in problem.what
        assert problem.hint
        bench.assert_untouched()
