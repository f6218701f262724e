"""What egress protection saves, against figures worked out by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from egresspair.audit.savings import BfdTimers, savings_of
from egresspair.errors import UsageError


def test_a_network_worked_out_by_hand() -> None:
    """1,000 CSGs, 2 MASGs, 2 core ASBRs, 50 ms x 3.

    A frame towards the MASG: 18 + 2 x 4 + 20 + 8 + 24 = 78 octets from a CSG, 74 from a core ASBR; back 70.
    """
    savings = savings_of(csgs=1000, asbrs=2)
    without, with_ = savings.without_protection, savings.with_protection
    assert (without.sessions, without.sessions_of_masg) == (2000, 1000)
    assert (with_.sessions, with_.sessions_of_masg) == (4, 2)
    assert without.timers.detection_ms == 150
    assert without.packets_per_second == 2000 * 2 * 20
    assert without.packets_per_second_of_masg == 1000 * 2 * 20
    assert without.bits_per_second == 2000 * 20 * (78 + 70) * 8
    assert with_.bits_per_second == 4 * 20 * (74 + 70) * 8
    assert savings.sessions_saved == 1996


@given(
    st.integers(1, 10**6), st.integers(1, 100), st.integers(1, 100), st.integers(3, 20000), st.integers(3, 50)
)
def test_the_ratio_of_sessions_is_that_of_csgs_to_asbrs(
    csgs: int, masgs: int, asbrs: int, interval: int, multiplier: int
) -> None:
    savings = savings_of(csgs=csgs, masgs=masgs, asbrs=asbrs, end_to_end=BfdTimers(interval, multiplier))
    without, with_ = savings.without_protection, savings.with_protection
    assert Fraction(without.sessions, with_.sessions) == Fraction(csgs, asbrs)
    assert without.timers == with_.timers
    assert (savings.sessions_saved > 0) == (csgs > asbrs)


def test_the_core_may_be_faster_than_end_to_end() -> None:
    savings = savings_of(csgs=500, end_to_end=BfdTimers(200), core=BfdTimers(10))
    assert savings.without_protection.timers.detection_ms == 600
    assert savings.with_protection.timers.detection_ms == 30
    assert savings.with_protection.packets_per_second == 2 * 2 * 100


def test_text_json_and_html_say_the_same() -> None:
    savings = savings_of(csgs=1000, asbrs=2)
    values = json.loads(json.dumps(savings.to_dict()))
    assert values["without_protection"]["packets_per_second"] == 80000
    shown = html.fromstring(savings._repr_html_()).text_content()
    for word in ("2,000", "80,000", "47.4 Mbit/s", "92.2 kbit/s", "saves 1,996 sessions (99.8 %)"):
        assert word in str(savings)
        assert word in shown


def test_no_saving_is_said_as_such() -> None:
    assert "saves no session" in str(savings_of(csgs=1, asbrs=1))


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"csgs": 0}, "csgs"),
        ({"csgs": 1, "masgs": -2}, "masgs"),
        ({"csgs": 1, "core": BfdTimers(0, 3)}, "interval_ms"),
        ({"csgs": 1, "end_to_end": BfdTimers(50, 0)}, "multiplier"),
    ],
)
def test_numbers_below_one_are_refused(given: dict[str, Any], where: str) -> None:
    with pytest.raises(UsageError, match=f"^{where}: "):
        savings_of(**given)
