"""What a watch sees and what it tells, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from ..configuration import Change, LabelOwner, RouterConfig, digest_of
from ..intent import Intent, Role
from ..netconf.change_events import ChangedBy, ChangeEvent


@dataclass(frozen=True)
class RouterState:
    """What one router holds, as far as the intent is concerned.

    Attributes:
        config: the VPN instances of the intent.
        owners: every static label of every VPN instance.
    """

    role: Role
    device: str
    config: RouterConfig
    owners: tuple[LabelOwner, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over what the router holds."""
        owners = sorted((owner.vpn, owner.family, owner.label) for owner in self.owners)
        return digest_of([self.config.digest, owners])


@dataclass(frozen=True, slots=True)
class PairState:
    """What both routers hold."""

    master: RouterState
    backup: RouterState

    def __iter__(self) -> Iterator[RouterState]:
        return iter((self.master, self.backup))

    def __getitem__(self, role: Role) -> RouterState:
        return self.master if role is Role.MASTER else self.backup


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason why the pair is not whole.

    Attributes:
        vpn: the VPN instance.
        check: one word for programs, e.g. ``label``.
        what: what is wrong and what follows from it.
    """

    vpn: str
    check: str
    what: str

    def __str__(self) -> str:
        return f"{self.vpn}: {self.what}"


Judge = Callable[[Intent, PairState], tuple[Finding, ...]]
"""Says why a pair is not whole; nothing if it is. It is called on the thread that iterates over the watch."""


class Source(StrEnum):
    """How a change was learned."""

    NOTIFICATION = "notification"
    POLLING = "polling"
    RECONNECTION = "reconnection"


@dataclass(frozen=True, slots=True)
class Standing:
    """The first value of a watch: how the pair stands now.

    Attributes:
        at: when both had been read.
        state: what both routers hold.
        sources: how changes will be learned, by device.
        findings: why the pair is not whole; none if it is.
        notes: what the operator should know, e.g. why a router is polled.
    """

    at: datetime
    state: PairState
    sources: Mapping[str, Source]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    kind: ClassVar[Literal["standing"]] = "standing"


@dataclass(frozen=True, slots=True)
class Drift:
    """What the intent protects was changed on one router, or the judgement of the pair is another one.

    Attributes:
        at: when it was seen, by our clock.
        device, role: the router.
        changes: what is different from the last time it was read; other VPN instances only with their labels.
        before, after: digests of what the router held and holds.
        events: what the router announced since then, oldest first; none if it was not announced.
        source: how it was learned.
        state: what both routers hold; the other one as it was last read.
        findings: why the pair is not whole now; none if it is.
        was_whole: it was whole before.
        unseen: devices that could not be read at that moment.
    """

    at: datetime
    device: str
    role: Role
    changes: tuple[Change, ...]
    before: str
    after: str
    events: tuple[ChangeEvent, ...]
    source: Source
    state: PairState
    findings: tuple[Finding, ...]
    was_whole: bool
    unseen: tuple[str, ...] = ()

    kind: ClassVar[Literal["drift"]] = "drift"

    @property
    def who(self) -> tuple[ChangedBy, ...]:
        """Everybody who is said to have changed running meanwhile, each once; usually one."""
        return tuple(dict.fromkeys(event.by for event in self.events if str(event.by)))

    @property
    def rollback(self) -> bool:
        """A router took a confirmed commit back meanwhile."""
        return any(event.is_rollback for event in self.events)

    @property
    def happened_at(self) -> datetime | None:
        """When, by the clock of the router; None if it does not tell."""
        return next((event.happened_at for event in reversed(self.events) if event.happened_at), None)


@dataclass(frozen=True, slots=True)
class Lost:
    """A router cannot be watched at present; it is tried again and again.

    Attributes:
        reason: why, in plain words.
    """

    at: datetime
    device: str
    role: Role
    reason: str

    kind: ClassVar[Literal["lost"]] = "lost"


@dataclass(frozen=True, slots=True)
class Back:
    """A router is watched again, and was read. What was changed meanwhile follows as a `Drift`.

    Attributes:
        source: how changes will be learned from now on.
        changed: what it holds is not what it held before.
        findings: why the pair is not whole now; none if it is.
        unseen: devices that still cannot be read.
    """

    at: datetime
    device: str
    role: Role
    source: Source
    changed: bool
    findings: tuple[Finding, ...]
    unseen: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    kind: ClassVar[Literal["back"]] = "back"


Watched = Standing | Drift | Lost | Back
