"""What a router said, and that it did not say: the two must never be mixed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The node that proves something.

    Attributes:
        device: the inventory's name of the router.
        path: of the node in the router's YANG model, with the keys that matter.
        value: of the node, as the router writes it; empty where the router has no such node.
    """

    device: str
    path: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.device}: {self.path} = {self.value or '(none)'}"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One answer of a router. Three cases: a value, nothing there, not known.

    Attributes:
        value: the answer; None where nothing is there, and where nothing is known.
        evidence: where it was looked for, and what stood there.
        reason: why it is not known; empty if it is known.
    """

    value: T | None
    evidence: Evidence
    reason: str = ""

    @classmethod
    def unknown(cls, device: str, path: str, reason: str) -> Fact[T]:
        """What could not be read."""
        return cls(None, Evidence(device, path), reason or "it could not be read")

    @property
    def known(self) -> bool:
        """True if the router said so: a value, or that there is none."""
        return not self.reason

    @property
    def absent(self) -> bool:
        """True if it is known that nothing is there. False where nothing is known."""
        return self.known and self.value is None

    def __str__(self) -> str:
        if not self.known:
            return f"{self.evidence.device}: {self.evidence.path}: not known ({self.reason})"
        return str(self.evidence)
