"""The caller's checks: what counts as a failure, and that none of them holds the routers on trial for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from egresspair.errors import NotProtected
from egresspair.transaction import Check, Seen
from egresspair.transaction.checking import failures_of
from egresspair.transaction.interrupts import Interrupts
from toy import plans

SEEN = Seen(plans.plan(), {}, {})
WORD: ContextVar[str] = ContextVar("WORD", default="unset")


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a check hangs on; opened at the end."""
    event = threading.Event()
    yield event
    event.set()


def failures(*checks: Check, seconds: float = 5.0) -> list[str]:
    return failures_of(checks, SEEN, seconds, Interrupts())


def test_no_check_no_failure() -> None:
    assert failures() == []


def test_every_failure_is_told_in_order_with_the_name_of_the_check() -> None:
    def reachable(_: Seen) -> str:
        return "10.0.0.1 does not answer"

    def counted(_: Seen) -> None:
        raise AssertionError("3 sessions instead of 4")

    assert failures(reachable, lambda _: None, counted) == [
        "check reachable failed: 10.0.0.1 does not answer",
        "check counted raised AssertionError: 3 sessions instead of 4",
    ]


def test_a_check_that_hangs_has_failed_and_what_comes_behind_it_is_not_begun(gate: threading.Event) -> None:
    begun = []

    def hangs(_: Seen) -> None:
        gate.wait()

    def later(_: Seen) -> None:
        begun.append("later")

    (failure,) = failures(hangs, later, seconds=0.05)
    assert failure.startswith("check hangs gave no answer")
    assert begun == []


def test_checks_have_their_time_together(gate: threading.Event) -> None:
    def quick(_: Seen) -> str:
        return "bad"

    def hangs(_: Seen) -> None:
        gate.wait()

    found = failures(quick, hangs, seconds=0.5)
    assert [each.split()[1] for each in found] == ["quick", "hangs"]


def test_no_time_at_all_is_a_failure(gate: threading.Event) -> None:
    def hangs(_: Seen) -> None:
        gate.wait()

    (failure,) = failures(hangs, seconds=0.0)
    assert "gave no answer" in failure


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), pytest.fail.Exception("no")])
def test_whatever_a_check_raises_is_a_failure_and_nothing_else(error: BaseException) -> None:
    def broken(_: Seen) -> None:
        raise error

    (failure,) = failures(broken)
    assert failure.startswith(f"check broken raised {type(error).__name__}")


def test_an_object_can_be_a_check() -> None:
    class Probe:
        def __call__(self, seen: Seen) -> str:
            return seen.plan.pair

    assert failures(Probe()) == ["check Probe failed: metro-7"]


class Lazy:
    """A stand-in for an object that is made when it is first used, and cannot be."""

    def __getattr__(self, name: str) -> str:
        raise RuntimeError(f"no backend for {name}")

    def __call__(self, seen: Seen) -> str:
        return seen.plan.pair


def test_a_check_whose_name_raises_is_a_failure_and_nothing_else() -> None:
    assert failures(Lazy()) == ["check Lazy raised RuntimeError: no backend for __name__"]


def test_a_check_that_hangs_on_its_name_is_not_waited_for(gate: threading.Event) -> None:
    class Slow(Lazy):
        def __getattr__(self, name: str) -> str:
            gate.wait()
            return name

    (failure,) = failures(Slow(), seconds=0.05)
    assert failure.startswith("check Slow gave no answer")


class Mute(Exception):
    """Something that cannot be put into words."""

    def __str__(self) -> str:
        raise ValueError("no words")

    __repr__ = __str__


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_exception_without_a_text_is_told_by_its_type() -> None:
    def broken(_: Seen) -> None:
        raise Mute

    assert failures(broken) == ["check broken raised Mute: (no text: making it raised ValueError)"]


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_answer_without_a_text_is_a_failure() -> None:
    def odd(_: Seen) -> Mute:
        return Mute()

    (failure,) = failures(odd)  # type: ignore[arg-type]
    assert failure.startswith("check odd returned (no text: making it raised ValueError): neither None")


def test_a_check_runs_in_the_context_of_its_caller() -> None:
    token = WORD.set("mine")
    try:
        assert failures(lambda _: WORD.get()) == ["check <lambda> failed: mine"]
    finally:
        WORD.reset(token)


def test_a_first_ctrl_c_ends_the_waiting(gate: threading.Event) -> None:
    """The driver then stops the transaction in place of its next step."""
    interrupts = Interrupts()

    def pressed(_: Seen) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        gate.wait()

    with interrupts:
        assert failures_of([pressed], SEEN, 60.0, interrupts) == []
    assert interrupts.asked


def test_a_check_sees_the_intent_and_may_ask_for_an_audit() -> None:
    def protected(seen: Seen) -> None:
        assert seen.intent.pair == "metro-7"
        seen.audit()

    (failure,) = failures(protected)
    assert failure == "check protected raised UsageError: no audit can be made here"


def test_an_audit_that_is_not_passed_is_a_failure_with_its_text() -> None:
    def protected(_: Seen) -> None:
        raise NotProtected("not protected", report=None, where="pair metro-7")  # type: ignore[arg-type]

    assert failures(protected) == ["check protected raised NotProtected: pair metro-7: not protected"]
