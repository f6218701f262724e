"""YAML, composed from PyYAML's parse events: no tag is resolved, so a scalar is the text that one sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from .place import Mark, spelled
from .tree import MAX_DEPTH, Entry, Fields, Finding, Items, Kind, Node, Scalar, UnreadableError, duplicate

__all__ = ["read_yaml"]

MAX_REPEATED = 10_000
"""How many values aliases may repeat, all together."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_QUOTATION = re.compile(r"'(?!<)[^']{3,}'")
_HINTS = (
    (
        "mapping values are not allowed",
        "A colon too many, or an indentation that is off: quote values with ': '.",
    ),
    ("could not find expected ':'", "A key is followed by a colon and a space."),
    ("expected <block end>", "The indentation of this line fits none of the lines above."),
    ("found unexpected end of stream", "A quotation mark is not closed."),
    ("while parsing a flow", "A comma or a closing bracket is missing."),
)


def read_yaml(text: str, findings: list[Finding]) -> Node | None:
    """The one document in ``text``, None if there is none; keys that stand twice are added to ``findings``.

    Raises:
        UnreadableError: this is not YAML, or it uses what an intent has no need of (tags, merge keys, several
            documents, aliases without end).
    """
    try:
        return _Composer(text, findings).document()
    except yaml.reader.ReaderError as error:
        raise _unprintable(text, error) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax(text, error) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableError("this is not YAML", Mark(1, 1)) from error


class _Composer:
    def __init__(self, text: str, findings: list[Finding]) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._findings = findings
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._repeated = 0
        self._path: list[str | int] = []
        self._size = 0

    def document(self) -> Node | None:
        next(self._events)
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.StreamEndEvent):
                break
            if root is not None:
                raise UnreadableError("a second document starts here", _mark(event), "Keep one to a file.")
            root = self._node(next(self._events))
            next(self._events)
        return None if isinstance(root, Scalar) and root.kind is Kind.NULL else root

    def _node(self, event: yaml.Event) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if len(self._path) > MAX_DEPTH:
            raise UnreadableError("this is nested too deeply", _mark(event))
        _refuse_tag(event)
        before = self._size
        self._size += 1
        node = self._content(event)
        anchor: str | None = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = (node, self._size - before)
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            raise UnreadableError(
                "this alias has no anchor above it", _mark(event), "Write '&name' where it stands."
            )
        node, size = self._anchors[event.anchor]
        self._size += size
        self._repeated += size
        if self._repeated > MAX_REPEATED:
            raise UnreadableError(f"aliases repeat more than {MAX_REPEATED} values", _mark(event))
        return node

    def _content(self, event: yaml.Event) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(tuple(self._items()), _mark(event))
        return Fields(tuple(self._entries()), _mark(event))

    def _items(self) -> Iterator[Node]:
        for index, event in enumerate(iter(self._events)):
            if isinstance(event, yaml.SequenceEndEvent):
                return
            self._path.append(index)
            yield self._node(event)
            self._path.pop()

    def _entries(self) -> Iterator[Entry]:
        seen: dict[str, Mark] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key, mark = _key(event), _mark(event)
            self._path.append(key)
            value = self._node(next(self._events))
            if key in seen:
                self._findings.append(duplicate(key, mark, seen[key], spelled(tuple(self._path[:-1]))))
            else:
                yield Entry(key, mark, _at_key(value, mark))
            seen.setdefault(key, mark)
            self._path.pop()


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start else Mark()


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    if event.style in ("'", '"', "|", ">"):
        return Scalar(event.value, Kind.QUOTED, _mark(event))
    return Scalar(event.value, Kind.NULL if event.value in _NULLS else Kind.PLAIN, _mark(event))


def _at_key(value: Node, mark: Mark) -> Node:
    """An empty value has no place of its own: it is said to be at its key."""
    if isinstance(value, Scalar) and value.kind is Kind.NULL and not value.text:
        return Scalar("", Kind.NULL, mark)
    return value


def _key(event: yaml.Event) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise UnreadableError("this cannot be a key", _mark(event), "A key is a single word.")
    _refuse_tag(event)
    if event.value == "<<" and not event.style:
        raise UnreadableError("merge keys are not supported", _mark(event), "Write the fields out.")
    return str(event.value)


def _refuse_tag(event: yaml.Event) -> None:
    if getattr(event, "tag", None) is not None:
        raise UnreadableError(
            "tags ('!…') are not supported", _mark(event), "Leave it out, or quote the value."
        )


def _unprintable(text: str, error: yaml.reader.ReaderError) -> UnreadableError:
    before = text[: error.position]
    mark = Mark(before.count("\n") + 1, error.position - before.rfind("\n"))
    return UnreadableError(f"character U+{ord(text[error.position]):04X} is not allowed in YAML", mark)


def _syntax(text: str, error: yaml.MarkedYAMLError) -> UnreadableError:
    position = error.problem_mark or error.context_mark
    mark = Mark(position.line + 1, position.column + 1) if position else Mark(1, 1)
    if position and text[position.index : position.index + 1] == "\t":
        return UnreadableError("a tab cannot indent YAML", mark, "Use spaces.")
    problem = _QUOTATION.sub("'…'", error.problem or "it cannot be parsed")
    said = f"{error.context} {problem}"
    hint = next((hint for start, hint in _HINTS if start in said), "")
    return UnreadableError(f"this is not YAML: {problem}", mark, hint)
