"""A lab in this process, and clients of it in others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from egresspair.journal import Entry, open_journal
from egresspair.journal.sql import SqlJournal
from egresspair.lab import Device, Lab
from egresspair.lab.holds import Hold
from egresspair.recovery import recover
from pair.documents import BARE, ROLES, labels

from .client import Desk

NEW, OLD = {"vpna": "2001"}, dict[str, str]()


@dataclass
class Behind:
    """A hold of the first RPC of a name that comes behind another one: that is held until this one is set."""

    device: Device
    rpc: str
    first: Hold
    _hold: Hold | None = None

    def wait_reached(self, timeout: float = 10) -> None:
        """See `Hold.wait_reached`."""
        self.first.wait_reached(timeout)
        self._hold = self.device.hold(self.rpc)
        self.first.release()
        self._hold.wait_reached(timeout)

    def release(self) -> None:
        """See `Hold.release`."""
        assert self._hold is not None
        self._hold.release()


@dataclass
class Site:
    """A lab whose routers have the VPN instance and no label, and a desk for its operator.

    Attributes:
        before: what both routers ran when it was set up.
    """

    lab: Lab
    desk: Desk
    before: list[bytes]

    def hold(self, role: str, step: str, **how: Any) -> Hold | Behind:
        """Hold the next RPC of a name, or with ``RPC after OTHER`` the first one behind another."""
        rpc, _, other = step.partition(" after ")
        device = self.lab[role]
        return Behind(device, rpc, device.hold(other)) if other else device.hold(rpc, **how)

    @property
    def running(self) -> list[bytes]:
        return [self.lab[role].running for role in ROLES]

    @property
    def labels(self) -> list[dict[str, str]]:
        """The static labels that master and backup run."""
        return [labels(running) for running in self.running]

    def assert_free(self, *roles: str) -> None:
        """No lock, no pending commit and no candidate edit is left."""
        for role in roles or ROLES:
            self.lab[role].wait_for(_is_free)

    def assert_settled(self, outcome: str) -> None:
        """Both routers hold what the outcome says, nothing is left, the journal says the same, and that is all."""
        self.assert_free()
        assert self.labels == [NEW if outcome == "COMMITTED" else OLD] * 2
        if outcome == "ABORTED":
            assert self.running == self.before
        assert [entry.end.outcome for entry in self.history if entry.end] == [outcome]
        with opened(self.desk.journal) as journal:
            assert list(recover(inventory=self.desk.inventory, journal=journal)) == []
            assert journal.unfinished() == ()

    @property
    def history(self) -> list[Entry]:
        """What the journal has, whole."""
        with opened(self.desk.journal) as journal:
            return [journal.entry(entry.id) for entry in journal.entries()]


@contextmanager
def opened(place: str) -> Iterator[SqlJournal]:
    """A journal, closed at the end."""
    journal = open_journal(place)
    assert isinstance(journal, SqlJournal)
    try:
        yield journal
    finally:
        journal.close()


def _is_free(device: Device) -> bool:
    return not device.locks and not device.pending and device.candidate == device.running


@contextmanager
def site(folder: Path, *, journal: str = "", timeout: float = 20, **options: Any) -> Iterator[Site]:
    """A site around a lab with these options; ``timeout`` is what the inventory gives a router for an answer."""
    with Lab(**options) as lab:
        for device in lab:
            device.load(BARE)
        desk = Desk(
            written_intent(folder),
            lab.write_inventory(folder / "inventory.yaml", timeout=timeout),
            journal or str(folder / "journal.sqlite"),
        )
        yield Site(lab, desk, [lab[role].running for role in ROLES])


def written_intent(folder: Path, label: int = 2001) -> Path:
    """An intent for vpna, as a file."""
    vpn = {"name": "vpna", "static_label": label, "route_distinguisher": "200:1"}
    values = {"pair": "metro-7", "master": "masg-1", "backup": "masg-2", "vpn_instances": [vpn]}
    file = folder / "intent.yaml"
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    return file
