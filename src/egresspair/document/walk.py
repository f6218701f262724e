"""From a document as written to the plain values that a model takes, remembering where each was."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from .fault import FieldError
from .place import Mark, Path, Written, spelled
from .scalars import as_text
from .tree import Fields, Finding, Items, Kind, Node, Scalar, key_shown

__all__ = ["UNREADABLE", "Shape", "Walk", "did_you_mean"]

MAX_SHOWN = 20
"""How many words a hint lists."""

UNREADABLE = object()
"""Stands for a value that was reported already: no model takes it."""

Reader = Callable[[Scalar], object]


def dotted(parent: str, step: str | int) -> str:
    """A field's name from its parent's and its own step: ``vpn_instances[0].name``."""
    word = spelled((step,))
    return f"{parent}.{word}" if parent and not word.startswith("[") else parent + word


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of document looks like.

    Attributes:
        keys: for each mapping, by the names that lead to it (list positions left out): the keys it may
            have in the document's words, and the model's name of each.
        readers: how texts are read, by the model's names that lead to them; as a text by default.
        join: a field's name from its parent's and its own.
        root: the name of the whole.
    """

    keys: Mapping[tuple[str, ...], Mapping[str, str]]
    readers: Mapping[tuple[str, ...], Reader] = field(default_factory=dict)
    join: Callable[[str, str | int], str] = dotted
    root: str = ""


@dataclass(slots=True)
class Walk:
    """One pass over a document.

    Attributes:
        shape: what the document should look like.
        findings: what is wrong with it so far.
        places: where each value was written.
        unreadable: the ways to values that were reported.
        meant: the ways to keys that unknown ones were probably meant to be.
    """

    shape: Shape
    findings: list[Finding] = field(default_factory=list)
    places: dict[Path, Written] = field(default_factory=dict)
    unreadable: set[Path] = field(default_factory=set)
    meant: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Name the keys that stand twice, where they are words of such documents: others may be secrets."""
        words = {word for keys in self.shape.keys.values() for word in keys}
        self.findings[:] = [_named(found) if found.again in words else found for found in self.findings]

    def plain(self, node: Node, path: Path = (), name: str | None = None) -> object:
        """The value of a node: texts, numbers, lists, dicts; `UNREADABLE` for what was reported."""
        name = self.shape.root if name is None else name
        self.places[path] = Written(node.mark, name)
        if isinstance(node, Scalar):
            return self._scalar(node, path)
        if isinstance(node, Items):
            join = self.shape.join
            return [self.plain(item, (*path, at), join(name, at)) for at, item in enumerate(node.items)]
        return self._fields(node, path, name)

    def keys(self, path: Path) -> Mapping[str, str] | None:
        """The keys of the mapping there, in the document's words, with the model's names."""
        return self.shape.keys.get(_names(path))

    def report(self, path: Path, what: str, hint: str = "") -> None:
        """Something is wrong with the value there."""
        written = self.places[path]
        self.findings.append(Finding(what, written.mark, written.field, hint))

    def _scalar(self, node: Scalar, path: Path) -> object:
        if node.kind is Kind.NULL:
            return None
        try:
            return self.shape.readers.get(_names(path), as_text)(node)
        except FieldError as error:
            for fault in error.faults:
                self.report(path, fault.what, fault.hint)
            self.unreadable.add(path)
            return UNREADABLE

    def _fields(self, node: Fields, path: Path, name: str) -> dict[str, object]:
        known = self.keys(path)
        if known is None:
            return {}
        values = {}
        for entry in node.entries:
            if entry.key not in known:
                self._unknown(entry.key, entry.mark, path, name, known)
                continue
            own = known[entry.key]
            value = self.plain(entry.value, (*path, own), self.shape.join(name, entry.key))
            if value is not None:
                values[own] = value
        return values

    def _unknown(self, key: str, mark: Mark, path: Path, name: str, known: Mapping[str, str]) -> None:
        near, hint = did_you_mean(key, known)
        if near:
            self.meant.add((*path, known[near]))
        self.findings.append(Finding(f"key '{key_shown(key)}' is not known", mark, name, hint))


def _named(found: Finding) -> Finding:
    return replace(found, what=found.what.replace("this key", f"key '{found.again}'", 1))


def _names(path: Path) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def _holding(word: str, known: Collection[str]) -> list[str]:
    """The one known word that the given one is a part of, if it is of one only."""
    holding = [each for each in known if word in each]
    return holding if len(holding) == 1 else []


def did_you_mean(word: str, known: Collection[str]) -> tuple[str, str]:
    """The nearest of the known words, empty if none is near, and a hint that names it or all of them."""
    near = difflib.get_close_matches(word[:64], known, n=1) or _holding(word, known)
    if near:
        return near[0], f"Did you mean '{near[0]}'?"
    shown = ", ".join(itertools.islice(known, MAX_SHOWN))
    return "", f"Known are {shown}{', …' if len(known) > MAX_SHOWN else ''}."
