"""Dialects by name, found through entry points so that a family can live in a package of its own."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import cast

from ..errors import UsageError
from ._auditing import AuditDialect
from ._protocol import Dialect

GROUP = "egresspair.dialects"
DEFAULT = "huawei-vrp"


def dialect_named(name: str) -> Dialect:
    """The dialect of a platform.

    Raises:
        UsageError: nobody announced one of that name.
    """
    if name == DEFAULT:  # the built-in one needs no look through every installed package
        from .huawei_vrp import DIALECT  # noqa: PLC0415

        return DIALECT
    found = entry_points(group=GROUP)
    if name not in found.names:
        known = ", ".join(sorted({DEFAULT, *found.names}))
        raise UsageError(f"no dialect is called {name!r}", where="platform", hint=f"Known: {known}.")
    return cast("Dialect", found[name].load())


def audit_dialect_named(name: str) -> AuditDialect:
    """What a platform's dialect knows of audits: its attribute ``audit``.

    Raises:
        UsageError: nobody announced a dialect of that name, or it has no such attribute.
    """
    found = getattr(dialect_named(name), "audit", None)
    if found is None:
        raise UsageError(
            f"the dialect {name} cannot audit",
            where="platform",
            hint="A dialect that can has an attribute audit, an AuditDialect.",
        )
    return cast("AuditDialect", found)
