"""Notifications of what happens to running: subscriptions (RFC 5277), and the events of RFC 6470."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lxml import etree

from .errors import Path, failed, path_text
from .filter import select
from .names import EVENTS, NOTIFICATION, STREAMS, clark
from .schema import Schema, SchemaNode
from .sessions import Session, now
from .tree import DATA, Node, append_xml, inner, leaf, same

STREAM: Final = "NETCONF"
"""The one stream; it keeps nothing, so nothing can be replayed."""
_HOST: Final = "127.0.0.1"
"""Where every client of the lab comes from."""


@dataclass(frozen=True, slots=True)
class _Subscription:
    """Who is told of events, and of which: all where there is no filter (a ``<filter>`` of subtrees)."""

    tell: Callable[[bytes], None]
    subtree: etree._Element | None


class Announcer:
    """Tells the sessions that have subscribed.

    Attributes:
        actor: whose operation is being carried out; None while the router acts by itself.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._subscriptions: dict[int, _Subscription] = {}
        self.actor: Session | None = None

    @contextmanager
    def acting(self, session: Session) -> Iterator[None]:
        """What happens meanwhile is done by this session."""
        self.actor, before = session, self.actor
        try:
            yield
        finally:
            self.actor = before

    def subscribe(self, session: Session, subtree: etree._Element | None) -> None:
        """Tell a session of everything from now on.

        Raises:
            RpcFailed: it has subscribed already (RFC 5277, section 2.1.1).
        """
        if session.notify is None or session.id in self._subscriptions:
            raise failed("operation-failed", "this session has a subscription already")
        self._subscriptions[session.id] = _Subscription(session.notify, subtree)

    def forget(self, session: Session) -> None:
        """The session is over."""
        self._subscriptions.pop(session.id, None)

    def changed(self, before: Node, after: Node) -> None:
        """``netconf-config-change``: running is another one."""
        by = (leaf(_event("server"), ""),) if self.actor is None else _who(self.actor)
        edits = list(_edits(self._schema, before, after, self._schema.root, ()))
        prefixes = {step.prefix: step.namespace for path, _ in edits for step in path}
        self._tell(
            inner(
                _event("netconf-config-change"),
                inner(_event("changed-by"), *by),
                leaf(_event("datastore"), "running"),
                *(
                    inner(
                        _event("edit"),
                        leaf(_event("target"), path_text(path)),
                        leaf(_event("operation"), operation),
                    )
                    for path, operation in edits
                ),
            ),
            prefixes,
        )

    def confirmed(self, event: str, timeout: int | None = None) -> None:
        """``netconf-confirmed-commit``: start, cancel, timeout, extend or complete; `timeout` in seconds."""
        who = () if self.actor is None else _who(self.actor)
        left = () if timeout is None else (leaf(_event("timeout"), str(timeout)),)
        name = leaf(_event("confirm-event"), event)
        self._tell(inner(_event("netconf-confirmed-commit"), *who, name, *left))

    def _tell(self, event: Node, prefixes: Mapping[str, str] = MappingProxyType({})) -> None:
        """Send an event to whoever wants it; the prefixes are those of the instance-identifiers in it."""
        for subscription in list(self._subscriptions.values()):
            found: tuple[Node, ...] = (event,)
            if subscription.subtree is not None:
                found = select(Node(DATA, children=(event,)), subscription.subtree, self._schema)
            if found:
                subscription.tell(_message(found[0], prefixes))


def _event(name: str) -> str:
    return clark(EVENTS, name)


def _who(session: Session) -> tuple[Node, ...]:
    """``common-session-parms``: a session that is not NETCONF has the id 0."""
    return (
        leaf(_event("username"), session.username),
        leaf(_event("session-id"), str(session.id if session.notify else 0)),
        leaf(_event("source-host"), _HOST),
    )


def _message(event: Node, prefixes: Mapping[str, str]) -> bytes:
    nsmap: dict[str | None, str] = dict(prefixes.items())
    nsmap[None] = NOTIFICATION
    root = etree.Element(clark(NOTIFICATION, "notification"), nsmap=nsmap)
    etree.SubElement(root, clark(NOTIFICATION, "eventTime")).text = now()
    append_xml(root, (event,))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _edits(
    schema: Schema, before: Node, after: Node, place: SchemaNode, path: Path
) -> Iterator[tuple[Path, str]]:
    """What differs, as instance-identifiers with the operation that leads there: as deep as both have a node."""
    old = {_key(schema, place, child): child for child in before.children}
    new = {_key(schema, place, child): child for child in after.children}
    for key, child in {**old, **new}.items():
        below = schema.child(place, child.tag)
        here = (*path, schema.step(below, schema.keys(below, child)))
        if key not in old:
            yield here, "create"
        elif key not in new:
            yield here, "delete"
        elif schema.is_leaf(below) and not same(old[key], new[key]):
            yield here, "replace"
        elif not same(old[key], new[key]):
            yield from _edits(schema, old[key], new[key], below, here)


def _key(schema: Schema, place: SchemaNode, child: Node) -> tuple[str, ...]:
    """What tells a child from its siblings."""
    below = schema.child(place, child.tag)
    values = (child.text,) if schema.is_leaf_list(below) else tuple(v for _, v in schema.keys(below, child))
    return (child.tag, *values)


def streams_state() -> Node:
    """``/netconf/streams`` (RFC 5277, section 3.2.5.1)."""
    values = (
        ("name", STREAM),
        ("description", "what happens to running (RFC 6470)"),
        ("replaySupport", "false"),
    )
    stream = inner(clark(STREAMS, "stream"), *(leaf(clark(STREAMS, name), value) for name, value in values))
    return inner(clark(STREAMS, "netconf"), inner(clark(STREAMS, "streams"), stream))
