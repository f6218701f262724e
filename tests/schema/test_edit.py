"""What a configuration is after an edit: the product's way and the tests' own reading of RFC 6241 agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from egresspair.schema import apply_edit
from payloads.cases import FOLDER
from yang import edit_config as by_the_book
from yang.documents import L3VPN, NETCONF, NI, put
from yang.models import NE40E, subset_model

MODEL = subset_model(NE40E)
OPERATIONS = (None, None, None, "merge", "replace", "create", "remove", "delete")
KEYS = {"name", "type", "value"}

Element = etree._Element


def agree(before: Element, edit: Element) -> None:
    """Both read the same outcome out of an edit-config, and neither touches what was there before."""
    untouched = by_the_book.canonical(before)
    expected = by_the_book.apply_edit(MODEL, before, edit)
    after = apply_edit(MODEL, before, by_the_book.content(edit))
    assert by_the_book.canonical(after) == by_the_book.canonical(expected)
    assert by_the_book.canonical(before) == untouched


PAYLOADS = sorted(
    (folder, role)
    for folder in FOLDER.iterdir()
    for role in ("master", "backup")
    if (folder / f"{role}.xml").exists()
)


@pytest.mark.parametrize(("folder", "role"), PAYLOADS, ids=lambda part: getattr(part, "name", part))
def test_golden_payloads_and_their_inverses(folder: Any, role: str) -> None:
    before = by_the_book.content(by_the_book.parse((folder / f"before-{role}.xml").read_bytes()))
    edit, inverse = (
        by_the_book.parse((folder / f"{prefix}{role}.xml").read_bytes()) for prefix in ("", "inverse-")
    )
    agree(before, edit)
    after = apply_edit(MODEL, before, by_the_book.content(edit))
    agree(after, inverse)
    assert by_the_book.canonical(
        apply_edit(MODEL, after, by_the_book.content(inverse))
    ) == by_the_book.canonical(before)


leaves = st.fixed_dictionaries(
    {},
    optional={
        "route-distinguisher": st.sampled_from(["200:1", "200:2"]),
        "label-mode": st.sampled_from(["per-instance", "per-route"]),
        "static-label": st.integers(16, 20).map(str),
        "vpn-frr": st.sampled_from(["true", "false"]),
    },
)
targets = st.sets(
    st.tuples(
        st.sampled_from(["1:1", "1:2"]), st.sampled_from(["import-extcommunity", "export-extcommunity"])
    )
)
families = st.dictionaries(
    st.sampled_from(["ipv4-unicast", "ipv6-unicast"]), st.tuples(leaves, targets), max_size=2
)
vpns = st.dictionaries(st.sampled_from(["vpna", "vpnb", "vpnc"]), st.none() | families, max_size=3)


def document(content: dict[str, Any]) -> Element:
    config = etree.Element(f"{{{NETCONF}}}config")
    if not content:
        return config
    parent = etree.SubElement(etree.SubElement(config, f"{{{NI}}}network-instance"), f"{{{NI}}}instances")
    for name, of_vpn in content.items():
        instance = etree.SubElement(parent, f"{{{NI}}}instance")
        put(instance, NI, "name", name)
        if of_vpn is not None:
            _families(etree.SubElement(instance, f"{{{L3VPN}}}afs"), of_vpn)
    return config


def _families(parent: Element, content: dict[str, Any]) -> None:
    for kind, (of_family, of_targets) in content.items():
        family = etree.SubElement(parent, f"{{{L3VPN}}}af")
        put(family, L3VPN, "type", kind)
        for name, value in of_family.items():
            put(family, L3VPN, name, value)
        if of_targets:
            around = etree.SubElement(family, f"{{{L3VPN}}}vpn-targets")
            for value, direction in sorted(of_targets):
                entry = etree.SubElement(around, f"{{{L3VPN}}}vpn-target")
                put(entry, L3VPN, "value", value)
                put(entry, L3VPN, "type", direction)


@st.composite
def edits(draw: st.DrawFn) -> Element:
    """An edit-config, operations anywhere but on keys."""
    edit = etree.Element(f"{{{NETCONF}}}edit-config")
    edit.append(document(draw(vpns)))
    for element in edit[0].iterdescendants():
        if etree.QName(element).localname not in KEYS and (operation := draw(st.sampled_from(OPERATIONS))):
            element.set(f"{{{NETCONF}}}operation", operation)
    return edit


@settings(max_examples=300, deadline=None)
@given(vpns.map(document), edits())
def test_any_edit_that_a_server_would_do(before: Element, edit: Element) -> None:
    try:
        by_the_book.apply_edit(MODEL, before, edit)
    except by_the_book.EditError:
        assume(False)  # data-exists, data-missing: it is the server's to refuse
    agree(before, edit)


def test_a_node_that_the_schema_does_not_have_is_taken_along() -> None:
    """So that the validation can name it."""
    edit = document({"vpna": {"ipv4-unicast": ({"no-such-leaf": "7"}, set())}})
    after = apply_edit(MODEL, document({"vpna": None}), edit)
    assert after.findtext(f".//{{{L3VPN}}}no-such-leaf") == "7"
