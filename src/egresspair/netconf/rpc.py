"""NETCONF operations as frozen values: the bytes between ``<rpc>`` and ``</rpc>`` (RFC 6241, section 7).

An operation is serialised once, when it is built. What a plan shows is therefore what a router receives, byte
for byte: the envelope is put around the bytes, they are never parsed and written again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from lxml import etree

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"

Datastore = Literal["running", "candidate", "startup"]
TestOption = Literal["test-then-set", "set", "test-only"]
ErrorOption = Literal["stop-on-error", "continue-on-error", "rollback-on-error"]
DefaultOperation = Literal["merge", "replace", "none"]


@dataclass(frozen=True, slots=True)
class Rpc:
    """One operation, ready to be sent.

    Attributes:
        name: the operation's name, e.g. ``edit-config``.
        body: the operation element, serialised in UTF-8 without an XML declaration.
    """

    name: str
    body: bytes = field(repr=False)

    def __str__(self) -> str:
        return self.name


def _element(name: str) -> etree._Element:
    return etree.Element(etree.QName(BASE, name), nsmap={None: BASE})


def _child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, etree.QName(BASE, name))
    child.text = text
    return child


def _datastore(parent: etree._Element, role: str, name: Datastore) -> None:
    _child(_child(parent, role), name)


def _rpc(element: etree._Element) -> Rpc:
    return Rpc(etree.QName(element).localname, etree.tostring(element))


@cache
def lock(target: Datastore) -> Rpc:
    """RFC 6241, section 7.5."""
    element = _element("lock")
    _datastore(element, "target", target)
    return _rpc(element)


@cache
def unlock(target: Datastore) -> Rpc:
    """RFC 6241, section 7.6."""
    element = _element("unlock")
    _datastore(element, "target", target)
    return _rpc(element)


def _filter(parent: etree._Element, *subtrees: bytes) -> None:
    element = _child(parent, "filter")
    element.set("type", "subtree")
    element.extend(map(etree.fromstring, subtrees))


def get_config(source: Datastore, *, subtree: bytes | None = None, more: Iterable[bytes] = ()) -> Rpc:
    """RFC 6241, section 7.1. ``subtree`` is an element inside the filter, ``more`` are others beside it."""
    element = _element("get-config")
    _datastore(element, "source", source)
    if subtree is not None:
        _filter(element, subtree, *more)
    return _rpc(element)


def get(*, subtree: bytes) -> Rpc:
    """RFC 6241, section 7.7. Always filtered: an unfiltered reply may hold a router's private keys."""
    element = _element("get")
    _filter(element, subtree)
    return _rpc(element)


def edit_config(
    config: etree._Element,
    *,
    target: Datastore = "candidate",
    default_operation: DefaultOperation | None = None,
    test_option: TestOption | None = None,
    error_option: ErrorOption | None = None,
) -> Rpc:
    """RFC 6241, section 7.2. ``config`` is the ``<config>`` element."""
    # The prefix is for nc:operation: lxml would drop it from <config> when that is put below and invent ns0.
    element = etree.Element(etree.QName(BASE, "edit-config"), nsmap={None: BASE, "nc": BASE})
    _datastore(element, "target", target)
    if default_operation is not None:
        _child(element, "default-operation", default_operation)
    if test_option is not None:
        _child(element, "test-option", test_option)
    if error_option is not None:
        _child(element, "error-option", error_option)
    element.append(config)
    return _rpc(element)


@cache
def validate(source: Datastore = "candidate") -> Rpc:
    """RFC 6241, section 8.6."""
    element = _element("validate")
    _datastore(element, "source", source)
    return _rpc(element)


@cache
def commit() -> Rpc:
    """A plain, permanent commit (RFC 6241, section 8.3.4.1)."""
    return _rpc(_element("commit"))


def commit_confirmed(*, timeout: int, persist: str) -> Rpc:
    """A confirmed commit that outlives its session (RFC 6241, section 8.4). ``timeout`` in seconds."""
    element = _element("commit")
    _child(element, "confirmed")
    _child(element, "confirm-timeout", str(timeout))
    _child(element, "persist", persist)
    return _rpc(element)


def commit_confirming(*, persist_id: str) -> Rpc:
    """The confirming commit of a persistent confirmed commit (RFC 6241, section 8.4)."""
    element = _element("commit")
    _child(element, "persist-id", persist_id)
    return _rpc(element)


def cancel_commit(*, persist_id: str) -> Rpc:
    """RFC 6241, section 8.4.4.1."""
    element = _element("cancel-commit")
    _child(element, "persist-id", persist_id)
    return _rpc(element)


@cache
def discard_changes() -> Rpc:
    """RFC 6241, section 8.3.4.2."""
    return _rpc(_element("discard-changes"))


def copy_config(source: Datastore, target: Datastore) -> Rpc:
    """RFC 6241, section 7.3."""
    element = _element("copy-config")
    _datastore(element, "target", target)
    _datastore(element, "source", source)
    return _rpc(element)


def get_schema(identifier: str, *, version: str | None = None) -> Rpc:
    """RFC 6022, section 3.1."""
    monitoring = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
    element = etree.Element(etree.QName(monitoring, "get-schema"), nsmap={None: monitoring})
    etree.SubElement(element, etree.QName(monitoring, "identifier")).text = identifier
    if version is not None:
        etree.SubElement(element, etree.QName(monitoring, "version")).text = version
    return _rpc(element)


@cache
def create_subscription() -> Rpc:
    """RFC 5277, section 2.1.1: the default stream, unfiltered, from now on."""
    notification = "urn:ietf:params:xml:ns:netconf:notification:1.0"
    return _rpc(etree.Element(etree.QName(notification, "create-subscription"), nsmap={None: notification}))


def close_session() -> Rpc:
    """RFC 6241, section 7.8."""
    return _rpc(_element("close-session"))
