"""The thin side: performs a flow's effects over real sessions, on a real clock."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from ..configuration import RouterConfig, VpnState
from ..errors import EgressPairError
from ..events import Event, FlightSent, OperationAnswered, StateEntered, Waiting
from ..intent import Role
from ..journal import Journal
from ..netconf.device import Device
from ..netconf.reply import Answer, Outcome
from .effects import (
    Answers,
    Decide,
    Effect,
    Enter,
    Exchange,
    Flow,
    Learn,
    NewToken,
    Now,
    Record,
    Reopen,
    RunChecks,
    Sleep,
)

T = TypeVar("T")
Seen = Mapping[Role, tuple[RouterConfig, tuple[VpnState, ...]]]
Check = Callable[[Seen], str | None]


class Sessions(Protocol):
    """The open sessions of a pair."""

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

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """A clock that goes on while the machine is suspended, as the routers' timers do."""

    def now(self) -> float:
        boottime = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boottime is None else time.clock_gettime(boottime)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Driver:
    """Runs flows against a pair.

    Args:
        sessions: open sessions to both routers.
        journal: where records and the decision go.
        observer: told of everything that happens.
        learn: told of the device whose ``<validate>`` cannot be trusted.
        checks: called before the decision; a returned text is a failure.
    """

    def __init__(
        self,
        sessions: Sessions,
        journal: Journal,
        observer: Callable[[Event], None],
        *,
        learn: Callable[[Device], None] | None = None,
        checks: tuple[Check, ...] = (),
        clock: Clock | None = None,
    ) -> None:
        self._sessions = sessions
        self._journal = journal
        self._tell = observer
        self._learn = learn or (lambda _: None)
        self._checks = checks
        self._clock = clock or SystemClock()

    def run(self, flow: Flow[T]) -> T:
        """Perform the flow to its end and return what it returns."""
        answer: Any = None
        failure: Exception | None = None
        while True:
            try:
                effect = flow.throw(failure) if failure else flow.send(answer)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]  # StopIteration is not generic
            answer, failure = None, None
            try:
                answer = self._perform(effect)
            except Exception as error:  # noqa: BLE001  (the flow decides what becomes of it)
                failure = error

    def _perform(self, effect: Effect) -> Any:  # noqa: C901, PLR0911  (a table of effects)
        match effect:
            case Exchange():
                return self._exchange(effect)
            case Now():
                return self._clock.now()
            case Enter(state, why):
                return self._tell(StateEntered(state.value, why))
            case Sleep(seconds, jitter):
                return self._sleep(seconds * (1 + random.uniform(-jitter, jitter)))  # noqa: S311  (not a secret)
            case Reopen(role):
                return self._reopen(role)
            case NewToken():
                return f"egresspair-{secrets.token_hex(16)}"
            case Record(kind, facts):
                return self._journal.record(kind, facts)
            case Decide(wanted, attempt):
                return self._journal.decide(wanted, attempt)
            case Learn(role):
                return self._learn(self._sessions[role])
            case RunChecks(seen):
                return [failure for check in self._checks if (failure := check(seen)) is not None]

    def _exchange(self, effect: Exchange) -> Answers:
        """Everything is written before anything is waited for: both routers work at the same time."""
        devices = {role: self._sessions[role] for role in effect.batches}
        names = tuple((devices[role].name, tuple(map(str, rpcs))) for role, rpcs in effect.batches.items())
        self._tell(FlightSent(effect.flight, names))
        pending = {role: devices[role].send(rpcs) for role, rpcs in effect.batches.items()}
        answers = {
            role: waiting.wait(effect.timeout or self._sessions.timeout(role))
            for role, waiting in pending.items()
        }
        for role, of_role in answers.items():
            for answer in of_role:
                self._tell(_answered(devices[role].name, answer))
        return answers

    def _sleep(self, seconds: float) -> None:
        self._tell(Waiting(seconds))
        self._clock.sleep(seconds)

    def _reopen(self, role: Role) -> str:
        try:
            self._sessions.reopen(role)
        except EgressPairError as error:
            return str(error)
        return ""


def _answered(device: str, answer: Answer) -> OperationAnswered:
    detail = "; ".join(map(str, answer.errors)) if answer.outcome is Outcome.ERRORS else answer.reason
    return OperationAnswered(device, str(answer.rpc), answer.outcome.value, answer.seconds, detail)
