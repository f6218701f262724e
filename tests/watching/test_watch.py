"""Two routers that the test holds: what reaches whoever iterates, and how it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from egresspair.errors import (
    EgressPairError,
    HostKeyError,
    InventoryError,
    Problem,
    ProtocolError,
    SessionLost,
)
from egresspair.intent import Role
from egresspair.netconf.change_events import ChangeEvent
from egresspair.watching import Drift, Lost, RouterState, Source, Standing, Watch

from .values import INTENT, router

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
OTHER_KEY = HostKeyError("another host key", where="masg-2")


class FakeLink:
    """A router; what it shows is set by the test, and so is what happens at its n-th opening."""

    source = Source.POLLING
    notes: tuple[str, ...] = ()
    host_key = "SHA256:x"

    def __init__(self, role: Role, *openings: EgressPairError | None) -> None:
        self.state = router(role)
        self.failure: EgressPairError | None = None
        self.openings = list(openings)
        self.closed = threading.Event()
        self.ring: Callable[[], None] = lambda: None

    def open(self, ring: Callable[[], None]) -> FakeLink:
        refusal = self.openings.pop(0) if self.openings else None
        if refusal is not None:
            raise refusal
        self.ring = ring
        return self

    def hear(self) -> tuple[ChangeEvent, ...]:
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        return ()

    def read(self, *, alerted: bool) -> RouterState:
        assert not alerted
        return self.state

    def close(self) -> None:
        self.closed.set()

    def fail(self, failure: EgressPairError) -> None:
        self.failure = failure
        self.ring()


def watch_of(master: FakeLink, backup: FakeLink, *, interval: float = 0.01) -> Watch:
    links = {Role.MASTER: master.open, Role.BACKUP: backup.open}
    return Watch(INTENT, links, interval=interval, now=lambda: AT)


def test_the_first_value_is_how_the_pair_stands_by_our_clock() -> None:
    master, backup = FakeLink(Role.MASTER), FakeLink(Role.BACKUP)
    events = watch_of(master, backup).events()
    standing = next(events)
    assert isinstance(standing, Standing)
    assert (standing.at, standing.findings) == (AT, ())
    backup.state = router(Role.BACKUP, static_label=None)
    drift = next(events)
    assert isinstance(drift, Drift)
    assert drift.device == "masg-2"
    events.close()
    assert master.closed.is_set()
    assert backup.closed.is_set()


def test_what_one_router_says_before_the_other_was_read_is_not_lost() -> None:
    """The master changes while the backup is still being connected to."""
    master, backup, gate = FakeLink(Role.MASTER), FakeLink(Role.BACKUP), threading.Event()
    reads: list[int | None] = []

    def read(*, alerted: bool) -> RouterState:
        reads.append(master.state.config["vpna"].static_label)
        if reads == [2001]:
            master.state = router(static_label=3001)
        elif reads.count(3001) == 2:  # what was read before has been told
            gate.set()
        return router(static_label=reads[-1])

    def late(ring: Callable[[], None]) -> FakeLink:
        assert gate.wait(10)
        return backup.open(ring)

    master.read = read  # type: ignore[method-assign]
    watch = Watch(INTENT, {Role.MASTER: master.open, Role.BACKUP: late}, interval=0.01)
    events = watch.events()
    standing, drift = next(events), next(events)
    events.close()
    assert isinstance(standing, Standing)
    assert standing.findings == ()
    assert isinstance(drift, Drift)
    assert [finding.check for finding in drift.findings] == ["static-label"]


@pytest.mark.parametrize("end", [OTHER_KEY, InventoryError([Problem("the file is gone", "masg-2.password")])])
def test_what_only_a_person_can_mend_ends_it(end: EgressPairError) -> None:
    backup = FakeLink(Role.BACKUP, None, end)
    events = watch_of(FakeLink(Role.MASTER), backup).events()
    next(events)
    backup.fail(SessionLost("cut", where="masg-2"))
    lost = next(events)
    assert isinstance(lost, Lost)
    assert lost.reason == "cut"
    with pytest.raises(type(end)):
        next(events)


def test_a_defect_is_raised_where_it_is_iterated() -> None:
    def broken(*, alerted: bool) -> RouterState:
        raise ZeroDivisionError(alerted)

    master, backup = FakeLink(Role.MASTER), FakeLink(Role.BACKUP, ProtocolError("no", where="masg-2"))
    master.read = broken  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        next(watch_of(master, backup).events())


def test_stopped_before_it_began_it_tells_nothing() -> None:
    watch = watch_of(FakeLink(Role.MASTER), FakeLink(Role.BACKUP))
    watch.stop()
    assert list(watch.events()) == []
