"""Runs the real flow on two toy routers and breaks it where it is told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from egresspair.errors import JournalError
from egresspair.intent import Role
from egresspair.netconf.reply import Answer, Outcome, Reply
from egresspair.netconf.rpc import Rpc
from egresspair.plan import Plan
from egresspair.transaction import Result
from egresspair.transaction.effects import (
    Collect,
    Decide,
    Effect,
    End,
    Enter,
    Exchange,
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
from egresspair.transaction.recovery import Unfinished

from . import xml
from .router import Habits, ToyRouter

RTT = 0.01
EPOCH = 1_800_000_000.0
KINDS = (
    "refused",
    "ok, not done",
    "done, error",
    "lost before",
    "lost after",
    "not sent",
    "hang",
    "restart",
    "delayed",
)
JOURNAL_KINDS = ("record refused", "decision unknown, written", "decision unknown, not written")


HANGS = "no answer in time"


@dataclass(frozen=True)
class Fault:
    """The ``nth`` operation that is sent to a router (1-based) goes wrong, and everything behind it in that write."""

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
class World:
    """Two routers, the clock, and the journal: what outlives a client."""

    plan: Plan
    habits: Mapping[Role, Habits] = field(default_factory=dict)
    clock: float = 1000.0
    decisions: dict[int, str] = field(default_factory=dict)
    records: list[tuple[str, float, Any]] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    ended: bool = False
    reverted_after_commit: bool = False
    leaving: list[tuple[float, Role, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.routers = {role: ToyRouter(self.plan[role], self.habits.get(role, Habits())) for role in Role}

    def pass_time(self, seconds: float) -> None:
        """Time passes in order: late operations are executed, dead sessions noticed and timers fired when due."""
        end = self.clock + seconds
        while True:
            due = [late.due for late in self.late] + [moment for moment, _, _ in self.leaving]
            due += [router.pending.deadline for router in self.routers.values() if router.pending]
            upcoming = min((moment for moment in due if moment <= end), default=None)
            if upcoming is None:
                break
            self.clock = max(self.clock, upcoming)
            self._happen()
        self.clock = end

    def _happen(self) -> None:
        for router in self.routers.values():
            if router.tick(self.clock) and "commit" in self.decisions.values():
                self.reverted_after_commit = True
        for late in [late for late in self.late if late.due <= self.clock]:
            self.late.remove(late)
            router = self.routers[late.role]
            if late.session in router.sessions:
                router.execute(late.session, late.rpc, self.clock)
                router.close(late.session)
        for gone in [gone for gone in self.leaving if gone[0] <= self.clock]:
            self.leaving.remove(gone)
            self.routers[gone[1]].close(gone[2])

    def unfinished(self) -> Unfinished:
        """What the journal knows, for a recovery."""
        announced: list[tuple[float, Any]] = [
            (at, facts) for kind, at, facts in self.records if kind == "tokens"
        ]
        nothing: tuple[float, Any] = (0.0, {"attempt": 1, "tokens": {}})
        at, facts = announced[-1] if announced else nothing
        return Unfinished(
            plan=self.plan,
            attempt=facts["attempt"],
            tokens={Role(role): token for role, token in facts["tokens"].items()},
            announced=at,
            decision=self.decisions.get(facts["attempt"]),
        )


class ToyNetwork:
    """One client in a world: the driver of the tests."""

    def __init__(
        self,
        plan: Plan,
        *,
        world: World | None = None,
        habits: Mapping[Role, Habits] | None = None,
        faults: tuple[Fault, ...] = (),
        journal_fault: str = "",
        decisions: dict[int, str] | None = None,
        unreachable: frozenset[Role] = frozenset(),
        check_failures: tuple[str, ...] = (),
        meddle: Callable[[ToyNetwork, Effect], None] | None = None,
        connected: bool = True,
        slow: tuple[str, float] = ("", 0.0),
        ended: Callable[[Result], None] = lambda _: None,
    ) -> None:
        self.plan = plan
        self.world = world or World(plan, habits or {})
        self.world.decisions.update(decisions or {})
        self.faults = {(fault.role, fault.nth): fault for fault in faults}
        self.journal_fault = journal_fault
        self.unreachable = unreachable
        self.check_failures = check_failures
        self.meddle = meddle
        self.slow = slow
        self.ended = ended
        self.session: dict[Role, int | None] = dict.fromkeys(Role)
        if connected:
            self.session = {role: router.open() for role, router in self.routers.items()}
        self.sent = dict.fromkeys(Role, 0)
        self.states: list[str] = []
        self.learned: list[Role] = []
        self.log: list[tuple[Role, str]] = []
        self.exchanges: list[Exchange | Send] = []
        self.effects = 0
        self.under_way: dict[Role, tuple[Answer, ...]] | None = None
        self.under_way_seconds = 0.0

    @property
    def routers(self) -> dict[Role, ToyRouter]:
        return self.world.routers

    @property
    def records(self) -> list[tuple[str, Any]]:
        return [(kind, facts) for kind, _, facts in self.world.records]

    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    def run(self, flow: Any) -> Any:
        """Perform the flow to its end."""
        return self.go(Running(flow), None)

    def go(self, running: Running, steps: int | None) -> Any:
        """Perform some effects, or all. Returns the result once the flow has ended, None before."""
        while steps is None or steps > 0:
            try:
                effect = running.next()
            except StopIteration as stop:
                return stop.value
            if self.meddle:
                self.meddle(self, effect)
            self.effects += 1
            running.answer, running.failure = None, None
            try:
                running.answer = self.perform(effect)
            except JournalError as refused:
                running.failure = refused
            if steps is not None:
                steps -= 1
        return None

    def die(self, *, lingering: float = 0.0) -> None:
        """The client is gone. Its sessions are noticed to be dead at once, or after some seconds."""
        for role, session in self.session.items():
            if session is None:
                continue
            if lingering:
                self.world.leaving.append((self.world.clock + lingering, role, session))
            else:
                self.routers[role].close(session)
        self.session = dict.fromkeys(Role)

    def perform(self, effect: Effect) -> Any:
        return PERFORM[type(effect)](self, effect)

    def _record(self, effect: Record) -> None:
        attempt = effect.facts["attempt"]
        if self.journal_fault == "record refused" or attempt in self.world.decisions or self.world.ended:
            raise JournalError("disk full")
        self.world.records.append((effect.kind, EPOCH + self.world.clock, effect.facts))

    def _end(self, effect: End) -> Result:
        self.ended(effect.result)
        return effect.result

    def _run_checks(self, effect: RunChecks) -> list[str]:
        """A check that hangs takes all the time that it is given."""
        if HANGS in self.check_failures:
            self.world.pass_time(min(effect.seconds, effect.latest - self.world.clock))
        return list(self.check_failures)

    def _decide(self, effect: Decide) -> str | None:
        if self.journal_fault != "decision unknown, not written":
            choice = self.world.decisions.setdefault(effect.attempt, effect.wanted)
        return None if self.journal_fault.startswith("decision unknown") else choice

    def _send(self, effect: Exchange | Send) -> None:
        """The routers do it all at once; that it took them time is noticed by who collects the answers."""
        assert self.under_way is None, "what was sent before is not collected"
        self.exchanges.append(effect)
        timeout = effect.timeout or 40.0
        self.under_way = {role: self._batch(role, rpcs, timeout) for role, rpcs in effect.batches.items()}
        self.under_way_seconds = self.slow[1] if effect.flight == self.slow[0] else 0.0

    def _collect(self, _effect: Exchange | Collect) -> dict[Role, tuple[Answer, ...]]:
        answers, self.under_way = self.under_way, None
        assert answers is not None, "nothing was sent"
        self.world.pass_time(max(answer.seconds for of_role in answers.values() for answer in of_role))
        self.world.pass_time(self.under_way_seconds)
        return answers

    def _exchange(self, effect: Exchange) -> dict[Role, tuple[Answer, ...]]:
        self._send(effect)
        return self._collect(effect)

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
        fault = self.faults.get((role, self.sent[role]))
        if fault is not None:
            return self._broken(fault, rpc, session, timeout)
        seconds = router.habits.commit_seconds if rpc.name == "commit" else 0.0
        if seconds:
            self.world.pass_time(seconds)
        return _answer(rpc, router.execute(session, rpc, self.world.clock), seconds or RTT)

    def _broken(self, fault: Fault, rpc: Rpc, session: int, timeout: float) -> Answer:
        role, router = fault.role, self.routers[fault.role]
        if fault.kind == "refused":
            return _answer(rpc, xml.error("operation-failed", "no"))
        if fault.kind == "ok, not done":
            return _answer(rpc, xml.ok())
        if fault.kind == "done, error":
            router.execute(session, rpc, self.world.clock)
            return _answer(rpc, xml.error("operation-failed", "or so it says"))
        self.session[role] = None
        if fault.kind == "delayed":
            self.world.late.append(Late(self.world.clock + timeout + fault.delay, role, session, rpc))
            return Answer(rpc, Outcome.UNKNOWN, reason="no reply in time", seconds=timeout)
        if fault.kind == "lost after":
            router.execute(session, rpc, self.world.clock)
        if fault.kind == "restart":
            router.restart()
        router.close(session)
        if fault.kind == "not sent":
            return Answer(rpc, Outcome.NOT_SENT, reason="connection lost", seconds=RTT)
        return Answer(
            rpc, Outcome.UNKNOWN, reason=fault.kind, seconds=timeout if fault.kind == "hang" else RTT
        )

    def _reopen(self, effect: Reopen) -> str:
        role = effect.role
        router, session = self.routers[role], self.session[role]
        if session is not None:
            router.close(session)
        self.session[role] = None
        if role in self.unreachable:
            return "connection refused"
        self.session[role] = router.open()
        return ""


class Running:
    """A flow under way, which can be left and taken up again."""

    def __init__(self, flow: Any) -> None:
        self.flow = flow
        self.answer: Any = None
        self.failure: Exception | None = None

    def next(self) -> Effect:
        effect: Effect = self.flow.throw(self.failure) if self.failure else self.flow.send(self.answer)
        return effect


def _answer(rpc: Rpc, reply: Reply, seconds: float = RTT) -> Answer:
    return Answer(rpc, Outcome.OK if reply.ok else Outcome.ERRORS, reply, seconds=seconds)


PERFORM: dict[type, Callable[[ToyNetwork, Any], Any]] = {
    Exchange: ToyNetwork._exchange,
    Send: ToyNetwork._send,
    Collect: ToyNetwork._collect,
    Reopen: ToyNetwork._reopen,
    Sleep: lambda toy, effect: toy.world.pass_time(effect.seconds),
    Now: lambda toy, _: toy.world.clock,
    Wall: lambda toy, _: EPOCH + toy.world.clock,
    NewToken: lambda _, effect: f"token-{effect.role}",
    Enter: lambda toy, effect: toy.states.append(effect.state.value),
    Record: ToyNetwork._record,
    Reload: lambda toy, _: toy.world.unfinished(),
    Decide: ToyNetwork._decide,
    End: ToyNetwork._end,
    Learn: lambda toy, effect: toy.learned.append(effect.role),
    RunChecks: ToyNetwork._run_checks,
}
