"""What we make of an intent on a router, libyang makes of it too.

We see of the router what a plan reads of it, and decide before anything is sent. libyang sees its whole configuration
as the edit would leave it, under the same genuine modules. Rules that YANG does not have are kept out by the way that
the examples are made: no VPN instance ever wants a label that another one holds, or another route distinguisher than
it has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from lxml import etree

from egresspair.dialects import dialect_named
from egresspair.errors import PlanError, Problem
from egresspair.intent import Intent, Role
from egresspair.netconf.rpc import BASE, Rpc
from egresspair.plan import RouterView, make_plan
from egresspair.policy import Policy
from egresspair.reading import Reading
from egresspair.schema import RouterSchema, SchemaStore, Violation, validate_config
from egresspair.schemas import folder_schema
from plan.views import server
from yang.edit_config import apply_edit
from yang.judges import yanglint_missing
from yang.libyang import Yanglint, yanglint_with
from yang.models import Platform, genuine_modules, missing, vendor_folder

from .routers import JUDGED, LABELS, LEGAL, TARGETS, Vpn, routers, sound_routers

DIALECT = dialect_named("huawei-vrp")
ROUTERS = {Role.MASTER: "masg-1", Role.BACKUP: "masg-2"}
DISTINGUISHERS = {
    "vpna": {Role.MASTER: "200:1", Role.BACKUP: "200:2"},
    "vpnb": {Role.MASTER: "198.51.100.255:65535", Role.BACKUP: "1.1:3"},
    "vpnc": {Role.MASTER: "200:5", Role.BACKUP: "200:5"},
}
ABSENT = next(filter(None, map(missing, JUDGED)), None)

pytestmark = [
    pytest.mark.vendor,
    pytest.mark.skipif(yanglint_missing(), reason="yanglint is not installed (libyang2-tools)"),
    pytest.mark.skipif(ABSENT is not None, reason=ABSENT or "the modules are here"),
]
checked = settings(
    max_examples=100,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.explain],  # it asks hundreds of times more
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass(frozen=True, repr=False)
class Kind:
    """A kind of router: what we know of its schema, and a judge that has loaded the same modules."""

    schema: RouterSchema
    yanglint: Yanglint


Kinds = Mapping[Platform, Kind]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kinds]:
    store = SchemaStore(tmp_path_factory.mktemp("store"))
    running: dict[Platform, Kind] = {}
    with ExitStack() as judges:
        for platform in JUDGED:
            schema = folder_schema(vendor_folder() / platform.folder, DIALECT, store, lambda _: None)
            judge = yanglint_with(genuine_modules(platform), tmp_path_factory.mktemp("yanglint"))
            running[platform] = Kind(schema, judges.enter_context(judge))
        yield running


@dataclass(frozen=True)
class Case:
    """An intent, and both routers as they are before."""

    intent: Intent
    platforms: Mapping[Role, Platform]
    running: Mapping[Role, etree._Element]


@st.composite
def cases(draw: Any) -> Case:
    wanted = dict(
        zip(("vpna", "vpnb"), draw(st.lists(LABELS, min_size=2, max_size=2, unique=True)), strict=True)
    )
    names = draw(st.sampled_from([("vpna",), ("vpna", "vpnb"), ("vpnb", "vpna")]))
    platforms = {role: draw(st.sampled_from(JUDGED)) for role in Role}
    running = {role: draw(sound_routers(platforms[role], _vpns(role, wanted))) for role in Role}
    return Case(_intent(draw, {name: wanted[name] for name in names}), platforms, running)


def _vpns(role: Role, wanted: Mapping[str, int]) -> list[Vpn]:
    """What may be on a router: labels that are wanted by no other VPN instance."""
    found = []
    for name, distinguishers in DISTINGUISHERS.items():
        others = {label for other, label in wanted.items() if other != name}
        labels = LEGAL.filter(partial(_is_free, others))
        if 16 <= wanted.get(name, 0) <= 32783:
            labels |= st.just(wanted[name])
        found.append(Vpn(name, distinguishers[role], labels))
    return found


def _is_free(taken: Collection[int], label: int) -> bool:
    return label not in taken


def _intent(draw: Any, wanted: Mapping[str, int]) -> Intent:
    entries = []
    for name, label in wanted.items():
        entry: dict[str, Any] = {"name": name, "static_label": label}
        if draw(st.booleans()):
            entry["route_distinguisher"] = {role.value: text for role, text in DISTINGUISHERS[name].items()}
        if targets := draw(TARGETS):
            entry["vpn_targets"] = {
                way: [value for value, kind in targets if kind.startswith(way)]
                for way in ("import", "export")
            }
        entries.append(entry)
    routers = {role.value: name for role, name in ROUTERS.items()}
    return Intent.model_validate({"pair": "metro-7", **routers, "vpn_instances": entries})


@checked
@given(case=cases())
def test_we_plan_what_libyang_takes_and_nothing_else(kinds: Kinds, case: Case) -> None:
    problems, edits = _planned(case, kinds)
    for role, running in case.running.items():
        kind = kinds[case.platforms[role]]
        unsound = kind.yanglint.complaint(running)
        assert not unsound, f"the example is not sound: {unsound}:\n{_shown(running)}"
        ours = [problem for problem in problems if problem.field.startswith(f"{ROUTERS[role]} ")]
        after = apply_edit(kind.schema.model, running, edits[role]) if role in edits else running
        theirs = kind.yanglint.complaint(after)
        event(f"{case.platforms[role].folder}: {'refused' if theirs else 'taken'}")
        assert bool(ours) == bool(theirs), (
            f"{role}: ours {ours}, libyang's {theirs or 'valid'}:\n{_shown(after)}"
        )


def _planned(case: Case, kinds: Kinds) -> tuple[tuple[Problem, ...], Mapping[Role, etree._Element]]:
    """Why there is no plan, and the edits that were judged on the way."""
    schemas = {role: kinds[platform].schema for role, platform in case.platforms.items()}
    readings = {role: _reading(case, role, schemas[role]) for role in Role}
    edits: dict[Role, etree._Element] = {}

    def judge(view: RouterView, edit: Rpc) -> tuple[Violation, ...]:
        edits[view.role] = etree.fromstring(edit.body)
        return readings[view.role].judge(schemas[view.role], edit)

    try:
        make_plan(case.intent, readings[Role.MASTER].view, readings[Role.BACKUP].view, Policy(), judge)
    except PlanError as error:
        return error.problems, edits
    return (), edits


def _reading(case: Case, role: Role, schema: RouterSchema) -> Reading:
    """The router as a plan reads it: filtered to the VPN instances of the intent, and to what is validated."""
    names = [vpn.name for vpn in case.intent.vpn_instances]
    automatic = schema.has(DIALECT.subject.automatic_rd)
    leaves = schema.config_children(DIALECT.subject.family)
    config = _selected(case.running[role], DIALECT.checked_filter(names, leaves, automatic_rd=automatic))
    labels = _selected(case.running[role], DIALECT.labels_filter())
    view = RouterView(
        role=role,
        device=ROUTERS[role],
        platform=DIALECT.name,
        host_key="",
        server=server(),
        running=DIALECT.read_config(config, names),
        uses=DIALECT.read_label_uses([labels]),
        schema=schema.facts,
        automatic_rd=DIALECT.has_automatic_rd(config),
        other_families=DIALECT.other_families(labels, names),
    )
    return Reading(view, config)


def _selected(config: etree._Element, subtree: bytes) -> etree._Element:
    """What a subtree filter selects (RFC 6241, section 6)."""
    data = etree.Element(f"{{{BASE}}}data")
    data.extend(_chosen(config, [etree.fromstring(subtree)]))
    return data


def _chosen(parent: etree._Element, filters: Sequence[etree._Element]) -> Iterator[etree._Element]:
    for node in parent:
        for wanted in filters:
            if wanted.tag == node.tag and _matches(node, wanted):
                yield _copy(node, wanted)


def _matches(node: etree._Element, wanted: etree._Element) -> bool:
    return all(node.findtext(str(each.tag)) == each.text for each in wanted if each.text)


def _copy(node: etree._Element, wanted: etree._Element) -> etree._Element:
    if not len(wanted):
        return deepcopy(node)
    copy = etree.Element(node.tag)
    copy.extend(_chosen(node, list(wanted)))
    return copy


@st.composite
def configurations(draw: Any) -> tuple[Platform, etree._Element]:
    platform = draw(st.sampled_from(JUDGED))
    vpns = [Vpn(name, found[Role.MASTER], LABELS) for name, found in DISTINGUISHERS.items()]
    return platform, draw(routers(vpns) if draw(st.booleans()) else sound_routers(platform, vpns))


@settings(checked, max_examples=200)
@given(example=configurations())
def test_we_find_valid_what_libyang_finds_valid(
    kinds: Kinds, example: tuple[Platform, etree._Element]
) -> None:
    platform, config = example
    kind = kinds[platform]
    assert kind.schema.model is not None
    ours, theirs = validate_config(kind.schema.model, config), kind.yanglint.complaint(config)
    event(f"{platform.folder}: {'invalid' if theirs else 'valid'}")
    assert bool(ours) == bool(theirs), f"ours {ours}, libyang's {theirs or 'valid'}:\n{_shown(config)}"


def _shown(config: etree._Element) -> str:
    return etree.tostring(config, pretty_print=True, encoding="unicode")
