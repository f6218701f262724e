"""What VRP8 tells of a confirmed commit on trial: /cfg:cfg/trial-status."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.configuration import Trial
from egresspair.dialects.huawei_vrp import DIALECT


def data(inside: str) -> etree._Element:
    return etree.fromstring(f'<data><cfg xmlns="urn:huawei:yang:huawei-cfg">{inside}</cfg></data>')


@pytest.mark.parametrize(("status", "pending"), [("inactive", False), ("active", True), ("canceling", True)])
def test_a_trial_is_pending_unless_it_is_inactive(status: str, *, pending: bool) -> None:
    found = DIALECT.read_trial(data(f"<trial-status><status>{status}</status></trial-status>"))
    assert found == Trial(pending)


def test_the_token_is_read_where_it_is_told() -> None:
    told = "<trial-status><status>active</status><persist-id>t-1</persist-id></trial-status>"
    assert DIALECT.read_trial(data(told)) == Trial(pending=True, persist_id="t-1")


@pytest.mark.parametrize(
    "inside", ["", "<trial-status/>", "<trial-status><time-left>3</time-left></trial-status>"]
)
def test_a_release_without_it_tells_nothing(inside: str) -> None:
    assert DIALECT.read_trial(data(inside)) is None
    assert DIALECT.read_trial(None) is None


def test_only_a_router_with_that_module_is_asked() -> None:
    assert DIALECT.tells_trial({"huawei-cfg", "huawei-l3vpn"})
    assert not DIALECT.tells_trial({"huawei-l3vpn"})
    (status,) = etree.fromstring(DIALECT.trial_filter())
    assert etree.QName(status).localname == "trial-status"
