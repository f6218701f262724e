"""The loop of one router, with a router and a clock that the test holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from egresspair.errors import DeviceUnreachable, EgressPairError, HostKeyError, ProtocolError, SessionLost
from egresspair.intent import Role
from egresspair.netconf.change_events import ChangedBy, ChangeEvent
from egresspair.watching import RouterState, Source
from egresspair.watching.watcher import Gone, Read, Report, Watcher

from .values import router

EVENT = ChangeEvent("netconf-config-change", ChangedBy(username="root"))


@dataclass
class World:
    """A router, the time, and what happens when.

    Attributes:
        plan: time to what happens then; the last of it ends the watch.
        waits: how long was waited each time.
    """

    plan: dict[float, Callable[[World], None]]
    now: float = 0.0
    state: RouterState = field(default_factory=router)
    source: Source = Source.NOTIFICATION
    failure: EgressPairError | None = None
    refusal: EgressPairError | None = None
    heard: list[ChangeEvent] = field(default_factory=list)
    reports: list[tuple[float, Report]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    closed: int = 0
    alerts: list[bool] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    host_key: str = "SHA256:x"

    def __post_init__(self) -> None:
        self.watcher = Watcher(
            Role.MASTER,
            self.open,
            lambda report: self.reports.append((self.now, report)),
            interval=10,
            clock=lambda: self.now,
            bell=self,
        )

    def run(self) -> list[tuple[float, Report]]:
        self.watcher.run()
        return self.reports

    # a link

    def open(self, ring: Callable[[], None]) -> World:
        self.opened.append(self.now)
        ring()  # before anything is waited for: that must not hurt
        if self.refusal:
            raise self.refusal
        return self

    def hear(self) -> tuple[ChangeEvent, ...]:
        if self.failure:
            raise self.failure
        heard = tuple(self.heard)
        self.heard.clear()
        return heard

    def read(self, *, alerted: bool) -> RouterState:
        self.alerts.append(alerted)
        return self.state

    def close(self) -> None:
        self.closed += 1

    # a bell: something happens, or the time is over

    def ring(self) -> None:
        pass

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        end = self.now + seconds
        due = [at for at in self.plan if at <= end]
        self.now = min(due, default=end)
        if due:
            self.plan.pop(self.now)(self)


def stop(world: World) -> None:
    world.watcher.stop()


def change(label: int, *, announced: bool) -> Callable[[World], None]:
    def act(world: World) -> None:
        world.state = router(static_label=label)
        world.heard += [EVENT] * announced

    return act


def lose(world: World) -> None:
    world.failure = SessionLost("cut", where="masg-1")
    world.refusal = DeviceUnreachable("refused", where="masg-1")


def mend(world: World) -> None:
    world.failure = world.refusal = None


def seen(report: Report) -> tuple[int | None, Source, bool]:
    assert isinstance(report, Read)
    return report.seen.state.config["vpna"].static_label, report.seen.source, report.first


def test_what_is_announced_is_told_at_once() -> None:
    world = World({3: change(3001, announced=True), 30: stop})
    reports = world.run()
    assert world.alerts == [False, True, False, False, False]  # begin, news, settled, and two intervals
    assert [(at, seen(report)) for at, report in reports] == [
        (0, (2001, Source.RECONNECTION, True)),
        (3, (3001, Source.NOTIFICATION, False)),
    ]


def test_what_is_not_announced_is_found_within_the_interval() -> None:
    world = World({3: change(3001, announced=False), 30: stop}, source=Source.POLLING)
    assert [(at, seen(report)[1]) for at, report in world.run()] == [
        (0, Source.RECONNECTION),
        (10, Source.POLLING),
    ]
    assert world.closed >= 1


def test_a_lost_session_is_told_opened_again_with_growing_pauses_and_read() -> None:
    world = World({5: lose, 9: change(3001, announced=False), 16: mend, 60: stop})
    reports = world.run()
    assert [at for at, report in reports if isinstance(report, Gone)] == [5, 6, 8, 12]
    assert world.opened == [0, 6, 8, 12, 20]
    assert seen(reports[-1][1]) == (3001, Source.RECONNECTION, True)
    assert reports[-1][0] == 20


def test_after_a_success_the_pauses_begin_anew() -> None:
    world = World({5: lose, 16: mend, 30: lose, 30.5: mend, 50: stop})
    world.run()
    assert world.opened == [0, 6, 8, 12, 20, 31]


def test_a_router_that_answers_badly_is_not_asked_without_a_pause() -> None:
    world = World({20: stop})
    world.failure = ProtocolError("get-config: operation-failed", where="masg-1")
    assert [at for at, _ in world.run()] == [0, 1, 3, 7, 15]


def test_another_host_key_ends_it() -> None:
    world = World({})
    world.refusal = HostKeyError("another host key", where="masg-1")
    ((_, report),) = world.run()
    assert isinstance(report, Gone)
    assert report.final


def test_a_defect_is_reported_and_not_swallowed() -> None:
    def broken(*, alerted: bool) -> RouterState:
        raise ZeroDivisionError(alerted)

    world = World({})
    world.read = broken  # type: ignore[method-assign]
    ((_, report),) = world.run()
    assert isinstance(report, Gone)
    assert isinstance(report.error, ZeroDivisionError)
    assert report.final
    assert world.closed == 1


@pytest.mark.parametrize("moment", [0.5, 5.5, 7.0])
def test_it_ends_whenever_it_is_stopped_and_says_nothing_of_it(moment: float) -> None:
    world = World({5: lose, moment: stop})
    world.run()
    assert world.now == moment
    assert all(at < moment for at, _ in world.reports)
