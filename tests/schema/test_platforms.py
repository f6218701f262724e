"""What the genuine modules of five routers decide, read as a folder that stands for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from yangson.xpathast import Expr, Step

from egresspair.device_schema import SchemaFacts, SchemaOrigin
from egresspair.dialects import dialect_named
from egresspair.errors import DocumentError
from egresspair.events import Event, SchemaCompiled
from egresspair.plan.schema_words import unsupported
from egresspair.schema import RouterSchema, SchemaStore
from egresspair.schemas import folder_schema
from yang.documents import L3VPN, NI
from yang.models import NE40E, PLATFORMS, YANG, Platform, missing, vendor_folder

DIALECT = dialect_named("huawei-vrp")
SUBJECT = DIALECT.subject


@dataclass(frozen=True)
class Expected:
    """What is published of a router: DOMAIN 2d says it of all releases."""

    kind: str
    labels: tuple[tuple[int, int], ...] | None
    deviation: str = ""
    no_label: str = ""


EXPECTED = {
    "8.20.0/ne40e-x8x16": Expected(
        "NE40E-X8X16, release 8.20.0 (V800R012C10)",
        None,
        no_label="its huawei-l3vpn@2020-02-25 has no static-label",
    ),
    "8.20.10/ne40e-x8x16": Expected(
        "NE40E-X8X16, release 8.20.10 (V800R013C00)",
        ((16, 32783),),
        "huawei-l3vpn-deviations-CH-NE-X8X16@2020-08-06",
    ),
    "8.20.10/atn980b": Expected(
        "ATN-980B, release 8.20.10 (V800R013C00)",
        None,
        "huawei-l3vpn-deviations-ATN-980B@2019-03-22",
        "the deviation module huawei-l3vpn-deviations-ATN-980B@2019-03-22 takes static-label away from "
        "huawei-l3vpn@2020-02-25",
    ),
    "8.22.0/ne40e-x8x16": Expected(
        "NE40E-X8X16, release 8.22.0 (V800R022C00)",
        ((16, 32783),),
        "huawei-l3vpn-deviations-OC-NE-X8X16@2021-05-07",
    ),
    "8.22.0/atn-910c910d": Expected(
        "ATN-910C, release 8.22.0 (V800R022C00)",
        ((16, 147455),),
        "huawei-l3vpn-deviations-ATN-910C@2021-05-07",
    ),
}


def silent(event: Event) -> None:
    """Nobody is told."""


@cache
def schema_of(platform: Platform, folder: Path) -> RouterSchema:
    return folder_schema(vendor_folder() / platform.folder, DIALECT, SchemaStore(folder), silent)


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@pytest.fixture(params=[pytest.param(each, id=each.folder, marks=pytest.mark.vendor) for each in PLATFORMS])
def platform(request: pytest.FixtureRequest) -> Platform:
    if reason := missing(request.param):
        pytest.skip(reason)
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def schema(platform: Platform, cache_folder: Path) -> RouterSchema:
    return schema_of(platform, cache_folder)


def test_support_range_and_what_decides(platform: Platform, schema: RouterSchema) -> None:
    facts, expected = schema.facts, EXPECTED[platform.folder]
    assert (facts.label_ranges, facts.no_label) == (expected.labels, expected.no_label)
    assert facts.kind == expected.kind
    assert facts.deviations == ((expected.deviation,) if expected.deviation else ())
    assert [module.partition("@")[0] for module in facts.modules] == list(SUBJECT.roots)
    assert (facts.origin, facts.why) == (SchemaOrigin.FOLDER, str(vendor_folder() / platform.folder))


def test_where_a_route_distinguisher_of_the_router_s_own_may_stand(
    platform: Platform, schema: RouterSchema
) -> None:
    assert schema.has(SUBJECT.automatic_rd) == (platform.folder != "8.20.10/atn980b")


def test_a_store_that_knows_it_compiles_nothing(platform: Platform, cache_folder: Path) -> None:
    first = schema_of(platform, cache_folder)
    events: list[Event] = []
    again = folder_schema(
        vendor_folder() / platform.folder, DIALECT, SchemaStore(cache_folder), events.append
    )
    assert again.facts == first.facts
    assert not [event for event in events if isinstance(event, SchemaCompiled)]


# what a change is validated with


TOUCHED = ("type", "route-distinguisher", "label-mode", "static-label", "vpn-targets")
"""The nodes right below the IPv4 family that a change of ours may write."""


def test_all_that_conditions_look_at_is_read(schema: RouterSchema) -> None:
    """A node that is not read looks absent: a `when` or `must` on it would then be judged wrongly."""
    read = names_read(schema)
    conditions = list(conditions_that_matter(schema.model))
    assert conditions
    for place, expression in conditions:
        assert names_in(expression) <= read, f"{place}: {expression}"


def test_the_guard_sees_what_is_not_read(schema: RouterSchema) -> None:
    """Without the route distinguisher in the filter the guard would speak up."""
    read = names_read(schema) - {"route-distinguisher"}
    assert [1 for _, expression in conditions_that_matter(schema.model) if not names_in(expression) <= read]


def test_no_more_is_read_than_the_router_has(platform: Platform, schema: RouterSchema) -> None:
    for element in filter_of(schema).iter():
        name = etree.QName(element)
        module = {NI: SUBJECT.roots[0], L3VPN: SUBJECT.roots[1]}[name.namespace or ""]
        assert named(schema.model, module, name.localname), f"{name.localname} is not in {platform.folder}"


def filter_of(schema: RouterSchema) -> etree._Element:
    leaves = schema.config_children(SUBJECT.family)
    return etree.fromstring(
        DIALECT.checked_filter(["vpna"], leaves, automatic_rd=schema.has(SUBJECT.automatic_rd))
    )


def names_read(schema: RouterSchema) -> set[str]:
    """The local names in the filter, and all below those that select whole subtrees."""
    assert schema.model is not None
    read = {etree.QName(element).localname for element in filter_of(schema).iter()}
    family = schema.model.get_schema_node(SUBJECT.family)
    for child in family.data_children():
        if child.name in read:
            read |= {node.name for node in subtree(child)}
    return read


def named(model: Any, module: str, name: str) -> list[Any]:
    return [node for node in subtree(model.schema) if (node.ns, node.name) == (module, name)]


def conditions_that_matter(model: Any) -> Iterator[tuple[str, Expr]]:
    """Those of the nodes that we write, of what stands around and beside them, and all that look at them."""
    family = model.get_schema_node(SUBJECT.family)
    ours = {id(node) for node in subtree(family) if node.ns == family.ns}
    parent = family
    while parent is not None:
        ours.add(id(parent))
        parent = parent.parent
    automatic = model.get_schema_node(SUBJECT.automatic_rd)
    ours.add(id(automatic))
    for node in subtree(model.schema):
        for expression in expressions(node):
            looks_at_ours = {(name, family.ns) for name in TOUCHED} & set(steps(expression))
            if id(node) in ours or looks_at_ours:
                yield str(node.name), expression


def expressions(node: Any) -> Iterator[Expr]:
    if node.when:
        yield node.when
    yield from (must.expression for must in node.must)


def subtree(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from subtree(child)


def names_in(expression: Expr) -> set[str]:
    return {name for name, _ in steps(expression)}


def steps(expression: Expr) -> Iterator[tuple[str, str]]:
    if isinstance(expression, Step) and expression.qname:
        yield expression.qname
    for part in vars(expression).values():
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, Expr):
                yield from steps(each)


# folders


def folder_of_ours(folder: Path, *uris: str) -> Path:
    """The project's own modules of an NE40E, with a hello if there are URIs."""
    folder.mkdir()
    for file in YANG.glob("huawei-*.yang"):
        if "ATN" not in file.name:
            (folder / file.name).write_bytes(file.read_bytes())
    if uris:
        root = etree.Element("capabilities")
        for uri in uris:
            etree.SubElement(root, "capability").text = uri
        (folder / "capabilities.xml").write_bytes(etree.tostring(root))
    return folder


def test_without_a_hello_all_modules_of_a_folder_count(tmp_path: Path) -> None:
    facts = folder_schema(folder_of_ours(tmp_path / "router"), DIALECT, SchemaStore(tmp_path), silent).facts
    assert facts.label_ranges == ((16, 32783),)
    assert [name.partition("@")[0] for name in facts.deviations] == list(NE40E)


def test_a_hello_decides_which_modules_of_a_folder_count(tmp_path: Path) -> None:
    folder = folder_of_ours(tmp_path / "router", *(f"urn:x?module={name}" for name in SUBJECT.roots))
    facts = folder_schema(folder, DIALECT, SchemaStore(tmp_path), silent).facts
    assert (facts.deviations, facts.label_ranges) == ((), ((16, 1048575),))


def test_a_router_without_the_leaf_is_named_with_its_release(
    platform: Platform, schema: RouterSchema
) -> None:
    problems = list(unsupported("masg-1", schema.facts))
    assert bool(problems) == (EXPECTED[platform.folder].labels is None)
    for problem in problems:
        assert EXPECTED[platform.folder].kind in problem.what
        assert EXPECTED[platform.folder].no_label in problem.what
        assert "command line" in problem.hint


@pytest.mark.parametrize(
    ("hello", "words"),
    [
        (None, "No such file or directory"),
        ("", "there is no YANG module in this folder"),
        ("<capabilities>", "this is not XML"),
        ("<c><capability>urn:x?module=huawei-l3vpn</capability></c>", "huawei-l3vpn (the router has no"),
    ],
)
def test_a_folder_that_cannot_stand_for_a_router(tmp_path: Path, hello: str | None, words: str) -> None:
    folder = tmp_path / "router"
    if hello is not None:
        folder.mkdir()
    if hello:
        (folder / "capabilities.xml").write_text(hello)
    with pytest.raises(DocumentError, match=words.replace("(", r"\(")) as caught:
        folder_schema(folder, DIALECT, SchemaStore(tmp_path), silent)
    assert str(folder) in str(caught.value)


def test_facts_are_told_in_words() -> None:
    assert SchemaFacts().kind == "router"
    assert SchemaFacts(platform="ATN-910C").kind == "ATN-910C"
