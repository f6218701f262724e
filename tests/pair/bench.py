"""A running lab, and the library pointed at it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import yaml
from ncclient import manager

import egresspair as ep
from egresspair import planning, schemas
from egresspair.errors import TransactionError
from egresspair.events import Event, FlightSent, StateEntered
from egresspair.inventory import parse_inventory
from egresspair.journal import MemoryJournal
from egresspair.lab import Device, Lab
from egresspair.netconf.quirks import ShortMemory
from egresspair.schema import RouterSchema

from .documents import ALL, BARE

POLICY = ep.Policy(lock_attempts=2, lock_wait=0.02, label_wait=0.3, settle_timeout=0.8, retry_wait=0.05)
"""Short waits: the servers are on the loopback."""


@dataclass
class Bench:
    """A lab, and how the library reaches it.

    Attributes:
        timeout: seconds that the inventory gives a router for an answer.
        events: everything that the library told of.
        before: what each router ran when the bench was set up.
    """

    lab: Lab
    policy: ep.Policy = POLICY
    timeout: float = 10
    memory: ShortMemory = field(default_factory=ShortMemory)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    events: list[Event] = field(default_factory=list)
    before: dict[str, bytes] = field(default_factory=dict)

    @property
    def inventory(self) -> ep.Inventory:
        """Of the lab, with pinned host keys and password by file."""
        return parse_inventory(yaml.safe_dump(self.lab.inventory(timeout=self.timeout)))

    def open(self, intent: ep.Intent, **options: Any) -> ep.Pair:
        """The pair with open sessions."""
        given = {"inventory": self.inventory, "policy": self.policy, "memory": self.memory}
        given["journal"] = self.journal
        return ep.open_pair(intent, **{**given, "observers": [self.events.append], **options})

    def apply(self, intent: ep.Intent, *, accept: Collection[str] = ALL, remove: bool = False) -> ep.Result:
        """Plan and apply with sessions of its own."""
        with self.open(intent) as pair:
            plan = pair.plan_removal(intent) if remove else pair.plan(intent)
            return pair.apply(plan, accept=accept)

    def load(self, **documents: bytes) -> None:
        """Preset routers, and remember what they run."""
        for role, document in documents.items():
            self.lab[role].load(document)
        self.before = {device.role: device.running for device in self.lab}

    @property
    def running(self) -> dict[str, bytes]:
        """What the routers run, as the lab knows."""
        return {device.role: device.running for device in self.lab}

    @property
    def flights(self) -> list[str]:
        """The flights sent, in order."""
        return [event.flight for event in self.events if isinstance(event, FlightSent)]

    @property
    def states(self) -> list[str]:
        """The states entered, in order."""
        return [event.state for event in self.events if isinstance(event, StateEntered)]

    def assert_released(self, *roles: str) -> None:
        """Nothing of ours is left on these routers, on all by default: no lock, timer or candidate edit."""
        for role in roles or ("master", "backup"):
            self.lab[role].wait_for(_is_free)

    def assert_untouched(self) -> None:
        """Every router runs what it ran before, and nothing of ours is left."""
        assert self.running == self.before
        self.assert_released()


def _is_free(device: Device) -> bool:
    return not device.locks and not device.pending and device.candidate == device.running


@contextmanager
def bench(
    routers: Mapping[str, bytes] | None = None,
    *,
    policy: ep.Policy = POLICY,
    timeout: float = 10,
    **options: Any,
) -> Iterator[Bench]:
    """A bench around a lab with these options. Routers run `BARE` unless a role is given another document."""
    with Lab(**options) as lab:
        made = Bench(lab, policy, timeout)
        made.load(**{"master": BARE, "backup": BARE, **(routers or {})})
        yield made


def outcome(pair: ep.Pair, plan: ep.Plan) -> tuple[ep.Result | None, Exception | None]:
    """Apply a plan: the result as far as there is one, and what was raised."""
    try:
        return pair.apply(plan, accept=ALL), None
    except TransactionError as error:
        return error.result, error
    except ep.EgressPairError as error:
        return None, error


def allow_labels(monkeypatch: pytest.MonkeyPatch, *ranges: tuple[int, int]) -> None:
    """Have both routers' schemas allow these static labels, instead of so many that none ever runs short."""

    def narrowed(*args: Any, **options: Any) -> tuple[RouterSchema, ...]:
        found = schemas.learn_schemas(*args, **options)
        return tuple(replace(each, facts=replace(each.facts, label_ranges=ranges)) for each in found)

    monkeypatch.setattr(planning, "learn_schemas", narrowed)


@contextmanager
def plain_ncclient(device: Device) -> Iterator[manager.Manager]:
    """A session by a client that we did not write."""
    with manager.connect(
        host=device.host,
        port=device.port,
        username=device.username,
        password=device.password,
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
    ) as session:
        yield session
