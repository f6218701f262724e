"""Which of a server's modules a subtree of interest needs: found out text by text, whoever has the texts.

Deviations decide what a router takes, so none may be overlooked. Where they are announced differs: hanging on the
module that they deviate (RFC 6020, section 5.6.4), on the module which that one augments, or on none at all. Those
that hang on none are known by their names, and by what their texts say.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from .modules import Header, Module

__all__ = ["Closure", "by_name"]

_DEVIATION_NAME = re.compile(r"devi?ation|-devs?(-|$)", re.IGNORECASE)


class Closure:
    """The roots, their deviations, all that these import and include, and so on.

    Ask `wanted` for the modules whose texts are needed next, `take` the head of each, until nothing is wanted. A root
    that the server does not advertise is left out: that it is missing is then plain to see in the model.

    Args:
        advertised: all modules of the server. Of several revisions the implemented one counts, else the newest.
        roots: names of the modules whose nodes are of interest.

    Attributes:
        absent: roots that the server does not implement.
    """

    def __init__(self, advertised: Iterable[Module], roots: Iterable[str]) -> None:
        self._offered = by_name(advertised)
        self.absent = tuple(root for root in roots if not self._has(root))
        self._roots = tuple(root for root in roots if self._has(root))
        self._linked = {name for module in self._offered.values() for name in module.deviations}
        self._headers: dict[str, Header] = {}
        self._given_up: set[str] = set()

    def _has(self, root: str) -> bool:
        return root in self._offered and self._offered[root].implemented

    def wanted(self) -> tuple[Module, ...]:
        """The modules and submodules whose head is not known yet; empty when the closure is complete."""
        return tuple(self._module(name) for name in self._names() if name not in self._headers)

    def take(self, module: Module, header: Header) -> None:
        """Note the head of a wanted module."""
        self._headers[module.name] = header

    def is_needed(self, module: Module) -> bool:
        """False for a module that is wanted only because its name sounds like deviations of something."""
        return module.name in self._reached()

    def give_up(self, module: Module) -> None:
        """A module that is not needed for certain is not to be had."""
        self._given_up.add(module.name)

    @property
    def implemented(self) -> tuple[Module, ...]:
        """The modules of the closure whose nodes can be instantiated, deviation modules among them.

        All that the server has: a module whose nodes another one refers to or augments is implemented (RFC 7950,
        section 5.6.5), and there are servers whose library calls it imported all the same.
        """
        parts = {part for name in self._reached() for part in self._headers[name].includes}
        return tuple(
            self._module(name) for name in self._reached() if name in self._offered and name not in parts
        )

    @property
    def headers(self) -> Mapping[str, Header]:
        """The heads of all modules and submodules in the closure, by name."""
        return {name: self._headers[name] for name in self._reached()}

    def _names(self) -> Iterator[str]:
        reached = list(self._reached())
        yield from reached
        yield from (name for name in self._suspects() if name not in reached and name not in self._given_up)

    def _module(self, name: str) -> Module:
        return self._offered.get(name, Module(name, implemented=False))

    def _reached(self) -> Iterator[str]:
        """Breadth first, as far as the heads are known; a suspect counts once its text shows what it deviates."""
        todo, seen = deque(self._roots), set(self._roots)
        while todo:
            name = todo.popleft()
            yield name
            for other in (*self._neighbours(name), *self._proven(seen)):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)

    def _neighbours(self, name: str) -> Iterator[str]:
        yield from self._module(name).deviations
        if header := self._headers.get(name):
            yield from header.imports
            yield from header.includes

    def _suspects(self) -> Iterator[str]:
        """Deviation modules that hang on no module, and so may deviate some of what was reached."""
        for name, module in self._offered.items():
            if name not in self._linked and module.implemented and _DEVIATION_NAME.search(name):
                yield name

    def _proven(self, reached: set[str]) -> Iterator[str]:
        for name, header in self._headers.items():
            if name not in reached and not reached.isdisjoint(header.deviates):
                yield name


def by_name(advertised: Iterable[Module]) -> dict[str, Module]:
    """One module for each name: of several the implemented one counts, else the newest."""
    offered: dict[str, Module] = {}
    for module in advertised:
        rival = offered.get(module.name)
        if rival is None or (module.implemented, module.revision) > (rival.implemented, rival.revision):
            offered[module.name] = module
    return offered
