"""A document as it was written: texts, lists and fields, each with its position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

from ..errors import Problem
from .place import Mark

__all__ = [
    "MAX_DEPTH",
    "Entry",
    "Fields",
    "Finding",
    "Items",
    "Kind",
    "Node",
    "Scalar",
    "UnreadableError",
    "duplicate",
    "key_shown",
    "problems_of",
]

_LOOK = "Look there, and just before it."
MAX_DEPTH = 32
"""Nesting beyond this is not a document that a person wrote."""


class Kind(StrEnum):
    """How a scalar was written."""

    PLAIN = "plain"
    """Bare text (YAML, XML): whether it is a number is for the field to say."""
    QUOTED = "quoted"
    """A text for certain (YAML, JSON)."""
    NUMBER = "number"
    """A JSON number."""
    WORD = "word"
    """``true`` or ``false`` in JSON."""
    NULL = "null"
    """Nothing was given."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, by its text."""

    text: str
    kind: Kind
    mark: Mark


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and what it holds."""

    key: str
    mark: Mark
    value: Node


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; no key stands twice in it."""

    entries: tuple[Entry, ...]
    mark: Mark


Node = Scalar | Items | Fields


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a position of a document.

    Attributes:
        what: what is wrong.
        mark: where.
        field: the field in the document's words, if one is concerned.
        hint: what to do about it.
        again: the key that stands a second time, if that is what is wrong; it may be a misplaced secret.
    """

    what: str
    mark: Mark
    field: str = ""
    hint: str = ""
    again: str = dataclass_field(default="", repr=False)


class UnreadableError(Exception):
    """The document cannot be read any further.

    Attributes:
        finding: why.
    """

    def __init__(self, what: str, mark: Mark, hint: str = _LOOK, *, field: str = "") -> None:
        super().__init__(what)
        self.finding = Finding(what, mark, field, hint)


def key_shown(key: str) -> str:
    """A key as messages name it: what cannot belong to a key may be a mistyped value, and is not repeated."""
    known = "".join(char if char.isascii() and (char.isalnum() or char in "_-:.<") else " " for char in key)
    word = known.split(" ")[0][:40]
    return word if word == key else f"{word}…"


def duplicate(key: str, mark: Mark, first: Mark, field: str) -> Finding:
    """The finding for a key that stands a second time; it names the key no sooner than it is known to be one."""
    what = f"this key stands here again, first in line {first.line}"
    return Finding(what, mark, field, "Keep one of them.", key)


def problems_of(findings: Iterable[Finding], file: str) -> list[Problem]:
    """The findings as problems of a file, in the order of the text."""
    return [
        Problem(found.what, found.field, file, found.mark.line, found.mark.column, found.hint)
        for found in sorted(findings, key=lambda found: (found.mark.line, found.mark.column))
    ]
