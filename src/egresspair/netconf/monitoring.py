"""What a server tells about sessions and locks (RFC 6022), for saying who is in the way."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from . import rpc

MONITORING = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
_NS = f"{{{MONITORING}}}"


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who holds a lock, as far as the server tells; what it does not tell is empty.

    Attributes:
        since: when the lock was taken, as the server writes it (RFC 3339).
    """

    session_id: str
    username: str = ""
    source_host: str = ""
    since: str = ""

    def __str__(self) -> str:
        """``session 7 (user netconf from 192.0.2.9, since 2026-11-22T12:00:00Z)``."""
        user = f"user {self.username}" if self.username else ""
        host = f"from {self.source_host}" if self.source_host else ""
        whom = " ".join(filter(None, (user, host)))
        since = f"since {self.since}" if self.since else ""
        details = ", ".join(filter(None, (whom, since)))
        return f"session {self.session_id}" + (f" ({details})" if details else "")


def lock_state() -> rpc.Rpc:
    """The get that shows all locks and who is logged in: /netconf-state/datastores and /netconf-state/sessions."""
    state = etree.Element(f"{_NS}netconf-state", nsmap={None: MONITORING})
    etree.SubElement(state, f"{_NS}datastores")
    etree.SubElement(state, f"{_NS}sessions")
    return rpc.get(subtree=etree.tostring(state))


def lock_holder(data: etree._Element | None, datastore: str) -> LockHolder | None:
    """Who holds the global lock of a datastore, out of the reply to `lock_state`; None if nobody is shown."""
    if data is None:
        return None
    for entry in data.iterfind(f"{_NS}netconf-state/{_NS}datastores/{_NS}datastore"):
        session_id = _text(entry, "locks/global-lock/locked-by-session")
        if _text(entry, "name") == datastore and session_id:
            since = _text(entry, "locks/global-lock/locked-time")
            return _with_session(data, session_id, since)
    return None


def _with_session(data: etree._Element, session_id: str, since: str) -> LockHolder:
    for session in data.iterfind(f"{_NS}netconf-state/{_NS}sessions/{_NS}session"):
        if _text(session, "session-id") == session_id:
            return LockHolder(session_id, _text(session, "username"), _text(session, "source-host"), since)
    return LockHolder(session_id, since=since)


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext("/".join(f"{_NS}{step}" for step in path.split("/"))) or "").strip()
