"""The number of the last change, as VRP8 tells it: /cfg:cfg/config-change/flow-id."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.dialects.huawei_vrp import DIALECT
from yang.models import vendor_folder

CFG = "urn:huawei:yang:huawei-cfg"
RELEASES = ["8.20.10/ne40e-x8x16", "8.22.0/ne40e-x8x16"]


def data(inside: str) -> etree._Element:
    return etree.fromstring(f'<data><cfg xmlns="{CFG}">{inside}</cfg></data>')


def test_the_number_is_read() -> None:
    told = data("<config-change><flow-id> 4711 </flow-id></config-change>")
    assert DIALECT.read_change_number(told) == "4711"


@pytest.mark.parametrize("inside", ["", "<config-change/>", "<config-change><flow-id/></config-change>"])
def test_a_router_without_it_tells_nothing(inside: str) -> None:
    assert DIALECT.read_change_number(data(inside)) is None
    assert DIALECT.read_change_number(None) is None


def test_one_leaf_is_asked_for_and_only_of_a_router_with_that_module() -> None:
    assert DIALECT.tells_change_number({"huawei-cfg"})
    assert not DIALECT.tells_change_number({"huawei-l3vpn"})
    steps = [etree.QName(each).localname for each in etree.fromstring(DIALECT.change_number_filter()).iter()]
    assert steps == ["cfg", "config-change", "flow-id"]


@pytest.mark.vendor
@pytest.mark.parametrize("release", RELEASES)
def test_the_vendor_has_it_there(release: str) -> None:
    module = vendor_folder() / release / "huawei-cfg.yang"
    if not module.exists():
        pytest.skip("the genuine modules are not here")
    lines = [line.strip() for line in module.read_text(encoding="utf-8").splitlines()]
    container = lines.index("container config-change {")
    assert "leaf flow-id {" in lines[container : container + 6]
    assert f'namespace "{CFG}";' in lines
