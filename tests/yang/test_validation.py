"""What `validate_config` and `label_range` tell a caller."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from egresspair.errors import DocumentError
from egresspair.schema import Rule, Violation, integer_range, label_range, validate_config

from .documents import L3VPN, NI, Leaves, put, vpn_document
from .models import ATN, NE40E, subset_model

INSTANCE = '/huawei-network-instance:network-instance/instances/instance[name="vpna"]'
FAMILY = f'{INSTANCE}/huawei-l3vpn:afs/af[type="ipv4-unicast"]'
RD: Leaves = {"route-distinguisher": "200:1"}


def _violations(leaves: Leaves) -> list[tuple[str, Rule]]:
    return [(each.path, each.rule) for each in validate_config(subset_model(NE40E), vpn_document(leaves))]


def test_a_valid_configuration_has_no_violations() -> None:
    assert _violations({**RD, "label-mode": "per-instance", "static-label": "2001", "target": "1:1"}) == []


def test_a_violation_tells_path_rule_and_reason() -> None:
    (found,) = validate_config(subset_model(NE40E), vpn_document({**RD, "static-label": "40000"}))
    assert found == Violation(f"{FAMILY}/static-label", Rule.RANGE, "40000 is outside 16..32783")
    assert str(found) == f"{FAMILY}/static-label: 40000 is outside 16..32783"


@pytest.mark.parametrize(
    ("leaves", "place", "rule"),
    [
        ({**RD, "static-label": "two"}, f"{FAMILY}/static-label", Rule.TYPE),
        ({**RD, "static-label": "2_001"}, f"{FAMILY}/static-label", Rule.TYPE),
        ({**RD, "static-label": "٢٠٠١"}, f"{FAMILY}/static-label", Rule.TYPE),
        ({**RD, "static-label": ""}, f"{FAMILY}/static-label", Rule.TYPE),
        ({"route-distinguisher": "1:"}, f"{FAMILY}/route-distinguisher", Rule.LENGTH),
        ({"route-distinguisher": ""}, f"{FAMILY}/route-distinguisher", Rule.LENGTH),
        ({"name": "v" * 32}, INSTANCE.replace("vpna", "v" * 32), Rule.LENGTH),
        ({"auto": "192.0.2.256"}, "/huawei-network-instance:network-instance/global", Rule.PATTERN),
        ({**RD, "label-mode": "per-vrf"}, f"{FAMILY}/label-mode", Rule.TYPE),
        ({**RD, "vpn-frr": "yes"}, f"{FAMILY}/vpn-frr", Rule.TYPE),
        ({"type": "ipv4"}, FAMILY.replace("ipv4-unicast", "ipv4"), Rule.TYPE),
        ({"static-label": "2001"}, f"{FAMILY}/static-label", Rule.WHEN),
        ({**RD, "lsp-operation": "pop-go"}, f"{FAMILY}/lsp-operation", Rule.MUST),
        ({"effect-route-distinguisher": "200:1"}, f"{FAMILY}/effect-route-distinguisher", Rule.STATE),
        ({"label": "2001"}, f"{FAMILY}/label", Rule.UNKNOWN),
    ],
)
def test_each_rule_has_its_name(leaves: Leaves, place: str, rule: Rule) -> None:
    ((path, found),) = _violations(leaves)
    assert (path.startswith(place), found) == (True, rule)


def test_all_bad_values_are_reported_at_once() -> None:
    leaves = {"route-distinguisher": "1", "static-label": "15", "vpn-frr": "maybe", "label": "3"}
    assert [rule for _, rule in _violations(leaves)] == [Rule.UNKNOWN, Rule.LENGTH, Rule.RANGE, Rule.TYPE]


def test_every_false_when_is_reported() -> None:
    assert [
        path.rpartition("/")[2] for path, _ in _violations({"label-mode": "per-route", "vpn-frr": "true"})
    ] == [
        "label-mode",
        "vpn-frr",
    ]


def test_a_node_that_stands_twice_is_reported() -> None:
    document = vpn_document(RD)
    put(next(document.iter(f"{{{L3VPN}}}af")), L3VPN, "route-distinguisher", "200:2")
    (found,) = validate_config(subset_model(), document)
    assert (found.path, found.rule) == (f"{FAMILY}/route-distinguisher", Rule.DUPLICATE)


def test_an_entry_that_stands_twice_is_reported() -> None:
    document = vpn_document(RD)
    instances = next(document.iter(f"{{{NI}}}instances"))
    put(etree.SubElement(instances, f"{{{NI}}}instance"), NI, "name", "vpna")
    (found,) = validate_config(subset_model(), document)
    assert found.rule is Rule.KEY


def test_an_entry_without_its_key_is_reported() -> None:
    document = vpn_document(RD)
    kind = next(document.iter(f"{{{L3VPN}}}type"))
    next(document.iter(f"{{{L3VPN}}}af")).remove(kind)
    (found,) = validate_config(subset_model(), document)
    assert (found.rule, "type" in found.message) == (Rule.KEY, True)


def test_too_many_entries_are_reported() -> None:
    document = vpn_document(RD)
    afs = next(document.iter(f"{{{L3VPN}}}afs"))
    for kind in ("ipv6-unicast", "ipv6-unicast"):
        put(etree.SubElement(afs, f"{{{L3VPN}}}af"), L3VPN, "type", kind)
    assert {each.rule for each in validate_config(subset_model(), document)} <= {Rule.KEY, Rule.ELEMENTS}
    assert validate_config(subset_model(), document)


def test_an_operation_does_not_belong_in_a_datastore() -> None:
    document = vpn_document(RD)
    name = "{urn:ietf:params:xml:ns:netconf:base:1.0}operation"
    next(document.iter(f"{{{L3VPN}}}route-distinguisher")).set(name, "delete")
    (found,) = validate_config(subset_model(), document)
    assert found.rule is Rule.OPERATION


@pytest.mark.parametrize("namespace", ["", "urn:huawei:yang:huawei-bgp", "http://www.huawei.com/netconf/vrp"])
def test_a_foreign_namespace_is_reported(namespace: str) -> None:
    document = vpn_document(RD)
    next(document.iter(f"{{{L3VPN}}}afs")).tag = f"{{{namespace}}}afs" if namespace else "afs"
    (found,) = validate_config(subset_model(), document)
    assert (found.path, found.rule) == (f"{INSTANCE}/{{{namespace}}}afs", Rule.UNKNOWN)


def test_comments_and_layout_do_not_count() -> None:
    text = b"""<config><!-- one --><network-instance xmlns="urn:huawei:yang:huawei-network-instance">
      <instances> <!-- two --> <instance><name>vpn<!-- three -->a</name></instance> <?pi four?> </instances>
    </network-instance></config>"""
    assert validate_config(subset_model(), text) == ()


def test_the_caller_s_tree_stays_as_it_is() -> None:
    document = vpn_document({"static-label": "2001", "description": "north"})
    before = etree.tostring(document)
    assert validate_config(subset_model(), document)
    assert etree.tostring(document) == before


def test_an_empty_configuration_is_valid() -> None:
    assert validate_config(subset_model(), b"<config/>") == ()


def test_what_is_not_xml_is_refused_with_its_place() -> None:
    with pytest.raises(DocumentError, match="this is not XML") as caught:
        validate_config(subset_model(), b"<config>\n<oops</config>")
    assert caught.value.problems[0].line == 2


@pytest.mark.parametrize("inside", [b"&x;", b"", b'<a b="&x;"/>'])
def test_a_document_type_is_refused(inside: bytes) -> None:
    text = b'<!DOCTYPE c [<!ENTITY x "y">]><config>' + inside + b"</config>"
    with pytest.raises(DocumentError, match="DOCTYPE"):
        validate_config(subset_model(), text)


@given(label=st.integers(-5, 2**32 + 5))
def test_the_range_and_the_verdict_are_one(label: int) -> None:
    for deviations in ((), NE40E, ATN):
        model = subset_model(deviations)
        inside = any(low <= label <= high for low, high in label_range(model) or ())
        document = vpn_document({**RD, "static-label": str(label)})
        assert (validate_config(model, document) == ()) == inside


def test_the_label_range_is_that_of_the_deviations() -> None:
    assert label_range(subset_model()) == ((16, 1048575),)
    assert label_range(subset_model(NE40E)) == ((16, 32783),)
    assert label_range(subset_model(ATN)) == ((16, 147455),)


def test_a_leaf_without_a_range_has_that_of_its_type() -> None:
    path = "/huawei-network-instance:network-instance/instances/instance/vrf-id"
    assert integer_range(subset_model(), path) == ((0, 2**32 - 1),)


def test_a_leaf_that_is_not_there_has_no_range() -> None:
    path = "/huawei-network-instance:network-instance/instances/instance/huawei-l3vpn:afs/af/no-such-leaf"
    assert integer_range(subset_model(), path) is None


def test_threads_get_their_own_verdicts() -> None:
    """The schema notes the outcome of a `when` in itself: two threads must not see each other's notes."""
    model = subset_model(NE40E)
    good = vpn_document({**RD, "static-label": "2001"})
    bad = vpn_document({"static-label": "2001"})
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(validate_config, repeat(model), [good, bad] * 100))
    assert [bool(verdict) for verdict in verdicts] == [False, True] * 100
