"""A sequence of plans as a frozen value: each is made against what the one before will have left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..configuration import digest_of
from ..plan import Plan, Risk


@dataclass(frozen=True, slots=True)
class Stage:
    """One transaction of a sequence.

    Attributes:
        name: e.g. ``labels`` or ``host routes``.
        plan: what it does. Unless it is the labels' it changes something.
    """

    name: str
    plan: Plan


@dataclass(frozen=True)
class StagedPlan:
    """Plans to be applied one after the other; the first that does not commit ends the sequence.

    Attributes:
        stages: in order, at least one.
    """

    stages: tuple[Stage, ...]

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)

    def __len__(self) -> int:
        return len(self.stages)

    @property
    def pair(self) -> str:
        """The name of the pair."""
        return self.stages[0].plan.pair

    @property
    def is_empty(self) -> bool:
        """Both routers already hold what is wanted."""
        return all(stage.plan.is_empty for stage in self.stages)

    @property
    def risks(self) -> tuple[Risk, ...]:
        """What has to be accepted before the first stage begins."""
        return tuple(risk for stage in self.stages for risk in stage.plan.risks)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the digests of the plans and their order."""
        return digest_of([[stage.name, stage.plan.digest] for stage in self.stages])

    def heading(self, position: int) -> str:
        """``Stage 2 of 3: host routes``; positions count from 0."""
        return f"Stage {position + 1} of {len(self.stages)}: {self.stages[position].name}"

    def to_dict(self) -> dict[str, Any]:
        """The plans as plain values, ready for JSON."""
        return {
            "plan": self.digest,
            "pair": self.pair,
            "empty": self.is_empty,
            "stages": [{"stage": stage.name, **stage.plan.to_dict()} for stage in self.stages],
        }

    def __str__(self) -> str:
        parts = (f"{self.heading(at)}\n{stage.plan}" for at, stage in enumerate(self.stages))
        return "\n".join((f"{len(self.stages)} stages for pair {self.pair}", *parts))

    def _repr_html_(self) -> str:
        parts = (
            f"<h3>{self.heading(at)}</h3>{stage.plan._repr_html_()}" for at, stage in enumerate(self.stages)
        )
        return f"<div>{''.join(parts)}</div>"
