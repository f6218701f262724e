"""From a path that a router or its schema complains about back to the field of the intent: pure.

Servers give paths badly: with any prefixes, without keys, only in the text of the message. Where a path leaves several
fields they are all named; where it leaves none, the router's words stand alone. Nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..configuration import Address, Node, canonical
from ..dialects import Dialect
from ..errors import Problem
from ..netconf.instance_path import Step, paths_in, steps_of
from ..netconf.reply import RpcError
from .origins import Origin

__all__ = ["Attributed", "Attribution"]

_NAMES_A_NODE = frozenset({"bad-element", "error-para"})
"""Leaves of ``error-info`` that may hold the bare name of a node: RFC 6241, appendix A, and Huawei's parameters."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """Something wrong with what one router was to be given.

    Attributes:
        what: in the words of the router or of its schema, on one line.
        device: the router.
        origins: the fields that may be meant, one for each field; none if that cannot be told.
        hint: what to do about it.
    """

    what: str
    device: str
    origins: tuple[Origin, ...] = ()
    hint: str = ""

    @property
    def place(self) -> str:
        """The fields with their places in the document, empty if none is known."""
        places = [origin.place for origin in self.origins]
        return f"one of: {', '.join(places)}" if len(places) > 1 else "".join(places)

    @property
    def problem(self) -> Problem:
        """The same as a problem of the intent; of several fields none has the line to itself."""
        if len(self.origins) == 1:
            (origin,) = self.origins
            field = f"{self.device} {origin.field}"
            return Problem(self.what, field, origin.file, origin.line, origin.column, self.hint)
        return Problem(self.what, f"{self.device} {self.place}".rstrip(), hint=self.hint)


@dataclass(frozen=True)
class Attribution:
    """Finds the fields that are meant, for one router.

    Attributes:
        device: the router.
        dialect: reads its paths.
        origins: of what it is to be given.
    """

    device: str
    dialect: Dialect
    origins: tuple[Origin, ...]

    def of_path(self, path: str, what: str) -> Attributed:
        """Something wrong with the node at a path, e.g. the path of a `schema.Violation`."""
        return self._attributed(what, self._meant(self._addresses([steps_of(path)])))

    def of_error(self, error: RpcError) -> Attributed:
        """What a router complains about."""
        return self._attributed(str(error), self._first_meant(error))

    def _attributed(self, what: str, origins: tuple[Origin, ...]) -> Attributed:
        return Attributed(" ".join(what.split()), self.device, origins, _hint(origins))

    def _first_meant(self, error: RpcError) -> tuple[Origin, ...]:
        """The first source that leads anywhere, from the most to the least trustworthy."""
        path, names = (
            steps_of(error.path),
            [steps_of(text) for name, text in error.info if name in _NAMES_A_NODE],
        )
        bare = self._addresses(name for name in names if len(name) == 1)
        first = [_refined(address, bare) for address in self._addresses([path])] if path else bare
        sources = (
            first,
            self._addresses(steps_of(text) for _, text in error.info if text.startswith("/")),
            self._addresses(map(steps_of, paths_in(error.message))),
        )
        return next(filter(None, map(self._meant, sources)), ())

    def _addresses(self, paths: Iterable[Sequence[Step]]) -> list[Address]:
        return list(filter(None, map(self.dialect.address_of, paths)))

    def _meant(self, addresses: Iterable[Address]) -> tuple[Origin, ...]:
        """One path may be a vaguer form of another: then the narrower counts."""
        found = [fields for address in addresses if (fields := self._fields(address))]
        narrow = [fields for fields in found if not any(other < fields for other in found)]
        together = frozenset[str]().union(*narrow)
        return tuple(self._by_field[field] for field in self._by_field if field in together)

    @cached_property
    def _by_field(self) -> dict[str, Origin]:
        """One origin for each field, in the order of the intent."""
        by_field: dict[str, Origin] = {}
        for origin in self.origins:
            by_field.setdefault(origin.field, origin)
        return by_field

    def _fields(self, address: Address) -> frozenset[str]:
        """The fields that an address may mean; where none says it, the VPN instances that it may be in."""
        pool = [origin for origin in self.origins if _is_in(origin.vpn, address.vpn)]
        hits = [origin for origin in pool if _is_meant(origin, address)]
        nearest = [origin for origin in pool if origin.node is Node.INSTANCE]
        return frozenset(origin.field for origin in hits or nearest)


def _refined(address: Address, bare: Sequence[Address]) -> Address:
    """A path that stops at the instance or the family, with the one node that the error names beside it."""
    if len(bare) != 1 or not address.nodes <= {Node.INSTANCE, Node.FAMILY}:
        return address
    return Address(address.vpn, bare[0].nodes)


def _is_in(vpn: str, key: str) -> bool:
    """Our own paths write a key as a JSON string (RFC 7951), servers write it as it is."""
    if key in ("", vpn):
        return True
    return "\\" in key and json.dumps(vpn, ensure_ascii=False)[1:-1] == key


def _is_meant(origin: Origin, address: Address) -> bool:
    if origin.node not in address.nodes:
        return False
    if address.value and canonical(address.value) != origin.value:
        return False
    return origin.edited or bool(address.vpn)


def _hint(origins: tuple[Origin, ...]) -> str:
    if not origins:
        return ""
    if len(origins) > 1:
        return "The router does not say which. Correct it in the intent and plan again."
    return "Correct it in the intent and plan again."
