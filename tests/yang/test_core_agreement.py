"""The modules of the core say what the genuine ones say, node by node and condition by condition.

The words of conditions are compared, not verdicts: 300 nodes under three sets of modules take some seconds that way.
A difference that is in no table fails, and so does a line of a table that is no longer true.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from egresspair.lab import ATN, NE40E
from egresspair.lab.profiles import CORE
from egresspair.schema import ModuleSet, Rule, Violation, load_model, validate_config

from . import test_samples
from .models import YANG, samples_folder, vendor_folder
from .statements import Names, conditions, data_nodes, facts, values

NE40E_FOLDER, ATN_FOLDER = "8.22.0/ne40e-x8x16", "8.22.0/atn-910c910d"
MODULES = ("huawei-network-instance", "huawei-l3vpn", *CORE)

NO_FILTERS = "route filters (huawei-xpl) are not in the subset: any name is taken"
FACTS = {
    "peer-groups/peer-group/afs/af/ipv4-unicast/export-filter/name": NO_FILTERS,
    "peers/peer/afs/af/ipv4-unicast/export-filter/name": NO_FILTERS,
}
"""Nodes of which something else is said, by the end of their paths."""

NO_TTL = "valid-ttl-hops is not in the subset"
NO_MULTICAST = "the families that it is about are not in the subset"
CONDITIONS = {
    "peer-groups/peer-group/ebgp-max-hop": NO_TTL,
    "peers/peer/ebgp-max-hop": NO_TTL,
    "p2p/trigger": "the trigger by a list of FECs is not in the subset",
    "p2p/trigger-tunnel": "the triggers by lists of FECs and prefixes are not in the subset",
}
ADDED_CONDITIONS = {
    "peer-groups/peer-group/afs/af/type": NO_MULTICAST,
    "addresses/address/type": "ipv4-ignore-primary-sub is not in the subset",
}
"""Nodes with conditions that the subset leaves out: of the modules, and of both deviations."""


@cache
def ours(deviations: tuple[str, ...] = ()) -> Mapping[Names, Any]:
    found = data_nodes(YANG, (*MODULES, *deviations))
    return {path: node for path, node in found.items() if node.i_module.arg in CORE}


@cache
def genuine(folder: str, *, deviated: bool) -> Mapping[Names, Any]:
    """The data nodes of a router's own modules; skips the test where they are not at hand."""
    files = vendor_folder() / folder
    if not (files / "huawei-bgp.yang").is_file():
        pytest.skip(f"no genuine modules in {files} (EGRESSPAIR_VENDOR_YANG)")
    deviating = [file.stem for name in MODULES for file in sorted(files.glob(f"{name}-deviations-*.yang"))]
    return data_nodes(files, (*MODULES, *(deviating if deviated else ())))


Pair = tuple[Mapping[Names, Any], Mapping[Names, Any], Mapping[str, str]]
"""Our nodes, the genuine ones, and the conditions that ours leave out."""


@pytest.fixture(params=["as published", "NE40E", "ATN"])
def pair(request: pytest.FixtureRequest) -> Pair:
    match request.param:
        case "NE40E":
            deviations = NE40E.with_core().deviations
            return ours(deviations), genuine(NE40E_FOLDER, deviated=True), CONDITIONS | ADDED_CONDITIONS
        case "ATN":
            deviations = ATN.with_core().deviations
            return ours(deviations), genuine(ATN_FOLDER, deviated=True), CONDITIONS | ADDED_CONDITIONS
    return ours(), genuine(NE40E_FOLDER, deviated=False), CONDITIONS


def _listed(paths: set[Names], table: Mapping[str, str]) -> dict[str, set[str]]:
    """Which lines of a table say nothing of these paths, and which paths are in none."""
    texts = {"/".join(etree.QName(name).localname for name in path) for path in paths}
    stale = {line for line in table if not any(text.endswith("/" + line) for text in texts)}
    unknown = {text for text in texts if not any(text.endswith("/" + line) for line in table)}
    return {"differ and are in no table": unknown, "in the table and do not differ": stale}


NOTHING: dict[str, set[str]] = {
    "differ and are in no table": set(),
    "in the table and do not differ": set(),
}


@pytest.mark.vendor
def test_every_node_is_there(pair: Pair) -> None:
    mine, theirs, _ = pair
    assert set(mine) - set(theirs) == set()


@pytest.mark.vendor
def test_every_node_is_the_genuine_one(pair: Pair) -> None:
    mine, theirs, _ = pair
    differing = {path for path, node in mine.items() if facts(node) != facts(theirs[path])}
    assert _listed(differing, FACTS) == NOTHING


@pytest.mark.vendor
def test_every_name_of_an_enumeration_is_a_genuine_one_with_its_number(pair: Pair) -> None:
    mine, theirs, _ = pair
    named = {path: node for path, node in mine.items() if values(node)}
    assert named
    assert {p for p, node in named.items() if not values(node).items() <= values(theirs[p]).items()} == set()


@pytest.mark.vendor
def test_every_condition_is_a_genuine_one(pair: Pair) -> None:
    mine, theirs, _ = pair
    invented = {path: conditions(node) - conditions(theirs[path]) for path, node in mine.items()}
    assert {path: more for path, more in invented.items() if more} == {}


@pytest.mark.vendor
def test_no_condition_is_left_out_without_a_reason(pair: Pair) -> None:
    mine, theirs, known = pair
    lacking = {path for path, node in mine.items() if conditions(theirs[path]) - conditions(node)}
    assert _listed(lacking, known) == NOTHING


@cache
def core_model(profile: str = "ne40e") -> Any:
    chosen = {"ne40e": NE40E, "atn": ATN}[profile].with_core()
    return load_model(ModuleSet.of(YANG, *chosen.implements, *chosen.deviations))


def verdict(number: str, profile: str = "ne40e") -> tuple[Violation, ...]:
    found = sorted(samples_folder().glob(f"{number}-*.xml"))
    if not found:
        pytest.skip(f"no sample documents in {samples_folder()} (EGRESSPAIR_VENDOR_YANG)")
    return validate_config(core_model(profile), found[0].read_bytes())


BEYOND = frozenset({"18", "19", "24"})
"""Samples with nodes that the subset does not have: static BFD sessions, TE tunnels, BFD for BGP tunnels."""


@pytest.mark.parametrize("number", [n for n in test_samples.VALID if n not in BEYOND])
def test_a_sample_is_valid(number: str) -> None:
    assert verdict(number) == ()
    assert bool(verdict(number, "atn")) == (number == "06")  # no automatic route distinguisher


@pytest.mark.parametrize("number", test_samples.WRONG)
def test_a_wrong_sample_is_refused_for_the_right_reason(number: str) -> None:
    first = verdict(number)[0]
    assert (first.rule, first.path.rpartition("/")[2]) == test_samples.WRONG[number]
    assert bool(verdict(number, "atn")) == (number != "92")  # whose range goes further


def test_the_bounds_of_the_hardware_differ() -> None:
    def document(paths: int) -> bytes:
        family = f"<common><maximum-load-balancing>{paths}</maximum-load-balancing></common>"
        return (
            '<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><bgp xmlns="urn:huawei:yang:huawei-bgp">'
            "<base-process><enable>true</enable><as>200</as></base-process></bgp>"
            '<network-instance xmlns="urn:huawei:yang:huawei-network-instance"><instances><instance>'
            '<name>_public_</name><afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type></af></afs>'
            '<bgp xmlns="urn:huawei:yang:huawei-bgp"><base-process><afs><af><type>ipv4uni</type>'
            f"<ipv4-unicast>{family}</ipv4-unicast></af></afs></base-process></bgp>"
            "</instance></instances></network-instance></config>"
        ).encode()

    for profile, most in (("ne40e", 128), ("atn", 8)):
        assert validate_config(core_model(profile), document(most)) == ()
        assert [each.rule for each in validate_config(core_model(profile), document(most + 1))] == [
            Rule.RANGE
        ]


def _type_of(path: str) -> Any:
    return core_model().get_schema_node(path).type


PEER = "/huawei-network-instance:network-instance/instances/instance/huawei-bgp:bgp/base-process/peers/peer"


@settings(deadline=None)  # the first example compiles the modules
@given(address=st.ip_addresses())
def test_every_address_can_be_a_peer(address: object) -> None:
    assert str(address) in _type_of(f"{PEER}/address")


@settings(deadline=None)
@given(number=st.integers(1, 2**32 - 1))
def test_every_as_number_is_taken_in_both_spellings(number: int) -> None:
    assert str(number) in _type_of(f"{PEER}/remote-as")
    if number > 0xFFFF:
        assert f"{number >> 16}.{number & 0xFFFF}" in _type_of(f"{PEER}/remote-as")


@pytest.mark.parametrize("text", ["0", "", "AS200", "1.", ".1", "1.2.3", "-1"])
def test_what_is_no_as_number_is_not_taken(text: str) -> None:
    assert text not in _type_of(f"{PEER}/remote-as")
