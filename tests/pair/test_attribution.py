"""A router refuses the change: the operator reads which line of the intent it is about, and the router's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

import egresspair as ep
from egresspair.errors import TransactionAborted

from .bench import Bench, bench
from .documents import ALL, config

METRO_7 = """\
pair: metro-7
master: masg-1
backup: masg-2
vpn_instances:
  - name: vpna
    static_label: {}
  - name: vpnb
    static_label: {}
"""
BARE = config(("vpna", {"route-distinguisher": "200:1"}), ("vpnb", {"route-distinguisher": "200:2"}))
PATH = (
    "/ni:network-instance/ni:instances/ni:instance[ni:name='vpn{}']"
    "/l3vpn:afs/l3vpn:af[l3vpn:type='ipv4-unicast']/l3vpn:static-label"
)
KEYLESS = "/ni:network-instance/ni:instances/ni:instance/l3vpn:afs/l3vpn:af/l3vpn:static-label"
A, B = (
    "vpn_instances[0].static_label (metro-7.yaml:6:19)",
    "vpn_instances[1].static_label (metro-7.yaml:8:19)",
)
HINT = "Correct it in the intent and plan again."


BLIND = {"master": ["no-get-schema"], "backup": ["no-get-schema"]}
"""Routers whose schemas are not known: what they refuse is only learned by trying."""


def refused(each: Bench, first: int, second: int, *faults: str) -> TransactionAborted:
    """Apply the intent with these labels; the lab judges by its own modules."""
    wanted = ep.parse_intent(METRO_7.format(first, second), name="metro-7.yaml")
    with each.open(wanted) as pair:
        plan = pair.plan(wanted)
        for fault in faults:
            each.lab.fault(fault)
        with pytest.raises(TransactionAborted) as caught:
            pair.apply(plan, accept=ALL)
    each.assert_untouched()
    return caught.value


def both_bare() -> dict[str, bytes]:
    return {"master": BARE, "backup": BARE}


def test_both_routers_refuse_one_label() -> None:
    with bench(both_bare(), switches=BLIND) as each:
        error = refused(each, 2001, 99999)
    assert str(error) == (
        f"masg-1 and masg-2 {B}: refused the change (edit-config): invalid-value: '99999': not in range "
        f"[{PATH.format('b')}]. {HINT}"
    )
    cause = error.result.to_dict()["cause"]
    assert cause["where"] == f"masg-1 and masg-2 {B}"
    assert [
        (problem["field"], problem["file"], problem["line"], problem["column"])
        for problem in cause["problems"]
    ] == [(f"{masg} vpn_instances[1].static_label", "metro-7.yaml", 8, 19) for masg in ("masg-1", "masg-2")]


def test_without_keys_both_labels_are_named() -> None:
    with bench(both_bare(), switches=BLIND) as each:
        error = refused(each, 2001, 99999, "any:edit-config:keyless")
    assert error.where == f"masg-1 and masg-2 one of: {A}, {B}"
    assert str(error).endswith(f"[{KEYLESS}]. The router does not say which. {HINT}")


def test_the_path_stands_in_the_message_only() -> None:
    with bench(both_bare(), switches=BLIND) as each:
        error = refused(each, 2001, 99999, "any:edit-config:path-in-message")
    assert error.where == f"masg-1 and masg-2 {B}"
    assert f'not in range (path "{PATH.format("b")}")' in error.what


def test_one_router_tells_more_than_the_other() -> None:
    with bench(both_bare(), switches=BLIND) as each:
        error = refused(each, 2001, 99999, "backup:edit-config:keyless")
    assert str(error).startswith(f"masg-1 {B}: refused the change")
    assert f"; masg-2 one of: {A}, {B}: refused the change" in str(error)


@pytest.mark.parametrize("step", ["edit-config", "validate", "commit-confirmed"])
def test_where_nothing_is_told_the_words_stand_alone(step: str) -> None:
    with bench(both_bare(), switches=BLIND) as each:
        error = refused(each, 2001, 2002, f"backup:{step}:refuse")
    assert error.where == "masg-2"
    assert error.what.endswith("operation-failed: The operation was refused.")
    assert [problem.where for problem in error.problems] == ["masg-2"]


def test_the_digest_does_not_depend_on_where_the_intent_was_written() -> None:
    text = METRO_7.format(2001, 2002)
    with bench(both_bare(), switches=BLIND) as each:
        one, other = (ep.parse_intent(f"{blank}{text}", name=f"{len(blank)}.yaml") for blank in ("", "\n\n"))
        with each.open(one) as pair:
            plans = pair.plan(one), pair.plan(other)
    assert plans[0].master.origins != plans[1].master.origins
    assert plans[0].digest == plans[1].digest
    assert replace(plans[0].master, origins=()).facts() == plans[0].master.facts()
