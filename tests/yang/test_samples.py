"""The sample documents get the verdicts that are known of them, on every platform whose modules are at hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from egresspair.schema import Rule, Violation, load_model, validate_config

from .models import PLATFORMS, Platform, genuine_modules, missing, samples_folder

pytestmark = [
    pytest.mark.vendor,
    pytest.mark.skipif(not samples_folder().is_dir(), reason=f"no sample documents in {samples_folder()}"),
]

NE40E_8_20_0, NE40E_8_20_10, ATN980B, NE40E_8_22_0, ATN910C = PLATFORMS

ROOTS = (
    "huawei-bfd",
    "huawei-bfd-static-mpls-te",
    "huawei-bgp",
    "huawei-bgp-lsp",
    "huawei-ifm",
    "huawei-ip",
    "huawei-l3vpn",
    "huawei-mpls",
    "huawei-mpls-ldp",
    "huawei-mpls-te",
    "huawei-network-instance",
    "huawei-routing-policy",
)
"""What the samples have nodes of."""

VALID = tuple(f"{number:02}" for number in (*range(1, 26), *range(30, 33)))
NO_STATIC_LABEL = frozenset({"04", "05", "06", "20", "21", "30", "31"})
REFUSED = {
    NE40E_8_20_0: NO_STATIC_LABEL | {"09"},
    NE40E_8_20_10: frozenset({"06"}),
    ATN980B: NO_STATIC_LABEL,
    NE40E_8_22_0: frozenset[str](),
    ATN910C: frozenset({"06"}),
}
"""Of the valid ones, those that a platform refuses all the same."""

WRONG = {
    "90": (Rule.WHEN, "static-label"),
    "91": (Rule.RANGE, "static-label"),
    "92": (Rule.RANGE, "static-label"),
    "93": (Rule.WHEN, "static-label"),
    "94": (Rule.WHEN, "static-label"),
    "95": (Rule.MUST, "lsp-operation"),
    "96": (Rule.WHEN, "non-relay-tunnel"),
    "97": (Rule.WHEN, "check-tunnel-reachable"),
    "98": (Rule.WHEN, "enable"),
    "99": (Rule.MUST, "process-id"),
    "9a": (Rule.MUST, "ingress-protect-mode-bgp-frr"),
    "9c": (Rule.MUST, "type"),
    "9d": (Rule.MUST, 'address[ip="192.0.2.5"]'),
}
"""The rule that each breaks on an NE40E 8.22.0, and at which node."""


@cache
def wide_model(platform: Platform) -> Any:
    """All of the router's modules that the samples need."""
    return load_model(genuine_modules(platform, ROOTS))


def verdict(platform: Platform, number: str) -> tuple[Violation, ...]:
    (file,) = samples_folder().glob(f"{number}-*.xml")
    return validate_config(wide_model(platform), file.read_bytes())


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.folder, scope="module")
def platform(request: pytest.FixtureRequest) -> Platform:
    if reason := missing(request.param):
        pytest.skip(reason)
    return request.param  # type: ignore[no-any-return]


def test_what_is_valid_is_valid_wherever_the_platform_has_it(platform: Platform) -> None:
    assert {number for number in VALID if verdict(platform, number)} == REFUSED[platform]


def test_what_is_wrong_is_refused(platform: Platform) -> None:
    accepted = {number for number in WRONG if not verdict(platform, number)}
    assert accepted == ({"92"} if platform is ATN910C else set())  # whose range goes further


@pytest.mark.parametrize("number", WRONG)
def test_what_is_wrong_is_refused_for_the_right_reason(number: str) -> None:
    if reason := missing(NE40E_8_22_0):
        pytest.skip(reason)
    first = verdict(NE40E_8_22_0, number)[0]
    assert (first.rule, first.path.rpartition("/")[2]) == WRONG[number]


def test_one_label_in_two_vpn_instances_is_valid_for_the_schema(platform: Platform) -> None:
    assert bool(verdict(platform, "9b")) == (platform in (NE40E_8_20_0, ATN980B)), (
        "refused for another reason"
    )
