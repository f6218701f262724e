"""What a set of modules says of each of its data nodes, read by pyang: quick where yangson takes half a minute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyang import context, repository

Names = tuple[str, ...]
"""The way to a data node, ``{namespace}name`` each; choices and cases are left out."""

_DATA = ("container", "list", "leaf", "leaf-list")


def data_nodes(folder: Path, modules: Iterable[str]) -> dict[Names, Any]:
    """Every data node of some modules, as pyang's statements, with the deviations among the modules applied."""
    ctx = context.Context(repository.FileRepository(str(folder), use_env=False))
    loaded = [
        ctx.add_module(f"{name}.yang", (folder / f"{name}.yang").read_text("utf-8")) for name in modules
    ]
    ctx.validate()
    found: dict[Names, Any] = {}
    for module in loaded:
        _collect(getattr(module, "i_children", []), (), found)
    return found


def _collect(children: list[Any], above: Names, found: dict[Names, Any]) -> None:
    for child in children:
        if child.keyword in ("choice", "case"):
            _collect(child.i_children, above, found)
        elif child.keyword in _DATA:
            path = (*above, f"{{{child.i_module.search_one('namespace').arg}}}{child.arg}")
            found[path] = child
            _collect(getattr(child, "i_children", []), path, found)


def facts(node: Any) -> dict[str, object]:
    """All that is said of a node, but for enumerations and conditions."""
    said: dict[str, object] = {
        "kind": node.keyword,
        "config": node.i_config,
        "presence": node.search_one("presence") is not None,
        "unique": sorted(each.arg for each in node.search("unique")),
    }
    for keyword in ("mandatory", "default", "key", "min-elements", "max-elements", "ordered-by"):
        said[keyword] = _argument(node, keyword)
    if node.search_one("type") is not None:
        said |= _type_facts(node.search_one("type"))
    return said


def _argument(node: Any, keyword: str) -> str:
    found = node.search_one(keyword)
    text = "" if found is None else re.sub(r"\s+", " ", str(found.arg)).strip()
    return "" if (keyword, text) == ("mandatory", "false") else text


def _type_facts(leaf_type: Any) -> dict[str, object]:
    """The built-in type and its restrictions. Patterns are compared by what they let through, elsewhere."""
    chain = list(_chain(leaf_type))
    said: dict[str, object] = {"type": chain[-1].arg}
    for keyword in ("range", "length", "path"):
        given = [each.search_one(keyword).arg for each in chain if each.search_one(keyword)]
        said[keyword] = _plain(given[0]) if given else ""
    said["has a pattern"] = any(each.search_one("pattern") for each in chain)
    return said


def _chain(leaf_type: Any) -> Iterator[Any]:
    """A type and the types that its typedefs lead to, the built-in one last."""
    yield leaf_type
    typedef = getattr(leaf_type, "i_typedef", None)
    if typedef:
        yield from _chain(typedef.search_one("type"))


def values(node: Any) -> dict[str, object]:
    """The names of an enumeration or of bits, with their numbers."""
    if node.search_one("type") is None:
        return {}
    last = list(_chain(node.search_one("type")))[-1]
    return {
        each.arg: getattr(each, "i_value", None) if kind == "enum" else getattr(each, "i_position", None)
        for kind in ("enum", "bit")
        for each in last.search(kind)
    }


def conditions(node: Any) -> set[str]:
    """Every ``when`` and ``must`` of a node, those around it that have no node of their own included."""
    found = {f"{kind} {_plain(each.arg)}" for kind in ("when", "must") for each in node.search(kind)}
    return found | {f"when {_plain(each.arg)}" for around in _around(node) for each in around.search("when")}


def _around(node: Any) -> Iterator[Any]:
    """The choices, cases and augments between a node and its parent."""
    while node is not None:
        if augment := getattr(node, "i_augment", None):
            yield augment
        node = node.parent
        if node is None or node.keyword not in ("choice", "case"):
            return
        yield node


def _plain(expression: str) -> str:
    """An expression without the prefixes and spaces that do not matter."""
    parts = re.split(r"('[^']*')", expression)
    return "".join(part if part.startswith("'") else _stripped(part) for part in parts)


def _stripped(expression: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"(?<![\w.-])[\w-]+:(?=[\w*])", "", expression))
