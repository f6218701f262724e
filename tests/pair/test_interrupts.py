"""Ctrl-C at a moment that an observer chooses, in this process: what the caller gets, and what is left."""

from __future__ import annotations

import signal

import pytest

import egresspair as ep
from egresspair.errors import TransactionError
from egresspair.events import Event, FlightSent

from .bench import Bench
from .documents import ALL, intent


class Presser:
    """Presses Ctrl-C when a flight was sent."""

    def __init__(self, flight: str, times: int) -> None:
        self.flight = flight
        self.times = times

    def __call__(self, event: Event) -> None:
        if isinstance(event, FlightSent) and event.flight == self.flight:
            times, self.times = self.times, 0
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)


def ending(pair: ep.Pair, plan: ep.Plan) -> ep.Ending:
    try:
        return pair.apply(plan, accept=ALL).ending
    except TransactionError as error:
        found = error.result
        assert isinstance(found, ep.Result)
        return found.ending


def last(pair: ep.Pair) -> str:
    entry = pair.journal.entries()[0]
    return entry.end.outcome if entry.end else "unfinished"


@pytest.mark.parametrize("times", [1, 2])
def test_nothing_to_change_and_nothing_to_stop(bench: Bench, times: int) -> None:
    bench.apply(intent(2001))
    with bench.open(intent(2001), observers=[Presser("unlock", times)]) as pair:
        assert ending(pair, pair.plan(intent(2001))) in (ep.Ending.NO_CHANGE, ep.Ending.ABORTED)
    bench.assert_released()


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_confirmed_is_told_and_written_down(bench: Bench, times: int) -> None:
    with bench.open(intent(2001), observers=[Presser("unlock", times)]) as pair:
        assert ending(pair, pair.plan(intent(2001))) is ep.Ending.COMMITTED
        assert last(pair) == "COMMITTED"


@pytest.mark.parametrize("flight", ["lock", "edit"])
def test_an_abandoned_transaction_does_not_stand_in_the_way_of_the_next(bench: Bench, flight: str) -> None:
    with bench.open(intent(2001), observers=[Presser(flight, 2)]) as pair:
        assert ending(pair, pair.plan(intent(2001))) is ep.Ending.ABORTED
        assert ending(pair, pair.plan(intent(2001))) is ep.Ending.COMMITTED
