"""The modules that a server advertises in its hello, and those of them that a subtree of interest needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from .closure import Closure
from .modules import Module, ModuleSet, find_module, read_header

__all__ = ["advertised_modules", "advertising", "select_modules"]


def advertised_modules(capabilities: Iterable[str]) -> tuple[Module, ...]:
    """The YANG modules among the capabilities of a hello, as RFC 6020, section 5.6.4 writes them."""
    return tuple(module for uri in capabilities if (module := _module(uri)))


def _module(uri: str) -> Module | None:
    query = parse_qs(uri.partition("?")[2])  # a hello may hold what is no URI
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


def advertising(uris: Iterable[str], modules: ModuleSet) -> tuple[str, ...]:
    """The capabilities of a server, its modules as they were found out instead of as its hello has them: a library
    tells of modules, features and deviations that no hello need name.

    Raises:
        DocumentError: the text of a module is not in the folders of the set.
    """
    known = {module.name for module in modules.implemented}
    others = [uri for uri in uris if (module := _module(uri)) is None or module.name not in known]
    return (*others, *(_uri(module, modules.folders) for module in modules.implemented))


def _uri(module: Module, folders: Iterable[Path]) -> str:
    listed = {"features": sorted(module.features), "deviations": module.deviations}
    query = {"module": module.name, "revision": module.revision}
    query |= {key: ",".join(names) for key, names in listed.items()}
    told = urlencode({key: value for key, value in query.items() if value}, safe=",")
    return f"{read_header(folders, module.name, module.revision).namespace}?{told}"


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
    closure = Closure(advertised, roots)
    while wanted := closure.wanted():
        for module in wanted:
            if closure.is_needed(module) or find_module(folders, module.name, module.revision):
                closure.take(module, read_header(folders, module.name, module.revision))
            else:
                closure.give_up(module)
    return ModuleSet(folders, closure.implemented)
