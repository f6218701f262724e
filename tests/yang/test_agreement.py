"""Our subset says what the genuine modules say: node by node, and verdict by verdict.

Where a release differs from the newest one, or a tool reads it wrongly, the difference stands in a table with
its reason. A difference that is in no table fails, and so does a line of a table that is no longer true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yangson.schemanode import InternalNode, ListNode, SequenceNode, TerminalNode

from egresspair.schema import label_range, validate_config

from .documents import Leaves, every, vpn_document
from .judges import yanglint, yanglint_missing
from .models import (
    PLATFORMS,
    Platform,
    genuine_model,
    missing,
    subset_model,
    undeviated_model,
    vendor_folder,
)

NE40E_8_20_0, NE40E_8_20_10, ATN980B, NE40E_8_22_0, ATN910C = PLATFORMS

AF = "/huawei-network-instance:network-instance/instances/instance/huawei-l3vpn:afs/af"
AUTO_RD = "/huawei-network-instance:network-instance/global/route-distinguisher-auto-ip"

NO_STATIC_LABEL = "8.20.0 has the command, but its schema has no static label"
NOT_ON_ATN = "the deviations of the ATN 980B take it away"
NODE_DIFFERENCES = {
    NE40E_8_20_0: {f"{AF}/static-label": NO_STATIC_LABEL},
    ATN980B: {
        f"{AF}/static-label": NOT_ON_ATN,
        f"{AF}/effect-route-distinguisher": NOT_ON_ATN,
        AUTO_RD: NOT_ON_ATN,
    },
}
"""Nodes of ours that a platform does not have."""


@dataclass(frozen=True)
class VerdictDifference:
    """When the verdicts of the two schemas differ, and why."""

    applies: Callable[[Leaves], bool]
    reason: str


def _auto_rd_alone(leaves: Leaves) -> bool:
    """Something that needs a route distinguisher, and only the automatic one is there."""
    needing = ("label-mode", "static-label", "lsp-operation", "vpn-frr", "target")
    return bool(leaves["auto"] and not leaves["route-distinguisher"] and any(leaves.get(n) for n in needing))


VERDICT_DIFFERENCES = {
    NE40E_8_20_0: VerdictDifference(_auto_rd_alone, "an automatic RD counts as an RD only from 8.21.0 on"),
    NE40E_8_20_10: VerdictDifference(_auto_rd_alone, "an automatic RD counts as an RD only from 8.21.0 on"),
}

pytestmark = pytest.mark.vendor
ne40e_at_hand = pytest.mark.skipif(
    missing(NE40E_8_22_0) is not None, reason=missing(NE40E_8_22_0) or "the modules are here"
)


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.folder)
def platform(request: pytest.FixtureRequest) -> Platform:
    found: Platform = request.param
    if reason := missing(found):
        pytest.skip(reason)
    return found


def _nodes(model: Any) -> Iterator[tuple[str, Any]]:
    def walk(parent: Any, path: str) -> Iterator[tuple[str, Any]]:
        for node in parent.data_children():
            step = node.name if node.ns == parent.ns else f"{node.ns}:{node.name}"
            yield f"{path}/{step}", node
            if isinstance(node, InternalNode):
                yield from walk(node, f"{path}/{step}")

    return walk(model.schema, "")


def _facts(model: Any, node: Any) -> dict[str, object]:
    """All that a schema says of one node, expressions aside, deviations applied."""
    facts: dict[str, object] = {
        "namespace": model.schema_data.modules_by_name[node.ns].xml_namespace,
        "kind": type(node).__name__,
        "config": node.config,
        "mandatory": node.mandatory,
        "has a when": node.when is not None,
        "musts": len(node.must),
    }
    if isinstance(node, ListNode):
        facts["keys"] = node.keys
    if isinstance(node, SequenceNode):
        facts["elements"] = (node.min_elements, node.max_elements)
    if isinstance(node, TerminalNode):
        facts |= _type_facts(node.type)
        facts["default"] = node.default
    return facts


def _type_facts(leaf_type: Any) -> dict[str, object]:
    """The base type and its restrictions. Patterns are compared by what they let through."""
    return {
        "type": type(leaf_type).__name__,
        "range": str(getattr(leaf_type, "range", "")),
        "length": str(getattr(leaf_type, "length", "")),
        "enum": getattr(leaf_type, "enum", None),
        "has a pattern": bool(getattr(leaf_type, "patterns", None)),
    }


def test_every_node_is_the_genuine_one(platform: Platform) -> None:
    absent, differing = _compared(subset_model(platform.deviations), genuine_model(platform))
    assert absent == set(NODE_DIFFERENCES.get(platform, {})), "nodes that the platform does not have"
    assert differing == {}


def test_every_node_is_the_genuine_one_before_deviations(platform: Platform) -> None:
    known = NODE_DIFFERENCES.get(platform, {})
    absent, differing = _compared(subset_model(), undeviated_model(platform))
    assert absent == {path for path, reason in known.items() if reason is not NOT_ON_ATN}
    assert differing == {}


def _compared(ours: Any, theirs: Any) -> tuple[set[str], dict[str, object]]:
    """The paths of our nodes that they do not have, and what is said differently of the others."""
    their_nodes = dict(_nodes(theirs))
    facts = {path: _facts(ours, node) for path, node in _nodes(ours)}
    their_facts = {path: _facts(theirs, their_nodes[path]) for path in facts if path in their_nodes}
    differing = {path: (facts[path], said) for path, said in their_facts.items() if said != facts[path]}
    return set(facts) - set(their_nodes), dict(differing)


def test_the_label_range_is_the_genuine_one(platform: Platform) -> None:
    theirs = label_range(genuine_model(platform))
    if f"{AF}/static-label" in NODE_DIFFERENCES.get(platform, {}):
        assert theirs is None
    else:
        assert label_range(subset_model(platform.deviations)) == theirs


GATED = every(
    **{
        "name": ("vpna", "_public_"),
        "auto": (None, "192.0.2.5"),
        "type": ("ipv4-unicast", "ipv6-unicast"),
        "route-distinguisher": (None, "200:1"),
        "label-mode": (None, "per-instance", "per-route", "per-nexthop"),
        "static-label": (None, "2001"),
        "lsp-operation": (None, "pop", "pop-go"),
    }
)
REST = every(
    **{
        "name": ("vpna", "_public_"),
        "description": (None, "north"),
        "auto": (None, "192.0.2.5"),
        "route-distinguisher": (None, "200:1"),
        "vpn-frr": (None, "true"),
        "target": (None, "1:1"),
    }
)
COMBINATIONS = (*GATED, *REST)


def test_every_combination_gets_the_genuine_verdict(platform: Platform) -> None:
    ours, theirs = subset_model(platform.deviations), genuine_model(platform)
    lacking = {path.rpartition("/")[2] for path in NODE_DIFFERENCES.get(platform, {})}
    lacking |= {"auto"} if AUTO_RD in NODE_DIFFERENCES.get(platform, {}) else set()
    known = VERDICT_DIFFERENCES.get(platform, VerdictDifference(lambda _: False, "none"))

    differing = 0
    for leaves in COMBINATIONS:
        if any(leaves.get(name) for name in lacking):
            continue
        document = vpn_document(leaves)
        same = bool(validate_config(ours, document)) == bool(validate_config(theirs, document))
        assert same or known.applies(leaves), f"other verdict on {leaves}"
        differing += not same

    assert bool(differing) == (platform in VERDICT_DIFFERENCES), known.reason


@pytest.mark.skipif(yanglint_missing(), reason="yanglint is not installed (libyang2-tools)")
def test_an_atn_refuses_the_automatic_rd_as_our_subset_does(tmp_path: Path) -> None:
    if reason := missing(ATN910C):
        pytest.skip(reason)
    folder = vendor_folder() / ATN910C.folder
    modules = [folder / "huawei-network-instance.yang", *folder.glob("huawei-network-instance-deviations-*")]
    document = tmp_path / "auto.xml"
    leaf = "<global><route-distinguisher-auto-ip>192.0.2.5</route-distinguisher-auto-ip></global>"
    document.write_text(
        f'<network-instance xmlns="urn:huawei:yang:huawei-network-instance">{leaf}</network-instance>'
    )

    assert yanglint([folder], modules[:1], document).returncode == 0
    assert yanglint([folder], modules, document).returncode != 0
    assert validate_config(
        subset_model(ATN910C.deviations), vpn_document({"auto": "192.0.2.5", "route-distinguisher": "200:1"})
    )


def _leaf_type(model: Any, path: str) -> Any:
    return model.get_schema_node(path).type


ADDRESS_LIKE = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.lists(st.from_regex(r"[0-9]{1,3}", fullmatch=True), min_size=3, max_size=5).map(".".join),
    st.from_regex(r"[0-9.%a-z ]{0,16}", fullmatch=True),
)


@ne40e_at_hand
@given(text=ADDRESS_LIKE)
@example(text="01.2.3.4")
@example(text="192.0.2.5%eth0")
@example(text="192.0.2.256")
def test_the_automatic_rd_takes_the_same_addresses(text: str) -> None:
    ours, theirs = _leaf_type(subset_model(), AUTO_RD), _leaf_type(genuine_model(NE40E_8_22_0), AUTO_RD)
    assert (text in ours) == (text in theirs)


@given(address=st.ip_addresses(v=4))
def test_the_automatic_rd_takes_every_address(address: IPv4Address) -> None:
    assert str(address) in _leaf_type(subset_model(), AUTO_RD)


@ne40e_at_hand
@given(text=st.text(max_size=250))
def test_a_description_takes_the_same_texts(text: str) -> None:
    if reason := missing(NE40E_8_22_0):
        pytest.skip(reason)
    path = "/huawei-network-instance:network-instance/instances/instance/description"
    ours, theirs = _leaf_type(subset_model(), path), _leaf_type(genuine_model(NE40E_8_22_0), path)
    assert (text in ours) == (text in theirs)
