"""A schema compiled: the data model of a module set."""

from __future__ import annotations

import json
from collections import deque
from functools import cache
from typing import Any

import yangson.constraint
from yangson import DataModel
from yangson.exceptions import YangsonException

from ..errors import DocumentError, Problem
from .mend import mend
from .modules import Header, Module, ModuleSet, read_header

__all__ = ["load_model"]

# yangson translates a pattern anew for each node of its type: with the vendor's BGP modules 1,591 times for 69 of them,
# two fifths of the time that compiling takes. The answer depends on the arguments alone.
yangson.constraint.translate_pattern = cache(yangson.constraint.translate_pattern)


def load_model(modules: ModuleSet) -> DataModel:
    """Compile a module set, deviations applied.

    The model keeps notes in itself while it validates: use it through `validate_config`, which lets in
    one caller at a time.

    Raises:
        DocumentError: a module is missing, or the modules do not fit together.
    """
    library = json.dumps({"ietf-yang-library:modules-state": _modules_state(modules)})
    try:
        model = DataModel(library, tuple(map(str, modules.folders)))
    except YangsonException as error:
        names = ", ".join(module.name for module in modules.implemented)
        what = f"the modules do not compile ({type(error).__name__}: {error})"
        raise DocumentError([Problem(what, field=names)]) from error
    mend(model)
    return model


def _modules_state(modules: ModuleSet) -> dict[str, Any]:
    """The modules and all that they import, as RFC 7895 lists them."""
    implemented = {module.name: module for module in modules.implemented}
    todo = deque(implemented)
    entries: dict[str, dict[str, Any]] = {}
    while todo:
        name = todo.popleft()
        if name in entries:
            continue
        module = implemented.get(name, Module(name))
        headers = _with_submodules(modules, module)
        entries[name] = _entry(module, headers, is_implemented=name in implemented)
        todo.extend(imported for header in headers for imported in header.imports)
    return {"module-set-id": "egresspair", "module": list(entries.values())}


def _with_submodules(modules: ModuleSet, module: Module) -> tuple[Header, ...]:
    """The head of the module, then those of its submodules, which may include each other."""
    headers = [read_header(modules.folders, module.name, module.revision)]
    seen = {module.name}
    for header in headers:  # grows while it is walked
        for name in header.includes:
            if name not in seen:
                seen.add(name)
                headers.append(read_header(modules.folders, name))
    return tuple(headers)


def _entry(module: Module, headers: tuple[Header, ...], *, is_implemented: bool) -> dict[str, Any]:
    head, *submodules = headers
    return {
        "name": head.name,
        "revision": head.revision,
        "namespace": head.namespace,
        "feature": sorted(module.features),
        "submodule": [{"name": sub.name, "revision": sub.revision} for sub in submodules],
        "conformance-type": "implement" if is_implemented else "import",
    }
