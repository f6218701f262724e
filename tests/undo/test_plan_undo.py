"""Undoing on a pair of the lab: what comes back, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import egresspair as ep
from egresspair.errors import JournalError, RefusalReason
from egresspair.journal import Entry
from egresspair.netconf import rpc
from egresspair.netconf.reply import Answer, Outcome, Reply
from egresspair.plan import Plan
from egresspair.plan.references import references_in
from egresspair.undo import intent_of
from pair.bench import Bench, bench
from pair.documents import (
    ALL,
    BARE,
    BOTH_LABELLED,
    LABELLED,
    config,
    intent,
    labels,
)
from pair.documents import (
    intent_of as intent_with,
)

EMPTY = config(("bystander", {"route-distinguisher": "200:9"}))
NEW_VPN = {"name": "vpnx", "static_label": 2005, "route_distinguisher": "200:5"}
NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"


@pytest.fixture
def rig() -> Iterator[Bench]:
    with bench() as made:
        yield made


def newest(rig: Bench) -> Entry:
    return rig.journal.entries()[0]


def undo_plan(rig: Bench, entry: Entry) -> Plan:
    with rig.open(intent_of(entry)) as pair:
        return pair.plan_undo(entry)


def undo(rig: Bench, entry: Entry) -> ep.Result:
    with rig.open(intent_of(entry)) as pair:
        return pair.apply(pair.plan_undo(entry), accept=ALL)


def refusal(rig: Bench, entry: Entry) -> ep.Refused:
    with pytest.raises(ep.Refused) as caught:
        undo_plan(rig, entry)
    rig.assert_released()
    return caught.value


def inside(vpn: str, content: str) -> bytes:
    return (
        f'<network-instance xmlns="{NI}"><instances><instance><name>{vpn}</name>{content}</instance>'
        "</instances></network-instance>"
    ).encode()


def test_the_pair_is_back_at_what_it_held(rig: Bench) -> None:
    rig.apply(intent())
    result = undo(rig, newest(rig))
    assert result.ending is ep.Ending.COMMITTED
    assert result.plan.action == "undo"
    assert [labels(running) for running in rig.running.values()] == [{}, {}]
    rig.assert_released()
    assert newest(rig).action == "undo"
    assert newest(rig).end is not None


def test_what_is_sent_is_the_stored_inverse_byte_for_byte(rig: Bench) -> None:
    done = rig.apply(intent())
    plan = undo_plan(rig, newest(rig))
    for role in ep.Role:
        assert plan[role].edit == done.plan[role].inverse
        assert plan[role].inverse == done.plan[role].edit
    assert plan.intent_digest == done.plan.intent_digest
    assert any(newest(rig).id in note for note in plan.notes)


def test_a_new_label_goes_back_to_the_one_before() -> None:
    with bench(BOTH_LABELLED) as rig:
        rig.apply(intent(3001))
        plan = undo_plan(rig, newest(rig))
        assert {risk.kind.value for risk in plan.risks} == {"interruption", "relabel"}
        with rig.open(intent()) as pair, pytest.raises(ep.Refused) as caught:
            pair.apply(plan)
        assert caught.value.reason is RefusalReason.RISK
        undo(rig, newest(rig))
        assert [labels(running) for running in rig.running.values()] == [{"vpna": "2001"}] * 2


def test_an_undo_can_be_undone(rig: Bench) -> None:
    rig.apply(intent())
    undo(rig, newest(rig))
    undo(rig, newest(rig))
    assert [labels(running) for running in rig.running.values()] == [{"vpna": "2001"}] * 2


def test_a_removal_too(rig: Bench) -> None:
    rig.load(**BOTH_LABELLED)
    rig.apply(intent(), remove=True)
    undo(rig, newest(rig))
    assert rig.running == rig.before


def test_what_is_undone_already_is_no_change(rig: Bench) -> None:
    rig.apply(intent())
    entry = newest(rig)
    undo(rig, entry)
    plan = undo_plan(rig, entry)
    assert plan.is_empty
    assert "both routers are back already" in str(plan)
    assert undo(rig, entry).ending is ep.Ending.NO_CHANGE


@pytest.mark.parametrize("role", ["master", "backup"])
def test_a_router_that_has_moved_on_is_left_alone(rig: Bench, role: str) -> None:
    rig.apply(intent())
    entry = newest(rig)
    rig.lab[role].load(config(("vpna", {"route-distinguisher": "200:1", "static-label": "4000"})))
    refused = refusal(rig, entry)
    assert refused.reason is RefusalReason.STALE
    assert refused.where == rig.lab[role].name
    assert refused.exit_status == 10


def test_only_half_undone_by_hand_is_not_done_already(rig: Bench) -> None:
    rig.apply(intent())
    rig.lab["backup"].load(BARE)
    assert refusal(rig, newest(rig)).where == "masg-2"


def test_the_locked_check_sees_what_came_after_the_plan(rig: Bench) -> None:
    rig.apply(intent())
    with rig.open(intent()) as pair:
        plan = pair.plan_undo(newest(rig))
        rig.lab["master"].load(BARE)
        with pytest.raises(ep.Refused) as caught:
            pair.apply(plan, accept=ALL)
    assert caught.value.reason is RefusalReason.STALE
    assert labels(rig.lab["backup"].running) == {"vpna": "2001"}


def test_another_router_under_the_same_name_is_refused(rig: Bench) -> None:
    rig.apply(intent())
    entry = newest(rig)
    with bench() as other:
        assert "another router" in refusal(other, entry).what


@pytest.mark.parametrize("what", ["unfinished", "ABORTED", "REFUSED", "NO_CHANGE", "DIVERGED"])
def test_only_what_was_committed_is_undone(rig: Bench, what: str) -> None:
    rig.apply(intent())
    done = newest(rig)
    assert done.end is not None
    entry = replace(done, end=None if what == "unfinished" else replace(done.end, outcome=what))
    with rig.open(intent()) as pair, pytest.raises(ep.Refused) as caught:
        pair.plan_undo(entry)
    wanted = RefusalReason.UNFINISHED if what == "unfinished" else RefusalReason.STALE
    assert caught.value.reason is wanted


def test_a_label_that_somebody_else_has_taken_meanwhile() -> None:
    with bench(BOTH_LABELLED) as rig:
        rig.apply(intent(), remove=True)
        taken = config(("bystander", {"static-label": "2001"}))
        rig.lab["backup"].edit_as_other(taken)
        refused = refusal(rig, newest(rig))
        assert refused.where == "masg-2"
        assert "VPN instance bystander" in refused.what


@pytest.fixture
def created() -> Iterator[Bench]:
    """A pair on which a transaction has created vpnx."""
    with bench({"master": EMPTY, "backup": EMPTY}) as rig:
        rig.apply(intent_with(NEW_VPN))
        yield rig


def test_a_created_vpn_instance_goes_again(created: Bench) -> None:
    undo(created, newest(created))
    assert created.running == created.before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<description>in use</description>", "it has description in use"),
        (f'<afs xmlns="{L3VPN}"><af><type>ipv6-unicast</type></af></afs>', "the address family ipv6-unicast"),
        (
            f'<afs xmlns="{L3VPN}"><af><type>ipv4-unicast</type><vpn-frr>true</vpn-frr></af></afs>',
            "it has vpn-frr true",
        ),
    ],
)
def test_but_not_with_what_somebody_put_into_it(created: Bench, content: str, words: str) -> None:
    created.lab["backup"].edit_as_other(inside("vpnx", content))
    before = created.running
    refused = refusal(created, newest(created))
    assert refused.reason is RefusalReason.STALE
    assert refused.where == "masg-2"
    assert words in refused.what
    assert created.running == before


def test_a_family_that_was_added_goes_without_its_instance() -> None:
    instance = config(("vpnx", {}))
    with bench({"master": instance, "backup": instance}) as rig:
        rig.apply(intent_with(NEW_VPN))
        rig.lab["master"].edit_as_other(inside("vpnx", "<description>of the instance</description>"))
        undo(rig, newest(rig))
        assert b"of the instance" in rig.running["master"]
        assert rig.running["backup"] == rig.before["backup"]


def answer(*tags: str, outcome: Outcome = Outcome.ERRORS) -> Answer:
    errors = "".join(
        f"<rpc-error><error-type>application</error-type><error-tag>{tag}</error-tag>"
        "<error-severity>error</error-severity></rpc-error>"
        for tag in tags
    )
    reply = f'<rpc-reply xmlns="{rpc.BASE}" message-id="1">{errors}</rpc-reply>'.encode()
    return Answer(rpc.get_config("running"), outcome, Reply.parse(reply) if tags else None)


def test_a_router_without_the_interface_module_has_no_bound_interface(created: Bench) -> None:
    plan = undo_plan(created, newest(created)).master
    assert references_in(plan, [answer("unknown-namespace"), answer("unknown-element")]) == ()


def test_a_router_that_does_not_answer_is_not_taken_for_free(created: Bench) -> None:
    plan = undo_plan(created, newest(created)).master
    for silent in (answer("operation-failed"), answer(outcome=Outcome.UNKNOWN)):
        with pytest.raises(ep.EgressPairError) as caught:
            references_in(plan, [silent])
        assert caught.value.where == "masg-1"


def test_only_what_deletes_asks_for_references(rig: Bench, created: Bench) -> None:
    rig.apply(intent())
    assert undo_plan(rig, newest(rig)).master.references == ()
    assert len(undo_plan(created, newest(created)).master.references) == 2


def test_an_entry_without_its_intent_says_so(rig: Bench) -> None:
    rig.apply(intent())
    entry = newest(rig)
    facts = {name: value for name, value in entry.facts.items() if name != "intent_text"}
    with pytest.raises(JournalError, match="is not in the journal"):
        intent_of(replace(entry, facts=facts))
    other = {**entry.facts, "intent_text": entry.facts["intent_text"].replace("2001", "2002")}
    with pytest.raises(JournalError, match="not the one"):
        intent_of(replace(entry, facts=other))


def test_the_intent_comes_back_whole(rig: Bench) -> None:
    rig.load(master=LABELLED, backup=BARE)
    wanted = intent(vpn_targets={"import": ["1:1"], "export": ["1:2"]})
    rig.apply(wanted)
    assert intent_of(newest(rig)) == wanted


def test_an_undo_that_leaves_the_pair_unequal_says_so(rig: Bench) -> None:
    """The master had its label before: going back takes only the backup's."""
    rig.load(master=LABELLED, backup=BARE)
    rig.apply(intent())
    plan = undo_plan(rig, newest(rig))
    assert "vpna will hold different labels again, 2001 and none: it is not protected then" in plan.notes


def test_an_undo_that_leaves_the_pair_equal_does_not(rig: Bench) -> None:
    rig.apply(intent())
    assert not any("different labels" in note for note in undo_plan(rig, newest(rig)).notes)
