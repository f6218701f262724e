"""Forwarding entries as OpenFlow, and frames as octets: no root needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.lab.packets import AsbrEntries, Customer, Entries, MasgEntries
from egresspair.lab.packets.flows import asbr_groups, flows_of
from egresspair.lab.packets.stream import frame, number_of

_ENTRIES = Entries(
    AsbrEntries(48120, 48205),
    master=MasgEntries(frozenset({48120}), {2001: Customer("vpna")}),
    backup=MasgEntries(
        frozenset({48206}),
        {2001: Customer("vpnb"), 2002: Customer("vpna", reached=False)},
        {48205: 48011, 48207: None},
    ),
    streams={"vpna": 2001},
)


def test_the_core_asbr_pushes_two_labels_and_prefers_the_master() -> None:
    (group,) = asbr_groups(_ENTRIES.asbr)
    master, backup = group.split(",bucket=")[1:]
    assert "type=ff" in group
    assert master.startswith("watch_port:2,")
    assert "set_field:48120->mpls_label,output:2" in master
    assert "set_field:48205->mpls_label,output:3" in backup
    (flow,) = flows_of(_ENTRIES, "asbr")
    assert flow.endswith("actions=push_mpls:0x8847,set_field:2001->mpls_label,group:1")


def test_without_a_backup_entry_there_is_one_bucket() -> None:
    (group,) = asbr_groups(AsbrEntries(48120))
    assert group.count("bucket=") == 1


def test_a_masg_pops_swaps_delivers_or_counts_why_not() -> None:
    assert flows_of(_ENTRIES, "backup") == [
        "table=0,mpls,mpls_label=48206,actions=pop_mpls:0x8847,goto_table:1",
        "cookie=4,table=0,mpls,mpls_label=48205,actions=set_field:48011->mpls_label,output:2",
        "cookie=4,table=0,mpls,mpls_label=48207,actions=pop_mpls:0x8847,output:2",
        "cookie=1,table=0,priority=0,actions=drop",
        "table=0,mpls,mpls_label=2001,actions=pop_mpls:0x0800,output:11",
        "table=1,mpls,mpls_label=2001,actions=pop_mpls:0x0800,output:11",
        "cookie=3,table=0,mpls,mpls_label=2002,actions=drop",
        "cookie=3,table=1,mpls,mpls_label=2002,actions=drop",
        "cookie=2,table=1,priority=0,actions=drop",
    ]


@pytest.mark.parametrize("label", [15, 1 << 20])
def test_labels_that_cannot_be_are_refused(label: int) -> None:
    with pytest.raises(ValueError, match=f"label {label} is outside 16..1048575"):
        AsbrEntries(label)


def test_a_label_is_either_popped_or_swapped() -> None:
    with pytest.raises(ValueError, match="both popped and swapped"):
        MasgEntries(frozenset({48205}), {}, {48205: 48011})


@given(st.integers(0, 50), st.integers(0, 2**32 - 1))
def test_a_frame_carries_its_number(stream: int, sequence: int) -> None:
    octets = frame(stream, sequence)
    assert len(octets) == 64
    assert number_of(octets) == (stream, sequence)
    header = [int.from_bytes(octets[n : n + 2], "big") for n in range(14, 34, 2)]
    total = sum(header)
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF  # the IPv4 header checksum


@given(st.binary(max_size=80))
def test_foreign_frames_are_not_counted(octets: bytes) -> None:
    assert number_of(octets) is None
