"""Stages on paper: whatever is there before, they lead to what is asked for, and there is nothing more to do then."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from egresspair.errors import PlanError
from egresspair.intent import Role
from egresspair.netconf.instance_path import steps_of
from egresspair.plan.codec import plan_facts, plan_from_facts
from egresspair.plan.model import read_running
from egresspair.policy import Policy
from egresspair.stages import StagedPlan, make_stages, make_stages_removal

from .documents import (
    ALL_PARTS,
    BACKUP,
    HOST_ROUTES,
    LOOPBACKS,
    MASTER,
    NON_RELAY,
    PEERS,
    intent,
    network,
    running,
)
from .facts import nobody_asked
from .test_genuine import CASES, DIALECT, edited, staged, views_of

FIRM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

befores = st.fixed_dictionaries(
    {
        "label": st.sampled_from([None, 2001]),
        "loopbacks": st.sampled_from([(), (("LoopBack7", "192.0.2.77"),)]),
        "networks": st.lists(
            st.sampled_from([network(route, *more) for route in HOST_ROUTES for more in ((), (NON_RELAY,))]),
            unique_by=lambda entry: entry.partition("</address>")[0],
        ).map("".join),
        "policies": st.sampled_from([(), (("label-out", True),)]),
        "peer": st.sampled_from(
            [
                "",
                "<label-route-capability>false</label-route-capability>",
                "<label-route-capability>true</label-route-capability>",
            ]
        ),
    }
)
asked = st.sampled_from(
    [ALL_PARTS, {"loopbacks": LOOPBACKS, "originate": "network"}, PEERS, {"originate": "network", **PEERS}]
)


@FIRM
@given(befores, asked)
def test_whatever_is_there_nothing_is_left_to_do_after_the_stages(
    before: dict[str, Any], parts: dict[str, Any]
) -> None:
    wanted, first = intent(**parts), etree.fromstring(running(**before))
    made = make_stages(wanted, views_of(wanted, first), Policy(), nobody_asked)
    now = {role: _carried_out(made, role, first) for role in Role}
    assert make_stages(wanted, views_of(wanted, *now.values()), Policy(), nobody_asked).is_empty
    for role, config in now.items():
        back = config
        for stage in reversed(made.stages):
            if (rpc := stage.plan[role].inverse) is not None:
                back = edited(back, rpc.body)
        whole = views_of(wanted, first)[role].running
        assert read_running(DIALECT, back, whole).same_as(whole)


def _carried_out(made: StagedPlan, role: Role, config: etree._Element) -> etree._Element:
    """What a router holds after the last stage; after each it holds what its plan says."""
    for stage in made:
        plan = stage.plan[role]
        assert read_running(DIALECT, config, plan.before).same_as(plan.before)
        if plan.edit is not None:
            config = edited(config, plan.edit.body)
        assert read_running(DIALECT, config, plan.after).same_as(plan.after)
    return config


@FIRM
@given(befores)
def test_after_a_removal_each_originates_its_own_alone(before: dict[str, Any]) -> None:
    wanted = intent(loopbacks=LOOPBACKS, originate="network")
    config = etree.fromstring(running(**before))
    made = make_stages_removal(wanted, views_of(wanted, config), Policy(), nobody_asked)
    for role, own, partners in ((Role.MASTER, MASTER, BACKUP), (Role.BACKUP, BACKUP, MASTER)):
        after = config
        for stage in made:
            if (rpc := stage.plan[role].edit) is not None:
                after = edited(after, rpc.body)
        left = etree.tostring(after).decode()
        assert (f"<address>{own}</address>" in left) == (
            f"<address>{own}</address>" in running(**before).decode()
        )
        assert f"<address>{partners}</address>" not in left
        assert "static-label" not in left


def test_what_stands_in_the_way_on_both_routers_is_told_at_once() -> None:
    wanted = intent(**PEERS)
    data = etree.fromstring(running(peer=None))
    with pytest.raises(PlanError) as caught:
        make_stages(wanted, views_of(wanted, data), Policy(), nobody_asked)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["masg-1 prerequisites.master_peers[0]", "masg-2 prerequisites.backup_peers[0]"]


def test_each_stage_is_an_order_and_has_its_place_in_the_digest() -> None:
    wanted, data = intent(), etree.fromstring(running())
    made = make_stages(wanted, views_of(wanted, data), Policy(), nobody_asked)
    assert len({stage.plan.digest for stage in made}) == len(made) == 4
    assert made.digest == make_stages(wanted, views_of(wanted, data), Policy(), nobody_asked).digest
    assert "Stage 4 of 4: host routes" in str(made)
    assert "<h3>Stage 4 of 4: host routes</h3>" in made._repr_html_()


@pytest.mark.parametrize("case", CASES)
def test_the_journal_gives_back_every_stage_as_it_was(case: str) -> None:
    for stage in staged(case)[0]:
        again = plan_from_facts(json.loads(json.dumps(plan_facts(stage.plan))))
        assert again.digest == stage.plan.digest
        assert again.stage == stage.name
        assert again.master.before == stage.plan.master.before
        assert again.master.after.same_as(stage.plan.master.after)


NETWORK = "bgp:afs/bgp:af/bgp:ipv4-unicast/bgp:network-routes/bgp:network-route"
AF4 = "/ni:network-instance/ni:instances/ni:instance[ni:name='_public_']/bgp:bgp/bgp:base-process"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (
            f"{AF4}/bgp:peers/bgp:peer[bgp:address='192.0.2.4']/bgp:afs/bgp:af/bgp:ipv4-unicast",
            "master_peers[0]",
        ),
        (
            f"{AF4}/{NETWORK}[bgp:address='192.0.2.6'][bgp:mask-length='32']/bgp:non-relay-tunnel",
            "originate",
        ),
        ("/ifm:ifm/ifm:interfaces/ifm:interface[ifm:name='LoopBack1']", "loopbacks.master"),
        (
            "/rtp:routing-policy/rtp:policy-definitions/rtp:policy-definition[rtp:name='label-out']",
            "export_policy",
        ),
        (f"{AF4}/bgp:peers/bgp:peer[bgp:address='192.0.2.9']", ""),
        (AF4, ""),
    ],
)
def test_what_a_router_complains_about_leads_to_the_field(path: str, field: str) -> None:
    wanted, data = intent(), etree.fromstring(running())
    made = make_stages(wanted, views_of(wanted, data), Policy(), nobody_asked)
    found = {
        origin.field
        for stage in made
        for origin in stage.plan.master.attribution.of_path(path, "no").origins
        if origin.field.startswith("prerequisites.")
    }
    assert found == ({f"prerequisites.{field}"} if field else set())
    assert steps_of(path)
