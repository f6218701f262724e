"""commit and cancel-commit (RFC 6241, sections 8.3.4.1, 8.4.4 and 8.4.5)."""

from __future__ import annotations

from dataclasses import dataclass

from .answer import Answer
from .errors import failed
from .names import VENDOR_EXTENSION, clark
from .parameters import Parameters, Request
from .router import Router
from .sessions import Session
from .tree import Node
from .writing import changed

_LARGEST_TIMEOUT = 4294967295
_MOST_DIGITS = len(str(_LARGEST_TIMEOUT))


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """The parameters of a commit.

    Attributes:
        timeout: confirm-timeout in seconds, 600 if not given.
    """

    confirmed: bool = False
    timeout: int = 600
    persist: str | None = None
    persist_id: str | None = None


def commit(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, sections 8.3.4.1 and 8.4.5.1."""
    wanted = _read(router, request)
    router.refuse_locked(session, "running", "candidate")
    _refuse_wrong_confirmation(router, session, wanted)
    if router.has("validate-breaks-commit") and session.validated:
        router.candidate(session).clear()
    session.validated = False
    before = router.running
    after = _to_commit(router, session)
    router.set_running(router.configs.check_change(router.running, after).config)
    router.candidate(session).clear()
    _conclude(router, session, wanted, before)
    return changed(router)


def _read(router: Router, request: Request) -> CommitRequest:
    names = ["confirmed", "confirm-timeout", "persist", "persist-id"]
    if router.has("no-confirmed-commit"):
        names = []
    elif router.has("no-persist"):
        names = names[:2]
    given = request.parameters(*names, clark(VENDOR_EXTENSION, "description"))
    confirmed = given.get("confirmed") is not None
    for name in ("confirm-timeout", "persist"):
        if given.get(name) is not None and not confirmed:
            raise failed("bad-element", f"{name} without confirmed", info=(("bad-element", name),))
    return CommitRequest(confirmed, _timeout(given), given.text("persist"), given.text("persist-id"))


def _timeout(given: Parameters) -> int:
    text = given.text("confirm-timeout")
    if text is None:
        return 600
    plain = text.isdecimal() and len(text) <= _MOST_DIGITS
    if not plain or not 1 <= int(text) <= _LARGEST_TIMEOUT:
        raise failed(
            "invalid-value", f"confirm-timeout {text[:40]!r}", info=(("bad-element", "confirm-timeout"),)
        )
    return int(text)


def _refuse_wrong_confirmation(router: Router, session: Session, wanted: CommitRequest) -> None:
    """While a confirmed commit is pending, only its own follow-ups are taken (RFC 6241, section 8.4.1)."""
    pending = router.pending
    if wanted.persist_id is not None:
        if pending is None or pending.persist != wanted.persist_id:
            _refuse_token(wanted.persist_id)
    elif pending and (pending.persist is not None or pending.session_id != session.id):
        raise failed("in-use", "a confirmed commit is pending", layer="application")


def _refuse_token(token: str) -> None:
    raise failed("invalid-value", f"no confirmed commit has this persist-id ({len(token)} characters)",
                 info=(("bad-element", "persist-id"),))  # fmt: skip


def _to_commit(router: Router, session: Session) -> Node:
    """The candidate; a private one whose base is no longer running has its edits done again on running."""
    candidate = router.candidate(session)
    if candidate.config is None:
        return router.running
    if not router.has("private-candidate") or candidate.base is router.running:
        return candidate.config
    config = router.running
    for change in candidate.edits:
        config = change(config)
    return config


def _conclude(router: Router, session: Session, wanted: CommitRequest, before: Node) -> None:
    """Arm or disarm the timer. A follow-up keeps the first one's pre-image and token."""
    pending = router.pending
    if not wanted.confirmed:
        router.complete()
    elif pending:
        router.arm(session, pending.before, wanted.timeout, wanted.persist or pending.persist)
    else:
        router.arm(session, before, wanted.timeout, wanted.persist)


def cancel_commit(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 8.4.4.1."""
    token = request.parameters("persist-id").text("persist-id")
    pending = router.pending
    if pending is None:
        raise failed("operation-failed", "no confirmed commit is pending")
    if token is not None and token != pending.persist:
        _refuse_token(token)
    if token is None and (pending.persist is not None or pending.session_id != session.id):
        raise failed("operation-failed", "this confirmed commit can only be cancelled with its persist-id")
    router.roll_back("cancel")
    return changed(router)
