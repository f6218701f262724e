"""What a driver does with a flow when somebody presses Ctrl-C."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from egresspair.intent import Role
from egresspair.journal import MemoryJournal, Opening, TransactionLog
from egresspair.netconf import rpc
from egresspair.netconf.device import Device
from egresspair.netconf.reply import Answer, Outcome
from egresspair.plan import Saving
from egresspair.transaction import Driver, Ending, Holds, Result, Seen, State
from egresspair.transaction.driver import SystemClock
from egresspair.transaction.effects import (
    ABORT,
    COMMIT,
    Abandoned,
    Collect,
    Decide,
    Enter,
    Flow,
    Now,
    Record,
    RunChecks,
    Send,
    Sleep,
)
from egresspair.transaction.flow import NOT_WRITTEN, _end
from egresspair.transaction.outcome import RouterResult
from egresspair.transaction.participant import Stop
from egresspair.transaction.recovery import Unfinished, recover_plan
from toy import plans

PLAN = plans.plan()
DONE = Result(
    Ending.COMMITTED,
    PLAN,
    master=RouterResult(Role.MASTER, "masg-1", Holds.NEW, Saving.NO_STARTUP),
    backup=RouterResult(Role.BACKUP, "masg-2", Holds.NEW, Saving.NO_STARTUP),
)
SEEN = Seen(plans.plan(), {}, {})


ASKED = rpc.unlock("running")


class OneSession:
    """A device that answers everything, and its sessions."""

    name = "masg-1"

    def __getitem__(self, _role: Role) -> Any:
        return self

    def timeout(self, _role: Role) -> float:
        return 1.0

    def reopen(self, role: Role) -> Device:
        raise AssertionError(role)

    def send(self, _rpcs: Any) -> OneSession:
        return self

    def wait(self, _timeout: float) -> tuple[Answer, ...]:
        return (Answer(ASKED, Outcome.OK),)


class NoSessions:
    """Nothing is sent here."""

    def __getitem__(self, role: Role) -> Device:
        raise AssertionError(role)

    def timeout(self, role: Role) -> float:
        raise AssertionError(role)

    def reopen(self, role: Role) -> Device:
        raise AssertionError(role)


@pytest.fixture
def log() -> TransactionLog:
    return MemoryJournal().begin(Opening("metro-7", "protect", {"SHA256:x": "masg-1"}, {}))


def ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def drive(flow: Flow[Any], log: TransactionLog, **options: Any) -> Any:
    return Driver(NoSessions(), log, lambda _: None, **options).run(flow)


def test_the_first_ctrl_c_stops_in_place_of_the_next_effect(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        yield Now()
        ctrl_c()
        try:
            yield Sleep(60)
        except Stop as stop:
            return str(stop)

    assert "interrupted by Ctrl-C" in drive(flow(), log)


def test_what_was_sent_is_collected_before_a_ctrl_c_stops_anything(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        yield Send("edit", {Role.MASTER: (ASKED,)}, None)
        ctrl_c()
        yield Record("tokens", {"attempt": 1})
        answers = yield Collect()
        try:
            yield Sleep(60)
        except Stop:
            return answers

    answers = Driver(OneSession(), log, lambda _: None).run(flow())
    assert [answer.outcome for answer in answers[Role.MASTER]] == [Outcome.OK]


def test_what_only_asks_or_tells_is_never_stopped(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        ctrl_c()
        ctrl_c()
        yield Now()
        yield Enter(State.PLANNED)
        return "told"

    assert drive(flow(), log) == "told"


def test_a_second_ctrl_c_is_heard_at_the_next_act_and_raises_nothing_before(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        ctrl_c()
        ctrl_c()
        try:
            yield Sleep(60)
        except Abandoned as abandoned:
            return str(abandoned)

    driver = Driver(NoSessions(), log, lambda _: None)
    assert driver.run(flow()) == "interrupted by a second Ctrl-C"
    assert driver.abandoned


@pytest.mark.parametrize("times", [1, 2])
def test_a_recovery_that_is_interrupted_leaves_it_in_doubt(log: TransactionLog, times: int) -> None:
    case = Unfinished(plans.plan(), tokens={}, decision=COMMIT)

    def reload() -> Unfinished:
        for _ in range(times):
            ctrl_c()
        return case

    result = Driver(NoSessions(), log, lambda _: None, reload=reload).run(recover_plan(case))
    assert result.ending is Ending.IN_DOUBT
    assert "Ctrl-C" in str(result.cause)


def test_who_is_interrupted_while_writing_the_end_has_the_result_all_the_same(log: TransactionLog) -> None:
    def interrupted(_: object) -> Result:
        raise KeyboardInterrupt

    result = Driver(NoSessions(), log, lambda _: None, end=interrupted).run(_end(DONE))
    assert result.ending is Ending.COMMITTED
    assert result.notes == (NOT_WRITTEN,)


def test_an_abort_under_way_is_not_interrupted(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        ctrl_c()
        yield Enter(State.ABORTING)
        yield Now()
        return "settled"

    assert drive(flow(), log) == "settled"


def test_a_repetition_may_be_stopped(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        yield Enter(State.ABORTING)
        ctrl_c()
        yield Sleep(0)
        yield Enter(State.PLANNED)
        try:
            yield Sleep(60)
        except Stop:
            return "stopped"

    assert drive(flow(), log) == "stopped"


def test_after_the_decision_it_is_settled(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        winner = yield Decide(COMMIT, 1)
        ctrl_c()
        yield Now()
        return winner

    assert drive(flow(), log) == COMMIT


def test_the_handler_is_given_back(log: TransactionLog) -> None:
    def flow() -> Flow[Any]:
        yield Now()

    drive(flow(), log)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("said", "failures"),
    [
        (None, []),
        ("no route", ["check <lambda> failed: no route"]),
        (True, ["check <lambda> returned True: neither None (passed) nor a text (what failed)"]),
        (False, ["check <lambda> returned False: neither None (passed) nor a text (what failed)"]),
    ],
)
def test_a_check_says_nothing_or_what_failed(log: TransactionLog, said: Any, failures: list[str]) -> None:
    def flow() -> Flow[Any]:
        return (yield RunChecks(SEEN, 5.0, SystemClock().now() + 60))

    assert drive(flow(), log, checks=(lambda _: said,)) == failures


@pytest.mark.parametrize("error", [ValueError("odd"), SystemExit(3)])
def test_a_check_that_breaks_has_failed(log: TransactionLog, error: BaseException) -> None:
    def broken(_seen: object) -> None:
        raise error

    def flow() -> Flow[Any]:
        return (yield RunChecks(SEEN, 5.0, SystemClock().now() + 60))

    (failure,) = drive(flow(), log, checks=(broken,))
    assert failure.startswith(f"check broken raised {type(error).__name__}")


def test_a_journal_that_breaks_at_the_decision_decides_nothing(log: TransactionLog) -> None:
    class Broken:
        id = "x"

        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    def flow() -> Flow[Any]:
        return (yield Decide(ABORT, 1))

    broken: Any = Broken()
    assert drive(flow(), broken) is None
