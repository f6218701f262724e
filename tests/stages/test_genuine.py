"""Every payload of the stages leads to a configuration that is valid by the vendor's own modules, and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from audit.genuine import ATN, NE40E, complaints, missing, validate
from egresspair.configuration import RouterConfig
from egresspair.dialects import dialect_named
from egresspair.intent import Intent, Role
from egresspair.netconf.rpc import BASE
from egresspair.plan import RouterView
from egresspair.plan.model import read_running
from egresspair.policy import Policy
from egresspair.schema import apply_edit, load_model
from egresspair.schema.modules import ModuleSet
from egresspair.stages import StagedPlan, make_stages, make_stages_removal, scopes_of
from plan.views import server
from yang.models import YANG

from .documents import BACKUP, LOOPBACKS, MASTER, NON_RELAY, imported, intent, network, running
from .facts import nobody_asked

DIALECT = dialect_named("huawei-vrp")
IMPORTS = [
    {"protocol": "direct", "process_id": 0, "policy": "own"},
    {"protocol": "ospf", "process_id": 2, "policy": "partners"},
]
IN_SERVICE = {
    "label": 2001,
    "loopbacks": [("LoopBack1", MASTER)],
    "networks": network(f"{MASTER}/32", NON_RELAY) + network(f"{BACKUP}/32", NON_RELAY),
}
CASES: Mapping[str, tuple[dict[str, Any], Intent, bool]] = {
    "everything": ({}, intent(), False),
    "imports": (
        {"policies": [("own", False), ("partners", False)]},
        intent(originate="import-route", import_routes=IMPORTS),
        False,
    ),
    "non-relay-tunnel alone": (
        {"label": 2001, "networks": network(f"{MASTER}/32") + network(f"{BACKUP}/32")},
        intent(originate="network"),
        False,
    ),
    "removal": (IN_SERVICE, intent(originate="network", loopbacks=LOOPBACKS), True),
    "removal of imports": (
        {
            "label": 2001,
            "policies": [("own", False), ("partners", False)],
            "imports": imported("direct", 0, ("policy-name", "own"), NON_RELAY)
            + imported("ospf", 2, ("policy-name", "partners"), NON_RELAY),
        },
        intent(loopbacks=LOOPBACKS, originate="import-route", import_routes=IMPORTS),
        True,
    ),
}


def staged(case: str) -> tuple[StagedPlan, etree._Element]:
    """The stages of a case, and the master's configuration before."""
    before, wanted, removal = CASES[case]
    data = etree.fromstring(running(**before))
    make = make_stages_removal if removal else make_stages
    return make(wanted, views_of(wanted, data), Policy(), nobody_asked), data


def views_of(
    wanted: Intent, master: etree._Element, backup: etree._Element | None = None
) -> dict[Role, RouterView]:
    """Two routers with these configurations; both with the one, if there is one."""
    data = {Role.MASTER: master, Role.BACKUP: master if backup is None else backup}
    return {
        role: RouterView(
            role,
            wanted.router(role),
            DIALECT.name,
            f"SHA256:{role}",
            server(),
            read_running(DIALECT, data[role], scope),
        )
        for role, scope in scopes_of(wanted).items()
    }


@cache
def subset() -> Any:
    """Our modules: what an edit does to a configuration is the same by any."""
    names = ("network-instance", "l3vpn", "bgp", "ifm", "ip", "routing-policy")
    return load_model(ModuleSet.of(YANG, *(f"huawei-{name}" for name in names)))


def edited(config: etree._Element, body: bytes) -> etree._Element:
    edit = etree.fromstring(body).find(f"{{{BASE}}}config")
    assert edit is not None
    return apply_edit(subset(), config, edit)


@pytest.mark.parametrize("case", CASES)
def test_the_stages_lead_where_they_say_and_back(case: str) -> None:
    made, config = staged(case)
    steps = []
    for stage in made:
        plan = stage.plan.master
        if plan.edit is None:  # the labels are there
            continue
        assert read_running(DIALECT, config, plan.before).same_as(plan.before)
        steps.append((config, plan))
        config = edited(config, plan.edit.body)
        assert read_running(DIALECT, config, plan.after).same_as(plan.after)
    for before, plan in reversed(steps):
        assert plan.inverse is not None
        config = edited(config, plan.inverse.body)
        assert read_running(DIALECT, config, plan.before).same_as(read_running(DIALECT, before, plan.before))


@pytest.mark.parametrize("platform", [NE40E, ATN])
@pytest.mark.parametrize("case", CASES)
def test_the_end_is_valid_by_the_genuine_modules(case: str, platform: str, tmp_path: Path) -> None:
    """By libyang. Each stage is judged in `test_schema`."""
    made, config = staged(case)
    for stage in made:
        if stage.plan.master.edit is not None:
            config = edited(config, stage.plan.master.edit.body)
    content = b"".join(etree.tostring(child) for child in config)
    assert validate({"end": content}, "config", platform, tmp_path) == ""


@pytest.mark.parametrize("platform", [NE40E, ATN])
@pytest.mark.parametrize("case", CASES)
def test_what_is_read_exists_and_is_selected_by_keys_alone(case: str, platform: str) -> None:
    wanted = CASES[case][1]
    scope: RouterConfig = scopes_of(wanted)[Role.MASTER]
    for subtree in DIALECT.settings_filters(scope.settings):
        assert complaints(subtree, platform) == []
        assert missing(subtree, platform) == []
