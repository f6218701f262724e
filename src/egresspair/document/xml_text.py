"""XML of one YANG module, with positions: elements of its namespace, texts in the leaves, nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from xml.parsers import expat

from .place import Mark
from .tree import MAX_DEPTH, Entry, Fields, Finding, Items, Kind, Node, Scalar, UnreadableError, duplicate

__all__ = ["read_xml"]

_BETWEEN = "\n"
"""Between namespace and name: neither can hold it."""


def read_xml(text: str, findings: list[Finding], *, namespace: str, lists: Collection[str]) -> Fields:
    """The root element of ``text`` as a field of its own; elements named in ``lists`` become lists.

    Raises:
        UnreadableError: this is not XML, or holds a document type, foreign elements or attributes.
    """
    reader = _Reader(namespace)
    try:
        reader.parse(text)
    except expat.ExpatError as error:
        mark = Mark(error.lineno, error.offset + 1)
        raise UnreadableError(f"this is not XML: {expat.ErrorString(error.code)}", mark) from None
    root = reader.root
    return Fields((Entry(root.name, root.mark, _node(root, "/" + root.name, lists, findings)),), root.mark)


@dataclass(slots=True)
class _Element:
    name: str
    mark: Mark
    children: list[_Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    text_mark: Mark | None = None

    @property
    def text(self) -> str:
        return "".join(self.texts)


class _Reader:
    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[_Element] = []
        self.root = _Element("", Mark())

    def parse(self, text: str) -> None:
        self._parser.Parse(text, True)  # noqa: FBT003  # expat takes it by position only

    def _mark(self) -> Mark:
        return Mark(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(_BETWEEN)
        element = _Element(name, self._mark())
        if namespace != self._namespace:
            hint = f'Elements are of the namespace "{self._namespace}".'
            raise UnreadableError(f"element <{name}> is not of the intent's module", element.mark, hint)
        if attributes:
            raise UnreadableError(
                f"attributes of <{name}> are not supported", element.mark, "Leave them out."
            )
        if len(self._open) > MAX_DEPTH:
            raise UnreadableError("this is nested too deeply", element.mark)
        self._attach(element)

    def _attach(self, element: _Element) -> None:
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if element.children and element.text.strip():
            raise UnreadableError(f"text stands between the elements of <{element.name}>", element.mark)

    def _characters(self, text: str) -> None:
        element = self._open[-1]
        element.text_mark = element.text_mark or self._mark()
        element.texts.append(text)

    def _doctype(self, *_: object) -> None:
        raise UnreadableError(
            "document types and entities are not supported", self._mark(), "Leave them out."
        )


def _node(element: _Element, field: str, lists: Collection[str], findings: list[Finding]) -> Node:
    if not element.children:
        return Scalar(element.text, Kind.PLAIN, element.text_mark or element.mark)
    entries: dict[str, Entry] = {}
    for name, group in _by_name(element.children).items():
        value: Node = _node(group[0], f"{field}/{name}", lists, findings)
        if name in lists:
            rest = (_node(each, f"{field}/{name}", lists, findings) for each in group[1:])
            value = Items((value, *rest), group[0].mark)
        else:
            findings += [duplicate(name, each.mark, group[0].mark, field) for each in group[1:]]
        entries[name] = Entry(name, group[0].mark, value)
    return Fields(tuple(entries.values()), element.mark)


def _by_name(elements: list[_Element]) -> dict[str, list[_Element]]:
    groups: dict[str, list[_Element]] = {}
    for element in elements:
        groups.setdefault(element.name, []).append(element)
    return groups
