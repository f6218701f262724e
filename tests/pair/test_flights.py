"""What goes over the wire in one go: no round trip more than the table of docs/transaction.md, both routers at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import asyncssh
import pytest
import yaml

import egresspair as ep
from egresspair.inventory import parse_inventory
from egresspair.lab import Device
from servers.ports import wait_until
from servers.recording import Recorder
from servers.wire import Message

from .bench import Bench
from .documents import ALL, intent


class Turns(list[Message]):
    """The messages of one direction, each noted beside those of the other."""

    def __init__(self, notes: list[tuple[str, str]], direction: str) -> None:
        super().__init__()
        self._notes = notes
        self._direction = direction

    def append(self, message: Message) -> None:
        super().append(message)
        self._notes.append((self._direction, message.name))


class FlightRecorder(Recorder):
    """Tells what was sent before an answer came."""

    def __init__(self, device: Device) -> None:
        public = asyncssh.read_private_key(device.key_file).export_public_key("openssh")
        device.key_file.with_name(device.key_file.name + ".pub").write_bytes(public)
        super().__init__(device)
        self.notes: list[tuple[str, str]] = []
        self.sent = Turns(self.notes, "to server")
        self.replied = Turns(self.notes, "to client")

    @property
    def flights(self) -> list[list[str]]:
        """The operations that were sent between two answers."""
        flights: list[list[str]] = []
        answered = True
        for direction, name in self.notes:
            if direction == "to server":
                if answered:
                    flights.append([])
                flights[-1].append(name)
            answered = direction == "to client"
        return flights


@dataclass
class Watched:
    """An open pair behind recorders."""

    pair: ep.Pair
    master: FlightRecorder
    backup: FlightRecorder

    def apply(self, label: int) -> ep.Result:
        plan = self.pair.plan(intent(label))
        for recorder in (self.master, self.backup):
            recorder.notes.clear()
            recorder.sent.clear()
        return self.pair.apply(plan, accept=ALL)


@pytest.fixture
def watched(bench: Bench) -> Iterator[Watched]:
    with FlightRecorder(bench.lab["master"]) as master, FlightRecorder(bench.lab["backup"]) as backup:
        entries = {
            name: {
                "host": recorder.host,
                "port": recorder.port,
                "username": recorder.username,
                "key_file": str(recorder.key_file),
                "host_key": recorder.host_key,
            }
            for name, recorder in (("masg-1", master), ("masg-2", backup))
        }
        inventory = parse_inventory(yaml.safe_dump({"devices": entries}))
        with bench.open(intent(), inventory=inventory) as pair:
            yield Watched(pair, master, backup)


def test_no_round_trip_more_than_the_table_has(watched: Watched) -> None:
    result = watched.apply(2001)

    for recorder in (watched.master, watched.backup):
        first, *others = recorder.flights
        assert first[:3] == ["lock", "lock", "get-config"]
        assert set(first[3:]) == {"get-config", "get"}  # who holds which label
        assert others == [
            ["edit-config", "validate"],
            ["commit", "unlock", "get-config", "get"],  # what the change promises is read with it
            ["get-config", "get", "get"],  # the read-back, once more, and who else holds the labels
            ["commit", "get-config", "lock", "unlock"],
            ["unlock"],
        ]
    assert result.flights == 6


def test_nothing_is_asked_twice_under_the_locks(watched: Watched) -> None:
    watched.apply(2001)
    for recorder in (watched.master, watched.backup):
        first = [message.operation for message in recorder.sent[: len(recorder.flights[0])]]
        assert len(first) == len(set(first))


@pytest.mark.parametrize(
    ("operation", "nth"), [("lock", 1), ("edit-config", 1), ("commit", 1), ("commit", 2)]
)
def test_the_other_router_is_not_kept_waiting(watched: Watched, operation: str, nth: int) -> None:
    held = watched.master.hold_reply(operation, nth)
    with ThreadPoolExecutor(1) as pool:
        applied = pool.submit(watched.apply, 2001)
        try:
            assert held.reached.wait(10)
            wait_until(
                lambda: watched.backup.names().count(operation) >= nth, seconds=10, what=f"{operation} to it"
            )
        finally:
            held.release()
        assert applied.result(20).ending is ep.Ending.COMMITTED
