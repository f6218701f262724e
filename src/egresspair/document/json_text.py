"""JSON (RFC 8259), strictly, with positions, which the standard library's reader does not give."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator

from .place import Mark, spelled
from .tree import (
    MAX_DEPTH,
    Entry,
    Fields,
    Finding,
    Items,
    Kind,
    Node,
    Scalar,
    UnreadableError,
    duplicate,
)

__all__ = ["read_json"]

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"')
_LOOK = (
    "Look there, and just before it: names and texts stand in double quotation marks, no comma ends a list."
)
_WORD = re.compile(r"[A-Za-z]+")
_WORDS = {"true": Kind.WORD, "false": Kind.WORD, "null": Kind.NULL}


def read_json(text: str, findings: list[Finding]) -> Node | None:
    """The value in ``text``, None for an empty text; members that stand twice are added to ``findings``.

    Raises:
        UnreadableError: this is not JSON.
    """
    return _Reader(text, findings).document()


class _Reader:
    def __init__(self, text: str, findings: list[Finding]) -> None:
        self._text = text
        self._at = 0
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._path: list[str | int] = []
        self._findings = findings

    def document(self) -> Node | None:
        if not self._next():
            return None
        root = self._value()
        if self._next():
            raise self._wrong("something follows the end of the document")
        return None if isinstance(root, Scalar) and root.kind is Kind.NULL else root

    def _next(self) -> str:
        """The character after white space, empty at the end."""
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # matches always
        return self._text[self._at : self._at + 1]

    def _mark(self) -> Mark:
        line = bisect_right(self._lines, self._at)
        return Mark(line, self._at - self._lines[line - 1] + 1)

    def _wrong(self, what: str, hint: str = _LOOK) -> UnreadableError:
        return UnreadableError(f"this is not JSON: {what}", self._mark(), hint)

    def _value(self) -> Node:
        start, mark = self._next(), self._mark()
        if start in ("{", "[") and len(self._path) > MAX_DEPTH:
            raise UnreadableError("this is nested too deeply", mark)
        if start == "{":
            return Fields(tuple(self._entries()), mark)
        if start == "[":
            return Items(tuple(self._items()), mark)
        if start == '"':
            return Scalar(self._string(), Kind.QUOTED, mark)
        return self._bare(mark)

    def _bare(self, mark: Mark) -> Scalar:
        if number := _NUMBER.match(self._text, self._at):
            self._at = number.end()
            return Scalar(number.group(), Kind.NUMBER, mark)
        word = _WORD.match(self._text, self._at)
        if not word or word.group() not in _WORDS:
            raise self._wrong("a value is expected here", "Texts stand in double quotation marks.")
        self._at = word.end()
        return Scalar(word.group(), _WORDS[word.group()], mark)

    def _string(self) -> str:
        match = _STRING.match(self._text, self._at)
        if not match:
            raise self._wrong("this text is not closed, or holds a character that must be escaped")
        self._at = match.end()
        return str(json.loads(match.group()))

    def _items(self) -> Iterator[Node]:
        for index, _ in enumerate(self._members("]")):
            self._path.append(index)
            yield self._value()
            self._path.pop()

    def _entries(self) -> Iterator[Entry]:
        seen: dict[str, Mark] = {}
        for start in self._members("}"):
            mark = self._mark()
            if start != '"':
                raise self._wrong("a name in double quotation marks is expected here")
            key = self._string()
            self._expect(":")
            self._path.append(key)
            value = self._value()
            if key in seen:
                self._findings.append(duplicate(key, mark, seen[key], spelled(tuple(self._path[:-1]))))
            else:
                yield Entry(key, mark, value)
            seen.setdefault(key, mark)
            self._path.pop()

    def _members(self, end: str) -> Iterator[str]:
        """Stops at the start of each member; each must be consumed before the next is asked for."""
        self._at += 1
        if self._next() == end:
            self._at += 1
            return
        while True:
            yield self._next()
            if self._next() == end:
                self._at += 1
                return
            self._expect(",", f"A comma or '{end}' is missing.")

    def _expect(self, sign: str, hint: str = "") -> None:
        if self._next() != sign:
            raise self._wrong(f"'{sign}' is expected here", hint)
        self._at += 1
