"""Where a value was written, and the way to it in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import Problem

__all__ = ["Mark", "Path", "Place", "Source", "Written", "spelled"]

Path = tuple[str | int, ...]
"""The way from the root of a document to a value: ``("vpn_instances", 0, "static_label")``."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_:@-]+")
_LAST_STEP = re.compile(r"(\.?[^.\[\]]+|\[(\"[^\"]*\"|[0-9]+)\])$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A position in a text; line and column count from 1, 0 is unknown."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file.

    Attributes:
        file: the document, empty when it came from memory.
        line: 1-based, 0 when unknown.
        column: 1-based, counted in characters, 0 when unknown.
    """

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """Where a value stands, and its field in the words of the document."""

    mark: Mark
    field: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of a document came from. All sources are equal: they are no part of what was said.

    Attributes:
        file: the document, empty when it came from memory.
        places: by field, as `spelled` writes it.
    """

    file: str = field(default="", compare=False)
    places: Mapping[str, Written] = field(default_factory=dict, compare=False, repr=False)

    def place(self, path: str) -> Place:
        """Where a field was written, or else the nearest thing around it."""
        written = self._nearest(path)
        return Place(self.file, written.mark.line, written.mark.column)

    def problem(self, path: str, what: str, *, hint: str = "") -> Problem:
        """Something wrong with a field, with its place."""
        written = self._nearest(path)
        name = written.field if path in self.places else path
        return Problem(what, name, self.file, written.mark.line, written.mark.column, hint)

    def _nearest(self, path: str) -> Written:
        while path and path not in self.places:
            path = _LAST_STEP.sub("", path) if _LAST_STEP.search(path) else ""
        return self.places.get(path, Written(Mark(), path))


def spelled(path: Path) -> str:
    """A path in words: ``vpn_instances[0].static_label``, ``devices["a.example"].port``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text
