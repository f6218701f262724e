"""The judgement on a golden payload: does it lead to something valid, and its inverse back?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from egresspair.schema import validate_config

from .edit_config import Element, apply_edit, canonical, content, parse

ROLES = ("master", "backup")


def complaints(folder: Path, role: str, models: Mapping[str, Any]) -> list[str]:
    """What is wrong with the payload of one router of a case; nothing if it is sound.

    Args:
        folder: of the case: ``before-ROLE.xml``, ``ROLE.xml`` and ``inverse-ROLE.xml``; without the latter
            two the router is not changed.
        role: ``master`` or ``backup``.
        models: to judge by, with a name for each.
    """
    before = content(parse((folder / f"before-{role}.xml").read_bytes()))
    edit, inverse = folder / f"{role}.xml", folder / f"inverse-{role}.xml"
    found = [f"before: {each}" for each in _verdicts(before, models)]
    if edit.exists() != inverse.exists():
        found.append(f"of {edit.name} and {inverse.name} only one is there")
    elif edit.exists():
        found += _edit_complaints(before, parse(edit.read_bytes()), parse(inverse.read_bytes()), models)
    return found


def _edit_complaints(
    before: Element, edit: Element, inverse: Element, models: Mapping[str, Any]
) -> Iterator[str]:
    model = next(iter(models.values()))
    after = apply_edit(model, before, edit)
    if canonical(after) == canonical(before):
        yield "the edit changes nothing"
    yield from (f"after: {each}" for each in _verdicts(after, models))
    if canonical(apply_edit(model, after, inverse)) != canonical(before):
        yield "the inverse does not lead back to the configuration before"


def _verdicts(config: Element, models: Mapping[str, Any]) -> Iterator[str]:
    for name, model in models.items():
        for violation in validate_config(model, config):
            yield f"{name}: {violation}"
