"""The thin side: performs a flow's effects over real sessions, on a real clock."""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..errors import EgressPairError, JournalError
from ..events import Event, FlightSent, OperationAnswered, StateEntered, Waiting
from ..intent import Role
from ..journal import TransactionLog
from ..netconf.device import Device, Pending
from ..netconf.reply import Answer, Outcome
from .checking import Check, failures_of
from .effects import (
    Abandoned,
    Answers,
    Collect,
    Decide,
    Effect,
    End,
    Enter,
    Exchange,
    Flow,
    Learn,
    NewToken,
    Now,
    Record,
    Reload,
    Reopen,
    RunChecks,
    Send,
    Sleep,
    Wall,
)
from .interrupts import Interrupts
from .outcome import Cause, Result
from .participant import Stop
from .recovery import Unfinished
from .states import State

if TYPE_CHECKING:
    from ..audit.report import AuditReport

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Sessions(Protocol):
    """The sessions of a pair."""

    def __getitem__(self, role: Role) -> Device: ...

    def timeout(self, role: Role) -> float:
        """Seconds that the inventory gives this router for an answer."""
        ...

    def reopen(self, role: Role) -> Device:
        """Close what is open and open anew.

        Raises:
            EgressPairError: the router cannot be reached, or is another one now.
        """
        ...


class Clock(Protocol):
    """Time, so that a ten-minute timer costs a test no second."""

    def now(self) -> float: ...

    def wall(self) -> float: ...


class SystemClock:
    """A clock that goes on while the machine is suspended, as the routers' timers do."""

    def now(self) -> float:
        """Seconds since some moment."""
        boottime = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boottime is None else time.clock_gettime(boottime)

    def wall(self) -> float:
        """Seconds since the epoch."""
        return time.time()


_ACTS = (Exchange, Send, Collect, Reopen, Sleep, Record, Decide, RunChecks)
"""In place of which a Ctrl-C stops the flow. The others only ask or tell, and belong to what was before them."""


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """What was sent to one router and is not collected."""

    flight: str
    device: Device
    pending: Pending
    timeout: float


class Driver:
    """Runs one flow against a pair.

    Attributes:
        abandoned: a second Ctrl-C ended it: a session may hold locks, or have operations under way.

    Args:
        sessions: the sessions to both routers.
        log: where records and the decision go.
        tell: told of everything that happens.
        learn: told of the device whose ``<validate>`` cannot be trusted.
        reload: reads the journal again, for a recovery.
        end: writes down how it ended, and gives the result as the caller gets it.
        checks: called before the decision; a returned text is a failure.
        audit: makes an audit for a check that wants one.
    """

    def __init__(
        self,
        sessions: Sessions,
        log: TransactionLog,
        tell: Callable[[Event], None],
        *,
        learn: Callable[[Device], None] | None = None,
        reload: Callable[[], Unfinished] | None = None,
        end: Callable[[Result], Result] | None = None,
        checks: tuple[Check, ...] = (),
        audit: Callable[[], AuditReport] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._sessions = sessions
        self._log = log
        self._tell = tell
        self._learn = learn or (lambda _: None)
        self._reload = reload
        self._end = end or (lambda result: result)
        self._checks = checks
        self._audit = audit
        self._clock = clock or SystemClock()
        self._interrupts = Interrupts()
        self._stoppable = True
        self._under_way: dict[Role, _UnderWay] = {}
        self.abandoned = False

    def run(self, flow: Flow[T]) -> T:
        """Perform the flow to its end and return what it returns.

        A first Ctrl-C stops a transaction that is not decided yet, in place of its next step; one that is decided is
        settled. A second one leaves at once.
        """
        with self._interrupts:
            return self._loop(flow)

    def _loop(self, flow: Flow[T]) -> T:
        answer: Any = None
        failure: Exception | None = None
        while True:
            try:
                effect = flow.throw(failure) if failure else flow.send(answer)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]  # StopIteration is not generic
            answer, failure = None, self._interruption(effect)
            if failure is None:
                answer, failure = self._outcome(effect)

    def _interruption(self, effect: Effect) -> Exception | None:
        """Thrown in place of an effect that is then not performed, so that no answer is lost.

        An abort under way is what a Ctrl-C asks for: it is not interrupted. A repetition may be.
        """
        if isinstance(effect, Enter) and effect.state in (State.ABORTING, State.PLANNED):
            self._stoppable = effect.state is State.PLANNED
        if not isinstance(effect, _ACTS):
            return None
        if self._interrupts.leaving and not self.abandoned:
            return self._abandon()
        if not (self._stoppable and self._interrupts.asked) or self._under_way:
            return None
        self._stoppable = False
        return Stop(Cause("interrupted by Ctrl-C before the decision"))

    def _abandon(self) -> Abandoned:
        self._stoppable, self.abandoned = False, True
        return Abandoned("interrupted by a second Ctrl-C")

    def _outcome(self, effect: Effect) -> tuple[Any, Exception | None]:
        try:
            return self._perform(effect), None
        except KeyboardInterrupt:
            return None, self._abandon()
        except EgressPairError as error:
            return None, error

    def _perform(self, effect: Effect) -> Any:  # noqa: C901, PLR0911, PLR0912  (a table of effects)
        match effect:
            case Exchange():
                return self._exchange(effect)
            case Send():
                return self._send(effect)
            case Collect():
                return self._collect()
            case Now():
                return self._clock.now()
            case Wall():
                return self._clock.wall()
            case Enter(state, why):
                return self._enter(state.value, why)
            case Sleep(seconds, jitter):
                return self._sleep(seconds * (1 + random.uniform(-jitter, jitter)))  # noqa: S311  (not a secret)
            case Reopen(role):
                return self._reopen(role)
            case NewToken():
                return f"egresspair-{secrets.token_hex(16)}"
            case Record(kind, facts):
                return self._record(kind, facts)
            case Decide(wanted, attempt):
                return self._decide(wanted, attempt)
            case Reload():
                return None if self._reload is None else self._reload()
            case End(result):
                return self._end(result)
            case Learn(role):
                return self._learn(self._sessions[role])
            case RunChecks():
                return self._run_checks(effect)

    def _run_checks(self, effect: RunChecks) -> list[str]:
        seen = effect.seen if self._audit is None else replace(effect.seen, audit=self._audit)
        seconds = max(0.0, min(effect.seconds, effect.latest - self._clock.now()))
        return failures_of(self._checks, seen, seconds, self._interrupts)

    def _record(self, kind: str, facts: Mapping[str, Any]) -> None:
        try:
            self._log.record(kind, facts)
        except JournalError:
            raise
        except Exception as error:  # a journal of somebody else's
            raise JournalError(f"{type(error).__name__}: {error}", where="journal") from error

    def _decide(self, wanted: str, attempt: int) -> str | None:
        self._stoppable = False
        try:
            return self._log.decide(wanted, attempt)
        except Exception:
            logger.exception("the journal failed at the decision")
            return None  # not known: nothing is confirmed

    def _enter(self, state: str, why: str) -> None:
        self._log.note("state", {"state": state, "why": why})
        self._tell(StateEntered(state, why))

    def _exchange(self, effect: Exchange) -> Answers:
        self._send(effect)
        return self._collect()

    def _send(self, effect: Exchange | Send) -> None:
        """Everything is written before anything is waited for: both routers work at the same time."""
        devices = {role: self._sessions[role] for role in effect.batches}
        names = tuple((devices[role].name, tuple(map(str, rpcs))) for role, rpcs in effect.batches.items())
        self._tell(FlightSent(effect.flight, names))
        for role, rpcs in effect.batches.items():
            timeout = effect.timeout or self._sessions.timeout(role)
            self._under_way[role] = _UnderWay(effect.flight, devices[role], devices[role].send(rpcs), timeout)

    def _collect(self) -> Answers:
        with self._interrupts.waiting():
            answers = {role: sent.pending.wait(sent.timeout) for role, sent in self._under_way.items()}
        for role, of_role in answers.items():
            sent = self._under_way[role]
            for answer in of_role:
                self._report(sent.device.name, sent.flight, answer)
        self._under_way.clear()
        return answers

    def _report(self, device: str, flight: str, answer: Answer) -> None:
        detail = "; ".join(map(str, answer.errors)) if answer.outcome is Outcome.ERRORS else answer.reason
        event = OperationAnswered(device, str(answer.rpc), answer.outcome.value, answer.seconds, detail)
        self._log.note(
            "answer",
            {
                "flight": flight,
                "device": device,
                "operation": event.operation,
                "outcome": event.outcome,
                "ms": round(answer.seconds * 1000, 3),
                "detail": detail,
            },
        )
        self._tell(event)

    def _sleep(self, seconds: float) -> None:
        self._tell(Waiting(seconds))
        if self._stoppable:
            self._interrupts.wait(seconds)
        else:
            with self._interrupts.waiting():
                time.sleep(seconds)

    def _reopen(self, role: Role) -> str:
        try:
            with self._interrupts.waiting():
                self._sessions.reopen(role)
        except EgressPairError as error:
            return str(error)
        return ""
