"""Arithmetic on ranges says the same as arithmetic on sets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.label_space import Ranges

SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda it: (it[0], it[0] + it[1])), max_size=8
)
RANGES = SPANS.map(Ranges.of)


@given(SPANS)
def test_a_set_is_what_its_spans_hold_in_one_form_only(spans: list[tuple[int, int]]) -> None:
    ranges = Ranges.of(spans)
    labels = {label for first, last in spans for label in range(first, last + 1)}
    assert list(ranges) == sorted(labels)
    assert len(ranges) == len(labels)
    assert ranges == Ranges.of_labels(labels)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges.spans))


@given(RANGES, RANGES)
def test_union_intersection_and_difference(left: Ranges, right: Ranges) -> None:
    assert set(left | right) == set(left) | set(right)
    assert set(left & right) == set(left) & set(right)
    assert set(left - right) == set(left) - set(right)
    for made in (left | right, left & right, left - right):
        assert made == Ranges.of(made.spans)


@given(RANGES, st.integers(0, 80))
def test_a_search_goes_up_and_round(ranges: Ranges, start: int) -> None:
    labels = sorted(ranges)
    above = [label for label in labels if label >= start]
    assert ranges.from_label(start) == next(iter([*above, *labels]), None)
    assert [ranges.nth(position) for position in range(len(ranges))] == labels
    assert (start in ranges) == (start in labels)


def test_they_are_written_short() -> None:
    assert str(Ranges.of([(16, 2000), (2002, 2002), (2003, 2003), (9, 9)])) == "9, 16..2000, 2002..2003"
    assert str(Ranges()) == ""
    assert Ranges.of([(16, 2000)]).first(3) == (16, 17, 18)


def test_what_is_no_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"17\.\.16 ends before it begins"):
        Ranges.of([(17, 16)])
    with pytest.raises(IndexError):
        Ranges.of([(16, 17)]).nth(2)
