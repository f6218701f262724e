"""Intents, sound and slightly unsound, for property tests."""

from __future__ import annotations

import copy
import json
import string
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from egresspair.intent import Intent, RouteTarget, dump_intent

VISIBLE = "".join(chr(code) for code in range(33, 127))

names = st.text(VISIBLE, min_size=1, max_size=12) | st.sampled_from(
    [
        "no",
        "null",
        "~",
        "1e3",
        "0123",
        "0x1f",
        "2026-01-01",
        "1:30",
        "<<",
        "&a",
        "*a",
        "!t",
        "#c",
        "'",
        '"',
        "{",
        "-",
        "]]>",
        "<a>&amp;",
    ]
)
vpn_names = names.map(lambda name: name.replace("?", "q")).filter(lambda name: name != "_public_")
numbers_16 = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 0xFFFF])
numbers_32 = st.integers(0, 0xFFFFFFFF) | st.sampled_from([0, 1, 0xFFFF, 0x10000, 0xFFFFFFFF])
texts_of_type_0 = st.builds("{}:{}".format, numbers_16, numbers_32)
texts_of_type_1 = st.builds("{}:{}".format, st.ip_addresses(v=4), numbers_16)
texts_of_type_2 = st.builds("{}:{}".format, st.integers(0x10000, 0xFFFFFFFF), numbers_16)
dotted_texts = st.builds("{}.{}:{}".format, numbers_16, numbers_16, numbers_16)
vpn_ids = (texts_of_type_0 | texts_of_type_1 | texts_of_type_2 | dotted_texts).filter(
    lambda text: text not in ("0:0", "0.0:0")
)
labels = st.integers(16, 1048575) | st.just("auto")
host_routes = st.builds("{}{}".format, st.ip_addresses(v=4), st.sampled_from(["", "/32"]))


def octets(text: str) -> bytes:
    return RouteTarget(text).octets


targets = st.lists(vpn_ids, max_size=3, unique_by=octets)
vpn_targets = st.fixed_dictionaries({"import": targets, "export": targets}).filter(
    lambda both: both["import"] or both["export"]
)
rds = vpn_ids | st.fixed_dictionaries({"master": vpn_ids, "backup": vpn_ids})
vpn_instances = st.fixed_dictionaries(
    {"name": vpn_names, "static_label": labels},
    optional={"route_distinguisher": rds, "vpn_targets": vpn_targets},
)


addresses = st.ip_addresses(v=4).map(str)
loopbacks = st.fixed_dictionaries(
    {"interface": st.integers(0, 4294967295).map("LoopBack{}".format), "address": host_routes}
)
import_routes = st.fixed_dictionaries(
    {"protocol": st.sampled_from(["direct", "static", "unr"]), "process_id": st.just(0), "policy": names}
) | st.fixed_dictionaries(
    {
        "protocol": st.sampled_from(["ospf", "isis", "rip"]),
        "process_id": st.integers(1, 4294967295),
        "policy": names,
    }
)
peers = st.lists(addresses, min_size=1, max_size=2, unique=True)


@st.composite
def prerequisites(draw: st.DrawFn, *, networks: bool) -> dict[str, Any]:
    """Sound prerequisites; with ``networks`` there are host routes to originate."""
    ways = ["import-route", *(["network"] if networks else [])]
    values: dict[str, Any] = {}
    if draw(st.booleans()):
        values["loopbacks"] = {"master": draw(loopbacks), "backup": draw(loopbacks)}
    if draw(st.booleans()):
        values["originate"] = draw(st.sampled_from(ways))
    if values.get("originate") == "import-route":
        unique = lambda each: (each["protocol"], each["process_id"])  # noqa: E731
        values["import_routes"] = draw(st.lists(import_routes, min_size=1, max_size=2, unique_by=unique))
    if draw(st.booleans()) or not values:
        values |= {"export_policy": draw(names), "master_peers": draw(peers), "backup_peers": draw(peers)}
    return values


def _label_of(vpn: dict[str, Any]) -> object:
    return object() if vpn["static_label"] == "auto" else vpn["static_label"]


@st.composite
def intent_values(draw: st.DrawFn) -> dict[str, Any]:
    """The plain values of a sound intent, in our own words."""
    routers = draw(st.lists(names, min_size=2, max_size=4, unique=True))
    hosts = draw(st.lists(host_routes, max_size=3, unique_by=lambda host: host.removesuffix("/32")))
    vpns = st.lists(
        vpn_instances, min_size=1, max_size=4, unique_by=(lambda vpn: str(vpn["name"]), _label_of)
    )
    values = {"pair": draw(names), "vpn_instances": draw(vpns)}
    values |= dict(zip(("master", "backup", "core_asbr", "csg"), routers, strict=False))
    values |= {"protected_host_routes": hosts} if hosts else {}
    asked = draw(st.none() | prerequisites(networks=bool(hosts)))
    return values | ({"prerequisites": asked} if asked else {})


intents = intent_values().map(Intent.model_validate)

_edge_numbers = st.sampled_from(
    ["0", "1", "200", "01", "65535", "65536", "99999", "4294967295", "4294967296", "", "-1", "1e3", " 1"]
)
_edge_administrators = _edge_numbers | st.sampled_from(
    [
        "1.1",
        "0.0",
        "0.7",
        "65535.65535",
        "65536.0",
        "1.65536",
        "1.01",
        "1.",
        "192.0.2.1",
        "256.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
    ]
)
edge_vpn_ids = (
    st.builds("{}:{}".format, _edge_administrators, _edge_numbers)
    | st.text(string.digits + ".:x", max_size=24)
    | vpn_ids
)

edge_values = st.sampled_from(
    [
        "",
        "a b",
        "a?",
        "é",
        "a\n",
        "_public_",
        "x" * 31,
        "x" * 32,
        "x" * 128,
        "x" * 129,
        "auto",
        "Auto",
        "2001",
        "192.0.2.1",
        "192.0.2.1/32",
        "192.0.2.2/31",
        "192.0.2.02",
        "::1",
        "1.1:3",
        "65537:3",
        "0.1:3",
        "1:3",
        "LoopBack01",
        "LoopBack7",
        "network",
        "import-route",
        "ospf",
        "direct",
    ]
)
edge_labels = st.sampled_from([16, 1048575, "auto", 15, 1048576, -1, 2**40, "2001", "x"])

Leaf = tuple[Any, Any]
"""What holds a value, and the key or position of it there."""


def leaves(value: Any) -> Iterator[Leaf]:
    """Every place of a document, containers before what they hold."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from leaves(value[key])


@st.composite
def module_values(draw: st.DrawFn) -> dict[str, Any]:
    """An intent in the module's words (RFC 7951), sound but for at most two changes."""
    document = json.loads(dump_intent(draw(intents), "rfc7951-json"))
    intent: dict[str, Any] = document["egress-protection:intent"]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
        _change(draw, intent)
    return intent


def _change(draw: st.DrawFn, intent: dict[str, Any]) -> None:
    places = list(leaves(intent))
    scalars = [(holder, key) for holder, key in places if not isinstance(holder[key], dict | list)]
    if not scalars:
        return
    what = draw(st.sampled_from(["edge", "edge", "copy", "copy", "remove", "repeat", "add"]))
    holder, key = draw(st.sampled_from(scalars if what in ("edge", "copy") else places))
    match what:
        case "edge":
            holder[key] = draw(_edges(key))
        case "copy":
            _copy(draw, scalars, holder, key)
        case "repeat" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case "add" if isinstance(holder, dict):
            holder["unknown"] = 1
        case _:
            del holder[key]


def _edges(key: Any) -> st.SearchStrategy[Any]:
    numbers = {"static-label": edge_labels, "process-id": st.sampled_from([0, 1, 2**32 - 1, 2**32, -1, "x"])}
    return numbers.get(key, edge_values | edge_vpn_ids)


def _copy(draw: st.DrawFn, places: list[Leaf], holder: Any, key: Any) -> None:
    """Put a value of the same kind from elsewhere in the document: what must be unique may be so no more."""
    kind = type(holder[key])
    others = [other[place] for other, place in places if type(other[place]) is kind]
    holder[key] = copy.deepcopy(draw(st.sampled_from(others)))
