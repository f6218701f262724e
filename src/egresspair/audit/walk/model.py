"""What a walk comes to: steps with label stacks, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

TRANSPORT: Final = "transport"
"""In place of the label of LDP or TE, whose number does not matter to anybody behind the next hop."""

Stack = tuple[int | str, ...]
"""Labels from the outermost to the innermost."""


class Ending(StrEnum):
    """How a path ends."""

    DELIVERED = "delivered"
    WRONG_VPN = "wrong VPN"
    DROPPED = "dropped"
    LOOPED = "looped back to the dead master"
    UNKNOWN = "cannot be known"


class Verdict(StrEnum):
    """What the master's death does to the packets of a VPN instance."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    WRONG_VPN = "wrong VPN"
    DROPPED = "dropped"
    LOOPED = "looped back to the dead master"
    UNKNOWN = "cannot be known"


@dataclass(frozen=True, slots=True)
class Step:
    """What one router does.

    Attributes:
        device: its name.
        does: in words.
        stack: the labels with which the packet leaves it, or with which it is dropped.
        to: the next router; empty at the end of a path.
    """

    device: str
    does: str
    stack: Stack
    to: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A packet from where it enters to where it ends.

    Attributes:
        where: the router at which it ends.
        why: the reason, in words; empty if it was delivered.
        vpn: the VPN instance in which it ends; empty if in none.
    """

    steps: tuple[Step, ...]
    ending: Ending
    where: str
    why: str = ""
    vpn: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """A packet of one VPN instance, while the master lives and after its death.

    Attributes:
        vpn, family: whose packet it is.
        before, after: the two paths.
        delays: what delays the switch-over beyond BFD's detection time.
        gaps: what is not known of the switch-over.
        on_return: what goes wrong when the master comes back.
        detection_ms: BFD's detection time; None if there is no BFD, or it was not told.
    """

    vpn: str
    family: str
    host_route: str
    before: Path
    after: Path
    delays: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    on_return: tuple[str, ...] = ()
    detection_ms: int | None = None

    @property
    def verdict(self) -> Verdict:
        """Of the packets after the death."""
        if self.after.ending is not Ending.DELIVERED:
            return Verdict[self.after.ending.name]
        if self.delays:
            return Verdict.DELAYED
        return Verdict.UNKNOWN if self.gaps else Verdict.DELIVERED

    @property
    def protected(self) -> bool:
        """Delivered now, after the death within the detection time, and when the master comes back."""
        smooth = self.verdict is Verdict.DELIVERED and not self.on_return
        return smooth and self.before.ending is Ending.DELIVERED

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "vpn": self.vpn,
            "family": self.family,
            "host_route": self.host_route,
            "verdict": self.verdict.value,
            "protected": self.protected,
            "detection_ms": self.detection_ms,
            "delays": list(self.delays),
            "gaps": list(self.gaps),
            "on_return": list(self.on_return),
            "before": _path(self.before),
            "after": _path(self.after),
        }


@dataclass(frozen=True, slots=True)
class Walks:
    """The walks of a pair: a value for a terminal, a notebook or JSON.

    Attributes:
        master: the device whose death is played.
        backup: the other one.
        walks: of the intent's VPN instances.
        endangered: of what else shares the host routes, and does not arrive after the death, or only by chance.
    """

    master: str
    backup: str
    walks: tuple[Walk, ...]
    endangered: tuple[Walk, ...] = ()

    def __getitem__(self, vpn: str) -> Walk:
        """The first walk of a VPN instance.

        Raises:
            KeyError: there is none.
        """
        for walk in self.walks:
            if walk.vpn == vpn:
                return walk
        raise KeyError(vpn)

    def __iter__(self) -> Iterator[Walk]:
        return iter(self.walks)

    def __len__(self) -> int:
        return len(self.walks)

    @property
    def protected(self) -> bool:
        """Every walk ends well, and nothing is endangered; without any walk, nothing is protected."""
        return bool(self.walks) and not self.endangered and all(walk.protected for walk in self.walks)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "master": self.master,
            "backup": self.backup,
            "walks": [walk.to_dict() for walk in self.walks],
        }

    def __str__(self) -> str:
        from .text import walks_text  # noqa: PLC0415  (a face of the value, not part of it)

        return walks_text(self)

    def _repr_svg_(self) -> str:
        from .drawing import walks_svg  # noqa: PLC0415

        return walks_svg(self)


def _path(path: Path) -> dict[str, Any]:
    return {
        "ending": path.ending.value,
        "where": path.where,
        "why": path.why,
        "vpn": path.vpn,
        "steps": [
            {"device": step.device, "does": step.does, "stack": list(step.stack), "to": step.to}
            for step in path.steps
        ],
    }
