"""What a server answers, kept whole (RFC 6241, sections 4.2 and 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from lxml import etree

from .rpc import BASE, Rpc


@dataclass(frozen=True, slots=True)
class RpcError:
    """One ``<rpc-error>``; `tag`, not `message`, says what it is.

    Attributes:
        tag: ``error-tag``, e.g. ``lock-denied``.
        severity: ``error`` or ``warning``.
        type: ``error-type``: transport, rpc, protocol or application.
        app_tag: ``error-app-tag``, a vendor's number or word.
        path: ``error-path`` as the server wrote it; list keys are often missing.
        message: ``error-message``, in the device's language.
        info: ``error-info`` as pairs of local element name and text, leaves only.
    """

    tag: str
    severity: str = "error"
    type: str = "application"
    app_tag: str = ""
    path: str = ""
    message: str = ""
    info: tuple[tuple[str, str], ...] = ()

    @property
    def is_warning(self) -> bool:
        return self.severity == "warning"

    @property
    def session_id(self) -> str:
        """Who claims to hold the lock (``lock-denied``); not always true, empty if not said."""
        return dict(self.info).get("session-id", "")

    def __str__(self) -> str:
        text = f"{self.tag}: {self.message}" if self.message else self.tag
        return f"{text} [{self.path}]" if self.path else text


class MalformedReply(ValueError):
    """The bytes are not an ``<rpc-reply>``."""


@dataclass(frozen=True)
class Reply:
    """One ``<rpc-reply>``.

    Attributes:
        raw: the message as it came.
        root: the parsed ``<rpc-reply>`` element. Not to be changed.
        errors: every ``<rpc-error>`` of severity error, in document order.
        warnings: every ``<rpc-error>`` of severity warning, in document order.
    """

    raw: bytes = field(repr=False)
    root: etree._Element = field(repr=False, compare=False)
    errors: tuple[RpcError, ...]
    warnings: tuple[RpcError, ...]

    @classmethod
    def parse(cls, raw: bytes, parser: etree.XMLParser | None = None) -> Reply:
        """Parse one message.

        Args:
            parser: one of `reply_parser`, for who parses many: with a new one a small reply takes twice as long.

        Raises:
            MalformedReply: it is not XML, or not an ``<rpc-reply>``.
        """
        try:
            root = etree.fromstring(raw, parser or reply_parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            raise MalformedReply(f"not XML: {error}") from error
        if root.tag != f"{{{BASE}}}rpc-reply":
            raise MalformedReply(f"<{root.tag!s}> where an <rpc-reply> was expected")
        found = [_rpc_error(element) for element in root.iterchildren(f"{{{BASE}}}rpc-error")]
        return cls(
            raw=raw,
            root=root,
            errors=tuple(error for error in found if not error.is_warning),
            warnings=tuple(error for error in found if error.is_warning),
        )

    @property
    def ok(self) -> bool:
        """True if no error of severity error came; an ``ok`` proves that the server said so, nothing more."""
        return not self.errors

    @property
    def message_id(self) -> str:
        return self.root.get("message-id", "")

    @cached_property
    def data(self) -> etree._Element | None:
        """The ``<data>`` element, whatever its namespace (get-schema has its own), or None."""
        for child in self.root.iterchildren("{*}data"):
            return child
        return None

    def to_dict(self) -> dict[str, Any]:
        """The reply as plain values, for exploration: names without prefix, attributes as ``@name``."""
        return xml_to_dict(self.raw)


def reply_parser(*, remove_blank_text: bool = False) -> etree.XMLParser:
    """Reads no entities and no network. Threads that share one wait for each other."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_blank_text=remove_blank_text
    )


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{{BASE}}}{name}") or "").strip()


def _rpc_error(element: etree._Element) -> RpcError:
    info = element.find(f"{{{BASE}}}error-info")
    leaves = (
        ()
        if info is None
        else tuple(
            (etree.QName(leaf).localname, (leaf.text or "").strip())
            for leaf in info.iterdescendants(etree.Element)
            if len(leaf) == 0
        )
    )
    return RpcError(
        tag=_text(element, "error-tag"),
        severity=_text(element, "error-severity") or "error",
        type=_text(element, "error-type"),
        app_tag=_text(element, "error-app-tag"),
        path=_text(element, "error-path"),
        message=_text(element, "error-message"),
        info=leaves,
    )


def xml_to_dict(document: bytes) -> dict[str, Any]:
    """An XML document as plain dictionaries and strings, without namespaces: for looking only."""
    import xmltodict  # noqa: PLC0415  (exploration only: the transaction does not pay for it)

    root = etree.fromstring(document, reply_parser(remove_blank_text=True))
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
        for name in list(element.attrib):
            element.set(etree.QName(name).localname, element.attrib.pop(name))
    etree.cleanup_namespaces(root)
    return dict(xmltodict.parse(etree.tostring(root)))


class Outcome(StrEnum):
    """What is known of an operation that was to be sent."""

    OK = "ok"
    ERRORS = "errors"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one `Rpc`.

    Attributes:
        rpc: what was asked.
        outcome: ``UNKNOWN`` means that it may have been executed, now or later.
        reply: the reply of an ``OK`` or ``ERRORS`` outcome, else None.
        reason: why there is no reply, empty otherwise.
        seconds: from sending to reply, or to giving up.
    """

    rpc: Rpc
    outcome: Outcome
    reply: Reply | None = None
    reason: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.OK

    @property
    def errors(self) -> tuple[RpcError, ...]:
        return self.reply.errors if self.reply else ()

    @property
    def answered(self) -> bool:
        """True if the server replied, with whatever."""
        return self.reply is not None

    def __str__(self) -> str:
        if self.outcome is Outcome.ERRORS:
            return f"{self.rpc}: {'; '.join(map(str, self.errors))}"
        return f"{self.rpc}: {self.outcome}" + (f" ({self.reason})" if self.reason else "")
