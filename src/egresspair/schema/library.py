"""The modules of a server as its YANG library lists them: RFC 8525, and RFC 7895 before it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ..netconf import rpc
from ..netconf.capabilities import Capabilities
from ..netconf.rpc import Rpc
from .modules import Module

__all__ = ["library_modules", "library_read"]

LIBRARY = "urn:ietf:params:xml:ns:yang:ietf-yang-library"
_V10, _V11 = ":yang-library:1.0", ":yang-library:1.1"


def library_read(capabilities: Capabilities) -> Rpc | None:
    """The get that reads the library; None if the server has none.

    Of ``/yang-library`` (1.1) all is read: schemas refer to module sets. Huawei's hello announces the module alone.
    """
    if not (capabilities.has(_V10) or capabilities.has(_V11) or capabilities.has(LIBRARY)):
        return None
    top = "yang-library" if capabilities.has(_V11) else "modules-state"
    return rpc.get(subtree=etree.tostring(etree.Element(f"{{{LIBRARY}}}{top}", nsmap={None: LIBRARY})))


def library_modules(data: etree._Element | None) -> tuple[Module, ...]:
    """The modules in a ``<data>`` element, those that are only imported too; empty if it holds no library."""
    if data is None:
        return ()
    state = data.find(_tag("modules-state"))
    if state is not None:
        return tuple(
            _module(entry, implemented=_conformance(entry)) for entry in state.iterfind(_tag("module"))
        )
    library = data.find(_tag("yang-library"))
    return () if library is None else tuple(_of_sets(library))


def _of_sets(library: etree._Element) -> Iterator[Module]:
    """All module sets: a server with several describes datastores that differ in little else than what is absent."""
    for each in library.iterfind(_tag("module-set")):
        yield from (_module(entry, implemented=True) for entry in each.iterfind(_tag("module")))
        yield from (_module(entry, implemented=False) for entry in each.iterfind(_tag("import-only-module")))


def _conformance(entry: etree._Element) -> bool:
    return _text(entry, "conformance-type") != "import"


def _module(entry: etree._Element, *, implemented: bool) -> Module:
    return Module(
        name=_text(entry, "name"),
        revision=_text(entry, "revision"),
        features=frozenset(_texts(entry, "feature")),
        deviations=tuple(_deviations(entry)),
        implemented=implemented,
    )


def _deviations(entry: etree._Element) -> Iterator[str]:
    """Entries with a name (RFC 7895), or plain names (RFC 8525)."""
    for each in entry.iterfind(_tag("deviation")):
        yield _text(each, "name") or (each.text or "").strip()


def _texts(entry: etree._Element, name: str) -> Iterator[str]:
    return ((each.text or "").strip() for each in entry.iterfind(_tag(name)))


def _text(entry: etree._Element, name: str) -> str:
    return (entry.findtext(_tag(name)) or "").strip()


def _tag(name: str) -> str:
    return f"{{{LIBRARY}}}{name}"
