"""Schemas on disk, by content: a second device of a kind, or a second process, downloads and compiles nothing.

    schemas/servers/ID.json     which set a server with this hello has
    schemas/sets/DIGEST/        the texts of a set, what is implemented of it (set.json), and the compiled model

The compiled model is a pickle, which can be made to run anything: it is only read where nobody but its owner, the
present user, can have written it. See docs/adr/0029-compiled-schemas-are-pickles.md.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import platform
import shutil
import stat
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

from yangson import DataModel

from .discovery import Discovered, Text
from .model import load_model
from .modules import Module, ModuleSet

__all__ = ["SchemaStore", "StoredSet", "default_schema_folder"]

_log = logging.getLogger(__name__)
_ONE_AT_A_TIME = Lock()
_MODELS: dict[str, DataModel] = {}
"""By digest, for all stores of the process: a model is the same wherever its texts lay."""
_SPOILT = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
_FORM = 1
"""Of the files. A change of `mend`, or of what is kept, raises it."""


def default_schema_folder() -> Path:
    """``egresspair/schemas`` in the user's cache directory (XDG Base Directory Specification)."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(cache) if Path(cache).is_absolute() else Path("~/.cache").expanduser()
    return folder / "egresspair" / "schemas"


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A set of modules that lies in a folder.

    Attributes:
        digest: SHA-256 over names, revisions, features and texts.
        modules: what is implemented, and the folder.
        absent: see `Discovered.absent`.
        deviates: see `Discovered.deviates`.
        kind: platform and release, as a dialect told them.
        offers: the names of all modules that the server advertises, by its hello or its library.
    """

    digest: str
    modules: ModuleSet
    absent: tuple[str, ...] = ()
    deviates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: tuple[str, str] = ("", "")
    offers: frozenset[str] = frozenset()


class SchemaStore:
    """Keeps schemas. What cannot be written is kept for the life of this object only; nothing here fails for that.

    Args:
        folder: where; the user's cache by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or default_schema_folder()
        self._known: dict[str, StoredSet] = {}
        self._temporary: Path | None = None

    def recall(self, server: str) -> StoredSet | None:
        """The set of a server, None if it is not known."""
        if server not in self._known:
            with suppress(*_SPOILT):
                self._known[server] = self._read(
                    self._folder, json.loads(self._index(server).read_text("utf-8"))
                )
        return self._known.get(server)

    def forget(self, server: str) -> None:
        """Let the next `recall` find nothing."""
        self._known.pop(server, None)
        with suppress(OSError):
            self._index(server).unlink()

    def keep(self, found: Discovered, server: str = "", kind: tuple[str, str] = ("", "")) -> StoredSet:
        """Keep a set, and that this server has it.

        Args:
            found: with nothing missing.
            server: empty if the set does not come from the server alone: it is then found out again next time.
            kind: see `StoredSet.kind`.
        """
        entry = {
            "set": _digest(found.implemented, _files(found)),
            "absent": found.absent,
            "kind": kind,
            "offers": sorted(found.revisions),
        }
        try:
            kept = self._write(self._folder, entry, found)
            if server:
                _replace(self._index(server), json.dumps(entry))
        except OSError as error:
            _log.warning("a schema is not kept: %s", error)
            kept = self._write(self._private(), entry, found)
        if server:
            self._known[server] = kept
        return kept

    def model(self, kept: StoredSet) -> tuple[DataModel, bool]:
        """The compiled model, and whether it had to be compiled.

        Raises:
            DocumentError: the modules do not fit together.
        """
        with _ONE_AT_A_TIME:
            if kept.digest in _MODELS:
                return _MODELS[kept.digest], False
            file = kept.modules.folders[0] / f"model-{_compiler()}.pickle"
            model = _unpickled(file)
            if compiled := model is None:
                model = load_model(kept.modules)
                _pickle(model, file)
            _MODELS[kept.digest] = model
            return model, compiled

    def _index(self, server: str) -> Path:
        return self._folder / "servers" / f"{server}.json"

    def _private(self) -> Path:
        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="egresspair-"))  # mode 0700
            weakref.finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)
        return self._temporary

    @staticmethod
    def _read(folder: Path, entry: dict[str, Any]) -> StoredSet:
        """A set as it was written; one of `_SPOILT` is raised if it is not that any more."""
        place = folder / "sets" / entry["set"]
        listed = json.loads((place / "set.json").read_text("utf-8"))
        modules = tuple(
            Module(each["name"], each["revision"], frozenset(each["features"]), tuple(each["deviations"]))
            for each in listed["implemented"]
        )
        texts = {path.name: path.read_bytes() for path in place.glob("*.yang")}
        if _digest(modules, texts) != entry["set"]:
            raise ValueError(f"{place} is not what was written")
        deviates = {name: tuple(paths) for name, paths in listed["deviates"].items()}
        platform_name, release = entry["kind"]
        return StoredSet(
            entry["set"],
            ModuleSet((place,), modules),
            tuple(entry["absent"]),
            deviates,
            (platform_name, release),
            frozenset(entry["offers"]),
        )

    @classmethod
    def _write(cls, folder: Path, entry: dict[str, Any], found: Discovered) -> StoredSet:
        """Written beside and moved: a set is there whole or not at all."""
        with suppress(*_SPOILT):
            return cls._read(folder, entry)
        sets = folder / "sets"
        sets.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(dir=sets, prefix=".new-"))  # mode 0700
        try:
            for name, text in _files(found).items():
                (new / name).write_bytes(text)
            listed = {"implemented": list(map(_entry, found.implemented)), "deviates": dict(found.deviates)}
            (new / "set.json").write_text(json.dumps(listed), "utf-8")
            cls._move(new, folder, entry)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return cls._read(folder, entry)

    @classmethod
    def _move(cls, new: Path, folder: Path, entry: dict[str, Any]) -> None:
        """Another process may have been quicker; what is not whole makes way."""
        place = folder / "sets" / entry["set"]
        with suppress(OSError):
            new.rename(place)
            return
        with suppress(*_SPOILT):
            cls._read(folder, entry)
            return
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
        new.rename(place)


def _entry(module: Module) -> dict[str, Any]:
    return {
        "name": module.name,
        "revision": module.revision,
        "features": sorted(module.features),
        "deviations": list(module.deviations),
    }


def _file_name(text: Text) -> str:
    return f"{text.name}@{text.revision}.yang" if text.revision else f"{text.name}.yang"


def _files(found: Discovered) -> dict[str, bytes]:
    """The texts by the names of their files."""
    return {_file_name(text): text.yang.encode() for text in found.texts}


def _digest(implemented: Iterable[Module], texts: Mapping[str, bytes]) -> str:
    facts = {
        "implemented": sorted(json.dumps(_entry(module)) for module in implemented),
        "texts": sorted(f"{name} {hashlib.sha256(text).hexdigest()}" for name, text in texts.items()),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _compiler() -> str:
    """A pickle fits what wrote it and nothing else."""
    return (
        f"{_FORM}-yangson-{version('yangson')}-{platform.python_implementation()}-{platform.python_version()}"
    )


def _unpickled(file: Path) -> DataModel | None:
    try:
        with file.open("rb") as stream:
            if not _only_ours(os.fstat(stream.fileno())) or not _only_ours(file.parent.stat()):
                _log.warning("%s may have been written by somebody else and is not used", file)
                return None
            model = pickle.load(stream)  # noqa: S301  # only what nobody else can have written
            return model if isinstance(model, DataModel) else None
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001  # a spoilt cache is no cache
        _log.warning("%s is not used: %s", file, error)
        return None


def _only_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _pickle(model: DataModel, file: Path) -> None:
    try:
        _replace(file, pickle.dumps(model))
    except OSError as error:
        _log.warning("a compiled schema is not kept: %s", error)


def _replace(file: Path, content: str | bytes) -> None:
    """A reader sees the old file or the new one; mkstemp gives mode 0600."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
