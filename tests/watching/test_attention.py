"""When a router is read, and who is said to have changed what is found. No clock: the tests tell the time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.netconf.change_events import ChangedBy, ChangeEvent, ConfirmEvent
from egresspair.watching import Source
from egresspair.watching.attention import SETTLE, Attention, delay

from .values import router

BEFORE, AFTER = router(), router(static_label=3001)
BY_ROOT = ChangeEvent("netconf-config-change", ChangedBy(username="root"))
BY_EVE = ChangeEvent("netconf-config-change", ChangedBy(username="eve"))
TIMEOUT = ChangeEvent("netconf-confirmed-commit", ChangedBy(server=True), confirm=ConfirmEvent.TIMEOUT)


def attentive(*, subscribed: bool = True, interval: float = 10) -> Attention:
    """After the first reading, at time 0."""
    made = Attention(interval=interval, subscribed=subscribed, now=0)
    assert made.pause(0) == 0
    first = made.seen(BEFORE, 0)
    assert first is not None
    assert (first.source, first.events) == (Source.RECONNECTION, ())
    return made


def test_without_news_it_is_read_at_the_interval() -> None:
    attention = attentive()
    assert attention.pause(0) == 10
    assert attention.pause(7) == 3
    assert attention.seen(BEFORE, 10) is None
    assert attention.pause(10) == 10


def test_news_are_a_reason_to_read_now_and_once_more() -> None:
    attention = attentive()
    attention.heard([BY_ROOT], 3)
    assert attention.pause(3) == 0
    seen = attention.seen(AFTER, 3)
    assert seen is not None
    assert (seen.state, seen.events, seen.source) == (AFTER, (BY_ROOT,), Source.NOTIFICATION)
    assert attention.pause(3) == SETTLE
    assert attention.seen(AFTER, 3 + SETTLE) is None
    assert attention.pause(3 + SETTLE) == 10


def test_a_rollback_that_is_announced_before_it_is_done_is_found() -> None:
    attention = attentive()
    attention.heard([TIMEOUT], 3)
    assert attention.seen(BEFORE, 3) is None
    seen = attention.seen(AFTER, 3 + SETTLE - 0.01)
    assert seen is not None
    assert seen.events == (TIMEOUT,)


def test_a_change_that_is_found_before_it_is_announced_waits_for_its_author() -> None:
    attention = attentive()
    assert attention.seen(AFTER, 10) is None
    assert attention.alerted
    assert attention.pause(10) == SETTLE
    attention.heard([BY_ROOT], 10.2)
    seen = attention.seen(AFTER, 10.2)
    assert seen is not None
    assert (seen.events, seen.source) == ((BY_ROOT,), Source.NOTIFICATION)


def test_a_change_that_nobody_announces_is_told_all_the_same() -> None:
    attention = attentive()
    assert attention.seen(AFTER, 10) is None
    seen = attention.seen(AFTER, 10 + SETTLE)
    assert seen is not None
    assert (seen.events, seen.source) == ((), Source.POLLING)


def test_a_router_that_announces_nothing_is_not_waited_for() -> None:
    seen = attentive(subscribed=False).seen(AFTER, 10)
    assert seen is not None
    assert seen.source is Source.POLLING


def test_who_changed_something_else_is_not_blamed_later() -> None:
    attention = attentive()
    attention.heard([BY_EVE], 3)
    assert attention.seen(BEFORE, 3) is None
    assert attention.seen(BEFORE, 3 + SETTLE) is None
    attention.heard([BY_ROOT], 5)
    seen = attention.seen(AFTER, 5)
    assert seen is not None
    assert seen.events == (BY_ROOT,)


def test_an_announcement_that_came_behind_its_change_is_not_taken_for_the_next() -> None:
    """Two announcements of one change, and a second later, before it is announced, a rollback."""
    attention = attentive()
    attention.heard([BY_EVE], 3)
    assert attention.seen(AFTER, 3) is not None
    attention.heard([BY_EVE], 3.1)
    assert attention.seen(AFTER, 3.1) is None
    assert attention.seen(BEFORE, 3.9) is None
    attention.heard([TIMEOUT], 4)
    seen = attention.seen(BEFORE, 4)
    assert seen is not None
    assert seen.events == (TIMEOUT,)


def test_a_server_that_announces_too_early_is_believed_in_the_end() -> None:
    attention = attentive()
    attention.heard([BY_EVE], 3)
    assert attention.seen(BEFORE, 3) is None
    assert attention.seen(AFTER, 3.9) is None
    seen = attention.seen(AFTER, 3.9 + SETTLE)
    assert seen is not None
    assert seen.events == (BY_EVE,)


def test_all_that_was_announced_since_is_told() -> None:
    attention = attentive()
    attention.heard([BY_EVE, BY_ROOT], 3)
    seen = attention.seen(AFTER, 3)
    assert seen is not None
    assert seen.events == (BY_EVE, BY_ROOT)


STEPS = st.lists(
    st.tuples(
        st.floats(min_value=0, max_value=30),
        st.booleans(),
        st.sampled_from([BEFORE, AFTER, router(static_label=None), router(others={"x": 2001})]),
    ),
    max_size=30,
)


@given(STEPS, st.booleans(), st.floats(min_value=0.1, max_value=60))
def test_what_was_told_last_is_what_the_router_holds(
    steps: list[tuple[float, bool, object]], subscribed: bool, interval: float
) -> None:
    """Whatever happens when: read until it is quiet, and what was told last is the truth."""
    attention = Attention(interval=interval, subscribed=subscribed, now=0)
    now, told, truth = 0.0, None, BEFORE
    for after, announced, state in [*steps, (0.0, False, BEFORE)]:
        now += after
        truth = state  # type: ignore[assignment]
        attention.heard([BY_ROOT] if announced else [], now)
        for _ in range(4):
            now += attention.pause(now)
            seen = attention.seen(truth, now)
            told = seen.state if seen else told
            assert attention.pause(now) > 0
    assert told == truth


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 1), (1, 2), (3, 8), (6, 60), (1000, 60)])
def test_the_pauses_between_attempts_grow_to_a_minute(attempt: int, seconds: float) -> None:
    assert delay(attempt) == seconds
