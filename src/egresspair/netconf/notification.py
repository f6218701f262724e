"""Notifications as values, and the bounded backlog in which they wait (RFC 5277, section 4)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lxml import etree

NOTIFICATION: Final = "urn:ietf:params:xml:ns:netconf:notification:1.0"
ROOT: Final = f"{{{NOTIFICATION}}}notification"

MAX_COUNT: Final = 1000
MAX_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Notification:
    """One ``<notification>``.

    Attributes:
        raw: the message as it came.
        event_time: ``eventTime`` as the server wrote it (RFC 3339); empty if it wrote none.
        event: the element of the event; None if the message cannot be read or holds no event. Not to be changed.
    """

    raw: bytes = field(repr=False)
    event_time: str = ""
    event: etree._Element | None = field(default=None, repr=False, compare=False)

    @classmethod
    def read(cls, raw: bytes) -> Notification:
        """As much as can be read; never raises: that something was announced counts even if it is not understood."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        try:
            root = etree.fromstring(raw, parser)
        except (etree.XMLSyntaxError, ValueError):
            return cls(raw)
        time_tag = f"{{{NOTIFICATION}}}eventTime"
        event = next((child for child in root.iterchildren(etree.Element) if child.tag != time_tag), None)
        return cls(raw, (root.findtext(time_tag) or "").strip(), event)

    @property
    def name(self) -> str:
        """``{namespace}name`` of the event; empty if there is none."""
        return "" if self.event is None else str(self.event.tag)

    @property
    def happened_at(self) -> datetime | None:
        """`event_time` by the server's clock; None if it is not a time with an offset."""
        try:
            moment = datetime.fromisoformat(self.event_time)
        except ValueError:
            return None
        return moment if moment.tzinfo else None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in since the last time.

    Attributes:
        notifications: in the order of arrival.
        dropped: how many more came before these and had no room.
    """

    notifications: tuple[Notification, ...] = ()
    dropped: int = 0

    def __bool__(self) -> bool:
        return bool(self.notifications or self.dropped)


class Backlog:
    """Messages that nobody has taken yet. The oldest go first when there is no room; how many is not forgotten.

    Args:
        max_count, max_bytes: the room; the newest message is kept whatever its size.
    """

    def __init__(self, *, max_count: int = MAX_COUNT, max_bytes: int = MAX_BYTES) -> None:
        self._max_count = max_count
        self._max_bytes = max_bytes
        self._messages: deque[bytes] = deque()
        self._size = 0
        self._dropped = 0

    def __bool__(self) -> bool:
        return bool(self._messages)

    def put(self, raw: bytes) -> None:
        """Add a message."""
        self._messages.append(raw)
        self._size += len(raw)
        while len(self._messages) > 1 and self._full:
            self._size -= len(self._messages.popleft())
            self._dropped += 1

    @property
    def _full(self) -> bool:
        return len(self._messages) > self._max_count or self._size > self._max_bytes

    def take(self) -> Heard:
        """Everything, and begin anew."""
        heard = Heard(tuple(map(Notification.read, self._messages)), self._dropped)
        self._messages.clear()
        self._size = self._dropped = 0
        return heard
