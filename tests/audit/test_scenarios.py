"""Every scenario of the lab, over real NETCONF sessions: what the audit names, and what the walk shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

import egresspair as ep
from egresspair.audit.check import Status
from egresspair.audit.report import Verdict
from egresspair.inventory import parse_inventory
from egresspair.lab import SCENARIOS, Lab

from .breaks import BREAKS
from .paper import intent
from .test_conditions import where
from .test_walk_conditions import SHOWN


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(core=True) as started:
        yield started


@pytest.fixture(scope="module")
def pair(lab: Lab) -> Iterator[ep.Pair]:
    inventory = parse_inventory(yaml.safe_dump(lab.inventory()))
    with ep.open_pair(intent(), inventory=inventory) as opened:
        yield opened


def test_on_the_healthy_network_everything_holds(lab: Lab, pair: ep.Pair) -> None:
    lab.play("healthy")
    report = pair.audit(intent())
    assert report.protected, str(report)
    assert report.walk.protected


@pytest.mark.parametrize("name", BREAKS)
def test_the_audit_names_the_root_cause_and_the_walk_shows_the_loss(
    name: str, lab: Lab, pair: ep.Pair
) -> None:
    lab.play(name)
    report = pair.audit(intent())
    assert report.verdict is Verdict.NOT_PROTECTED
    assert {(cause.check.name, where(cause.check)) for cause in report.causes} == BREAKS[name].roots
    assert {cause.check.condition for cause in report.causes} == {SCENARIOS[name].condition}
    listed = {check.name for cause in report.causes for check in cause.consequences}
    assert listed >= BREAKS[name].consequences
    verdict, device, word = SHOWN[name]
    assert (report.walk["vpna"].verdict, report.walk["vpna"].after.where) == (verdict, device)
    assert word in str(report.walk)


def test_a_label_that_is_not_saved_is_told(lab: Lab, pair: ep.Pair) -> None:
    lab.play("not-saved")
    report = pair.audit(intent())
    assert [(cause.check.name, cause.check.device) for cause in report.causes] == [("saved", "masg-2")]
    assert report.walk.protected


def test_routers_without_a_startup_datastore_can_be_protected() -> None:
    """What is committed stays there: there is nothing to be saved."""
    with Lab(core=True, switches={"any": ["no-startup"]}) as lab:
        inventory = parse_inventory(yaml.safe_dump(lab.inventory()))
        with ep.open_pair(intent(), inventory=inventory) as pair:
            report = pair.audit(intent())
    assert report.protected, str(report)
    saved = [check for check in report if check.name == "saved"]
    assert [check.status for check in saved] == [Status.NOT_APPLICABLE] * 2
    assert "what is committed stays" in saved[0].finding.seen
