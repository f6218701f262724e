"""What a hello says, and the guarantee that follows from it."""

from __future__ import annotations

import pytest

from egresspair.netconf.capabilities import Capabilities, GuaranteeLevel, Hello, MalformedHello, Module
from servers.scripted import hello

_CAPABILITY = "urn:ietf:params:netconf:capability:"
_HUAWEI = (
    "urn:ietf:params:xml:ns:netconf:base:1.0",
    "urn:ietf:params:xml:ns:netconf:base:1.1",
    f"{_CAPABILITY}writable-running:1.0",
    f"{_CAPABILITY}candidate:1.0",
    f"{_CAPABILITY}confirmed-commit:1.0",
    f"{_CAPABILITY}confirmed-commit:1.1",
    f"{_CAPABILITY}rollback-on-error:1.0",
    f"{_CAPABILITY}validate:1.0",
    f"{_CAPABILITY}validate:1.1",
    f"{_CAPABILITY}startup:1.0",
    f"{_CAPABILITY}with-defaults:1.0?basic-mode=report-all&also-supported=report-all-tagged,trim",
    f"{_CAPABILITY}yang-library:1.0?revision=2016-06-21&module-set-id=3a7f",
    (
        "urn:huawei:yang:huawei-l3vpn?module=huawei-l3vpn&revision=2022-02-14"
        "&deviations=huawei-l3vpn-deviations-X,huawei-l3vpn-deviations-Y"
    ),
    "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring?module=ietf-netconf-monitoring&revision=2010-10-04",
    "urn:example:features?module=features&features=one,two",
)


def with_only(*names: str) -> Capabilities:
    return Capabilities.of(f"{_CAPABILITY}{name}" for name in names)


def test_a_router_s_capabilities_are_read() -> None:
    found = Capabilities.of(_HUAWEI)
    assert found.base_1_1
    assert found.candidate
    assert found.confirmed_commit_1_0
    assert found.confirmed_commit_1_1
    assert found.validate_1_0
    assert found.validate_1_1
    assert found.rollback_on_error
    assert found.startup
    assert found.writable_running
    assert found.monitoring
    assert found.with_defaults_basic_mode == "report-all"
    assert found.yang_library_id == "3a7f"


def test_modules_are_read_with_features_and_deviations() -> None:
    modules = Capabilities.of(_HUAWEI).modules
    assert modules["huawei-l3vpn"] == Module(
        name="huawei-l3vpn",
        namespace="urn:huawei:yang:huawei-l3vpn",
        revision="2022-02-14",
        deviations=frozenset({"huawei-l3vpn-deviations-X", "huawei-l3vpn-deviations-Y"}),
    )
    assert modules["features"].features == {"one", "two"}
    assert "candidate" not in modules


def test_nothing_is_there_that_was_not_said() -> None:
    found = Capabilities.of(["urn:ietf:params:netconf:base:1.0"])
    assert not (found.base_1_1)
    assert not (found.candidate)
    assert not (found.validate)
    assert not (found.startup)
    assert not (found.monitoring)
    assert not (found.confirmed_commit_1_0)
    assert not (found.confirmed_commit_1_1)
    assert not (found.rollback_on_error)
    assert found.with_defaults_basic_mode == found.yang_library_id == ""


@pytest.mark.parametrize(
    ("name", "there"),
    [
        (":candidate", True),
        (":candidate:1.0", True),
        (":candidate:1.1", False),
        (":cand", False),
        (":base:1.0", False),
        (f"{_CAPABILITY}validate:1.1", True),
        (":yang-library", True),
        (":yang-library:1.1", False),
    ],
)
def test_a_capability_is_asked_for_by_its_short_or_long_name(name: str, there: bool) -> None:
    assert Capabilities.of(_HUAWEI).has(name) is there


def test_white_space_around_a_uri_is_no_part_of_it() -> None:
    assert Capabilities.of([f"\n  {_CAPABILITY}candidate:1.0\n"]).candidate


def test_the_library_of_rfc_8525_is_known_by_its_content_id() -> None:
    assert with_only("yang-library:1.1?revision=2019-01-04&content-id=9").yang_library_id == "9"


def test_the_digest_depends_on_what_is_said_not_on_the_order() -> None:
    found = Capabilities.of(_HUAWEI)
    assert found.digest == Capabilities.of(reversed(_HUAWEI)).digest
    assert found.digest != Capabilities.of(_HUAWEI[1:]).digest


@pytest.mark.parametrize(
    ("names", "level"),
    [
        (("candidate:1.0", "validate:1.1", "confirmed-commit:1.1"), GuaranteeLevel.A),
        (("candidate:1.0", "validate:1.0", "confirmed-commit:1.0", "confirmed-commit:1.1"), GuaranteeLevel.A),
        (("candidate:1.0", "validate:1.0", "confirmed-commit:1.0"), GuaranteeLevel.B),
        (("candidate:1.0", "validate:1.0"), GuaranteeLevel.C),
        (("candidate:1.0", "confirmed-commit:1.1"), GuaranteeLevel.NONE),
        (("writable-running:1.0", "validate:1.1"), GuaranteeLevel.NONE),
        ((), GuaranteeLevel.NONE),
    ],
)
def test_the_guarantee_follows_from_the_capabilities(names: tuple[str, ...], level: GuaranteeLevel) -> None:
    assert GuaranteeLevel.offered_by(with_only(*names)) is level


def test_a_pair_is_as_firm_as_its_weaker_router() -> None:
    a, b, c, none = GuaranteeLevel
    assert GuaranteeLevel.weakest([a, c, b]) is c
    assert GuaranteeLevel.weakest([]) is none
    assert a.satisfies(b)
    assert b.satisfies(b)
    assert not c.satisfies(b)
    assert not none.satisfies(c)


def test_a_hello_is_parsed() -> None:
    found = Hello.parse(b"\n" + hello(_HUAWEI, "12"))
    assert found.session_id == "12"
    assert found.capabilities == Capabilities.of(_HUAWEI)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not XML"),
        (b"Permission denied", "not XML"),
        (b"<hello>", "not XML"),
        (b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>', "rpc-reply"),
        (hello((), "3"), "without capabilities"),
        (hello(_HUAWEI, ""), "without a session-id"),
    ],
)
def test_what_is_no_hello_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(MalformedHello, match=why):
        Hello.parse(raw)
