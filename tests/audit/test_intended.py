"""What the intent says of route distinguishers and VPN targets, beside what both routers agree on."""

from __future__ import annotations

from typing import Any

import pytest

from egresspair import Intent
from egresspair.audit.check import Status
from egresspair.lab.network import VPNA

from .breaks import AF, BREAKS
from .paper import Paper, broken, intent
from .test_conditions import where
from .test_details import of

MASTER, BACKUP = VPNA.route_distinguishers
(TARGET,) = VPNA.targets


def wanted(**changes: Any) -> Intent:
    """An intent that says all that the healthy routers have."""
    vpn = {
        "name": "vpna",
        "static_label": 2001,
        "route_distinguisher": {"master": MASTER, "backup": BACKUP},
        "vpn_targets": {"import": [TARGET], "export": [TARGET]},
    }
    return intent(vpn_instances=[{**vpn, **changes}])


def test_routers_that_hold_what_the_intent_says_are_protected() -> None:
    report = Paper.healthy().audit(wanted())
    assert report.protected, str(report)
    for name in ("intended-distinguisher", "intended-targets"):
        assert [c.status for c in report if c.name == name] == [Status.HOLDS] * 2


def test_nothing_is_judged_that_the_intent_does_not_name() -> None:
    assert not [check for check in Paper.healthy().audit() if check.name.startswith("intended")]


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_has_the_same_root_cause_with_such_an_intent(name: str) -> None:
    report = broken(name).audit(wanted())
    assert {(cause.check.name, where(cause.check)) for cause in report.causes} == BREAKS[name].roots


@pytest.mark.parametrize("direction", ["import", "export"])
def test_targets_that_both_routers_lack_alike_are_found(direction: str) -> None:
    targets = {"import": [TARGET], "export": [TARGET], direction: [TARGET, "9:9"]}
    report = Paper.healthy().audit(wanted(vpn_targets=targets))
    assert not report.protected
    assert [(c.check.name, c.check.device) for c in report.causes] == [
        ("intended-targets", "masg-1"),
        ("intended-targets", "masg-2"),
    ]
    assert f"{direction} target 9:9 of the intent is missing" in str(report)


def test_targets_beyond_those_of_the_intent_are_no_matter() -> None:
    assert Paper.healthy().audit(wanted(vpn_targets={"import": [TARGET]})).protected


def test_another_route_distinguisher_is_found() -> None:
    report = Paper.healthy().audit(wanted(route_distinguisher={"master": MASTER, "backup": "9:9"}))
    assert [(c.check.name, c.check.device) for c in report.causes] == [("intended-distinguisher", "masg-2")]
    assert f"it is {BACKUP}, the intent says 9:9" in str(report)


def test_what_cannot_be_read_is_unknown() -> None:
    paper = Paper.healthy()
    paper["masg-2"].dumb.update({"vpn", "distinguishers"})
    report = paper.audit(wanted())
    for name in ("intended-distinguisher", "intended-targets"):
        assert of(report, name, "masg-2").status is Status.UNKNOWN


def test_a_missing_vpn_instance_is_one_root_cause() -> None:
    paper = Paper.healthy()
    paper["masg-2"].drop(AF)
    report = paper.audit(wanted())
    roots = {(cause.check.name, cause.check.device) for cause in report.causes}
    assert not [name for name, _ in roots if name.startswith("intended")], str(report)
