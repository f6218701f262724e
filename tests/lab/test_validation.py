"""Checking entry by entry says the same as checking the whole at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egresspair.lab import NE40E, Lab, Profile
from egresspair.lab.edit import Edit
from egresspair.lab.schema import schema_of
from egresspair.lab.tree import EMPTY, Node, config_element, same, to_bytes
from egresspair.lab.validation import Findings, Validator

from .client import session
from .documents import COMMIT, edit, top, vpn

EXTRA = st.sampled_from(
    ["", "<label-mode>per-route</label-mode>", "<label-mode>per-instance</label-mode>",
     "<lsp-operation>pop-go</lsp-operation>", "<vpn-frr>true</vpn-frr>"]
)  # fmt: skip
INSTANCES = st.dictionaries(
    st.sampled_from("abcde"),
    st.tuples(st.sampled_from(["", "1:1"]), st.one_of(st.none(), st.integers(16, 32783)), EXTRA),
    max_size=4,
)


def config_of(instances: Mapping[str, tuple[str, int | None, str]], auto: bool) -> Node:
    inside = [vpn(name, rd=rd, label=label, extra=extra) for name, (rd, label, extra) in instances.items()]
    document = top(*inside)
    if auto:
        address = "<global><route-distinguisher-auto-ip>192.0.2.1</route-distinguisher-auto-ip></global>"
        document = document.replace("<instances>", address + "<instances>", 1)
    work = Edit(schema_of(NE40E), keep_going=True)
    return work.apply(EMPTY, config_element(document.encode()), "merge")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(INSTANCES, st.booleans()), min_size=1, max_size=3))
def test_in_parts_as_in_whole(configs: list[tuple[dict[str, tuple[str, int | None, str]], bool]]) -> None:
    validator = Validator(schema_of(NE40E))
    for instances, auto in configs:
        config = config_of(instances, auto)
        parts, whole = validator.examine(config), validator._examine(config)
        assert bool(parts.errors) == bool(whole.errors)
        assert set(parts.vanished) == set(whole.vanished)
        assert same(parts.config, whole.config)
        assert same(parts.reported, whole.reported)


def test_the_vpn_instances_are_checked_apart() -> None:
    assert [way[-1].rpartition("}")[2] for way in schema_of(NE40E).separable] == ["instance"]


def test_what_was_checked_is_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    validator = Validator(schema_of(NE40E))
    crowd = dict.fromkeys("abcde", ("1:1", None, ""))
    config = validator.examine(config_of(crowd, auto=False)).config
    checked: list[bytes] = []
    plain = validator._examine

    def counted(part: Node) -> Findings:
        checked.append(to_bytes(part))
        return plain(part)

    monkeypatch.setattr(validator, "_examine", counted)
    work = Edit(schema_of(NE40E))
    change = config_element(top(vpn("c", rd="", label=77)).encode())
    validator.examine(work.apply(config, change, "merge"))
    assert len(checked) == 1
    assert b"<name>c</name>" in checked[0]


def genuine() -> Path:
    root = os.environ.get("EGRESSPAIR_VENDOR_YANG", "")
    folder = Path(root) if root else Path(__file__).parents[2].parent / "shared" / "yang" / "huawei"
    folder = folder / "8.22.0" / "ne40e-x8x16"
    if not folder.is_dir():
        pytest.skip("the genuine modules are not at hand")
    return folder


@pytest.mark.vendor
def test_a_device_may_speak_the_genuine_modules() -> None:
    profile = Profile("genuine", (genuine(),), deviations=("huawei-l3vpn-deviations-OC-NE-X8X16",))
    with Lab(["master"], profile=profile) as lab, session(lab["master"]) as client:
        assert client.error(edit(vpn(label=99999))) == "invalid-value"
        client.ok(edit(vpn(label=100)))
        client.ok(COMMIT)
        assert b"<static-label>100</static-label>" in lab["master"].running
        assert any("module=huawei-routing-policy" in uri for uri in client.capabilities)
