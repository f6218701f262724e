"""The forwarding model: each way in which a packet ends, in scenes that are small enough to follow by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from egresspair.audit.walk import (
    Bfd,
    CoreTables,
    Ending,
    Ingress,
    LspEntry,
    MasgTables,
    PrivateLabel,
    PublicLabel,
    Scene,
    Unknown,
    Verdict,
    Walk,
    Way,
    walk,
    walks_of,
)

_MASTER = MasgTables("masg-1", {48120: PublicLabel()}, {2001: (PrivateLabel("vpna"),)})
_BACKUP = MasgTables("masg-2", {48205: PublicLabel()}, {2001: (PrivateLabel("vpna"),)})
_ENTRIES = (LspEntry("masg-1", 48120), LspEntry("masg-2", 48205, backup=True))
_CORE = CoreTables("asbr-1", _ENTRIES, _ENTRIES, Bfd(up=True, interval_ms=50, multiplier=3))
SCENE = Scene("192.0.2.5/32", _MASTER, _BACKUP, _CORE, (Ingress("vpna", "csg-1", 2001),))


def _with_backup(**changes: Any) -> Walk:
    return walk(replace(SCENE, backup=replace(_BACKUP, **changes)), "vpna")


def _with_core(**changes: Any) -> Walk:
    return walk(replace(SCENE, core=replace(_CORE, **changes)), "vpna")


def _holding(*holders: PrivateLabel) -> Walk:
    return _with_backup(private={2001: holders})


def test_a_healthy_pair_delivers_before_and_after() -> None:
    found = walk(SCENE, "vpna")
    assert found.protected
    assert [(step.device, step.stack) for step in found.before.steps] == [
        ("csg-1", (2001,)),
        ("asbr-1", ("transport", 48120, 2001)),
        ("masg-1", ()),
    ]
    assert [(step.device, step.stack) for step in found.after.steps] == [
        ("csg-1", (2001,)),
        ("asbr-1", ("transport", 48205, 2001)),
        ("masg-2", ()),
    ]
    assert (found.after.ending, found.after.where, found.after.vpn) == (Ending.DELIVERED, "masg-2", "vpna")
    assert found.detection_ms == 150


@pytest.mark.parametrize(
    ("found", "verdict", "where", "why"),
    [
        pytest.param(
            _with_backup(private={2002: (PrivateLabel("vpna"),)}),
            Verdict.DROPPED,
            "masg-2",
            "nobody holds private label 2001 there",
            id="labels differ",
        ),
        pytest.param(
            _holding(PrivateLabel("vpnb")),
            Verdict.WRONG_VPN,
            "masg-2",
            "private label 2001 is that of vpnb (ipv4-unicast) there",
            id="label of another VPN instance",
        ),
        pytest.param(
            _holding(PrivateLabel("vpna", "ipv6-unicast")),
            Verdict.DROPPED,
            "masg-2",
            "private label 2001 is that of vpna (ipv6-unicast) there",
            id="label of the other family",
        ),
        pytest.param(
            _holding(PrivateLabel("vpna"), PrivateLabel("vpnb")),
            Verdict.UNKNOWN,
            "masg-2",
            "vpna (ipv4-unicast) and vpnb (ipv4-unicast) hold label 2001 there",
            id="label held twice",
        ),
        pytest.param(
            _with_backup(private={}, private_gap=Unknown("masg-2: the label of vpna")),
            Verdict.UNKNOWN,
            "masg-2",
            "not known: masg-2: the label of vpna",
            id="label unknown",
        ),
        pytest.param(
            _holding(PrivateLabel("vpna", up=False)),
            Verdict.DROPPED,
            "masg-2",
            "vpna is down there",
            id="VPN instance down",
        ),
        pytest.param(
            _holding(PrivateLabel("vpna", up=Unknown("masg-2: its status"))),
            Verdict.UNKNOWN,
            "masg-2",
            "not known: masg-2: its status",
            id="status unknown",
        ),
        pytest.param(
            _holding(PrivateLabel("vpna", way=Way.NONE)),
            Verdict.DROPPED,
            "masg-2",
            "vpna has no route to the customer there",
            id="no route",
        ),
        pytest.param(
            _holding(PrivateLabel("vpna", way=Way.PARTNER)),
            Verdict.LOOPED,
            "masg-2",
            "vpna reaches the customer only by masg-1",
            id="route by the partner",
        ),
        pytest.param(
            _holding(PrivateLabel("vpna", way=Unknown("masg-2: its routes"))),
            Verdict.UNKNOWN,
            "masg-2",
            "not known: masg-2: its routes",
            id="routes unknown",
        ),
        pytest.param(
            _with_backup(public={48205: PublicLabel(48011, "masg-1")}),
            Verdict.LOOPED,
            "masg-2",
            "it sends the packet on to masg-1",
            id="stitched",
        ),
        pytest.param(
            _with_backup(public={}),
            Verdict.DROPPED,
            "masg-2",
            "it has no LSP with label 48205",
            id="no public label",
        ),
        pytest.param(
            _with_core(installed=_ENTRIES[:1], routes=_ENTRIES[:1]),
            Verdict.DROPPED,
            "asbr-1",
            "it has no entry left for 192.0.2.5/32, and BGP knows no second labeled route",
            id="one route",
        ),
        pytest.param(
            _with_core(installed=(), routes=()),
            Verdict.DROPPED,
            "asbr-1",
            "it has no LSP for 192.0.2.5/32",
            id="no route",
        ),
        pytest.param(
            _with_core(installed=(_ENTRIES[0], LspEntry("masg-2", None, backup=True))),
            Verdict.DROPPED,
            "asbr-1",
            "its route to masg-2 has no label",
            id="unlabeled route",
        ),
        pytest.param(
            _with_core(installed=(_ENTRIES[0], LspEntry("masg-2", 48205, backup=True, over_gre=True))),
            Verdict.DROPPED,
            "asbr-1",
            "its tunnel to masg-2 is GRE, which cannot carry a BGP LSP",
            id="GRE",
        ),
        pytest.param(
            _with_core(installed=Unknown("asbr-1: its LSPs")),
            Verdict.UNKNOWN,
            "masg-2",
            "not known: asbr-1: its LSPs",
            id="LSP unknown",
        ),
    ],
)
def test_where_a_packet_ends_after_the_death(found: Walk, verdict: Verdict, where: str, why: str) -> None:
    assert (found.verdict, found.after.where, found.after.why) == (verdict, where, why)
    assert not found.protected


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (_with_core(bfd=None), "no BFD to masg-1"),
        (_with_core(bfd=Bfd(up=False)), "BFD is down to masg-1"),
        (_with_core(installed=_ENTRIES[:1]), "no BGP FRR backup entry"),
        (
            _with_core(installed=(_ENTRIES[0], replace(_ENTRIES[1], backup=False))),
            "shares the load between masg-1 and masg-2",
        ),
    ],
)
def test_what_delays_the_switch(found: Walk, word: str) -> None:
    assert found.after.ending is Ending.DELIVERED
    assert found.verdict is Verdict.DELAYED
    assert any(word in delay for delay in found.delays)


def test_unknown_bfd_leaves_open_how_fast() -> None:
    found = _with_core(bfd=Unknown("asbr-1: its BFD sessions"))
    assert found.verdict is Verdict.UNKNOWN
    assert found.gaps == ("not known: asbr-1: its BFD sessions",)


def test_without_a_core_asbr_a_delivery_is_a_guess_but_a_loss_is_certain() -> None:
    unasked = replace(SCENE, core=Unknown("the core ASBR"))
    assert walk(unasked, "vpna").verdict is Verdict.UNKNOWN
    foreign = replace(_BACKUP, private={2001: (PrivateLabel("vpnb"),)})
    assert walk(replace(unasked, backup=foreign), "vpna").verdict is Verdict.WRONG_VPN


def test_a_pair_whose_traffic_is_on_the_backup_already_needs_no_switch() -> None:
    entries = (LspEntry("masg-2", 48205), LspEntry("masg-1", 48120, backup=True))
    found = _with_core(installed=entries, bfd=None)
    assert found.verdict is Verdict.DELIVERED
    assert found.before.where == found.after.where == "masg-2"


def test_implicit_null_leaves_the_private_label_alone() -> None:
    entries = (_ENTRIES[0], LspEntry("masg-2", 3, backup=True))
    found = _with_core(installed=entries)
    assert found.protected
    assert found.after.steps[1].stack == ("transport", 2001)


def test_a_stitched_master_goes_round_only_once() -> None:
    """Both stitch to each other: the walk ends, and says that it does not know."""
    master = replace(_MASTER, public={48120: PublicLabel(48205, "masg-2")})
    backup = replace(_BACKUP, public={48205: PublicLabel(48120, "masg-1")})
    found = walk(replace(SCENE, master=master, backup=backup), "vpna")
    assert found.before.ending is Ending.UNKNOWN
    assert found.verdict is Verdict.LOOPED


def test_an_ingress_that_is_not_known_or_not_carried() -> None:
    unknown = walk(replace(SCENE, entries=(Ingress("vpna", "csg-1", Unknown("its label")),)), "vpna")
    assert (unknown.verdict, unknown.after.why) == (Verdict.UNKNOWN, "not known: its label")
    stuck = walk(replace(SCENE, entries=(Ingress("vpna", "csg-1", 2001, carried=False),)), "vpna")
    assert (stuck.verdict, stuck.after.where) == (Verdict.DROPPED, "csg-1")


def test_a_core_asbr_that_hands_no_label_on_carries_nothing() -> None:
    found = _with_core(hands_on=False)
    assert found.before.ending is found.after.ending is Ending.DROPPED
    assert found.after.where == "asbr-1"


def test_a_master_that_comes_back_too_early_loses_packets() -> None:
    found = _with_core(waits_for_tunnel=False)
    assert found.verdict is Verdict.DELIVERED
    assert "before there is a tunnel" in found.on_return[0]
    assert not found.protected


def test_what_shares_the_host_route_is_endangered_if_its_label_means_something_else_there() -> None:
    master = replace(_MASTER, private={**_MASTER.private, 48006: (PrivateLabel("vpna", "ipv6-unicast"),)})
    scene = replace(SCENE, master=master, others=(Ingress("vpna", "", 48006, "ipv6-unicast"),))
    assert walks_of([SCENE]).protected
    walks = walks_of([scene])
    assert not walks.protected
    assert str(walks).splitlines()[-1] == (
        "vpna (ipv6-unicast), not in the intent: dropped, at masg-2: nobody holds private label 48006 there"
    )
    same = replace(_BACKUP, private={**_BACKUP.private, 48006: (PrivateLabel("vpna", "ipv6-unicast"),)})
    assert walks_of([replace(scene, backup=same)]).protected


def test_a_loss_today_is_not_protection() -> None:
    found = walk(replace(SCENE, master=replace(_MASTER, private={})), "vpna")
    assert found.before.ending is Ending.DROPPED
    assert found.verdict is Verdict.DELIVERED
    assert not found.protected


_DEVICES = st.sampled_from(["masg-1", "masg-2", "elsewhere"])
_LABELS = st.sampled_from([3, 16, 2001, 48120, 48205])
_GAPS = st.none() | st.just(Unknown("something"))
_HOLDERS = st.builds(
    PrivateLabel,
    st.sampled_from(["vpna", "vpnb"]),
    st.sampled_from(["ipv4-unicast", "ipv6-unicast"]),
    st.booleans() | st.just(Unknown("its status")),
    st.sampled_from(Way) | st.just(Unknown("its way")),
)
_PUBLIC = st.dictionaries(
    _LABELS, st.just(PublicLabel()) | st.builds(PublicLabel, st.none() | _LABELS, _DEVICES), max_size=3
)
_PRIVATE = st.dictionaries(_LABELS, st.lists(_HOLDERS, min_size=1, max_size=2).map(tuple), max_size=3)
_ENTRY_LISTS = st.lists(
    st.builds(LspEntry, _DEVICES, st.none() | _LABELS, st.booleans(), st.booleans()), max_size=3
).map(tuple) | st.just(Unknown("its entries"))
_CORES = st.just(Unknown("the core ASBR")) | st.builds(
    CoreTables,
    st.just("asbr-1"),
    _ENTRY_LISTS,
    _ENTRY_LISTS,
    st.none() | st.just(Unknown("BFD")) | st.builds(Bfd, st.booleans()),
)


def _masgs(device: str) -> st.SearchStrategy[MasgTables]:
    return st.builds(MasgTables, st.just(device), _PUBLIC, _PRIVATE, _GAPS, _GAPS)


@given(_masgs("masg-1"), _masgs("masg-2"), _CORES, _LABELS)
def test_every_walk_ends_and_never_behind_a_dead_router(
    master: MasgTables, backup: MasgTables, core: CoreTables | Unknown, label: int
) -> None:
    scene = Scene("192.0.2.5/32", master, backup, core, (Ingress("vpna", "csg-1", label),))
    walks = walks_of([scene])
    found = walks["vpna"]
    assert all(step.device != "masg-1" for step in found.after.steps)
    assert found.after.ending is not Ending.DELIVERED or found.after.where == "masg-2"
    assert (found.after.ending is Ending.DELIVERED) <= (found.after.vpn == "vpna")
    assert str(walks)
    etree.fromstring(walks._repr_svg_())


def test_text_and_json_tell_the_walk() -> None:
    walks = walks_of([replace(SCENE, backup=replace(_BACKUP, private={2001: (PrivateLabel("vpnb"),)}))])
    assert str(walks).splitlines() == [
        "vpna by 192.0.2.5/32: wrong VPN",
        "  while the master lives",
        "    csg-1   pushes 2001, then the BGP LSP's label, to asbr-1  [2001]",
        "    asbr-1  swaps the BGP LSP's label for 48120, to masg-1  [transport | 48120 | 2001]",
        "    masg-1  pops 48120, looks 2001 up: vpna  [IP]",
        "    => delivered in vpna by masg-1",
        "  masg-1 is dead",
        "    csg-1   pushes 2001, then the BGP LSP's label, to asbr-1  [2001]",
        "    asbr-1  uses the backup entry, swaps the BGP LSP's label for 48205, to masg-2  [transport | 48205 | 2001]",
        "    masg-2  pops 48205, looks 2001 up: vpnb  [IP]",
        "    => wrong VPN vpnb, at masg-2: private label 2001 is that of vpnb (ipv4-unicast) there",
    ]
    values = json.loads(json.dumps(walks.to_dict()))
    assert values["walks"][0]["verdict"] == "wrong VPN"
    assert values["walks"][0]["after"]["steps"][1]["stack"] == ["transport", 48205, 2001]
    assert not walks.protected


def test_the_drawing_is_escaped_self_contained_and_the_same_every_time() -> None:
    foreign = replace(_BACKUP, private={2001: (PrivateLabel("<b>&"),)})
    drawing = walks_of([replace(SCENE, backup=foreign)])._repr_svg_()
    root = etree.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = ["".join(text.itertext()) for text in root.iter("{*}text")]
    assert {"<b>&", "wrong customer", "dies", "[transport | 48205 | 2001]"} <= set(words)
    assert not [name for element in root.iter() for name in element.attrib if "href" in name]
    assert drawing == walks_of([replace(SCENE, backup=foreign)])._repr_svg_()
