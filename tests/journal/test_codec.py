"""A plan in the journal comes back as the plan that it was, or not at all."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.plan import Plan
from egresspair.plan.codec import UnreadablePlan, plan_facts, plan_from_facts
from plan.views import intent, plan, vpn
from toy.plans import asking

labels = st.integers(16, 32783)
targets = st.frozensets(st.sampled_from(["200:1", "200:2", "1.1:7"]))
states = st.one_of(
    st.just(vpn()),
    st.builds(lambda label: vpn(static_label=label, label_mode="per-instance"), labels),
    st.builds(lambda imports, exports: vpn(imports=imports, exports=exports), targets, targets),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans to apply or to remove, for routers in several states."""
    wanted = intent(draw(labels))
    return plan(wanted, draw(states), draw(states), removal=draw(st.booleans()))


@given(made=plans())
def test_it_comes_back_with_the_same_digest_and_bytes(made: Plan) -> None:
    back = plan_from_facts(json.loads(json.dumps(plan_facts(made))))
    assert back.digest == made.digest
    assert back.policy == made.policy
    for before, after in zip(made.routers, back.routers, strict=True):
        assert (after.edit, after.inverse, after.read) == (before.edit, before.inverse, before.read)
        assert (after.after, after.changes, after.view.host_key) == (
            before.after,
            before.changes,
            before.view.host_key,
        )


@given(made=plans())
def test_a_part_is_written_down_with_all_that_is_in_it(made: Plan) -> None:
    facts = plan_facts(made)
    assert facts["policy"] == asdict(made.policy)
    for router, of_router in zip(made.routers, facts["routers"], strict=True):
        assert of_router["server"] == asdict(router.view.server)
        assert of_router["origins"] == [asdict(origin) for origin in router.origins]
        for vpn_, of_vpn in zip(router.view.running.vpns.values(), of_router["before"], strict=True):
            assert of_vpn == {
                **asdict(vpn_),
                "imports": sorted(vpn_.imports),
                "exports": sorted(vpn_.exports),
            }


def test_what_is_asked_of_labels_comes_back() -> None:
    made, read = asking(plan())
    facts = json.loads(json.dumps(plan_facts(made)))
    assert [router.view.label_reads for router in plan_from_facts(facts)] == [(read,), (read,)]


def test_a_plan_of_a_version_that_asked_less_is_read() -> None:
    facts = json.loads(json.dumps(plan_facts(plan())))
    for router in facts["routers"]:
        del router["label_reads"]
    assert [router.view.label_reads for router in plan_from_facts(facts)] == [(), ()]


def test_the_fields_of_the_intent_come_back_and_an_older_journal_has_none() -> None:
    made = plan()
    facts = json.loads(json.dumps(plan_facts(made)))
    assert [router.origins for router in plan_from_facts(facts)] == [router.origins for router in made]
    assert made.master.origins
    for router in facts["routers"]:
        del router["origins"]
    older = plan_from_facts(facts)
    assert [router.origins for router in older] == [(), ()]
    assert older.digest == made.digest


TAMPERED: dict[str, Callable[[Any], None]] = {
    "payload": lambda facts: facts["routers"][0]["rpcs"]["edit"].__setitem__(1, "<edit-config/>"),
    "label": lambda facts: facts["routers"][0]["labels"].update(vpna=4004),
    "host key": lambda facts: facts["routers"][1].update(host_key="SHA256:other"),
    "change": lambda facts: facts["routers"][0]["changes"][0].__setitem__(3, "4004"),
    "digest": lambda facts: facts.update(digest="0" * 64),
}


@pytest.mark.parametrize(
    "what",
    [
        *TAMPERED,
    ],
)
def test_a_plan_that_was_tampered_with_is_refused(what: str) -> None:
    facts = json.loads(json.dumps(plan_facts(plan())))
    TAMPERED[what](facts)
    with pytest.raises(UnreadablePlan):
        plan_from_facts(facts)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in pairs for found in leaves(each, (*path, key)))]


@given(drawn=st.data())
def test_whatever_is_missing_it_is_whole_or_unreadable(drawn: st.DataObject) -> None:
    made = plan()
    facts = copy.deepcopy(json.loads(json.dumps(plan_facts(made))))
    way = drawn.draw(st.sampled_from([path for path in leaves(facts) if path]))
    holder = facts
    for key in way[:-1]:
        holder = holder[key]
    del holder[way[-1]]
    try:
        back = plan_from_facts(facts)
    except UnreadablePlan:
        return
    assert back.digest == made.digest
