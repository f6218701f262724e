"""What a pydantic model says of plain values, in our own words and with places."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .fault import FIELD_FAULT, Fault
from .place import Path, Source, spelled
from .tree import Finding
from .walk import MAX_SHOWN, Walk

__all__ = ["judged", "source_of"]

M = TypeVar("M", bound=BaseModel)
Rules = Callable[[Mapping[str, Any]], Iterable[Fault]]

_MAPPING = "a mapping"
_WANTED = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "a text",
    "int_type": "a number",
    "float_type": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "path_type": "a text",
    "is_instance_of": "a text",
}
_HOW = {
    _MAPPING: "Write KEY: VALUE, one to a line.",
    "a list": "Write it as a list, even if it is one alone.",
    "a text": "Write one value alone.",
    "a number": "Write decimal digits.",
    "true or false": "Write true or false, without quotation marks.",
}


def _no_rules(_: Mapping[str, Any]) -> Iterable[Fault]:
    return ()


def judged(
    model: type[M],
    values: object,
    walk: Walk,
    *,
    context: object,
    at: Path = (),
    rules: Rules = _no_rules,
) -> M | None:
    """The model of the values found at ``at``; None after adding to the walk's findings all that is wrong.

    Args:
        model: that the values should make.
        values: what the walk gave.
        walk: knows where everything was written.
        context: handed to the model's validators.
        at: the way from the document's root to the values.
        rules: of the whole, tried on values that are partly wrong too, so that all problems show at once.
    """
    try:
        return model.model_validate(values, context=context)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            _report(details, values, walk, at)
    if isinstance(values, dict):
        _add(walk, at, rules(values))
    return None


def source_of(walk: Walk, file: str) -> Source:
    """The places that the walk saw, for the model to keep."""
    return Source(file, {spelled(path): written for path, written in walk.places.items()})


def _report(details: ErrorDetails, values: object, walk: Walk, at: Path) -> None:
    path = (*at, *details["loc"])
    if any(path[:length] in walk.unreadable for length in range(len(path) + 1)):
        return
    if details["type"] == FIELD_FAULT:
        _add(walk, path, details["ctx"]["faults"])
    elif details["type"] == "missing":
        _missing(walk, path)
    else:
        _misfit(walk, _known(walk, path), details["type"], values, at)


def _add(walk: Walk, base: Path, faults: Iterable[Fault]) -> None:
    for fault in faults:
        path = _known(walk, (*base, *fault.path))
        first = walk.places[_known(walk, (*base, *fault.twin))]
        what = fault.told(f"{first.field} in line {first.mark.line}")
        finding = Finding(what, walk.places[path].mark, walk.places[path].field, fault.hint)
        if finding not in walk.findings:
            walk.findings.append(finding)


def _missing(walk: Walk, path: Path) -> None:
    if path in walk.meant:
        return
    if path in walk.places:
        walk.report(path, "is missing: the key is there, but empty", "Give it a value.")
        return
    parent = _known(walk, path[:-1])
    name = _word(walk, parent, str(path[-1]))
    walk.report(parent, f"'{name}' is missing", f"Add '{name}'.")


def _word(walk: Walk, parent: Path, own: str) -> str:
    """The document's word for a key."""
    known = walk.keys(parent) or {}
    return next((word for word, name in known.items() if name == own), own)


def _misfit(walk: Walk, path: Path, kind: str, values: object, at: Path) -> None:
    wanted = _WANTED.get(kind)
    if wanted is None:
        walk.report(path, "has no value that can stand here")
        return
    what = f"is {_described(_value(values, path[len(at) :]))}, but {wanted} is wanted"
    walk.report(path, what, _how(wanted, walk.keys(path)))


def _how(wanted: str, keys: Mapping[str, str] | None) -> str:
    """How the value that is wanted is written."""
    if wanted == _MAPPING and keys:
        return f"Its keys are {', '.join(itertools.islice(keys, MAX_SHOWN))}."
    return _HOW[wanted]


def _value(values: Any, path: Path) -> object:
    for step in path:
        try:
            values = values[step]
        except (LookupError, TypeError):
            return None
    return values


def _described(value: object) -> str:
    for kind, words in ((dict, "a mapping"), (list, "a list"), (str, "a text"), (bool, "a truth value")):
        if isinstance(value, kind):
            return words
    return "empty" if value is None else "a number"


def _known(walk: Walk, path: Path) -> Path:
    """The path, or the nearest one around it that was written."""
    while path and path not in walk.places:
        path = path[:-1]
    return path
