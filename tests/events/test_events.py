"""Observers are told in order; one that fails stops nobody."""

from __future__ import annotations

import logging

import pytest

from egresspair.events import (
    Connected,
    Event,
    FlightSent,
    OperationAnswered,
    StateEntered,
    Waiting,
    log_event,
    to_all,
)

SAID: list[tuple[Event, str]] = [
    (Connected("masg-1", "7", "SHA256:x"), "masg-1: session 7 open"),
    (StateEntered("locked"), "locked"),
    (StateEntered("aborting", "masg-1: refused"), "aborting: masg-1: refused"),
    (
        FlightSent("lock", (("masg-1", ("lock", "lock")), ("masg-2", ("lock",)))),
        "lock -> masg-1 lock, lock; masg-2 lock",
    ),
    (OperationAnswered("masg-1", "commit", "ok", 0.0123), "masg-1 commit: ok after 12.3 ms"),
    (OperationAnswered("masg-1", "lock", "errors", 1, "held"), "masg-1 lock: errors after 1000.0 ms (held)"),
    (Waiting(0.25), "waiting 0.2 s"),
]


@pytest.mark.parametrize(("event", "text"), SAID, ids=lambda value: type(value).__name__)
def test_an_event_says_what_happened(event: Event, text: str) -> None:
    assert str(event) == text


def test_everyone_is_told_in_order() -> None:
    heard: list[tuple[int, Event]] = []
    tell = to_all([lambda event: heard.append((1, event)), lambda event: heard.append((2, event))])
    tell(Waiting(1))
    tell(Waiting(2))
    assert heard == [(1, Waiting(1)), (2, Waiting(1)), (1, Waiting(2)), (2, Waiting(2))]


def test_an_observer_that_fails_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Event] = []

    def broken(event: Event) -> None:
        raise RuntimeError("full")

    to_all([broken, heard.append])(Waiting(1))
    assert heard == [Waiting(1)]
    assert "an observer failed on waiting 1.0 s" in caplog.text


def test_the_log_has_every_event(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "egresspair"):
        for event, _ in SAID:
            log_event(event)
    assert [record.getMessage() for record in caplog.records] == [text for _, text in SAID]
