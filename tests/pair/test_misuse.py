"""The Python face in the wrong hands: a clear word, and nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import egresspair as ep
from egresspair.errors import UsageError
from egresspair.journal import MemoryJournal

from .bench import Bench
from .bench import bench as new_bench
from .documents import intent


@pytest.fixture
def bench() -> Iterator[Bench]:
    with new_bench() as made:
        yield made


@pytest.mark.parametrize(
    "options",
    [
        {"accept": 5},
        {"accept": object()},
        {"accept": "no interruption, please"},
        {"accept": {"interrupt"}},
        {"accept": "interruption", "checks": 5},
        {"accept": "interruption", "checks": lambda _: None},
        {"accept": "interruption", "checks": ["not a function"]},
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(bench: Bench, options: Any) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
        with pytest.raises(UsageError):
            pair.apply(plan, **options)
    bench.assert_untouched()
    assert not bench.journal.entries()


def test_one_word_is_a_set_of_one(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        assert pair.apply(pair.plan(intent()), accept="interruption").ok


@pytest.mark.parametrize("thing", [None, "plan", 5])
def test_only_a_plan_is_applied(bench: Bench, thing: Any) -> None:
    with bench.open(intent()) as pair, pytest.raises(UsageError, match="a Plan is wanted"):
        pair.apply(thing)


def test_a_plan_is_made_of_an_intent_for_these_routers(bench: Bench) -> None:
    other = intent().model_copy(update={"master": "masg-2", "backup": "masg-1"})
    wrong: Any = "metro-7.yaml"
    with bench.open(intent()) as pair:
        with pytest.raises(UsageError, match="the master of this intent is masg-2"):
            pair.plan(other)
        with pytest.raises(UsageError, match="an Intent is wanted"):
            pair.plan(wrong)
        with pytest.raises(UsageError, match="a Policy is wanted"):
            pair.plan(intent(), policy=wrong)
        with pytest.raises(UsageError, match="an entry of the journal is wanted, not str"):
            pair.plan_undo(wrong)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (ep.load_intent, "the path of a file is wanted for the intent, not"),
        (ep.load_inventory, "the path of a file is wanted for the inventory, not"),
        (ep.parse_intent, "a text is wanted, not"),
        (ep.render, "an Intent is wanted, not"),
        (ep.dump_intent, "an Intent is wanted, not"),
    ],
)
@pytest.mark.parametrize("thing", [None, 5, b"metro-7.yaml", ["metro-7.yaml"]])
def test_what_is_given_has_to_be_of_the_kind(call: Any, words: str, thing: object) -> None:
    with pytest.raises(UsageError, match=f"{words} {type(thing).__name__}") as caught:
        call(thing)
    assert caught.value.hint


def test_a_plan_is_applied_once(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        plan = pair.plan(intent())
        pair.apply(plan, accept={"interruption"})
        with pytest.raises(ep.Refused, match="or this plan was applied already"):
            pair.apply(plan, accept={"interruption"})


def test_a_closed_pair_stays_closed(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        pass
    with pytest.raises(UsageError, match="closed"):
        pair.plan(intent())


class Failing(MemoryJournal):
    """A journal of somebody else's that breaks when a transaction ends."""

    def begin(self, opening: Any) -> Any:
        log = super().begin(opening)

        def end(*_args: object, **_options: object) -> None:
            raise RuntimeError("gone")

        object.__setattr__(log, "end", end)
        return log


def test_a_journal_that_breaks_at_the_end_does_not_hide_the_result(bench: Bench) -> None:
    bench.journal = Failing()
    with bench.open(intent()) as pair:
        result = pair.apply(pair.plan(intent()), accept={"interruption"})
    assert result.ending is ep.Ending.COMMITTED
    assert any("this end is not in the journal" in note for note in result.notes)
