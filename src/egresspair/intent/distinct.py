"""The rules of an intent as a whole: in each of these groups no two members may be equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..document import Fault, Path
from .fields import check_address, check_host_route
from .vpn_id import RouteTarget

__all__ = ["Group", "groups_of", "twins"]

ROUTERS = ("master", "backup", "core_asbr", "csg")


@dataclass(frozen=True, slots=True)
class Group:
    """Values that must differ.

    Attributes:
        members: the way to each value, and what is compared.
        what: says that ``{value}`` is already …, for the name of the earlier one to follow.
        hint: why that cannot be.
    """

    members: tuple[tuple[Path, object], ...]
    what: str
    hint: str


def twins(groups: Iterable[Group]) -> Iterator[Fault]:
    """A fault for each member that equals an earlier one of its group."""
    for group in groups:
        seen: dict[object, Path] = {}
        for path, value in group.members:
            first = seen.setdefault(value, path)
            if first != path:
                yield Fault(path, group.what.format(value=value), group.hint, first)


def groups_of(values: Mapping[str, Any]) -> list[Group]:
    """The groups of an intent given as plain values, sound or not: what cannot be compared is left out."""
    vpns = [
        (index, vpn)
        for index, vpn in enumerate(_list(values.get("vpn_instances")))
        if isinstance(vpn, Mapping)
    ]
    asked = values.get("prerequisites")
    prerequisites = asked if isinstance(asked, Mapping) else {}
    return [
        _routers(values),
        _hosts(values),
        _names(vpns),
        _labels(vpns),
        *_targets(vpns),
        _imports(prerequisites),
        _peers("master_peers", prerequisites),
        _peers("backup_peers", prerequisites),
    ]


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()


def _routers(values: Mapping[str, Any]) -> Group:
    members = [((role,), values.get(role)) for role in ROUTERS]
    return Group(_texts(members), "'{value}' is already", "One router cannot have two roles.")


def _hosts(values: Mapping[str, Any]) -> Group:
    return Group(
        tuple(_readable(check_host_route, ("protected_host_routes",), values.get("protected_host_routes"))),
        "{value} is already",
        "List each host route once.",
    )


def _names(vpns: Iterable[tuple[int, Mapping[str, Any]]]) -> Group:
    members = [(("vpn_instances", index, "name"), vpn.get("name")) for index, vpn in vpns]
    return Group(_texts(members), "VPN instance '{value}' is already", "List each VPN instance once.")


def _labels(vpns: Iterable[tuple[int, Mapping[str, Any]]]) -> Group:
    labels = [(("vpn_instances", index, "static_label"), vpn.get("static_label")) for index, vpn in vpns]
    return Group(
        tuple((path, label) for path, label in labels if type(label) is int),
        "label {value} is already",
        "Each VPN instance needs a label of its own: traffic of two under one label would meet in one VPN.",
    )


def _targets(vpns: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Group]:
    for index, vpn in vpns:
        targets = vpn.get("vpn_targets")
        if isinstance(targets, Mapping):
            path = ("vpn_instances", index, "vpn_targets")
            yield target_group((*path, "import"), targets.get("import"))
            yield target_group((*path, "export"), targets.get("export"))


def _imports(prerequisites: Mapping[str, Any]) -> Group:
    entries = enumerate(_list(prerequisites.get("import_routes")))
    members = [
        (("prerequisites", "import_routes", index), f"{entry.get('protocol')} {entry.get('process_id')}")
        for index, entry in entries
        if isinstance(entry, Mapping)
    ]
    return Group(tuple(members), "{value} is already", "List each protocol and process once.")


def _peers(field: str, prerequisites: Mapping[str, Any]) -> Group:
    members = _readable(check_address, ("prerequisites", field), prerequisites.get(field))
    return Group(tuple(members), "{value} is already", "List each peer once.")


def target_group(path: Path, targets: object) -> Group:
    """The VPN targets of one direction; equal are those with the same octets, however written."""
    members = tuple(_readable(_target, path, targets))
    return Group(members, "VPN target {value} is already", "List each VPN target once per direction.")


def _target(value: object) -> RouteTarget:
    return value if isinstance(value, RouteTarget) else RouteTarget(str(value))


def _texts(members: Iterable[tuple[Path, object]]) -> tuple[tuple[Path, object], ...]:
    return tuple((path, value) for path, value in members if isinstance(value, str) and value)


def _readable(read: Any, path: Path, values: object) -> Iterator[tuple[Path, object]]:
    for index, value in enumerate(_list(values)):
        try:
            yield (*path, index), read(value)
        except (ValueError, AttributeError):
            continue
