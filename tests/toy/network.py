"""Runs the real flow on two toy routers and breaks it where it is told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from egresspair.errors import JournalError
from egresspair.intent import Role
from egresspair.netconf.reply import Answer, Outcome
from egresspair.netconf.rpc import Rpc
from egresspair.plan import Plan
from egresspair.transaction.effects import (
    Decide,
    Effect,
    Enter,
    Exchange,
    Learn,
    NewToken,
    Now,
    Record,
    Reopen,
    RunChecks,
    Sleep,
    Wall,
)

from . import xml
from .router import Habits, ToyRouter

RTT = 0.01
KINDS = ("refused", "lost before", "lost after", "not sent", "hang", "restart", "delayed")


@dataclass(frozen=True)
class Fault:
    """The ``nth`` operation that is sent to a router (1-based) goes wrong, and everything behind it in the same write."""

    role: Role
    nth: int
    kind: str
    delay: float = 5.0


@dataclass
class Late:
    due: float
    role: Role
    session: int
    rpc: Rpc


@dataclass
class ToyNetwork:
    """Two routers, a clock, a journal and a list of faults."""

    plan: Plan
    habits: Mapping[Role, Habits] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    journal_fails: bool = False
    decisions: dict[int, str] = field(default_factory=dict)
    decision_unknown: bool = False
    unreachable: frozenset[Role] = frozenset()
    check_failures: tuple[str, ...] = ()
    meddle: Callable[[ToyNetwork, Effect], None] | None = None

    def __post_init__(self) -> None:
        self.clock = 1000.0
        self.routers = {role: ToyRouter(self.plan[role], self.habits.get(role, Habits())) for role in Role}
        self.session: dict[Role, int | None] = {role: router.open() for role, router in self.routers.items()}
        self.sent = dict.fromkeys(Role, 0)
        self.late: list[Late] = []
        self.states: list[str] = []
        self.records: list[tuple[str, Any]] = []
        self.learned: list[Role] = []
        self.log: list[tuple[Role, str]] = []
        self.exchanges: list[Exchange] = []

    def run(self, flow: Any) -> Any:
        """Perform the flow to its end."""
        answer, failure = None, None
        while True:
            try:
                effect = flow.throw(failure) if failure else flow.send(answer)
            except StopIteration as stop:
                return stop.value
            if self.meddle:
                self.meddle(self, effect)
            answer, failure = None, None
            try:
                answer = self.perform(effect)
            except JournalError as refused:
                failure = refused

    def perform(self, effect: Effect) -> Any:
        match effect:
            case Exchange():
                return self._exchange(effect)
            case Reopen(role):
                return self._reopen(role)
            case Sleep(seconds):
                self.pass_time(seconds)
                return None
            case Now():
                return self.clock
            case Wall():
                return 1_800_000_000.0 + self.clock
            case NewToken(role):
                return f"token-{role}"
            case Enter(state):
                self.states.append(state.value)
                return None
            case Record(kind, facts):
                if self.journal_fails:
                    raise JournalError("disk full")
                self.records.append((kind, facts))
                return None
            case Decide(wanted, attempt):
                if self.decision_unknown:
                    return None
                return self.decisions.setdefault(attempt, wanted)
            case Learn(role):
                self.learned.append(role)
                return None
            case RunChecks():
                return list(self.check_failures)

    def pass_time(self, seconds: float) -> None:
        """Time passes in order: late operations are executed and timers fire when they are due."""
        end = self.clock + seconds
        while True:
            due = [late.due for late in self.late]
            due += [router.pending.deadline for router in self.routers.values() if router.pending]
            upcoming = min((moment for moment in due if moment <= end), default=None)
            if upcoming is None:
                break
            self.clock = max(self.clock, upcoming)
            self._happen()
        self.clock = end

    def _happen(self) -> None:
        for router in self.routers.values():
            router.tick(self.clock)
        for late in [late for late in self.late if late.due <= self.clock]:
            self.late.remove(late)
            router = self.routers[late.role]
            if late.session in router.sessions:
                router.execute(late.session, late.rpc, self.clock)
                router.close(late.session)

    def _exchange(self, effect: Exchange) -> dict[Role, tuple[Answer, ...]]:
        self.exchanges.append(effect)
        answers = {
            role: self._batch(role, rpcs, effect.timeout or 40.0) for role, rpcs in effect.batches.items()
        }
        self.pass_time(max(answer.seconds for of_role in answers.values() for answer in of_role))
        return answers

    def _batch(self, role: Role, rpcs: tuple[Rpc, ...], timeout: float) -> tuple[Answer, ...]:
        answers: list[Answer] = []
        for rpc in rpcs:
            self.sent[role] += 1
            self.log.append((role, rpc.name))
            answers.append(self._one(role, rpc, timeout))
        return tuple(answers)

    def _one(self, role: Role, rpc: Rpc, timeout: float) -> Answer:
        router, session = self.routers[role], self.session[role]
        if session is None or session not in router.sessions:
            self.session[role] = None
            return Answer(rpc, Outcome.NOT_SENT, reason="the session is gone", seconds=RTT)
        fault = next((f for f in self.faults if f.role is role and f.nth == self.sent[role]), None)
        if fault is not None:
            return self._broken(fault, rpc, timeout)
        return self._answer(rpc, router.execute(session, rpc, self.clock))

    @staticmethod
    def _answer(rpc: Rpc, reply: Any) -> Answer:
        return Answer(rpc, Outcome.OK if reply.ok else Outcome.ERRORS, reply, seconds=RTT)

    def _broken(self, fault: Fault, rpc: Rpc, timeout: float) -> Answer:
        role, router = fault.role, self.routers[fault.role]
        session = self.session[role]
        assert session is not None
        if fault.kind == "refused":
            return self._answer(rpc, xml.error("operation-failed", "no"))
        if fault.kind == "lost after":
            router.execute(session, rpc, self.clock)
        if fault.kind == "delayed":
            self.late.append(Late(self.clock + timeout + fault.delay, role, session, rpc))
            self.session[role] = None
            return Answer(rpc, Outcome.UNKNOWN, reason="no reply in time", seconds=timeout)
        if fault.kind == "restart":
            router.restart()
        router.close(session)
        self.session[role] = None
        if fault.kind == "not sent":
            return Answer(rpc, Outcome.NOT_SENT, reason="connection lost", seconds=RTT)
        seconds = timeout if fault.kind == "hang" else RTT
        return Answer(rpc, Outcome.UNKNOWN, reason=fault.kind, seconds=seconds)

    def _reopen(self, role: Role) -> str:
        router, session = self.routers[role], self.session[role]
        if session is not None:
            router.close(session)
        self.session[role] = None
        if role in self.unreachable or not router.up:
            return "connection refused"
        self.session[role] = router.open()
        return ""
