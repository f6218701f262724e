"""The edits that judge the payloads follow RFC 6241, section 7.2."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from .documents import L3VPN, NETCONF, Leaves, vpn_document
from .edit_config import EditError, apply_edit, canonical
from .models import NE40E, subset_model
from .payload_check import complaints

PLAIN: Leaves = {"route-distinguisher": "200:1"}
LABELLED: Leaves = {"route-distinguisher": "200:1", "static-label": "2001"}
OPERATION = f"{{{NETCONF}}}operation"


def _edit(
    leaves: Leaves, at: str | None = None, operation: str = "merge", default: str | None = None
) -> etree._Element:
    """An edit-config of these leaves, one element of which carries an operation."""
    edit = etree.Element(f"{{{NETCONF}}}edit-config")
    if default is not None:
        etree.SubElement(edit, f"{{{NETCONF}}}default-operation").text = default
    edit.append(vpn_document(leaves))
    if at is not None:
        next(edit.iter(f"{{*}}{at}")).set(OPERATION, operation)
    return edit


def _after(before: Leaves, edit: etree._Element) -> etree._Element:
    return apply_edit(subset_model(NE40E), vpn_document(before), edit)


def _same(config: etree._Element, leaves: Leaves) -> bool:
    return canonical(config) == canonical(vpn_document(leaves))


def test_merge_adds_a_leaf_and_changes_it() -> None:
    assert _same(_after(PLAIN, _edit(LABELLED)), LABELLED)
    assert _same(_after(LABELLED, _edit({"static-label": "2002"})), {**LABELLED, "static-label": "2002"})


def test_merge_of_another_entry_leaves_the_first_alone() -> None:
    both = _after(LABELLED, _edit({"name": "vpnb"}))
    assert [name.text for name in both.iter("{*}name")] == ["vpna", "vpnb"]
    assert [label.text for label in both.iter("{*}static-label")] == ["2001"]


@pytest.mark.parametrize("operation", ["remove", "delete"])
def test_a_leaf_is_taken_out(operation: str) -> None:
    assert _same(_after(LABELLED, _edit({"static-label": "2001"}, "static-label", operation)), PLAIN)


def test_remove_of_nothing_is_nothing_and_delete_of_nothing_an_error() -> None:
    assert _same(_after(PLAIN, _edit({"static-label": "2001"}, "static-label", "remove")), PLAIN)
    with pytest.raises(EditError, match="data-missing at static-label"):
        _after(PLAIN, _edit({"static-label": "2001"}, "static-label", "delete"))


def test_create_of_what_is_there_is_an_error() -> None:
    assert _same(_after(PLAIN, _edit({"static-label": "2001"}, "static-label", "create")), LABELLED)
    with pytest.raises(EditError, match="data-exists at static-label"):
        _after(LABELLED, _edit({"static-label": "2001"}, "static-label", "create"))


def test_replace_drops_what_it_does_not_name() -> None:
    assert _same(_after(LABELLED, _edit(PLAIN, "af", "replace")), PLAIN)


def test_a_default_of_none_only_walks() -> None:
    assert _same(
        _after(PLAIN, _edit({"static-label": "9"}, "static-label", "merge", "none")),
        {**PLAIN, "static-label": "9"},
    )
    assert _same(_after(LABELLED, _edit({"static-label": "9"}, default="none")), LABELLED)
    with pytest.raises(EditError, match="data-missing at instance"):
        _after({"name": "vpnb"}, _edit({"static-label": "9"}, "static-label", "merge", "none"))


def test_what_the_schema_does_not_know_is_an_error() -> None:
    with pytest.raises(EditError, match="unknown-element at label"):
        _after(PLAIN, _edit({"label": "2001"}))


def test_an_element_in_the_wrong_namespace_is_an_error() -> None:
    edit = _edit(LABELLED)
    next(edit.iter(f"{{{L3VPN}}}afs")).tag = "{urn:huawei:yang:huawei-network-instance}afs"
    with pytest.raises(EditError, match="unknown-element at afs"):
        _after(PLAIN, edit)


def _case(folder: Path, before: Leaves, edit: etree._Element, inverse: etree._Element) -> Path:
    for name, tree in (
        ("before-master", vpn_document(before)),
        ("master", edit),
        ("inverse-master", inverse),
    ):
        (folder / f"{name}.xml").write_bytes(etree.tostring(tree))
    return folder


MODELS = {"NE40E": subset_model(NE40E)}


def test_a_sound_payload_draws_no_complaint(tmp_path: Path) -> None:
    inverse = _edit({"static-label": "2001"}, "static-label", "remove")
    assert complaints(_case(tmp_path, PLAIN, _edit(LABELLED), inverse), "master", MODELS) == []


def test_a_label_out_of_range_draws_a_complaint(tmp_path: Path) -> None:
    edit = _edit({**PLAIN, "static-label": "40000"})
    inverse = _edit({"static-label": "40000"}, "static-label", "remove")
    found = complaints(_case(tmp_path, PLAIN, edit, inverse), "master", MODELS)
    assert len(found) == 1
    assert found[0].startswith("after: NE40E: ")
    assert "40000 is outside 16..32783" in found[0]


def test_an_inverse_that_forgets_something_draws_a_complaint(tmp_path: Path) -> None:
    edit = _edit({**LABELLED, "vpn-frr": "true"})
    inverse = _edit({"static-label": "2001"}, "static-label", "remove")
    found = complaints(_case(tmp_path, PLAIN, edit, inverse), "master", MODELS)
    assert found == ["the inverse does not lead back to the configuration before"]


def test_an_edit_that_changes_nothing_draws_a_complaint(tmp_path: Path) -> None:
    found = complaints(_case(tmp_path, PLAIN, _edit(PLAIN), _edit(PLAIN)), "master", MODELS)
    assert found == ["the edit changes nothing"]


def test_a_missing_inverse_draws_a_complaint(tmp_path: Path) -> None:
    (_case(tmp_path, PLAIN, _edit(LABELLED), _edit(PLAIN)) / "inverse-master.xml").unlink()
    assert complaints(tmp_path, "master", MODELS) == [
        "of master.xml and inverse-master.xml only one is there"
    ]
