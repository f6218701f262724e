"""Which field of an intent each node of a router's edit comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..configuration import Change, Node, canonical
from ..errors import Problem
from ..intent import Intent, Role, VpnInstance

__all__ = ["Origin", "origins_of"]


@dataclass(frozen=True, slots=True)
class Origin:
    """A node of one VPN instance and the field that says it. What the intent does not spell has the VPN instance's.

    Attributes:
        vpn: the VPN instance.
        node: the node.
        value: of the VPN target, else empty.
        field: in the words of the document, e.g. ``vpn_instances[0].static_label``.
        file: the document, empty when the intent came from memory.
        line, column: 1-based, 0 when unknown.
        edited: the edit touches the node.
        spelled: the intent says this very node; else the field is that of the VPN instance.
    """

    vpn: str
    node: Node
    value: str
    field: str
    file: str = ""
    line: int = 0
    column: int = 0
    edited: bool = True
    spelled: bool = True

    @property
    def place(self) -> str:
        """``vpn_instances[0].static_label (metro-7.yaml:9:19)``."""
        return Problem("", self.field, self.file, self.line, self.column).where


def origins_of(intent: Intent, role: Role, changes: Sequence[Change]) -> tuple[Origin, ...]:
    """The origins of everything in the VPN instances that the changes of this router touch."""
    touched = {change.vpn for change in changes}
    return tuple(
        origin
        for index, vpn in enumerate(intent.vpn_instances)
        if vpn.name in touched
        for origin in _of_vpn(intent, f"vpn_instances[{index}]", vpn, role, changes)
    )


def _of_vpn(
    intent: Intent, field: str, vpn: VpnInstance, role: Role, changes: Sequence[Change]
) -> Iterator[Origin]:
    """The edit goes through the instance and its family in any case, whether or not it creates them."""
    edited = {(change.node, _value(change)) for change in changes if change.vpn == vpn.name}
    for node in (Node.INSTANCE, Node.FAMILY):
        yield _origin(intent, vpn.name, node, "", field, spelled=False)
    if (Node.LABEL_MODE, "") in edited:
        yield _origin(intent, vpn.name, Node.LABEL_MODE, "", field, spelled=False)
    for node, value, own in _spelled(vpn, role):
        yield _origin(intent, vpn.name, node, value, f"{field}.{own}", edited=(node, value) in edited)


def _value(change: Change) -> str:
    is_target = change.node in (Node.IMPORT_TARGET, Node.EXPORT_TARGET)
    return canonical(change.after or change.before or "") if is_target else ""


def _spelled(vpn: VpnInstance, role: Role) -> Iterator[tuple[Node, str, str]]:
    """What an intent can say of a VPN instance: node, value of a VPN target, and field below the VPN instance."""
    yield Node.STATIC_LABEL, "", "static_label"
    if pair := vpn.route_distinguisher:
        both = pair.master == pair.backup
        yield Node.ROUTE_DISTINGUISHER, "", "route_distinguisher" + ("" if both else f".{role}")
    if targets := vpn.vpn_targets:
        for index, target in enumerate(targets.import_):
            yield Node.IMPORT_TARGET, canonical(str(target)), f"vpn_targets.import[{index}]"
        for index, target in enumerate(targets.export):
            yield Node.EXPORT_TARGET, canonical(str(target)), f"vpn_targets.export[{index}]"


def _origin(
    intent: Intent, vpn: str, node: Node, value: str, field: str, *, edited: bool = True, spelled: bool = True
) -> Origin:
    said = intent.problem(field, "")
    return Origin(vpn, node, value, said.field, said.file, said.line, said.column, edited, spelled)
