"""Errors as NETCONF answers them (RFC 6241, section 4.3 and appendix A)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from .names import BASE, clark

Path = tuple["Step", ...]
"""The way from the root of a datastore to a node."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an error-path: ``prefix:name[prefix:key='value']``."""

    prefix: str
    namespace: str
    name: str
    keys: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.prefix}:{self.name}" + "".join(
            f"[{self.prefix}:{key}={_quoted(value)}]" for key, value in self.keys
        )


def path_text(path: Path) -> str:
    """A path as an XPath expression."""
    return "".join(f"/{step}" for step in path)


def keyless(path: Path) -> Path:
    """The path without its list keys, as many servers write it."""
    return tuple(replace(step, keys=()) for step in path)


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


@dataclass(frozen=True, slots=True)
class RpcError:
    """One ``<rpc-error>``.

    Attributes:
        tag: ``error-tag`` of RFC 6241, appendix A.
        message: ``error-message``.
        type: ``error-type``: transport, rpc, protocol or application.
        severity: error or warning.
        app_tag: ``error-app-tag``, empty if none.
        path: the node that the error is about, empty if it is about none.
        info: local names and texts of ``error-info``.
    """

    tag: str
    message: str
    type: str = "application"
    severity: str = "error"
    app_tag: str = ""
    path: Path = ()
    info: tuple[tuple[str, str], ...] = ()

    def to_xml(self) -> etree._Element:
        """The element, its parts in the order of the schema of RFC 6241, appendix B."""
        element = etree.Element(clark(BASE, "rpc-error"), nsmap={None: BASE})
        _leaf(element, "error-type", self.type)
        _leaf(element, "error-tag", self.tag)
        _leaf(element, "error-severity", self.severity)
        _leaf(element, "error-app-tag", self.app_tag)
        if self.path:
            element.append(_path(self.path))
        message = _leaf(element, "error-message", self.message)
        if message is not None:
            message.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        if self.info:
            info = etree.SubElement(element, clark(BASE, "error-info"))
            for name, text in self.info:
                _leaf(info, name, text, even_if_empty=True)
        return element


def _leaf(
    parent: etree._Element, name: str, text: str, *, even_if_empty: bool = False
) -> etree._Element | None:
    if not text and not even_if_empty:
        return None
    child = etree.SubElement(parent, clark(BASE, name))
    child.text = text
    return child


def _path(path: Path) -> etree._Element:
    nsmap: dict[str | None, str] = {step.prefix: step.namespace for step in path}
    element = etree.Element(clark(BASE, "error-path"), nsmap={**nsmap, None: BASE})
    element.text = path_text(path)
    return element


@dataclass
class RpcFailed(Exception):
    """An operation was refused; the reply carries these errors.

    Attributes:
        errors: at least one.
    """

    errors: tuple[RpcError, ...] = field(default=())

    def __str__(self) -> str:
        return "; ".join(
            f"{error.tag}: {error.message} {path_text(error.path)}".rstrip() for error in self.errors
        )


def failed(
    tag: str, message: str, *, layer: str = "protocol", info: tuple[tuple[str, str], ...] = ()
) -> RpcFailed:
    """The exception for one error about no node; ``layer`` is its error-type."""
    return RpcFailed((RpcError(tag, message, type=layer, info=info),))
