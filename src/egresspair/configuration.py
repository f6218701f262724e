"""What egress protection looks at on a router, whatever the router's own language: the values that a
dialect reads and writes.

Names follow the vendor's model: an instance holds address families, a family holds a route distinguisher, a
label mode, a static label and VPN targets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from .intent.vpn_id import RouteDistinguisher

PER_INSTANCE = "per-instance"


class Direction(StrEnum):
    """Which way a VPN target works."""

    IMPORT = "import"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class VpnConfig:
    """The configuration of one VPN instance, as far as egress protection is concerned.

    Attributes:
        name: of the VPN instance.
        exists: the instance is configured.
        family: its IPv4 unicast address family is configured.
        route_distinguisher: as the router writes it, None if there is none.
        label_mode: as the router reports it; None if it reports none (then the default holds: per-instance).
        static_label: None if there is none.
        imports, exports: the VPN targets.
    """

    name: str
    exists: bool = False
    family: bool = False
    route_distinguisher: str | None = None
    label_mode: str | None = None
    static_label: int | None = None
    imports: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()

    @property
    def effective_label_mode(self) -> str:
        """The label mode that is in force: a server may leave a default out of its replies (RFC 6243)."""
        return self.label_mode or PER_INSTANCE

    def targets(self, direction: Direction) -> frozenset[str]:
        return self.imports if direction is Direction.IMPORT else self.exports

    def facts(self) -> dict[str, Any]:
        """What a digest is taken of: the same configuration gives the same facts, however a server words
        it.
        """
        return {
            "name": self.name,
            "exists": self.exists,
            "family": self.family,
            "route-distinguisher": canonical(self.route_distinguisher) if self.route_distinguisher else None,
            "label-mode": self.effective_label_mode if self.family else None,
            "static-label": self.static_label,
            "import": sorted(map(canonical, self.imports)),
            "export": sorted(map(canonical, self.exports)),
        }


def canonical(text: str) -> str:
    """One spelling for all spellings of a route distinguisher or VPN target: a router may write 65537:3 as
    1.1:3.
    """
    try:
        return RouteDistinguisher(text).canonical
    except ValueError:
        return text


def digest_of(facts: object) -> str:
    """SHA-256 in hex over canonical JSON: sorted keys, no white space, UTF-8."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Node(StrEnum):
    """The nodes that a change can touch, in the order in which a person configures them."""

    INSTANCE = "vpn-instance"
    FAMILY = "ipv4-family"
    ROUTE_DISTINGUISHER = "route-distinguisher"
    LABEL_MODE = "label-mode"
    STATIC_LABEL = "static-label"
    IMPORT_TARGET = "import target"
    EXPORT_TARGET = "export target"
    INTERFACE = "interface"
    BINDING = "vrf-name"
    ADDRESS = "address"
    BGP_FAMILY = "ipv4uni"
    NETWORK = "network"
    IMPORT_ROUTE = "import-route"
    POLICY = "policy-name"
    NON_RELAY_TUNNEL = "non-relay-tunnel"
    OTHER = "other leaves"
    ROUTE_POLICY = "route-policy"
    LABELING = "apply mpls-label"
    PEER = "peer"
    LABELED = "label-route-capability"
    EXPORT_POLICY = "export-policy"
    EXPORT_FILTER = "export-filter"


Setting = tuple[str, Node]
"""A node of the public instance: what holds it, e.g. ``network 192.0.2.5/32`` or ``peer 192.0.2.4``, and which."""


def is_setting(change: Change) -> bool:
    """True if a change is not about a VPN instance: no name of one has a space."""
    return " " in change.vpn


@dataclass(frozen=True)
class RouterConfig:
    """What an intent is about, as one router has it (what it lacks included).

    Attributes:
        vpns: the VPN instances, by name.
        settings: of the public instance, where prerequisites are asked for; None is not there, or the default.
    """

    vpns: Mapping[str, VpnConfig] = field(default_factory=dict)
    settings: Mapping[Setting, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, vpns: Iterable[VpnConfig]) -> RouterConfig:
        return cls({vpn.name: vpn for vpn in vpns})

    def __getitem__(self, name: str) -> VpnConfig:
        return self.vpns.get(name) or VpnConfig(name)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the facts: equal for configurations that mean the same."""
        facts: list[object] = [self.vpns[name].facts() for name in sorted(self.vpns)]
        return digest_of(
            [*facts, *([*map(list, each), self.settings[each]] for each in sorted(self.settings))]
        )

    def same_as(self, other: RouterConfig) -> bool:
        """Equal in what matters; an omitted default equals the default."""
        return self == other or self.digest == other.digest  # as a rule both are spelled alike


@dataclass(frozen=True, slots=True)
class Address:
    """What a path on a router means, as far as the path says.

    Attributes:
        vpn: the VPN instance, empty if the path has no key.
        nodes: what it may be about; more than one if the path does not tell them apart.
        value: of the VPN target, empty if the path has no key or is about something else.
    """

    vpn: str
    nodes: frozenset[Node]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One node that is added, changed or removed. It knows its inverse: the same change read backwards.

    Attributes:
        vpn: the VPN instance; or else what holds the node, as in `Setting`.
        node: what is touched.
        before: the value in place, None if the node is not there.
        after: the value wanted, None if the node goes. For instances, families and targets the value is
            their key.
    """

    vpn: str
    node: Node
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        """``added``, ``changed`` or ``removed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def inverse(self) -> Change:
        return replace(self, before=self.after, after=self.before)

    def __str__(self) -> str:
        value = f"{self.before} -> {self.after}" if self.kind == "changed" else self.after or self.before
        return f"{self.kind} {self.vpn} {self.node} {value}"


def invert(changes: Iterable[Change]) -> tuple[Change, ...]:
    """What takes the changes back, last one first."""
    return tuple(change.inverse for change in reversed(tuple(changes)))


def apply_changes(config: RouterConfig, changes: Iterable[Change]) -> RouterConfig:
    """The configuration that a router holds once the changes are in force."""
    vpns, settings = dict(config.vpns), dict(config.settings)
    for change in changes:
        if is_setting(change):
            settings[change.vpn, change.node] = change.after
        else:
            vpns[change.vpn] = _applied(vpns.get(change.vpn) or VpnConfig(change.vpn), change)
    return RouterConfig(vpns, settings)


def _applied(vpn: VpnConfig, change: Change) -> VpnConfig:
    after = change.after
    if after is None and change.node in (Node.INSTANCE, Node.FAMILY):  # whatever was inside goes with it
        return VpnConfig(vpn.name, exists=vpn.exists and change.node is Node.FAMILY)
    changed: dict[Node, dict[str, Any]] = {
        Node.INSTANCE: {"exists": True},
        Node.FAMILY: {"family": True},
        Node.ROUTE_DISTINGUISHER: {"route_distinguisher": after},
        Node.LABEL_MODE: {"label_mode": after},
        Node.STATIC_LABEL: {
            "static_label": int(after) if after and change.node is Node.STATIC_LABEL else None
        },
        Node.IMPORT_TARGET: {"imports": _exchanged(vpn.imports, change)},
        Node.EXPORT_TARGET: {"exports": _exchanged(vpn.exports, change)},
    }
    return replace(vpn, **changed[change.node])


def _exchanged(targets: frozenset[str], change: Change) -> frozenset[str]:
    return (targets - {change.before or ""}) | ({change.after} if change.after else set())


@dataclass(frozen=True, slots=True)
class VpnState:
    """What a router says about a VPN instance at work; None where it says nothing.

    Attributes:
        assigned_label: the label that the router really gave, ``…/af/state/label``.
        status: ``up`` or ``down``, ``…/af/state/status``.
    """

    name: str
    assigned_label: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that would go with a VPN instance, or that refers to it.

    Attributes:
        what: for people, e.g. ``interface LoopBack20 is bound to it``.
    """

    vpn: str
    what: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a router says of a confirmed commit that waits for its confirmation.

    Attributes:
        pending: there is one, or one is being taken back at this moment.
        persist_id: its token, empty if the router does not tell.
    """

    pending: bool
    persist_id: str = ""


class LabelUse(StrEnum):
    """What a label is to the one that holds it."""

    STATIC_LABEL = "static label"
    ASSIGNED_LABEL = "assigned label"
    INCOMING_LABEL = "incoming label"
    EPE_LABEL = "BGP EPE label"
    UNNAMED = "label in use"


@dataclass(frozen=True, slots=True)
class LabelOwner:
    """Something that holds a label on a router.

    Attributes:
        vpn: the VPN instance, empty if it is something else.
        family: the address family of the VPN instance.
        label: the label.
        use: what the label is to it.
        other: what it is, if it is no VPN instance, e.g. ``static LSP lsp1``.
    """

    vpn: str
    family: str
    label: int
    use: LabelUse = LabelUse.STATIC_LABEL
    other: str = ""

    @classmethod
    def unnamed(cls, label: int) -> LabelOwner:
        """For a label that the router's label state shows in use, while nothing that was read names who uses it."""
        return cls("", "", label, LabelUse.UNNAMED, "something that was not read")

    @property
    def who(self) -> str:
        """For people, e.g. ``VPN instance vpna``."""
        return self.other or f"VPN instance {self.vpn}"

    @property
    def held(self) -> str:
        """What the label is, to follow *it is* or *2001 is*, e.g. ``the static label of VPN instance vpna``."""
        if self.use is LabelUse.UNNAMED:
            return "in use, by the router's label state (no static label, static LSP or BGP EPE label explains it)"
        return f"the {self.use} of {self.who}"
