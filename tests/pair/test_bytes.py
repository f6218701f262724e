"""What a plan shows is, byte for byte, what a router receives."""

from __future__ import annotations

import re

import pytest

import egresspair as ep

from .bench import Bench
from .bench import bench as new_bench
from .documents import ALL, BOTH_LABELLED, LABELLED, RD, ROLES, config, intent, sent

OPERATION = re.compile(rb"<rpc\b[^>]*>(.*)</rpc>\s*\Z", re.DOTALL)


def inside(message: bytes) -> bytes:
    """What stands between ``<rpc>`` and ``</rpc>``."""
    found = OPERATION.search(message)
    assert found is not None
    return found[1]


def shown(plan: ep.Plan) -> dict[str, list[bytes]]:
    """The edit-configs as a program sees them in the plan, by role; none where nothing is sent."""
    return {
        router["role"]: [router["edit_config"].encode()] if router["edit_config"] else []
        for router in plan.to_dict()["routers"]
    }


def received(bench: Bench) -> dict[str, list[bytes]]:
    """The edit-configs that came, by role."""
    return {role: [inside(message) for message in sent(bench.lab, role, "edit-config")] for role in ROLES}


@pytest.mark.parametrize("label", [2001, 3001])
@pytest.mark.parametrize("master", ["bare", "labelled"])
def test_the_edit_that_is_shown_is_the_edit_that_is_received(label: int, master: str) -> None:
    document = {"master": LABELLED} if master == "labelled" else {}
    with new_bench(document) as each, each.open(intent(label)) as pair:
        wanted = intent(label, vpn_targets={"import": ["1.1:1", "192.0.2.1:7"]})
        plan = pair.plan(wanted)
        pair.apply(plan, accept=ALL)
        assert received(each) == shown(plan)
        assert shown(plan)["backup"] == [plan.backup.edit.body if plan.backup.edit else b""]


def test_a_removal_that_is_shown_is_the_removal_that_is_received() -> None:
    with new_bench(BOTH_LABELLED) as each, each.open(intent()) as pair:
        plan = pair.plan_removal(intent())
        pair.apply(plan, accept=ALL)
        assert received(each) == shown(plan)


@pytest.mark.parametrize("switch", ["base-1.0", "validate-breaks-commit"])
def test_framing_and_repetition_change_no_byte(switch: str) -> None:
    with new_bench(switches={"any": [switch]}) as each, each.open(intent()) as pair:
        plan = pair.plan(intent())
        pair.apply(plan, accept=ALL)
        assert {role: set(edits) for role, edits in received(each).items()} == {
            role: set(edits) for role, edits in shown(plan).items()
        }


def test_the_payload_without_a_router_is_the_same_edit() -> None:
    before = config(("vpna", {"route-distinguisher": RD, "label-mode": "per-instance"}))
    with new_bench(dict.fromkeys(ROLES, before)) as each:
        running = {device.name: device.running for device in each.lab}
        payloads = ep.render(intent(), running=running)
        each.apply(intent())
        assert received(each) == {role: [str(payloads[each.lab[role].name]).encode()] for role in ROLES}


def test_the_inverse_leads_back(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
        pair.apply(plan, accept=ALL)
        back = pair.plan_removal(intent())
        assert back.master.after.same_as(plan.master.before)
