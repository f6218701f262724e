"""The YANG modules of a profile, found on disk and described as servers do (RFC 7895, RFC 6022)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from yangson.exceptions import YangsonException
from yangson.statement import ModuleParser, Statement

from .profiles import Profile

DATA_STATEMENTS = ("container", "list", "leaf", "leaf-list", "choice", "augment")


class ModuleError(ValueError):
    """A module is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module or submodule.

    Attributes:
        implemented: False for one that only lends its typedefs and groupings.
        deviations: modules that deviate it.
        submodules: (name, revision) of each.
    """

    name: str
    revision: str
    namespace: str
    prefix: str
    path: Path
    imports: tuple[str, ...]
    submodules: tuple[Module, ...] = ()
    features: tuple[str, ...] = ()
    has_data: bool = False
    implemented: bool = False
    deviations: tuple[str, ...] = ()

    @property
    def capability(self) -> str:
        """The module as a capability of the hello (RFC 6020, section 5.6.4)."""
        uri = f"{self.namespace}?module={self.name}"
        if self.revision:
            uri += f"&revision={self.revision}"
        if self.deviations:
            uri += f"&deviations={','.join(self.deviations)}"
        return uri


def module_set(profile: Profile) -> tuple[Module, ...]:
    """All modules of a profile with what they import, sorted by name.

    Raises:
        ModuleError: a module is missing or is not YANG.
    """
    wanted = {*profile.implements, *profile.deviations}
    found: dict[str, Module] = {}
    pending = list(wanted)
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = _read(profile.folders, name)
            pending += found[name].imports
    deviating = _deviating(found[name] for name in profile.deviations)
    return tuple(
        replace(
            module, implemented=name in wanted or module.has_data, deviations=tuple(deviating.get(name, ()))
        )
        for name, module in sorted(found.items())
    )


def _deviating(modules: Iterable[Module]) -> dict[str, list[str]]:
    """For each deviated module the names of those that deviate it."""
    deviating: dict[str, list[str]] = {}
    for module in modules:
        for target in _deviation_targets(module.path, module.name):
            deviating.setdefault(target, []).append(module.name)
    return deviating


def _deviation_targets(path: Path, name: str) -> set[str]:
    statement = _parse(path, name)
    prefixes = {imp.find1("prefix").argument: imp.argument for imp in statement.find_all("import")}
    targets = set()
    for deviation in statement.find_all("deviation"):
        last = deviation.argument.rsplit("/", 1)[-1]
        targets.add(prefixes[last.partition(":")[0]])
    return targets


def _read(folders: Iterable[Path], name: str) -> Module:
    path = _find(folders, name)
    statement = _parse(path, name)
    includes = [include.argument for include in statement.find_all("include")]
    submodules = tuple(_read(folders, include) for include in includes)
    namespace = statement.find1("namespace")
    prefix = statement.find1("prefix") or statement.find1("belongs-to").find1("prefix")
    own_imports = [imp.argument for imp in statement.find_all("import")]
    return Module(
        name=name,
        revision=max((revision.argument for revision in statement.find_all("revision")), default=""),
        namespace=namespace.argument if namespace else "",
        prefix=prefix.argument,
        path=path,
        imports=tuple(own_imports) + tuple(imp for sub in submodules for imp in sub.imports),
        submodules=submodules,
        features=tuple(feature.argument for feature in statement.find_all("feature")),
        has_data=any(statement.find_all(keyword) for keyword in DATA_STATEMENTS),
    )


def _find(folders: Iterable[Path], name: str) -> Path:
    for folder in folders:
        versions = [*folder.glob(f"{name}.yang"), *sorted(folder.glob(f"{name}@*.yang"))]
        if versions:
            return versions[-1]
    raise ModuleError(f"no module {name} in {', '.join(map(str, folders))}")


@cache
def _parse(path: Path, name: str) -> Statement:
    try:
        parser = ModuleParser(path.read_text(encoding="utf-8"), name)
        parser.opt_separator()
        return parser.statement()
    except YangsonException as error:
        raise ModuleError(f"{path}: not YANG that can be read: {error}") from error


def module_set_id(modules: Iterable[Module]) -> str:
    """A name for the set that changes when the set does (RFC 7895, ``module-set-id``)."""
    parts = sorted(f"{module.name}@{module.revision}:{module.implemented}" for module in modules)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]


def yang_library(modules: Iterable[Module]) -> str:
    """The set as YANG library data in JSON (RFC 7895 with RFC 7951)."""
    entries = list(_entries(modules))
    state = {"module-set-id": "lab", "module": entries}
    return json.dumps({"ietf-yang-library:modules-state": state})


def _entries(modules: Iterable[Module]) -> Iterator[dict[str, Any]]:
    for module in modules:
        entry: dict[str, Any] = {
            "name": module.name,
            "revision": module.revision,
            "namespace": module.namespace,
            "conformance-type": "implement" if module.implemented else "import",
        }
        if module.features:
            entry["feature"] = list(module.features)
        if module.submodules:
            entry["submodule"] = [{"name": sub.name, "revision": sub.revision} for sub in module.submodules]
        if module.deviations:
            entry["deviation"] = [{"name": name, "revision": ""} for name in module.deviations]
        yield entry


def expression_names(expression: str) -> set[str]:
    """The local names that an XPath expression may step to; ``*`` stands for any."""
    without_literals = re.sub(r"'[^']*'|\"[^\"]*\"", " ", expression)
    names = set(re.findall(r"[A-Za-z_][\w.-]*", without_literals))
    if re.search(
        r"/\s*\*|\*\s*\[|::\s*\*|node\(|//|preceding|following|ancestor|descendant", without_literals
    ):
        names.add("*")
    return names


def expressions(module: Module) -> Iterator[str]:
    """Every XPath expression and leafref path of a module and its submodules."""
    for part in (module, *module.submodules):
        todo = [_parse(part.path, part.name)]
        while todo:
            statement = todo.pop()
            if statement.keyword in ("when", "must", "path") and statement.argument:
                yield statement.argument
            todo += statement.substatements
