"""The modules that a server advertises in its hello, and those of them that a subtree of interest needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from .modules import Module, ModuleSet, read_header

__all__ = ["advertised_modules", "select_modules"]


def advertised_modules(capabilities: Iterable[str]) -> tuple[Module, ...]:
    """The YANG modules among the capabilities of a hello, as RFC 6020, section 5.6.4 writes them."""
    return tuple(module for uri in capabilities if (module := _module(uri)))


def _module(uri: str) -> Module | None:
    query = parse_qs(urlsplit(uri).query)
    if "module" not in query:
        return None
    return Module(
        name=query["module"][0],
        revision=query.get("revision", [""])[0],
        features=frozenset(_listed(query, "features")),
        deviations=tuple(_listed(query, "deviations")),
    )


def _listed(query: dict[str, list[str]], key: str) -> list[str]:
    return [name for text in query.get(key, []) for name in text.split(",") if name]


def select_modules(
    advertised: Iterable[Module], folders: Iterable[Path], *, roots: Iterable[str]
) -> ModuleSet:
    """Of what a server advertises: the roots, their deviations, all that these import, and so on.

    A root that the server does not advertise is left out: that it is missing is then plain to see in the
    model. A deviation module is never left out: without it the model would promise what the router refuses.

    Raises:
        DocumentError: a module that is needed has no file in the folders.
    """
    folders = tuple(folders)
    offered = {module.name: module for module in advertised}
    todo = deque(name for name in roots if name in offered)
    implemented: dict[str, Module] = {}
    seen: set[str] = set()
    while todo:
        name = todo.popleft()
        if name in seen:
            continue
        seen.add(name)
        module = offered.get(name, Module(name))
        if name in offered:
            implemented[name] = module
        todo.extend(_neighbours(module, folders))
    return ModuleSet(folders, tuple(implemented.values()))


def _neighbours(module: Module, folders: tuple[Path, ...]) -> list[str]:
    """What a module cannot do without: its deviations, and what it and its submodules import."""
    header = read_header(folders, module.name, module.revision)
    parts = [header, *(read_header(folders, name) for name in header.includes)]
    return [*module.deviations, *(name for part in parts for name in part.imports)]
