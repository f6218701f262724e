"""Two scripted routers that announce changes, well or badly. Polling is out of the way: it would take an hour."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from egresspair.errors import BothUnreachable, DeviceUnreachable, ProtocolError, UsageError
from egresspair.intent import Role
from egresspair.watching import Back, Drift, Lost, Source, Standing, Watched, watch_pair
from pair.documents import LABELLED, config, intent
from servers.ports import wait_until
from servers.scripted import CAPABILITIES

from .announcing import INTERLEAVE, NOTIFICATION, REFUSED, Announcer, announcement, by, inventory

HOUR = 3600
COMPLETE = announcement(name="notificationComplete", namespace="urn:ietf:params:xml:ns:netmod:notification")
OTHER = config(("vpna", {"route-distinguisher": "200:1", "static-label": "3001"}))
HUAWEI = "urn:huawei:yang:huawei-cfg-notification"


@pytest.fixture(autouse=True)
def _no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    wait_until(lambda: set(threading.enumerate()) <= before, seconds=10, what="the end of every thread")


@dataclass
class Field:
    """Two routers, and what the watch tells of them."""

    master: Announcer
    backup: Announcer
    events: Generator[Watched]

    def drift(self) -> Drift:
        event = next(self.events)
        assert isinstance(event, Drift), event
        return event


Begin = Callable[..., Field]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts to watch two routers; what it is given is said of the backup."""
    with ExitStack() as stack:

        def start(*, interval: float = HOUR, **of_backup: object) -> Field:
            master = stack.enter_context(Announcer())
            backup = stack.enter_context(Announcer(**of_backup))  # type: ignore[arg-type]
            watch = watch_pair(intent(), inventory=inventory(tmp_path, master, backup), interval=interval)
            return Field(master, backup, stack.enter_context(closing(watch.events())))

        yield start


def standing(field: Field) -> Standing:
    event = next(field.events)
    assert isinstance(event, Standing)
    return event


def test_first_comes_how_the_pair_stands(begin: Begin) -> None:
    field = begin()
    first = standing(field)
    assert first.findings == ()
    assert first.sources == {"masg-1": Source.NOTIFICATION, "masg-2": Source.NOTIFICATION}
    assert first.state[Role.BACKUP].config["vpna"].static_label == 2001
    assert field.backup.asked == [["create-subscription", "get-config", "get-config"]]


def test_a_change_is_told_with_its_author(begin: Begin) -> None:
    field = begin()
    standing(field)
    field.backup.running = OTHER
    field.backup.announce(announcement(by("eve")))
    drift = field.drift()
    assert (drift.device, drift.source) == ("masg-2", Source.NOTIFICATION)
    assert [(who.username, who.session_id) for who in drift.who] == [("eve", "5")]
    assert [finding.check for finding in drift.findings] == ["static-label"]


def test_a_rollback_may_be_announced_by_the_confirmed_commit_alone(begin: Begin) -> None:
    field = begin()
    standing(field)
    field.backup.running = OTHER
    timeout = "<confirm-event>timeout</confirm-event>"
    field.backup.announce(announcement(timeout, name="netconf-confirmed-commit"))
    drift = field.drift()
    assert drift.rollback
    assert [who.server for who in drift.who] == [True]


def test_vrp_announces_in_its_own_way(begin: Begin) -> None:
    field = begin(flow_id=7)
    standing(field)
    field.backup.running, field.backup.flow_id = OTHER, 8
    terminal = "<flow-id-terminal>cli</flow-id-terminal>"
    field.backup.announce(announcement(terminal, name="running-config-change", namespace=HUAWEI))
    drift = field.drift()
    assert [who.terminal for who in drift.who] == ["cli"]


@pytest.mark.parametrize(
    "odd",
    [
        announcement(name="interface-down", namespace="urn:example:unknown"),
        announcement(by("eve") + "<datastore>startup</datastore>"),
        announcement("x" * 5_000_000, name="flood", namespace="urn:example:unknown"),
    ],
)
def test_what_is_no_change_is_not_read_for(begin: Begin, odd: bytes) -> None:
    field = begin()
    standing(field)
    field.backup.running = OTHER
    field.backup.announce(odd, odd, announcement(by("root")))
    drift = field.drift()
    assert [(event.name, event.by.username) for event in drift.events] == [("netconf-config-change", "root")]
    assert field.backup.asked[0].count("get-config") == 4


def test_a_broken_announcement_is_a_reason_to_read(begin: Begin) -> None:
    field = begin()
    standing(field)
    field.backup.running = OTHER
    field.backup.announce(announcement(by("eve"))[:-9])
    drift = field.drift()
    assert [event.name for event in drift.events] == ["unreadable"]
    assert drift.who == ()


def test_a_flood_in_which_the_announcement_is_lost_is_a_reason_to_read(begin: Begin) -> None:
    field = begin()
    standing(field)
    field.backup.running = OTHER
    flood = announcement("x" * 9_000_000, name="flood", namespace="urn:example:unknown")
    field.backup.announce(announcement(by("eve")), flood, flood)
    drift = field.drift()
    assert {event.name for event in drift.events} <= {"missed", "netconf-config-change"}
    assert drift.events


def test_without_interleave_another_session_reads(begin: Begin) -> None:
    field = begin(capabilities=(*CAPABILITIES, NOTIFICATION))
    assert standing(field).sources["masg-2"] is Source.NOTIFICATION
    assert field.backup.asked == [["create-subscription"], ["get-config", "get-config"]]
    field.backup.running = OTHER
    field.backup.announce(announcement(by("eve")))
    assert field.drift().who[0].username == "eve"


def test_who_refuses_a_subscription_is_polled(begin: Begin) -> None:
    field = begin(subscription=REFUSED, interval=0.05)
    first = standing(field)
    assert first.sources == {"masg-1": Source.NOTIFICATION, "masg-2": Source.POLLING}
    assert first.notes == ("masg-2 refuses a subscription (create-subscription: access-denied)",)
    field.backup.running = OTHER
    assert field.drift().source is Source.POLLING


def test_a_number_of_the_last_change_saves_reading(begin: Begin) -> None:
    field = begin(capabilities=(*CAPABILITIES, INTERLEAVE), flow_id=7, interval=0.02)
    standing(field)
    wait_until(lambda: field.backup.asked[0].count("get") >= 5, seconds=10, what="some polls")
    assert field.backup.asked[0][:7] == ["get", "get-config", "get-config", "get", "get", "get", "get"]
    field.backup.running, field.backup.flow_id = OTHER, 8
    assert field.drift().source is Source.POLLING


def test_a_number_that_does_not_change_is_not_believed_for_ever(begin: Begin) -> None:
    field = begin(capabilities=CAPABILITIES, flow_id=7, interval=0.01)
    standing(field)
    field.backup.running = OTHER
    assert field.drift().source is Source.POLLING


def test_a_lost_router_comes_back_and_what_happened_meanwhile_is_told(begin: Begin) -> None:
    field = begin()
    standing(field)
    field.backup.running = OTHER
    field.backup.cut()
    lost, back, drift = (next(field.events) for _ in range(3))
    assert isinstance(lost, Lost)
    assert (lost.device, lost.role) == ("masg-2", Role.BACKUP)
    assert "connection" in lost.reason
    assert isinstance(back, Back)
    assert (back.changed, back.source) == (True, Source.NOTIFICATION)
    assert isinstance(drift, Drift)
    assert (drift.source, drift.was_whole, len(drift.findings)) == (Source.RECONNECTION, True, 1)
    field.backup.running = LABELLED
    field.backup.announce(announcement(by("root")))
    assert field.drift().findings == ()


@pytest.mark.parametrize("last", [b"garbage", COMPLETE])
def test_a_session_that_cannot_be_relied_on_any_more_is_opened_again(begin: Begin, last: bytes) -> None:
    field = begin()
    standing(field)
    field.backup.announce(last)
    lost, back = next(field.events), next(field.events)
    assert isinstance(lost, Lost)
    assert isinstance(back, Back)
    assert not back.changed
    assert len(field.backup.asked) == 2


def test_a_router_that_cannot_be_read_at_the_beginning_ends_it(begin: Begin) -> None:
    with pytest.raises(ProtocolError, match="masg-2: get-config: access-denied"):
        next(begin(reading=REFUSED).events)
    with pytest.raises(ProtocolError, match="without data"):
        next(begin(reading=b"<ok/>").events)


def test_a_router_with_a_value_that_no_model_allows_ends_it(begin: Begin) -> None:
    with pytest.raises(ProtocolError, match="static-label is 'many'"):
        next(begin(running=LABELLED.replace(b">2001<", b">many<")).events)


def test_routers_that_cannot_be_reached_at_the_beginning_end_it(tmp_path: Path) -> None:
    with Announcer() as master, Announcer() as backup:
        known = inventory(tmp_path, master, backup)
    with pytest.raises(BothUnreachable) as caught:
        next(watch_pair(intent(), inventory=known).events())
    assert [failure.where.partition(" ")[0] for failure in caught.value.failures] == ["masg-1", "masg-2"]
    with Announcer() as master:
        mixed = inventory(tmp_path, master, backup)
        with pytest.raises(DeviceUnreachable, match="masg-2"):
            next(watch_pair(intent(), inventory=mixed).events())


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf"), True, "10"])
def test_an_interval_is_a_positive_number(tmp_path: Path, interval: float) -> None:
    with Announcer() as master, Announcer() as backup, pytest.raises(UsageError, match="interval"):
        watch_pair(intent(), inventory=inventory(tmp_path, master, backup), interval=interval)


def test_a_defect_in_a_judge_reaches_the_caller_and_leaves_nothing(tmp_path: Path) -> None:
    with Announcer() as master, Announcer() as backup:
        watch = watch_pair(
            intent(),
            inventory=inventory(tmp_path, master, backup),
            judge=lambda _intent, _pair: 1 / 0,  # type: ignore[arg-type,return-value]
        )
        with pytest.raises(ZeroDivisionError):
            next(watch.events())


def test_another_thread_may_end_it(begin: Begin, tmp_path: Path) -> None:
    with Announcer() as master, Announcer() as backup:
        watch = watch_pair(intent(), inventory=inventory(tmp_path, master, backup), interval=HOUR)
        told: list[Watched] = []
        thread = threading.Thread(target=lambda: told.extend(watch.events()))
        thread.start()
        wait_until(lambda: bool(told), seconds=10, what="the first value")
        watch.stop()
        thread.join(10)
        assert not thread.is_alive()
        assert [event.kind for event in told] == ["standing"]
