"""The two vocabularies of an intent: our own, and that of the YANG module egress-protection."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pydantic import BaseModel

from ..document import FieldError, Scalar, Shape, as_integer
from .model import Intent, RouteDistinguishers, VpnInstance, VpnTargets
from .prerequisites import ImportRoute, Loopback, Loopbacks, Prerequisites

__all__ = ["LISTS", "MODULE", "NAMESPACE", "OWN", "RFC7951_ROOT", "ROOT", "XML", "YANG", "yang_name"]

MODULE = "egress-protection"
NAMESPACE = "urn:egresspair:yang:egress-protection"
ROOT = "intent"
RFC7951_ROOT = f"{MODULE}:{ROOT}"

_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Intent,
    ("vpn_instances",): VpnInstance,
    ("vpn_instances", "route_distinguisher"): RouteDistinguishers,
    ("vpn_instances", "vpn_targets"): VpnTargets,
    ("prerequisites",): Prerequisites,
    ("prerequisites", "loopbacks"): Loopbacks,
    ("prerequisites", "loopbacks", "master"): Loopback,
    ("prerequisites", "loopbacks", "backup"): Loopback,
    ("prerequisites", "import_routes"): ImportRoute,
}
_SINGULAR = {
    "vpn_instances": "vpn-instance",
    "protected_host_routes": "protected-host-route",
    "import_routes": "import-route",
    "master_peers": "master-peer",
    "backup_peers": "backup-peer",
}

LISTS = frozenset({*_SINGULAR.values(), "import", "export"})
"""Lists and leaf-lists of the module."""


def yang_name(own: str) -> str:
    """The module's name for a field of ours: ``vpn-instance`` for ``vpn_instances``."""
    return _SINGULAR.get(own, own.replace("_", "-"))


def _label(scalar: Scalar) -> object:
    if scalar.text == "auto":
        return "auto"
    if not any(char.isdecimal() for char in scalar.text):
        raise FieldError(
            "is not a label", "Write a number such as 2001, or auto for one that is free on both."
        )
    return as_integer(scalar)


def _names(model: type[BaseModel]) -> Iterable[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _shape(word: Callable[[str], str]) -> Shape:
    return Shape(
        keys={path: {word(name): name for name in _names(model)} for path, model in _MODELS.items()},
        readers={
            ("vpn_instances", "static_label"): _label,
            ("prerequisites", "import_routes", "process_id"): as_integer,
        },
    )


def _xpath(parent: str, step: str | int) -> str:
    return f"{parent}[{step + 1}]" if isinstance(step, int) else f"{parent}/{step}"


OWN = _shape(str)
"""YAML and JSON as the documentation shows them."""
YANG = Shape(_shape(yang_name).keys, OWN.readers, root=RFC7951_ROOT)
"""RFC 7951 JSON."""
XML = Shape(YANG.keys, OWN.readers, join=_xpath, root=f"/{ROOT}")
"""XML of the module; fields are named as XPath does."""
