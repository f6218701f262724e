"""Reading an intent from YAML, JSON, RFC 7951 JSON or XML."""

from __future__ import annotations

import os
import re
from pathlib import PurePath
from typing import Literal, get_args

from ..document import (
    Entry,
    Fields,
    Finding,
    Mark,
    Node,
    Shape,
    UnreadableError,
    Walk,
    decoded,
    judged,
    named,
    problems_of,
    read_file,
    read_json,
    read_xml,
    read_yaml,
    sound,
    source_of,
)
from ..errors import IntentError, UsageError
from .distinct import groups_of, twins
from .model import Intent
from .words import LISTS, MODULE, NAMESPACE, OWN, RFC7951_ROOT, ROOT, XML, YANG

__all__ = ["Format", "format_named", "load_intent", "parse_intent"]

Format = Literal["yaml", "json", "rfc7951-json", "xml"]
"""How an intent is written."""

_SUFFIXES: dict[str, Format] = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".xml": "xml"}
_XML_START = re.compile(r"\s*<(?!<)")
_JSON_OBJECT = re.compile(r'\s*\{\s*["}]')


def load_intent(path: str | os.PathLike[str]) -> Intent:
    """The intent in a file.

    The format is that of the suffix (``.yaml``, ``.yml``, ``.json``, ``.xml``), else of the content; XML and
    RFC 7951 JSON are of the module egress-protection.

    Raises:
        IntentError: the file holds no sound intent; all problems, with line and column.
        UsageError: there is no such file, or it cannot be read.
    """
    file = named(path, "intent")
    try:
        text = decoded(read_file(path, "intent"))
    except UnreadableError as error:
        raise IntentError(problems_of([error.finding], file)) from None
    return _intent(text, file, _SUFFIXES.get(PurePath(file).suffix.lower()))


def parse_intent(text: str, *, name: str = "<text>", format: Format | None = None) -> Intent:  # noqa: A002
    """The intent in a text.

    Args:
        text: the whole document.
        name: stands for the file in messages.
        format: how it is written; found from the content if not given. ``json`` takes RFC 7951 JSON too.

    Raises:
        IntentError: the text holds no sound intent; all problems, with line and column.
        UsageError: there is no such format.
    """
    wanted = None if format is None else format_named(format)
    try:
        text = sound(text)
    except UnreadableError as error:
        raise IntentError(problems_of([error.finding], name)) from None
    return _intent(text, name, wanted)


def format_named(word: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    for known in get_args(Format):
        if word == known:
            return known  # type: ignore[no-any-return]  # a member of the literal
    raise UsageError(
        f"{word!r} is not a format", where="format", hint=f"Formats are {', '.join(get_args(Format))}."
    )


def _intent(text: str, file: str, wanted: Format | None) -> Intent:
    findings: list[Finding] = []
    try:
        root, shape = _read(text, wanted or _format_of(text), findings)
    except UnreadableError as error:
        raise IntentError(problems_of([*findings, error.finding], file)) from None
    walk = Walk(shape, findings)
    values = walk.plain(root)
    source = source_of(walk, file)
    intent = judged(Intent, values, walk, context=source, rules=lambda plain: twins(groups_of(plain)))
    if intent is None or findings:
        raise IntentError(problems_of(findings, file))
    return intent


def _format_of(text: str) -> Format:
    if _XML_START.match(text):
        return "xml"
    return "json" if _JSON_OBJECT.match(text) else "yaml"


def _read(text: str, syntax: Format, findings: list[Finding]) -> tuple[Node, Shape]:
    """The node that should be an intent, and how it should look."""
    if syntax == "xml":
        node = read_xml(text, findings, namespace=NAMESPACE, lists=LISTS)
        return _unwrapped(node, ROOT, findings), XML
    root = (read_yaml if syntax == "yaml" else read_json)(text, findings)
    if root is None:
        raise UnreadableError(
            "this is empty", Mark(1, 1), "An intent names pair, master, backup and vpn_instances."
        )
    if syntax == "rfc7951-json" or _is_of_module(root):
        return _unwrapped(root, RFC7951_ROOT, findings), YANG
    return root, OWN


def _is_of_module(root: Node) -> bool:
    return isinstance(root, Fields) and any(entry.key.startswith(f"{MODULE}:") for entry in root.entries)


def _unwrapped(root: Node, name: str, findings: list[Finding]) -> Node:
    """The value of the one member that a document of the module has."""
    entries = root.entries if isinstance(root, Fields) else ()
    wanted = next((entry for entry in entries if entry.key == name), None)
    if wanted is None:
        raise UnreadableError(f"'{name}' is missing at the top", root.mark, _wrapper_hint(name))
    findings += [_stray(entry, name) for entry in entries if entry is not wanted]
    return wanted.value


def _stray(entry: Entry, name: str) -> Finding:
    return Finding(
        f"stands beside '{name}'", entry.mark, entry.key[:64], "An intent stands alone in its file."
    )


def _wrapper_hint(name: str) -> str:
    if name == ROOT:
        return f'The root element is <intent xmlns="{NAMESPACE}">.'
    return f'The document is {{"{name}": {{…}}}}.'
