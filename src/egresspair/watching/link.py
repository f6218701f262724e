"""The sessions to one router while it is watched: one to listen and to read, or two, or one to read only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from lxml import etree

from ..dialects import Dialect, UnreadableReply, dialect_named
from ..errors import EgressPairError, ProtocolError, SessionLost
from ..intent import Role
from ..inventory import DeviceEntry
from ..netconf import rpc
from ..netconf.change_events import ChangeEvent, change_event, ends_subscription, missed
from ..netconf.connect import connect
from ..netconf.device import Device, NotifyingDevice
from ..netconf.notification import Heard
from ..netconf.reply import Answer, Outcome
from ..netconf.rpc import Rpc
from ..netconf.target import Target
from .model import RouterState, Source

_TRUST: Final = 10
"""How often in a row an unchanged change number saves the reading of the configuration."""


class Link(Protocol):
    """A router that can be listened to and read."""

    @property
    def source(self) -> Source:
        """How changes are learned."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What the operator should know of it."""
        ...

    @property
    def host_key(self) -> str:
        """Who answers: see `Peer`."""
        ...

    def hear(self) -> tuple[ChangeEvent, ...]:
        """What was announced of running since the last time. Does not wait.

        Raises:
            SessionLost: a session is over.
        """
        ...

    def read(self, *, alerted: bool) -> RouterState:
        """What the router holds.

        Args:
            alerted: there is a reason to believe that it was changed.

        Raises:
            SessionLost: a session is over, or the router does not answer.
            ProtocolError: it answers, but not sensibly.
        """
        ...

    def close(self) -> None:
        """Close the sessions. From any thread; safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """Which router is watched, and for what."""

    role: Role
    entry: DeviceEntry
    names: tuple[str, ...]

    @property
    def dialect(self) -> Dialect:
        """Of the router's platform."""
        return dialect_named(self.entry.platform)


def open_link(subject: Subject, target: Target, ring: Callable[[], None]) -> SessionLink:
    """Connect and subscribe.

    Args:
        subject: the router.
        target: how to reach it.
        ring: called when there is something to hear.

    Raises:
        DeviceUnreachable: it cannot be reached.
    """
    first = connect(target)
    link = SessionLink(subject, first, first)
    try:
        link.subscribe(lambda: connect(target))
        link.on_news(ring)
    except BaseException:
        link.close()
        raise
    return link


@dataclass
class SessionLink:
    """A `Link` over sessions of ours; see `open_link`."""

    subject: Subject
    listener: NotifyingDevice
    reader: NotifyingDevice
    source: Source = Source.POLLING
    notes: tuple[str, ...] = ()
    _number: str | None = field(default=None, init=False)
    _trusted: int = field(default=0, init=False)
    _state: RouterState | None = field(default=None, init=False)

    @property
    def host_key(self) -> str:
        return self.listener.peer.host_key

    def subscribe(self, connect_again: Callable[[], NotifyingDevice]) -> None:
        """Ask for notifications, before anything is read: what happens in between is then announced."""
        capabilities = self.listener.peer.capabilities
        if not capabilities.notification:
            return
        (answer,) = self._ask(self.listener, [rpc.create_subscription()])
        if not answer.ok:
            self.notes = (f"{self.listener.name} refuses a subscription ({answer})",)
            return
        self.source = Source.NOTIFICATION
        if not capabilities.interleave:
            self.reader = connect_again()

    def on_news(self, ring: Callable[[], None]) -> None:
        """Have ``ring`` called when there is something to hear."""
        for device in (self.listener, self.reader):
            device.on_news(ring)
        ring()  # for what came before

    def hear(self) -> tuple[ChangeEvent, ...]:
        heard = self.listener.hear(0)
        if self.reader is not self.listener:
            self.reader.hear(0)
        if any(map(ends_subscription, heard.notifications)):
            raise SessionLost("the router ended the subscription", where=self.listener.name)
        return _events(heard)

    def read(self, *, alerted: bool) -> RouterState:
        if self._state is not None and not alerted and self._same_number():
            return self._state
        number = self._number_rpcs()
        answers = self._ask(self.reader, [*number, *self._config_rpcs()])
        for answer in answers[len(number) :]:
            self._refuse(answer)
        # The number is read first: a change between the two reads shows in the next number.
        self._number = self._read_number(answers[0]) if number else None
        self._trusted = 0
        self._state = self._read_state(*(answer.reply.data for answer in answers[-2:] if answer.reply))
        return self._state

    def _same_number(self) -> bool:
        """The router says that nothing was changed, and was not believed too often in a row."""
        if self._number is None or self._trusted >= _TRUST:
            return False
        (answer,) = self._ask(self.reader, self._number_rpcs())
        self._trusted += 1
        return self._read_number(answer) == self._number

    def _number_rpcs(self) -> list[Rpc]:
        dialect = self.subject.dialect
        tells = dialect.tells_change_number(self.reader.peer.capabilities.modules)
        return [rpc.get(subtree=dialect.change_number_filter())] if tells else []

    def _config_rpcs(self) -> list[Rpc]:
        dialect = self.subject.dialect
        filters = (dialect.config_filter(self.subject.names), dialect.labels_filter())
        return [rpc.get_config("running", subtree=subtree) for subtree in filters]

    def _read_number(self, answer: Answer) -> str | None:
        return self.subject.dialect.read_change_number(answer.reply.data) if answer.reply else None

    def _read_state(self, config: etree._Element | None, labels: etree._Element | None) -> RouterState:
        dialect, names = self.subject.dialect, self.subject.names
        try:
            return RouterState(
                self.subject.role,
                self.reader.name,
                dialect.read_config(config, names),
                dialect.read_labels(labels),
            )
        except UnreadableReply as error:
            raise ProtocolError(str(error), where=self.reader.name) from error

    def _ask(self, device: Device, rpcs: Sequence[Rpc]) -> tuple[Answer, ...]:
        """The answers, whatever they are; none of them is missing."""
        answers = device.send(rpcs).wait(self.subject.entry.timeout)
        for answer in answers:
            if answer.outcome in (Outcome.UNKNOWN, Outcome.NOT_SENT):
                raise SessionLost(answer.reason, where=device.name)
        return answers

    def _refuse(self, answer: Answer) -> None:
        """An ok without data says nothing: it must not be taken for an empty configuration."""
        if not answer.ok or answer.reply is None or answer.reply.data is None:
            what = f"{answer} without data" if answer.ok else str(answer)
            raise ProtocolError(what, where=self.reader.name)

    def close(self) -> None:
        for device in {id(each): each for each in (self.listener, self.reader)}.values():
            with suppress(EgressPairError):
                device.close()


def _events(heard: Heard) -> tuple[ChangeEvent, ...]:
    found = tuple(event for each in heard.notifications if (event := change_event(each)) is not None)
    return (missed(), *found) if heard.dropped else found
