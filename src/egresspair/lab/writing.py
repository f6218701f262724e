"""edit-config, copy-config, delete-config, validate, discard-changes (RFC 6241, sections 7 and 8)."""

from __future__ import annotations

from typing import cast

from lxml import etree

from .answer import OK, Answer
from .errors import RpcError, RpcFailed, failed
from .names import VENDOR_EXTENSION, clark
from .parameters import Parameters, Request
from .payload import Operation
from .router import Datastore, Router
from .sessions import Session
from .tree import EMPTY, Node, same

_TEST_OPTIONS = ("test-then-set", "set", "test-only")
_ERROR_OPTIONS = ("stop-on-error", "continue-on-error", "rollback-on-error")


def changed(router: Router) -> Answer:
    """``<ok/>`` with VRP's counter of configuration changes."""
    return Answer(attributes={clark(VENDOR_EXTENSION, "flow-id"): str(router.flow_id)})


def edit_config(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.2."""
    optional = () if router.has("no-validate") else ("test-option",)
    given = request.parameters("target", "default-operation", "error-option", "config", *optional)
    target = _writable(router, given)
    default = cast("Operation", given.choice("default-operation", ("merge", "replace", "none"), "merge"))
    test = given.choice("test-option", _TEST_OPTIONS, "set" if router.has("no-validate") else "test-then-set")
    on_error = given.choice("error-option", _ERROR_OPTIONS, "stop-on-error")
    router.refuse_locked(session, target)
    config = given.required("config")
    before = _content(router, session, target)
    after, errors = router.configs.try_edit(
        before, config, default, keep_going=on_error == "continue-on-error"
    )
    errors += _invalid(router, target, test, before, after)
    if test == "test-only" or (errors and (test == "test-then-set" or on_error == "rollback-on-error")):
        return _answer(router, errors)
    if target == "running":
        router.set_running(after)
    elif errors:
        router.change_candidate(session, lambda _: after)
    else:
        router.change_candidate(session, lambda base: router.configs.edited(base, config, default))
    return _answer(router, errors)


def _answer(router: Router, errors: tuple[RpcError, ...]) -> Answer:
    if errors:
        raise RpcFailed(errors)
    return changed(router)


def _writable(router: Router, given: Parameters) -> Datastore:
    target = given.store("target", router)
    if target == "startup" or (target == "running" and not router.has("writable-running")):
        raise failed("invalid-value", f"{target} cannot be edited", info=(("bad-element", target),))
    return target


def _invalid(router: Router, target: str, test: str, before: Node, after: Node) -> tuple[RpcError, ...]:
    """What a validation test of the result finds; running is always tested."""
    if (test == "set" and target != "running") or same(before, after):
        return ()
    try:
        router.configs.check_change(router.running, after)
    except RpcFailed as failure:
        return failure.errors
    return ()


def _content(router: Router, session: Session, store: Datastore) -> Node:
    if store == "candidate":
        return router.candidate_config(session)
    return router.running if store == "running" else router.startup


def copy_config(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.3."""
    given = request.parameters("target", "source")
    target = given.store("target", router)
    source = given.store_or_config("source", router)
    if source == target:
        raise failed("invalid-value", "source and target are the same", info=(("bad-element", "source"),))
    if target == "running" and not router.has("writable-running"):
        raise failed("operation-not-supported", "running is changed by a commit only")
    router.refuse_locked(session, target)
    config = _whole(router, session, source)
    _replace(router, session, target, config)
    return changed(router)


def _whole(router: Router, session: Session, source: Datastore | etree._Element) -> Node:
    if isinstance(source, str):
        return _content(router, session, source)
    return router.configs.edited(EMPTY, source, "replace")


def _replace(router: Router, session: Session, target: Datastore, config: Node) -> None:
    if target == "candidate":
        router.change_candidate(session, lambda _: config)
    elif target == "running":
        router.configs.check_change(router.running, config)
        router.set_running(config)
    else:
        router.configs.check(config)
        router.startup = config


def delete_config(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 7.4. Startup then holds what the router generates."""
    target = request.parameters("target").store("target", router)
    if target != "startup":
        raise failed("invalid-value", f"{target} cannot be deleted", info=(("bad-element", target),))
    router.refuse_locked(session, "startup")
    router.startup = router.configs.edited(EMPTY, etree.Element("config"), "replace")
    return OK


def validate(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 8.6.4.1."""
    source = request.parameters("source").store_or_config("source", router)
    config = _whole(router, session, source)
    if source == "candidate":
        router.configs.check_change(router.running, config)
        session.validated = True
    else:
        router.configs.check(config)
    return OK


def discard_changes(router: Router, session: Session, request: Request) -> Answer:
    """RFC 6241, section 8.3.4.2."""
    request.parameters()
    router.refuse_locked(session, "candidate")
    router.candidate(session).clear()
    return OK
