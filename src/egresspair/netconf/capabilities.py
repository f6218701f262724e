"""What a server says it can do in its ``<hello>`` (RFC 6241, section 8.1), and how far to rely on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from urllib.parse import parse_qsl

from lxml import etree

from .rpc import BASE

_CAPABILITY = "urn:ietf:params:netconf:capability:"
_BASE_CAPABILITY = "urn:ietf:params:netconf:base:"
# Huawei's published capability files spell the base capability like the XML namespace of the messages.
_ODD_BASE_CAPABILITY = "urn:ietf:params:xml:ns:netconf:base:"
_MONITORING = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"


class MalformedHello(ValueError):
    """The bytes are not a server's ``<hello>``."""


@dataclass(frozen=True, slots=True)
class Module:
    """A YANG module as a hello announces it (RFC 6020, section 5.6.4).

    Attributes:
        name: of the module.
        namespace: of the module.
        revision: ``YYYY-MM-DD``, empty if not said.
        features: the supported features.
        deviations: the modules that deviate it; some servers hang them on the module that it augments.
    """

    name: str
    namespace: str
    revision: str = ""
    features: frozenset[str] = frozenset()
    deviations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Capabilities:
    """The capability URIs of one server, in the order of its hello."""

    uris: tuple[str, ...]

    @classmethod
    def of(cls, uris: Iterable[str]) -> Capabilities:
        """From URIs with whatever white space around them."""
        return cls(tuple(stripped for uri in uris if (stripped := uri.strip())))

    def has(self, name: str) -> bool:
        """True if ``name`` is announced: a whole URI, or short as in the RFC's text, e.g. ``:candidate``.

        ``:validate:1.1`` asks for one version; without a version, any will do.
        """
        return any(self._find(name))

    def _find(self, name: str) -> Iterable[str]:
        wanted = _CAPABILITY + name[1:] if name.startswith(":") else name
        if name.startswith(":base:"):
            wanted = _BASE_CAPABILITY + name.removeprefix(":base:")
        for uri in self.uris:
            plain = uri.partition("?")[0]
            if plain == wanted or (name.startswith(":") and plain.startswith(f"{wanted}:")):
                yield uri

    def _parameter(self, name: str, parameter: str) -> str:
        for uri in self._find(name):
            return _parameters(uri).get(parameter, "")
        return ""

    @property
    def base_1_1(self) -> bool:
        """Chunked framing is spoken (RFC 6242, section 4.1). The odd spelling of the base URI counts."""
        return self.has(":base:1.1") or self.has(f"{_ODD_BASE_CAPABILITY}1.1")

    @property
    def candidate(self) -> bool:
        return self.has(":candidate")

    @property
    def confirmed_commit_1_1(self) -> bool:
        """With persist, persist-id and cancel-commit."""
        return self.has(":confirmed-commit:1.1")

    @property
    def confirmed_commit_1_0(self) -> bool:
        return self.has(":confirmed-commit:1.0")

    @property
    def validate_1_1(self) -> bool:
        """With ``test-only`` in edit-config."""
        return self.has(":validate:1.1")

    @property
    def validate_1_0(self) -> bool:
        return self.has(":validate:1.0")

    @property
    def validate(self) -> bool:
        """``<validate>`` and ``test-option``, in any version."""
        return self.validate_1_0 or self.validate_1_1

    @property
    def rollback_on_error(self) -> bool:
        return self.has(":rollback-on-error")

    @property
    def startup(self) -> bool:
        """There is a startup datastore of its own: what is not saved is lost at a restart."""
        return self.has(":startup")

    @property
    def notification(self) -> bool:
        """create-subscription is there (RFC 5277)."""
        return self.has(":notification")

    @property
    def interleave(self) -> bool:
        """Other operations are answered on a session with a subscription (RFC 5277, section 6)."""
        return self.has(":interleave")

    @property
    def writable_running(self) -> bool:
        return self.has(":writable-running")

    @property
    def with_defaults_basic_mode(self) -> str:
        """``explicit``, ``trim``, ``report-all``… (RFC 6243, section 4.3), empty if not said."""
        return self._parameter(":with-defaults", "basic-mode")

    @property
    def monitoring(self) -> bool:
        """get-schema is there (RFC 6022)."""
        return any(uri.partition("?")[0] == _MONITORING for uri in self.uris)

    @property
    def yang_library_id(self) -> str:
        """Changes when the set of modules does (RFC 7895, RFC 8525): a key for caching schemas.

        Empty if not said.
        """
        return self._parameter(":yang-library:1.1", "content-id") or self._parameter(
            ":yang-library:1.0", "module-set-id"
        )

    @cached_property
    def modules(self) -> Mapping[str, Module]:
        """The YANG modules of the hello by name. A server with yang-library need not list any."""
        found = (_module(uri) for uri in self.uris)
        return MappingProxyType({module.name: module for module in found if module is not None})

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the URIs, whatever their order: equal software with equal modules gives the same."""
        return hashlib.sha256("\n".join(sorted(self.uris)).encode()).hexdigest()


def _parameters(uri: str) -> dict[str, str]:
    return dict(parse_qsl(uri.partition("?")[2]))


def _module(uri: str) -> Module | None:
    parameters = _parameters(uri)
    if not (name := parameters.get("module", "")):
        return None
    return Module(
        name=name,
        namespace=uri.partition("?")[0],
        revision=parameters.get("revision", ""),
        features=_names(parameters.get("features", "")),
        deviations=_names(parameters.get("deviations", "")),
    )


def _names(listed: str) -> frozenset[str]:
    return frozenset(name for part in listed.split(",") if (name := part.strip()))


@dataclass(frozen=True, slots=True)
class Hello:
    """A server's ``<hello>``.

    Attributes:
        session_id: the server's number for the session.
        capabilities: what it announced.
    """

    session_id: str
    capabilities: Capabilities

    @classmethod
    def parse(cls, raw: bytes) -> Hello:
        """Parse one message.

        Raises:
            MalformedHello: it is not XML, not a ``<hello>``, or without session-id or capabilities.
        """
        root = _root(raw)
        if root.tag not in (f"{{{BASE}}}hello", "hello"):
            raise MalformedHello(f"<{etree.QName(root).localname}> where a <hello> was expected")
        uris = [element.text or "" for element in root.iterfind("{*}capabilities/{*}capability")]
        session_id = (root.findtext("{*}session-id") or "").strip()
        if not uris or not session_id:
            raise MalformedHello("a <hello> without " + ("a session-id" if uris else "capabilities"))
        return cls(session_id, Capabilities.of(uris))


def _root(raw: bytes) -> etree._Element:
    try:
        return etree.fromstring(raw.strip(), etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedHello(f"a <hello> that is not XML: {error}") from error


class GuaranteeLevel(StrEnum):
    """How firmly one router can take part in a transaction of two."""

    A = "A"
    """Confirmed commit with persist: survives a lost session, can be settled from another session."""
    B = "B"
    """Confirmed commit without persist: abort means closing the session, a lost session reverts at once."""
    C = "C"
    """Plain commit from the candidate, compensated by the inverse."""
    NONE = "none"
    """No candidate, or no validation: always refused."""

    @classmethod
    def offered_by(cls, capabilities: Capabilities) -> GuaranteeLevel:
        """What the hello allows. Behaviour may prove a server weaker, never stronger."""
        if not (capabilities.candidate and capabilities.validate):
            return cls.NONE
        if capabilities.confirmed_commit_1_1:
            return cls.A
        return cls.B if capabilities.confirmed_commit_1_0 else cls.C

    def satisfies(self, minimum: GuaranteeLevel) -> bool:
        """True if this level is ``minimum`` or better. `NONE` satisfies nothing but itself."""
        order = list(GuaranteeLevel)
        return order.index(self) <= order.index(minimum)

    @classmethod
    def weakest(cls, levels: Iterable[GuaranteeLevel]) -> GuaranteeLevel:
        """Of several routers: the whole is as firm as its weakest part; `NONE` for none at all."""
        order = list(cls)
        return max(levels, key=order.index, default=cls.NONE)
