"""Reading an inventory from YAML or JSON."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath

from ..document import (
    Fields,
    Finding,
    Kind,
    Mark,
    Node,
    Scalar,
    Shape,
    UnreadableError,
    Walk,
    as_boolean,
    as_integer,
    as_number,
    as_text,
    decoded,
    judged,
    named,
    problems_of,
    read_file,
    read_json,
    read_yaml,
    sound,
    source_of,
)
from ..errors import InventoryError
from .model import DeviceEntry, Inventory, Origin

__all__ = ["load_inventory", "parse_inventory"]

_KEYS = {name: name for name in DeviceEntry.model_fields if name != "name"}
_JSON_OBJECT = re.compile(r'\s*\{\s*["}]')
_ELSEWHERE = "Check the path; on the command line, -i FILE names the inventory."
_EXAMPLE = "An inventory holds devices: {NAME: {host: …, username: …}}."


def load_inventory(path: str | os.PathLike[str]) -> Inventory:
    """The inventory in a file; paths in it are relative to its folder.

    Raises:
        InventoryError: the file holds no sound inventory; all problems, with line and column.
        UsageError: there is no such file, or it cannot be read.
    """
    file = named(path, "inventory")
    try:
        text = decoded(read_file(path, "inventory", hint=_ELSEWHERE))
    except UnreadableError as error:
        raise InventoryError(problems_of([error.finding], file)) from None
    suffix = PurePath(file).suffix.lower()
    is_json = suffix == ".json" if suffix in (".json", ".yaml", ".yml") else bool(_JSON_OBJECT.match(text))
    return _inventory(text, file, Path(file).absolute().parent, is_json=is_json)


def parse_inventory(text: str, *, name: str = "<text>", folder: str | os.PathLike[str] = ".") -> Inventory:
    """The inventory in a text, YAML or JSON.

    Args:
        text: the whole document.
        name: stands for the file in messages.
        folder: that paths in it are relative to.

    Raises:
        InventoryError: the text holds no sound inventory; all problems, with line and column.
    """
    try:
        text = sound(text)
    except UnreadableError as error:
        raise InventoryError(problems_of([error.finding], name)) from None
    return _inventory(text, name, Path(folder).absolute(), is_json=bool(_JSON_OBJECT.match(text)))


def _inventory(text: str, file: str, folder: Path, *, is_json: bool) -> Inventory:
    findings: list[Finding] = []
    try:
        root = _root(text, findings, is_json=is_json)
    except UnreadableError as error:
        raise InventoryError(problems_of([*findings, error.finding], file)) from None
    walk = Walk(_shape(root), findings)
    values = walk.plain(root)
    devices = _devices(values, walk, Origin(source_of(walk, file), folder))
    if findings:
        raise InventoryError(problems_of(findings, file))
    return Inventory(devices, file)


def _root(text: str, findings: list[Finding], *, is_json: bool) -> Node:
    root = (read_json if is_json else read_yaml)(text, findings)
    if root is None:
        raise UnreadableError("this is empty", Mark(1, 1), _EXAMPLE)
    return root


def _devices(values: object, walk: Walk, origin: Origin) -> dict[str, DeviceEntry]:
    """The sound ones of the devices; what is wrong with the others is added to the walk's findings."""
    devices = values.get("devices") if isinstance(values, dict) else None
    if not isinstance(devices, dict) or not walk.keys(("devices",)):
        at = ("devices",) if ("devices",) in walk.places else ()
        if ("devices",) not in walk.meant:
            what = "is a list, but a mapping is wanted" if isinstance(devices, list) else "holds no devices"
            walk.report(at, what, _EXAMPLE)
        return {}
    entries = {}
    for name in walk.keys(("devices",)) or {}:
        value = devices.get(name)
        named = {**value, "name": name} if isinstance(value, dict) else value
        entry = judged(DeviceEntry, named, walk, context=origin, at=("devices", name))
        if entry is not None:
            entries[name] = entry
    return entries


def _shape(root: Node) -> Shape:
    """What the inventory should look like, given the names of its devices."""
    names = _names(root)
    keys = {(): {"devices": "devices"}, ("devices",): {name: name for name in names}}
    return Shape(
        keys=keys | {("devices", name): _KEYS for name in names},
        readers={("devices", name, key): reader for name in names for key, reader in _READERS.items()},
    )


def _names(root: Node) -> list[str]:
    for entry in root.entries if isinstance(root, Fields) else ():
        if entry.key == "devices" and isinstance(entry.value, Fields):
            return [device.key for device in entry.value.entries]
    return []


def _ssh_config(scalar: Scalar) -> object:
    is_boolean = scalar.kind is not Kind.QUOTED and scalar.text in ("true", "false")
    return as_boolean(scalar) if is_boolean else as_text(scalar)


_READERS = {
    "port": as_integer,
    "timeout": as_number,
    "agent": as_boolean,
    "ssh_config": _ssh_config,
}
