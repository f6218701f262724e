"""Which label ``static_label: auto`` stands for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import Problem
from ..intent import Intent, Role
from .ranges import Ranges
from .router import RouterLabels, free_on_all, legal_on_all

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Settled:
    """An intent whose labels are all numbers, so far as there were labels to be had.

    Attributes:
        intent: with a number for each ``auto`` that could be settled.
        notes: what was chosen, and why.
        problems: why a label could not be chosen; then some VPN instance of `intent` still says ``auto``.
    """

    intent: Intent
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def settle_labels(
    intent: Intent, routers: Mapping[Role, RouterLabels], held: Mapping[Role, Mapping[str, int]]
) -> Settled:
    """Give every VPN instance with ``static_label: auto`` a label.

    The same intent gets the same labels from the same routers, and a VPN instance that comes or goes moves no label
    that a router holds.

    Args:
        routers: the label space of either router.
        held: the static labels that its VPN instances have, by name.
    """
    choice = _Choice(intent, routers, held)
    choice.run()
    vpns = tuple(
        vpn.model_copy(update={"static_label": choice.chosen[vpn.name]}) if vpn.name in choice.chosen else vpn
        for vpn in intent.vpn_instances
    )
    settled = intent.model_copy(update={"vpn_instances": vpns})
    return Settled(settled, (*choice.notes, *choice.doubts), tuple(choice.problems))


@dataclass
class _Choice:
    """The labels of one intent while they are being chosen."""

    intent: Intent
    routers: Mapping[Role, RouterLabels]
    held: Mapping[Role, Mapping[str, int]]
    chosen: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    searched: bool = False

    def run(self) -> None:
        """First what both hold, then what one holds, then the others; by name, in whatever order they were written."""
        vpns = self.intent.vpn_instances
        self.taken = {vpn.static_label for vpn in vpns if isinstance(vpn.static_label, int)}
        waiting = sorted(vpn.name for vpn in vpns if vpn.static_label == AUTO)
        for choose in (self._kept, self._shared, self._new):
            for name in waiting:
                if name not in self.chosen and (found := choose(name)) is not None:
                    label, why = found
                    self.chosen[name] = label
                    self.taken.add(label)
                    self.notes.append(f"{name}: label {label} {why}")
        for name in waiting:
            if name not in self.chosen:
                self.problems.append(self._problem(name))

    @property
    def doubts(self) -> Iterator[str]:
        """Where *free* means no more than that nothing was seen."""
        for router in self.routers.values() if self.searched else ():
            if router.uses.idle is None:
                yield f"{router.device}: does not tell which labels are idle; what a static CR-LSP holds is not seen"

    def _kept(self, name: str) -> tuple[int, str] | None:
        labels = {self.held[role].get(name) for role in Role}
        label = labels.pop()
        if labels or label is None or label in self.taken:
            return None
        if any(router.uses.strangers({name: label}) for router in self.routers.values()):
            return None
        return label, "is kept: both routers hold it"

    def _shared(self, name: str) -> tuple[int, str] | None:
        self.searched = True
        free = self._free(name)
        for role in Role:
            label = self.held[role].get(name)
            if label is not None and label in free:
                other = self.routers[_other(role)].device
                return label, f"was chosen: {self.routers[role].device} holds it, and it is free on {other}"
        return None

    def _new(self, name: str) -> tuple[int, str] | None:
        legal = legal_on_all(self.routers.values()) or Ranges()
        label = self._free(name).from_label(start_of(self.intent.pair, name, legal)) if len(legal) else None
        return None if label is None else (label, "was chosen: free on both routers")

    def _free(self, name: str) -> Ranges:
        free = free_on_all(self.routers.values(), name) or Ranges()
        return free - Ranges.of_labels(self.taken)

    def _problem(self, name: str) -> Problem:
        index = [vpn.name for vpn in self.intent.vpn_instances].index(name)
        unknown = [router.device for router in self.routers.values() if router.legal is None]
        if unknown:
            where = " and ".join(unknown)
            what = f"no label can be chosen for {name}: the range of static labels of {where} is not known"
            hint = "It is in the router's YANG modules, which were not read. Give the label as a number."
        else:
            what = f"no label can be chosen for {name}: {'; '.join(self._why_none(name))}"
            hint = "See what holds the labels with: egresspair labels MASTER BACKUP."
        return self.intent.problem(f"vpn_instances[{index}].static_label", what, hint=hint)

    def _why_none(self, name: str) -> Iterator[str]:
        """Which router stands in the way, and how."""
        legal = legal_on_all(self.routers.values()) or Ranges()
        if not len(legal):
            yield "; ".join(f"{router.device} allows {router.legal}" for router in self.routers.values())
            return
        full = [r.device for r in self.routers.values() if not len((r.free(name) or Ranges()) & legal)]
        if full:
            yield f"none of {legal} is free on {' and '.join(full)}"
        elif not len(free_on_all(self.routers.values(), name) or Ranges()):
            yield f"of {legal}, none is free on both {' and '.join(r.device for r in self.routers.values())}"
        else:
            yield f"those of {legal} that are free on both routers go to other VPN instances of the intent"


def start_of(pair: str, vpn: str, legal: Ranges) -> int:
    """Where the search for a label begins.

    It depends on names and on what the routers allow alone, not on what is in use: labels stay where they are
    whatever comes and goes, and two intents that are planned at once rarely meet.
    """
    digest = hashlib.sha256(f"{pair}\0{vpn}".encode()).digest()
    return legal.nth(int.from_bytes(digest[:8], "big") % len(legal))


def _other(role: Role) -> Role:
    return Role.BACKUP if role is Role.MASTER else Role.MASTER
