"""What has to change on a router so that it holds an intent: minimal, and refused where the function
forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .configuration import (
    PER_INSTANCE,
    Change,
    Direction,
    Node,
    RouterConfig,
    VpnConfig,
    canonical,
)
from .errors import Problem
from .intent import Intent, Role, VpnInstance
from .label_space import LabelUses

_TARGET_NODES = {Direction.IMPORT: Node.IMPORT_TARGET, Direction.EXPORT: Node.EXPORT_TARGET}


@dataclass(frozen=True, slots=True)
class Difference:
    """The outcome of a comparison.

    Attributes:
        changes: what has to be done, in the order in which a person would do it.
        problems: why it cannot be done; then `changes` is not to be used.
        notes: what the operator should know and nobody has to act on.
    """

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def protect(
    intent: Intent,
    role: Role,
    device: str,
    running: RouterConfig,
    uses: LabelUses,
    *,
    automatic_rd: bool = False,
) -> Difference:
    """What gives every VPN instance of the intent its static label. What exists already is left alone.

    A label that is still ``auto`` is left alone as well: which number it stands for is settled before.

    Args:
        automatic_rd: the router makes up route distinguishers by itself. Whether one counts, its schema says.
    """
    obstacles = _Obstacles(intent, role, device, automatic_rd)
    changes: list[Change] = []
    problems: list[Problem] = []
    for index, vpn in enumerate(intent.vpn_instances):
        before = running[vpn.name]
        problems += obstacles.of(vpn, f"vpn_instances[{index}]", before, uses)
        changes += _protect_vpn(vpn, role, before)
    return Difference(tuple(changes), tuple(problems))


def remove(intent: Intent, device: str, running: RouterConfig) -> Difference:
    """What takes the static labels of the intent's VPN instances away. Instances, families, RDs and targets
    stay.
    """
    changes, notes = [], []
    for vpn in intent.vpn_instances:
        label = running[vpn.name].static_label
        if label is None:
            continue
        changes.append(Change(vpn.name, Node.STATIC_LABEL, str(label), None))
        if vpn.static_label not in (label, "auto"):
            notes.append(
                f"{device}: {vpn.name} holds static label {label}, not {vpn.static_label} as the intent says"
            )
    return Difference(tuple(changes), (), tuple(notes))


def _protect_vpn(vpn: VpnInstance, role: Role, before: VpnConfig) -> Iterator[Change]:
    if not before.exists:
        yield Change(vpn.name, Node.INSTANCE, None, vpn.name)
    if not before.family:
        yield Change(vpn.name, Node.FAMILY, None, "ipv4-unicast")
    if before.route_distinguisher is None and vpn.route_distinguisher is not None:
        yield Change(vpn.name, Node.ROUTE_DISTINGUISHER, None, str(vpn.route_distinguisher.of(role)))
    if vpn.static_label not in ("auto", before.static_label):
        if before.label_mode != PER_INSTANCE:
            yield Change(vpn.name, Node.LABEL_MODE, before.label_mode, PER_INSTANCE)
        label = None if before.static_label is None else str(before.static_label)
        yield Change(vpn.name, Node.STATIC_LABEL, label, str(vpn.static_label))
    if vpn.vpn_targets is not None:
        yield from _missing_targets(vpn.name, Direction.IMPORT, vpn.vpn_targets.import_, before)
        yield from _missing_targets(vpn.name, Direction.EXPORT, vpn.vpn_targets.export, before)


def _missing_targets(
    name: str, direction: Direction, wanted: Iterable[object], before: VpnConfig
) -> Iterator[Change]:
    """Targets are added where they are missing; those that others configured stay."""
    present = set(map(canonical, before.targets(direction)))
    for target in map(str, wanted):
        if canonical(target) not in present:
            yield Change(name, _TARGET_NODES[direction], None, target)


@dataclass(frozen=True, slots=True)
class _Obstacles:
    """Why a router cannot be given what the intent wants, told in the words of the intent."""

    intent: Intent
    role: Role
    device: str
    automatic_rd: bool

    def of(self, vpn: VpnInstance, field: str, before: VpnConfig, uses: LabelUses) -> Iterator[Problem]:
        """Every obstacle for one VPN instance."""
        yield from self._distinguisher(vpn, field, before.route_distinguisher)
        yield from self._label(vpn, f"{field}.static_label", uses)

    def _distinguisher(self, vpn: VpnInstance, field: str, present: str | None) -> Iterator[Problem]:
        wanted = vpn.route_distinguisher.of(self.role) if vpn.route_distinguisher else None
        if wanted is None and present is None and not self.automatic_rd:
            yield self._problem(
                field,
                f"{vpn.name} has no route distinguisher on {self.device} and the intent gives none",
                "Add route_distinguisher to this VPN instance of the intent: a static label needs one.",
            )
        elif wanted is not None and present is not None and canonical(str(wanted)) != canonical(present):
            yield self._problem(
                f"{field}.route_distinguisher",
                f"{wanted} is wanted, but VPN instance {vpn.name} on {self.device} has {present}",
                "A route distinguisher is never modified: give the router's in the intent, or none.",
            )

    def _label(self, vpn: VpnInstance, field: str, uses: LabelUses) -> Iterator[Problem]:
        if vpn.static_label == "auto":
            return
        for owner in uses.strangers({vpn.name: vpn.static_label}):
            yield self._problem(
                field,
                f"{owner.label} is {owner.held} on {self.device}",
                "After a switch-over one VPN's traffic would arrive in the other: choose another label."
                if owner.vpn
                else "Choose another label.",
            )

    def _problem(self, field: str, what: str, hint: str) -> Problem:
        problem = self.intent.problem(field, what, hint=hint)
        return replace(problem, field=f"{self.device} {problem.field}")
