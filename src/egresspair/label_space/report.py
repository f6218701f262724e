"""The label space of a pair for the eyes, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..configuration import LabelOwner, LabelUse
from .ranges import Ranges
from .router import RouterLabels, free_on_all, legal_on_all

UNKNOWN = "not known: the router's schema was not read"


@dataclass(frozen=True, slots=True)
class LabelReport:
    """Which labels two routers allow, what uses them, and which are free.

    Attributes:
        master, backup: one router each.
        notes: what could not be read.
    """

    master: RouterLabels
    backup: RouterLabels
    notes: tuple[str, ...] = ()

    @property
    def routers(self) -> tuple[RouterLabels, RouterLabels]:
        return self.master, self.backup

    @property
    def legal(self) -> Ranges | None:
        """The labels that both allow; None if that is not known."""
        return legal_on_all(self.routers)

    @property
    def free(self) -> Ranges | None:
        """The labels that both allow and nobody holds on either; None if that is not known."""
        return free_on_all(self.routers)

    def text(self, *, count: int = 10) -> str:
        """For people, with the first ``count`` free labels."""
        return "\n".join(self._lines(count))

    def _lines(self, count: int) -> Iterator[str]:
        yield f"Static labels of {self.master.device} and {self.backup.device}"
        yield f"  common range: {_ranges(self.legal)}"
        for router in self.routers:
            yield from _router_lines(router)
        yield f"  free on both: {_free(self.free, count)}"
        yield from (f"Note: {note}" for note in self.notes)

    def __str__(self) -> str:
        return self.text()

    def to_dict(self, *, count: int = 10) -> dict[str, Any]:
        """Plain values, ready for JSON; a range is a list of its first and last label."""
        free = self.free
        return {
            "common_range": _spans(self.legal),
            "routers": [_router_dict(router) for router in self.routers],
            "free": _spans(free),
            "free_count": None if free is None else len(free),
            "first_free": None if free is None else list(free.first(count)),
            "notes": list(self.notes),
        }


def _ranges(ranges: Ranges | None) -> str:
    return UNKNOWN if ranges is None else str(ranges) or "none"


def _free(free: Ranges | None, count: int) -> str:
    if free is None:
        return "not known"
    first = Ranges.of_labels(free.first(count))
    if len(first) == len(free):
        return str(free) or "none"
    return f"{first}, … ({len(free)} labels)"


def _router_lines(router: RouterLabels) -> Iterator[str]:
    yield f"  {router.device}: {_ranges(router.legal)}"
    lines = [*_named(router), *_unnamed(router)]
    yield from (f"    {text}" for _, text in sorted(lines))
    if not lines:
        yield "    none in use"
    if router.uses.idle is None:
        yield "    (the router does not tell which labels are idle: other uses may exist)"


def _named(router: RouterLabels) -> Iterator[tuple[int, str]]:
    for owner in _shown(router):
        yield owner.label, f"{owner.label} {owner.use} of {owner.who}{_family(owner)}"


def _shown(router: RouterLabels) -> list[LabelOwner]:
    """The owners by label, without labels that were assigned outside the static range: those are not in the way."""
    owners = sorted(router.uses.owners, key=lambda owner: owner.label)
    legal = router.legal
    return [o for o in owners if o.use is not LabelUse.ASSIGNED_LABEL or legal is None or o.label in legal]


def _family(owner: LabelOwner) -> str:
    return f" ({owner.family})" if owner.family else ""


def _unnamed(router: RouterLabels) -> Iterator[tuple[int, str]]:
    for span in router.unnamed.spans:
        yield span[0], f"{Ranges((span,))} in use, nothing that was read tells by whom"


def _spans(ranges: Ranges | None) -> list[list[int]] | None:
    return None if ranges is None else [list(span) for span in ranges.spans]


def _router_dict(router: RouterLabels) -> dict[str, Any]:
    return {
        "device": router.device,
        "range": _spans(router.legal),
        "used": [
            {"label": owner.label, "use": owner.use.value, "by": owner.who, "family": owner.family or None}
            for owner in _shown(router)
        ],
        "used_by_unknown": _spans(router.unnamed),
        "tells_idle_labels": router.uses.idle is not None,
        "free": _spans(router.free()),
    }
