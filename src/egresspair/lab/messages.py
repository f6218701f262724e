"""Hello, ``<rpc>`` and ``<rpc-reply>`` (RFC 6241, sections 4 and 8.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from .answer import Answer
from .errors import RpcError, RpcFailed, failed
from .names import BASE, BASE_1_0, BASE_1_1, VENDOR_EXTENSION, clark
from .tree import NotXml, parse_xml


class BadHello(ValueError):
    """The client's hello is none: the session has to end (RFC 6241, section 8.1)."""


def hello(session_id: int, capabilities: Iterable[str]) -> bytes:
    """The server's hello."""
    root = etree.Element(clark(BASE, "hello"), nsmap={None: BASE})
    listed = etree.SubElement(root, clark(BASE, "capabilities"))
    for uri in capabilities:
        etree.SubElement(listed, clark(BASE, "capability")).text = uri
    etree.SubElement(root, clark(BASE, "session-id")).text = str(session_id)
    return _serialised(root)


def client_capabilities(message: bytes) -> frozenset[str]:
    """The capabilities in a client's hello.

    Raises:
        BadHello: it is not a hello, has a session-id, or offers no base version.
    """
    try:
        root = parse_xml(message)
    except NotXml as error:
        raise BadHello(str(error)) from error
    if root.tag != clark(BASE, "hello"):
        raise BadHello(f"<{root.tag!s}> where a hello was expected")
    if root.find(clark(BASE, "session-id")) is not None:
        raise BadHello("a client's hello has no session-id")
    uris = root.iterfind(f"{clark(BASE, 'capabilities')}/{clark(BASE, 'capability')}")
    offered = frozenset((uri.text or "").strip() for uri in uris)
    if not offered & {BASE_1_0, BASE_1_1}:
        raise BadHello("no base version is offered")
    return offered


@dataclass(frozen=True, slots=True)
class Rpc:
    """One ``<rpc>``.

    Attributes:
        root: the ``<rpc>`` element; its attributes go into the reply.
        operation: its one child.
    """

    root: etree._Element
    operation: etree._Element


class Malformed(ValueError):
    """The message is no ``<rpc>`` that could be answered by its message-id.

    Attributes:
        failure: what to answer.
        root: the element, if it is XML.
    """

    def __init__(self, failure: RpcFailed, root: etree._Element | None = None) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.root = root


def read_rpc(message: bytes) -> Rpc:
    """Read an ``<rpc>``.

    Raises:
        Malformed: it is none.
    """
    try:
        root = parse_xml(message)
    except NotXml as error:
        raise Malformed(failed("malformed-message", "not well-formed XML", layer="rpc")) from error
    if root.tag != clark(BASE, "rpc"):
        raise Malformed(failed("malformed-message", "an rpc element was expected", layer="rpc"))
    if root.get("message-id") is None:
        info = (("bad-attribute", "message-id"), ("bad-element", "rpc"))
        raise Malformed(failed("missing-attribute", "no message-id", layer="rpc", info=info), root)
    operations = list(root.iterchildren(etree.Element))
    if len(operations) != 1:
        tag = "bad-element" if operations else "missing-element"
        message_text = f"rpc holds {len(operations)} operations, not one"
        raise Malformed(failed(tag, message_text, info=(("bad-element", "rpc"),)), root)
    return Rpc(root, operations[0])


def reply(rpc: etree._Element | None, answer: Answer) -> bytes:
    """The reply to an operation that was carried out."""
    root = _reply_root(rpc, answer.attributes)
    if not answer.elements:
        etree.SubElement(root, clark(BASE, "ok"))
    root.extend(answer.elements)
    return _serialised(root)


def error_reply(
    rpc: etree._Element | None, errors: Iterable[RpcError], answer: Answer | None = None
) -> bytes:
    """A reply with errors or warnings, and behind warnings the data, if there is any."""
    root = _reply_root(rpc, {})
    root.extend(error.to_xml() for error in errors)
    if answer is not None:
        root.extend(answer.elements)
    return _serialised(root)


def _reply_root(rpc: etree._Element | None, more: dict[str, str]) -> etree._Element:
    """An ``<rpc-reply>`` with every attribute of the ``<rpc>``, as RFC 6241, section 4.2 has it."""
    nsmap: dict[str | None, str] = {None: BASE} if rpc is None else {None: BASE, **rpc.nsmap}
    if nsmap[None] != BASE:
        nsmap[None] = BASE
    if more:
        nsmap["nc-ext"] = VENDOR_EXTENSION
    root = etree.Element(clark(BASE, "rpc-reply"), nsmap=nsmap)
    for name, value in (rpc.attrib if rpc is not None else {}).items():
        root.set(str(name), str(value))
    for name, value in more.items():
        root.set(name, value)
    return root


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
