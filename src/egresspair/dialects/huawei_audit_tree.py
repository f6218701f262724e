"""How the audit's readers look into VRP's replies: names by prefix, values by type, every fact with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from lxml import etree

from ..audit.facts import Evidence, Fact
from ._auditing import AuditAnswer
from ._numbers import whole_number
from ._protocol import UnreadableReply

T = TypeVar("T")

_HUAWEI: Final = "urn:huawei:yang:huawei-"
_MODULES: Final = {
    "ni": "network-instance",
    "l3vpn": "l3vpn",
    "l3vpn-mpls": "l3vpn-mpls",
    "bgp": "bgp",
    "bgp-rt": "bgp-routing-table",
    "bgp-lsp": "bgp-lsp",
    "rt": "routing",
    "rtp": "routing-policy",
    "tnlm": "tunnel-management",
    "bfd": "bfd",
    "mpls": "mpls",
    "mpls-ldp": "mpls-ldp",
    "mpls-res": "mpls-res",
    "mpls-static": "mpls-static",
    "ifm": "ifm",
    "ip": "ip",
}
NAMESPACES: Final = {prefix: _HUAWEI + module for prefix, module in _MODULES.items()}
"""By the prefix that the vendor's modules give themselves."""

NI: Final = "/ni:network-instance/instances/instance"
PUBLIC: Final = f"{NI}[name='_public_']"
PUBLIC_BGP: Final = f"{PUBLIC}/bgp:bgp/base-process"
UNICAST: Final = f"{PUBLIC_BGP}/afs/af[type='ipv4uni']/ipv4-unicast"


def module_of(prefix: str) -> str:
    """The module's name as a hello announces it."""
    return f"huawei-{_MODULES[prefix]}"


@lru_cache(maxsize=1024)
def _steps(path: str) -> str:
    return "/".join(qualified(path))


def qualified(path: str) -> list[str]:
    """The names of a path as ``{namespace}name``: a step without a prefix is of the module of the one before."""
    prefix, names = "", []
    for step in path.strip("/").split("/"):
        first, colon, local = step.partition(":")
        prefix = first if colon else prefix
        names.append(f"{{{NAMESPACES[prefix]}}}{local if colon else first}")
    return names


def each(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """Every element at the end of a path, in document order; the first step has a prefix."""
    yield from element.iterfind(_steps(path))


def text(element: etree._Element, path: str) -> str | None:
    """The text at the end of a path without the white space around it; None if no such node is there."""
    found = element.findtext(_steps(path))
    return None if found is None else found.strip()


def word(element: etree._Element, path: str) -> str:
    """As `text`; empty if no such node is there."""
    return text(element, path) or ""


def number(element: etree._Element, path: str) -> int | None:
    """A whole number; None if no such node is there, or an empty one.

    Raises:
        UnreadableReply: it is something else.
    """
    found = text(element, path)
    if not found:
        return None
    value = whole_number(found)
    if value is None:
        raise UnreadableReply(f"{path} is {found[:40]!r}, not a number")
    return value


def needed(element: etree._Element, path: str) -> int:
    """As `number`, for what no entry can lack.

    Raises:
        UnreadableReply: it is missing or something else.
    """
    found = number(element, path)
    if found is None:
        raise UnreadableReply(f"{path} is missing")
    return found


def flag(element: etree._Element, path: str) -> bool | None:
    """A boolean; None if no such node is there.

    Raises:
        UnreadableReply: it is something else.
    """
    found = text(element, path)
    if found is None or found == "":
        return None
    if found not in ("true", "false"):
        raise UnreadableReply(f"{path} is {found[:40]!r}, not true or false")
    return found == "true"


def has(element: etree._Element, path: str) -> bool:
    """True if such a node is there, with or without a value."""
    return element.find(_steps(path)) is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry of a list stands: makes the evidence of what is read from it."""

    device: str
    path: str

    def evidence(self, value: object = "") -> Evidence:
        return Evidence(self.device, self.path, "" if value is None else str(value))


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of one router, from which facts are made: what it cannot tell is unknown."""

    device: str
    answer: AuditAnswer

    def fact(
        self, path: str, read: Callable[[etree._Element], T | None], show: Callable[[T], object] = str
    ) -> Fact[T]:
        """What `read` finds. It may raise UnreadableReply: the fact is then unknown, and says why."""
        data = self.answer.data
        if data is None:
            return Fact.unknown(self.device, path, self.answer.reason or "the router sent no data")
        try:
            found = read(data)
        except UnreadableReply as error:
            return Fact.unknown(self.device, path, str(error))
        shown = "" if found is None else str(show(found))
        return Fact(found, Evidence(self.device, path, shown))

    def entries(self, path: str, read: Callable[[etree._Element, str], Iterator[T]]) -> Fact[tuple[T, ...]]:
        """All entries that `read` finds; it is told the device for their evidence."""
        return self.fact(
            path, lambda data: tuple(read(data, self.device)), lambda found: f"entries: {len(found)}"
        )
