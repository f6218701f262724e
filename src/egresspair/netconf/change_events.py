"""What notifications say of changes of running: RFC 6470, and VRP8's own.

Shapes: module ietf-netconf-notifications (RFC 6470, section 2.2), notifications ``netconf-config-change`` and
``netconf-confirmed-commit``; module huawei-cfg-notification, notification ``running-config-change``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from lxml import etree

from .notification import NOTIFICATION, Notification

IETF: Final = "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"
HUAWEI: Final = "urn:huawei:yang:huawei-cfg-notification"
STREAMS: Final = "urn:ietf:params:xml:ns:netmod:notification"


@dataclass(frozen=True, slots=True)
class ChangedBy:
    """Who changed something, as far as the server tells; what it does not tell is empty.

    Attributes:
        server: the server itself did.
        username, session_id, source_host: of a management session; session 0 is one that is not NETCONF.
        terminal: the kind of access, e.g. ``cli`` or ``netconf`` (VRP8).
    """

    server: bool = False
    username: str = ""
    session_id: str = ""
    source_host: str = ""
    terminal: str = ""

    def __str__(self) -> str:
        """``user netconf, session 7, from 192.0.2.9``; empty if nothing is known."""
        parts = (
            "the router itself" if self.server else "",
            f"user {self.username}" if self.username else "",
            f"session {self.session_id}" if self.session_id else "",
            f"from {self.source_host}" if self.source_host else "",
            f"over {self.terminal}" if self.terminal else "",
        )
        return ", ".join(filter(None, parts))


class ConfirmEvent(StrEnum):
    """What became of a confirmed commit."""

    START = "start"
    CANCEL = "cancel"
    TIMEOUT = "timeout"
    EXTEND = "extend"
    COMPLETE = "complete"


_ROLLBACKS: Final = frozenset({ConfirmEvent.CANCEL, ConfirmEvent.TIMEOUT})


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of ``/netconf-config-change/edit``.

    Attributes:
        target: an instance-identifier with the server's prefixes; it may be an ancestor of what was changed.
        operation: of edit-config.
    """

    target: str
    operation: str


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """Something that changed running, or may have.

    Attributes:
        name: the notification's name; ``unreadable`` and ``missed`` stand for what could not be read or kept.
        by: who did it.
        edits: what was changed; many servers do not tell.
        confirm: what became of a confirmed commit, for ``netconf-confirmed-commit``.
        happened_at: by the server's clock; None if it does not tell.
    """

    name: str
    by: ChangedBy = ChangedBy()
    edits: tuple[Edit, ...] = ()
    confirm: ConfirmEvent | None = None
    happened_at: datetime | None = None

    @property
    def is_rollback(self) -> bool:
        """The router took a change back; some servers say so by this event alone, and a little early."""
        return self.confirm in _ROLLBACKS


def missed() -> ChangeEvent:
    """Stands for notifications that had no room: any of them may have been a change."""
    return ChangeEvent("missed")


def ends_subscription(notification: Notification) -> bool:
    """RFC 5277, section 4: after ``notificationComplete`` the server sends nothing more."""
    return notification.name in {
        f"{{{NOTIFICATION}}}notificationComplete",
        f"{{{STREAMS}}}notificationComplete",
    }


def change_event(notification: Notification) -> ChangeEvent | None:
    """What a notification says of running; None if it is about something else."""
    if notification.event is None:
        return ChangeEvent("unreadable", happened_at=notification.happened_at)
    read = _READERS.get(notification.name)
    return None if read is None else read(notification.event, notification.happened_at)


def _config_change(event: etree._Element, at: datetime | None) -> ChangeEvent | None:
    if (_text(event, IETF, "datastore") or "running") != "running":
        return None
    by = event.find(f"{{{IETF}}}changed-by")
    edits = tuple(
        Edit(_text(entry, IETF, "target"), _text(entry, IETF, "operation"))
        for entry in event.iterfind(f"{{{IETF}}}edit")
    )
    who = ChangedBy() if by is None else _changed_by(by)
    return ChangeEvent("netconf-config-change", who, edits, happened_at=at)


def _confirmed_commit(event: etree._Element, at: datetime | None) -> ChangeEvent | None:
    """A timeout has no session: it is the server that acts."""
    word = _text(event, IETF, "confirm-event")
    confirm = ConfirmEvent(word) if word in set(ConfirmEvent) else None
    who = ChangedBy(server=True) if confirm is ConfirmEvent.TIMEOUT else _changed_by(event)
    return ChangeEvent("netconf-confirmed-commit", who, confirm=confirm, happened_at=at)


def _running_changed(event: etree._Element, at: datetime | None) -> ChangeEvent | None:
    terminal = _text(event, HUAWEI, "flow-id-terminal")
    return ChangeEvent("running-config-change", ChangedBy(terminal=terminal), happened_at=at)


_READERS: Final[Mapping[str, Callable[[etree._Element, datetime | None], ChangeEvent | None]]] = (
    MappingProxyType(
        {
            f"{{{IETF}}}netconf-config-change": _config_change,
            f"{{{IETF}}}netconf-confirmed-commit": _confirmed_commit,
            f"{{{HUAWEI}}}running-config-change": _running_changed,
        }
    )
)


def _changed_by(element: etree._Element) -> ChangedBy:
    return ChangedBy(
        server=element.find(f"{{{IETF}}}server") is not None,
        username=_text(element, IETF, "username"),
        session_id=_text(element, IETF, "session-id"),
        source_host=_text(element, IETF, "source-host"),
    )


def _text(element: etree._Element, namespace: str, name: str) -> str:
    return (element.findtext(f"{{{namespace}}}{name}") or "").strip()
