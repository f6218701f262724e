"""Which modules make up a schema, and what the head of a module file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yangson.exceptions import YangsonException
from yangson.statement import ModuleParser

from ..errors import DocumentError, Problem

__all__ = ["Header", "Module", "ModuleSet", "find_module", "header_of", "read_header"]


@dataclass(frozen=True, slots=True)
class Module:
    """A module as a server advertises it in its hello (RFC 6020, section 5.6.4).

    Attributes:
        name: of the module.
        revision: as advertised; empty means the newest one in the folders.
        features: that the server supports.
        deviations: names of the modules that say how the server departs from this one.
        implemented: False where it only lends types and groupings (RFC 7895, ``conformance-type``).
    """

    name: str
    revision: str = ""
    features: frozenset[str] = frozenset()
    deviations: tuple[str, ...] = ()
    implemented: bool = True

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" if self.revision else self.name


@dataclass(frozen=True, slots=True)
class ModuleSet:
    """A schema by its parts: what is implemented, and the folders that hold the text.

    Attributes:
        folders: searched in this order, not recursively.
        implemented: modules whose nodes can be instantiated, deviation modules among them. What these import
            and is not named here is loaded for its types alone.
    """

    folders: tuple[Path, ...]
    implemented: tuple[Module, ...]

    @classmethod
    def of(cls, folder: Path | Iterable[Path], *names: str) -> ModuleSet:
        """The newest revisions that the folder (or folders) holds of these modules, without features."""
        folders = (folder,) if isinstance(folder, Path) else tuple(folder)
        return cls(folders, tuple(Module(name) for name in names))


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a module or submodule file says.

    Attributes:
        path: of the file.
        name: of the module or submodule.
        revision: the newest one; empty if the file states none.
        namespace: empty for a submodule.
        imports: names of imported modules.
        includes: names of included submodules.
        deviates: by the name of a module whose nodes it deviates, the schema paths of these nodes as local
            names, e.g. ``/network-instance/instances/instance/afs/af/static-label``.
    """

    path: Path
    name: str
    revision: str
    namespace: str
    imports: tuple[str, ...]
    includes: tuple[str, ...]
    deviates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def find_module(folders: Iterable[Path], name: str, revision: str = "") -> Path | None:
    """The file of a module or submodule.

    With a revision ``name@revision.yang``, else ``name.yang``; without one also the newest ``name@*.yang``.
    """
    for folder in folders:
        for path in (folder / f"{name}@{revision}.yang", folder / f"{name}.yang"):
            if path.is_file():
                return path
        if not revision and (dated := sorted(folder.glob(f"{name}@*.yang"))):
            return dated[-1]
    return None


def read_header(folders: Iterable[Path], name: str, revision: str = "") -> Header:
    """Read the head of a module or submodule.

    Raises:
        DocumentError: there is no such file, or it is not YANG, or it holds another module or revision.
    """
    folders = tuple(folders)
    path = find_module(folders, name, revision)
    if path is None:
        raise _missing(folders, name, revision)
    header = _parse_header(path)
    if header.name != name or (revision and header.revision != revision):
        found = f"{header.name}@{header.revision}"
        raise DocumentError([Problem(f"this is {found}, not {name}@{revision}", file=str(path))])
    return header


def _parse_header(path: Path) -> Header:
    return header_of(_text(path), path)


def header_of(text: str, path: Path) -> Header:
    """The head of the module in a text; ``path`` stands for the text in messages.

    Raises:
        DocumentError: this is not YANG.
    """
    statement = _parse(text, path)
    try:
        return _header(statement, path)
    except AttributeError as error:  # a statement without what it needs, e.g. an import without a prefix
        raise _no_module(path, error) from error


def _header(statement: Any, path: Path) -> Header:
    revision = statement.find1("revision")  # the first one counts: RFC 7950, section 7.1.9, newest first
    namespace = statement.find1("namespace")
    return Header(
        path=path,
        name=statement.argument,
        revision=revision.argument if revision else "",
        namespace=namespace.argument if namespace else "",
        imports=tuple(each.argument for each in statement.find_all("import")),
        includes=tuple(each.argument for each in statement.find_all("include")),
        deviates=_deviated(statement),
    )


def _deviated(statement: Any) -> dict[str, tuple[str, ...]]:
    """See `Header.deviates`. The last step of a target says whose node it is."""
    own = statement.find1("prefix")
    prefixes = {own.argument: statement.argument} if own else {}
    prefixes |= {each.find1("prefix").argument: each.argument for each in statement.find_all("import")}
    found: dict[str, tuple[str, ...]] = {}
    for deviation in statement.find_all("deviation"):
        steps = [step.rpartition(":") for step in deviation.argument.strip("/").split("/")]
        module = prefixes.get(steps[-1][0], statement.argument)
        found[module] = (*found.get(module, ()), "".join(f"/{name}" for _, _, name in steps))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _no_module(path, error) from error


def _parse(text: str, path: Path) -> Any:
    try:
        parser = ModuleParser(text)
        parser.opt_separator()
        return parser.statement()
    except (YangsonException, RecursionError) as error:
        raise _no_module(path, error) from error


def _no_module(path: Path, error: Exception) -> DocumentError:
    what = f"this is not a YANG module ({type(error).__name__}: {error})"
    return DocumentError([Problem(what, file=str(path))])


def _missing(folders: tuple[Path, ...], name: str, revision: str) -> DocumentError:
    wanted = f"{name}@{revision}" if revision else name
    places = ", ".join(map(str, folders)) or "no folder at all"
    hint = "Put the module's file there, or name the folder that has it."
    return DocumentError(
        [Problem(f"the YANG module {wanted} is in none of: {places}", field=name, hint=hint)]
    )
