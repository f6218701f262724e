"""What a router's own schema says that decides about a plan: plain values, without the schema itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Interval", "SchemaFacts", "SchemaOrigin", "Subject", "shown_ranges"]

Interval = tuple[int, int]
"""Lowest and highest value, both included."""


class SchemaOrigin(StrEnum):
    """How far what is known of a schema can be relied on."""

    ROUTER = "given by the router"
    FOLDER = "from a folder of modules, not from the router"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a dialect wants to know of a schema.

    Attributes:
        roots: the modules that hold its nodes.
        label: schema path of the static label, each node with its module's name where that differs from its parent's.
        family: schema path of the node whose configuration is validated with a change.
        automatic_rd: schema path of what may stand for a route distinguisher; empty if there is no such thing.
        state: schema paths of the state that `VpnState` shows: the label that was really assigned, and the status.
    """

    roots: tuple[str, ...]
    label: str
    family: str
    automatic_rd: str = ""
    state: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemaFacts:
    """What is known of a router's schema.

    Attributes:
        origin: where the modules are from.
        why: if they are not the router's, or not known: the reason.
        digest: of the module set, empty if it is not known.
        platform: hardware as the names of the deviation modules tell it, e.g. ``NE40E-X8X16``; empty if they do not.
        release: of the software as revisions tell it, e.g. ``8.22.0 (V800R022C00)``; empty if they do not.
        modules: with revision, those that define the nodes of egress protection, e.g. ``huawei-l3vpn@2022-02-14``.
        deviations: with revision, those that deviate the static label; they decide about its range.
        label_ranges: the static labels that the router takes, ascending; None if there is no such leaf, or the schema
            is not known.
        no_label: why the router has no static label in its schema; empty if it has, or the schema is not known.
        no_state: the schema paths of `Subject.state` that the router does not have; none if the schema is not known.
    """

    origin: SchemaOrigin = SchemaOrigin.UNKNOWN
    why: str = ""
    digest: str = ""
    platform: str = ""
    release: str = ""
    modules: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    label_ranges: tuple[Interval, ...] | None = None
    no_label: str = ""
    no_state: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The router in a message: ``NE40E-X8X16, release 8.22.0 (V800R022C00)``, or ``router``."""
        release = f"release {self.release}" if self.release else ""
        return ", ".join(filter(None, (self.platform, release))) or "router"

    @property
    def decided_by(self) -> str:
        """What the range of the static label comes from."""
        return f"deviation {', '.join(self.deviations)}" if self.deviations else ", ".join(self.modules)


def shown_ranges(ranges: tuple[Interval, ...]) -> str:
    """``16..32783``, several parted by ``|`` as in YANG."""
    return " | ".join(str(low) if low == high else f"{low}..{high}" for low, high in ranges)
