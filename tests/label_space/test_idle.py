"""A list of idle labels is believed as far as it goes, and no further."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from egresspair.label_space import IdleLabels, Ranges, Segment, StaticSpace

WHOLE = (16, 60)


def numbered(*idle: tuple[int, int], first: int = 0) -> list[Segment]:
    return [Segment(index, span) for index, span in enumerate(idle, first)]


def of(segments: list[Segment], space: StaticSpace | None = None) -> IdleLabels:
    found = IdleLabels.of(segments, space)
    assert found is not None
    return found


def test_what_lies_between_two_segments_is_in_use() -> None:
    found = of(numbered((16, 2000), (2002, 32783)))
    assert str(found.idle) == "16..2000, 2002..32783"
    assert str(found.used) == "2001"


def test_a_list_begins_where_the_labels_begin() -> None:
    assert str(of(numbered((100, 200))).used) == "16..99"
    assert str(of(numbered((100, 200), first=1)).used) == "16..99"


def test_a_list_that_begins_later_says_nothing_of_what_was_before() -> None:
    assert str(of(numbered((100, 200), (300, 400), first=7)).used) == "201..299"


def test_a_list_with_a_hole_says_nothing_of_what_is_in_the_hole() -> None:
    segments = [Segment(0, (16, 99)), Segment(1, (200, 299)), Segment(5, (400, 499))]
    assert str(of(segments).used) == "100..199"
    assert not of([Segment(None, (16, 99)), Segment(None, (200, 299))]).used.spans


def test_what_lies_above_the_last_segment_may_have_been_cut_off() -> None:
    found = of(numbered((16, 99)))
    assert 100 not in found.used
    assert 100 not in found.idle


def test_a_count_that_agrees_proves_that_nothing_was_cut_off() -> None:
    assert str(of(numbered((16, 99)), StaticSpace((16, 199), 84)).used) == "100..199"
    assert not of(numbered((16, 99)), StaticSpace((16, 199), 85)).used.spans


def test_nothing_said_is_neither_all_free_nor_all_used() -> None:
    assert IdleLabels.of([]) is None
    assert IdleLabels.of([], StaticSpace((16, 199), 184)) is None


def test_a_full_space_is_known_to_be_full_by_its_count() -> None:
    found = of([], StaticSpace((16, 199), 0))
    assert str(found.used) == "16..199"
    assert not found.idle.spans


def test_an_answer_about_a_part_says_nothing_of_the_rest() -> None:
    found = of([Segment(0, (2000, 2004), asked=(2000, 2009))])
    assert str(found.used) == "2005..2009"
    pages = [
        Segment(0, (16, 20), asked=(16, 29)),
        Segment(0, None, asked=(30, 39)),
        Segment(0, (40, 49), (40, 59)),
    ]
    assert str(of(pages).used) == "21..39, 50..59"


@given(st.sets(st.integers(*WHOLE)), st.integers(0, 10), st.booleans())
def test_a_label_in_use_by_a_list_that_was_cut_off_is_one_in_use(
    used: set[int], kept: int, counted: bool
) -> None:
    truth = Ranges.of([WHOLE]) - Ranges.of_labels(used)
    segments = numbered(*truth.spans)[:kept]
    found = IdleLabels.of(segments, StaticSpace(WHOLE, len(truth)) if counted else None)
    if found is not None:
        assert set(found.used) <= used
        assert set(found.idle) <= set(truth)
    if counted and kept >= len(truth.spans):
        assert found == IdleLabels(truth, Ranges.of_labels(used))
