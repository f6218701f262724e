"""The operations that a router knows, by name and namespace; those of locks and sessions are here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from . import committing, reading, writing
from .answer import OK, Answer
from .errors import failed
from .names import BASE, MONITORING, NOTIFICATION, clark
from .notifying import STREAM
from .parameters import Request
from .reading import subtree_filter
from .router import Router
from .sessions import Session

Operation = Callable[[Router, Session, Request], Answer]


def lock(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.5."""
    router.lock(session, request.parameters("target").store("target", router))
    return OK


def unlock(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.6."""
    router.unlock(session, request.parameters("target").store("target", router))
    return OK


def close_session(_router: Router, _session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.8. The session ends behind the reply."""
    request.parameters()
    return Answer(ends_session=True)


def kill_session(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.9."""
    text = request.parameters("session-id")
    text.required("session-id")
    wanted = text.text("session-id") or ""
    victim = next((session for number, session in router.sessions.items() if str(number) == wanted), None)
    if victim is None or victim is session:
        raise failed(
            "invalid-value",
            f"there is no other session {wanted[:40]!r}",
            info=(("bad-element", "session-id"),),
        )
    victim.end()
    router.close_session(victim)
    return OK


def create_subscription(router: Router, session: Session, request: Request) -> Answer:
    """RFC 5277, section 2.1.1. Nothing is kept, so nothing can be replayed."""
    given = request.parameters("stream", "filter", "startTime", "stopTime")
    given.choice("stream", (STREAM,), STREAM)
    for name in ("startTime", "stopTime"):
        if given.get(name) is not None:
            raise failed("operation-failed", f"{name}: the stream cannot be replayed")
    router.announcer.subscribe(session, subtree_filter(given))
    return OK


@dataclass(frozen=True, slots=True)
class Known:
    """An operation, the switches that take it away, and those without which it is not there."""

    perform: Operation
    absent_with: frozenset[str] = frozenset()
    only_with: frozenset[str] = frozenset()


_CONFIRMED = frozenset({"no-candidate", "no-confirmed-commit", "no-persist"})

OPERATIONS: Final[Mapping[str, Known]] = {
    clark(BASE, "get"): Known(reading.get),
    clark(BASE, "get-config"): Known(reading.get_config),
    clark(BASE, "edit-config"): Known(writing.edit_config),
    clark(BASE, "copy-config"): Known(writing.copy_config),
    clark(BASE, "delete-config"): Known(writing.delete_config),
    clark(BASE, "validate"): Known(writing.validate, frozenset({"no-validate"})),
    clark(BASE, "discard-changes"): Known(writing.discard_changes, frozenset({"no-candidate"})),
    clark(BASE, "commit"): Known(committing.commit, frozenset({"no-candidate"})),
    clark(BASE, "cancel-commit"): Known(committing.cancel_commit, _CONFIRMED),
    clark(BASE, "lock"): Known(lock),
    clark(BASE, "unlock"): Known(unlock),
    clark(BASE, "close-session"): Known(close_session),
    clark(BASE, "kill-session"): Known(kill_session),
    clark(NOTIFICATION, "create-subscription"): Known(
        create_subscription, only_with=frozenset({"notifications"})
    ),
    clark(MONITORING, "get-schema"): Known(reading.get_schema, frozenset({"no-get-schema"})),
}
"""Every operation that the lab knows."""


def perform(router: Router, session: Session, operation: etree._Element) -> Answer:
    """Carry out one operation.

    Raises:
        RpcFailed: it was refused.
    """
    known = OPERATIONS.get(str(operation.tag))
    if known is None or known.absent_with & router.switches or known.only_with - router.switches:
        name = etree.QName(operation).localname
        raise failed(
            "operation-not-supported", f"there is no operation {name}", info=(("bad-element", name),)
        )
    with router.announcer.acting(session):
        return known.perform(router, session, Request(operation))
