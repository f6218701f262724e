"""What a path into Huawei's model means to egress protection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..configuration import Address, Node
from ..netconf.instance_path import Step
from .huawei_references import IPV4

_CHAIN: Final = ("network-instance", "instances", "instance", "afs", "af")
_INSTANCE, _FAMILY = _CHAIN.index("instance"), _CHAIN.index("af")
_TARGETS: Final = frozenset({Node.IMPORT_TARGET, Node.EXPORT_TARGET})
_TARGET_TYPES: Final = {
    "import-extcommunity": Node.IMPORT_TARGET,
    "export-extcommunity": Node.EXPORT_TARGET,
}
_BELOW_FAMILY: Final = {
    "route-distinguisher": frozenset({Node.ROUTE_DISTINGUISHER}),
    "label-mode": frozenset({Node.LABEL_MODE}),
    "static-label": frozenset({Node.STATIC_LABEL}),
    "vpn-targets": _TARGETS,
    "vpn-target": _TARGETS,
}


def address_of(path: Sequence[Step]) -> Address | None:
    """See `Dialect.address_of`: absolute from ``/ni:network-instance``, or beginning at any node below it."""
    start = path[0].name if path else ""
    if start in _BELOW_FAMILY:
        return _below_family(path, "")
    return _along(path, _CHAIN.index(start)) if start in _CHAIN else None


def _along(path: Sequence[Step], start: int) -> Address:
    """Follow the containers and lists down to the family; where the path leaves them, it is about what it left."""
    vpn = ""
    for depth, wanted in enumerate(_CHAIN[start:], start):
        step = path[depth - start] if depth - start < len(path) else None
        if step is None or step.name != wanted:
            return Address(vpn, frozenset({Node.INSTANCE if depth <= _INSTANCE + 1 else Node.FAMILY}))
        if depth == _INSTANCE:
            vpn = step.key("name") or ""
        if depth == _FAMILY and (step.key("type") or IPV4).rpartition(":")[2] != IPV4:
            return Address(vpn, frozenset({Node.INSTANCE}))
    return _below_family(path[len(_CHAIN) - start :], vpn)


def _below_family(path: Sequence[Step], vpn: str) -> Address:
    nodes = _BELOW_FAMILY.get(path[0].name) if path else None
    if nodes is None:
        return Address(vpn, frozenset({Node.FAMILY}))
    entry = next((step for step in path if step.name == "vpn-target"), Step(""))
    kind = _TARGET_TYPES.get(entry.key("type") or "")
    return Address(vpn, frozenset({kind}) if kind else nodes, entry.key("value") or "")
