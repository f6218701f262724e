"""The library's own verdict on the stages by the modules of real routers: nothing sound is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from lxml import etree

from audit.genuine import ATN, NE40E, folder
from egresspair.configuration import Change, Node
from egresspair.device_schema import SchemaFacts
from egresspair.errors import PlanError
from egresspair.intent import Role
from egresspair.netconf.rpc import BASE
from egresspair.policy import Policy
from egresspair.schema import RouterSchema, advertised_in, load_model, select_modules, violations_of_change
from egresspair.stages import make_stages, scopes_of

from .documents import intent, running
from .facts import nobody_asked
from .test_genuine import CASES, DIALECT, IMPORTS, edited, staged, views_of

OLD = "8.20.0/ne40e-x8x16"


@cache
def schema(platform: str) -> RouterSchema:
    """The router's modules, as far as they are published, compiled once a process."""
    place = folder(platform)
    there = {file.stem.partition("@")[0] for file in place.glob("*.yang")}
    announced = [
        replace(module, deviations=tuple(name for name in module.deviations if name in there))
        for module in advertised_in(place)
        if module.name in there
    ]
    roots = [*DIALECT.subject.roots, *DIALECT.prerequisite_modules]
    return RouterSchema(SchemaFacts(), load_model(select_modules(announced, [place], roots=roots)))


def model(platform: str) -> Any:
    found = schema(platform).model
    assert found is not None
    return found


@pytest.mark.parametrize("platform", [NE40E, ATN])
def test_no_stage_is_refused(platform: str) -> None:
    for case in CASES:
        made, config = staged(case)
        for stage in made:
            if (rpc := stage.plan.master.edit) is not None:
                edit = etree.fromstring(rpc.body).find(f"{{{BASE}}}config")
                assert edit is not None
                assert violations_of_change(model(platform), config, edit) == (), (case, stage.name)
                config = edited(config, rpc.body)


@pytest.mark.parametrize("platform", [NE40E, ATN])
def test_every_node_is_there(platform: str) -> None:
    settings = {
        setting for _, wanted, _ in CASES.values() for setting in scopes_of(wanted)[Role.MASTER].settings
    }
    assert [each for each in settings if not schema(platform).has(DIALECT.schema_path(each))] == []


@pytest.mark.parametrize(
    "change",
    [
        Change("peer 192.0.2.4", Node.EXPORT_POLICY, None, "nowhere"),
        Change("import-route ospf 0", Node.IMPORT_ROUTE, None, "ospf 0"),
        Change("peer 192.0.2.9", Node.LABELED, None, "true"),
    ],
)
def test_what_is_wrong_is_found(change: Change) -> None:
    config = etree.fromstring(running())
    assert violations_of_change(model(NE40E), config, DIALECT.config([change])) != ()


def test_a_node_that_a_release_lacks_is_told_with_field_router_and_module() -> None:
    """8.20.0 has no non-relay-tunnel on import-route (its static label is missing as well, and told before)."""
    wanted = intent(originate="import-route", import_routes=IMPORTS)
    known = schema(OLD)

    def lacking(_: object, path: str) -> str:
        return "" if known.has(path) else "huawei-bgp@2020-02-25"

    data = etree.fromstring(running(policies=[("own", False), ("partners", False)]))
    with pytest.raises(PlanError) as caught:
        make_stages(wanted, views_of(wanted, data), Policy(), nobody_asked, lacking=lacking)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == [f"masg-{n} prerequisites.import_routes[{at}]" for n in (1, 2) for at in (0, 1)]
    assert "no non-relay-tunnel of import-route" in caught.value.what
    assert "huawei-bgp@2020-02-25" in caught.value.what
