"""One change of one pair, by several candidates in turn.

========  =======================================================================
floor     see `floor`
bytes     all that the library sends, as bare bytes
library   `Pair.apply`
planned   `Pair.plan` and `Pair.apply`
labels    the library's collision read alone, which is apart when growth is judged; label bytes: the same as bytes
script    see `plain_script`
========  =======================================================================

The job is the same for all of them: from a plan that is made to the new label on both routers, confirmed. Each run
changes the label; its plan is made anew before, untimed except for planned, which has a read more to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from .floor import Floor
from .library import Library
from .measuring import Act, Series, always, in_turn
from .places import FIRST_LABEL, VPN, Place, running_with
from .plain_script import PlainScript

EVERY = ("floor", "bytes", "library", "planned", "script")
GROWING = ("floor", "bytes", "library", "planned", "label bytes", "labels")


class Bout:
    """The candidates at one place.

    Args:
        place: where each of them connects.
        vpns: the VPN instances whose labels are changed.
    """

    def __init__(self, place: Place, folder: Path, vpns: Sequence[str] = (VPN,)) -> None:
        self._vpns = vpns
        self._labels = count(FIRST_LABEL, len(vpns))
        self.planner = Library(place, folder)
        self.floor = Floor(place, folder)
        self.bytes = Floor(place, folder, all_reads=True)
        self.library = Library(place, folder)
        self.script = PlainScript(place)
        self.all = (self.floor, self.bytes, self.library, self.script)

    def close(self) -> None:
        for each in (self.planner, *self.all):
            each.close()

    def _next(self) -> dict[str, int]:
        first = next(self._labels)
        return {vpn: first + number for number, vpn in enumerate(self._vpns)}

    def prepared(self, name: str) -> Act:
        """What one candidate does for one change."""
        labels = self._next()
        if name == "planned":
            return lambda: self.library.plan_and_apply(labels)
        if name == "script":
            return self.script.prepare(labels)
        plan = self.planner.plan(labels)
        if name == "library":
            return self.library.prepare(plan)
        if name == "labels":
            return self.library.read_labels(plan)
        if name == "label bytes":
            return self.bytes.read_labels(plan)
        return self._floor(name).prepare(plan, labels[self._vpns[0]])

    def _floor(self, name: str) -> Floor:
        return self.floor if name == "floor" else self.bytes

    def prepared_cold(self, name: str) -> Act:
        """Connecting and the same. What was connected before is closed now, untimed."""
        candidate: Any = {"library": self.library, "planned": self.library, "script": self.script}.get(
            name, self._floor(name)
        )
        candidate.disconnect()
        act = self.prepared(name)

        def whole() -> None:
            candidate.connect()
            act()

        return whole


def warm(
    place: Place, folder: Path, case: str, repetitions: int, names: Sequence[str] = EVERY
) -> list[Series]:
    """Sessions open."""
    with closing(_connected(Bout(place, folder))) as bout:
        return in_turn("warm", case, _each(bout.prepared, names), repetitions)


def cold(
    place: Place, folder: Path, case: str, repetitions: int, names: Sequence[str] = EVERY
) -> list[Series]:
    """Connecting and the change."""
    with closing(Bout(place, folder)) as bout:
        bout.planner.connect()
        bout.library.connect()  # its schemas are known afterwards
        bout.library.plan({VPN: FIRST_LABEL})
        bout.library.disconnect()
        return in_turn("cold", case, _each(bout.prepared_cold, names), repetitions)


def per_rpc(place: Place, folder: Path, case: str, repetitions: int) -> list[Series]:
    """One small read on an open session."""
    with closing(_connected(Bout(place, folder))) as bout:
        plan = bout.planner.plan({VPN: FIRST_LABEL})
        read = plan.master.read
        acts: Mapping[str, Act] = {
            "bytes": bout.floor.ask(read.body),
            "library": bout.library.ask(read),
            "script": bout.script.ask([VPN]),
        }
        return in_turn("rpc", case, {name: always(act) for name, act in acts.items()}, repetitions)


def growth(place: Place, folder: Path, sizes: Sequence[int], repetitions: int) -> list[Series]:
    """The same change on routers with more and more VPN instances."""
    found: list[Series] = []
    for size in sizes:
        place.fill(running_with(size))
        with closing(_connected(Bout(place, folder))) as bout:
            case = f"{place.name}, {size}"
            found += in_turn("growth", case, _each(bout.prepared, GROWING), repetitions)
    return found


def breadth(place: Place, folder: Path, sizes: Sequence[int], repetitions: int) -> list[Series]:
    """More and more VPN instances in one intent."""
    found: list[Series] = []
    place.fill(running_with(max(sizes)))
    for size in sizes:
        vpns = [VPN, *(f"vpn-{number}" for number in range(1, size))]
        with closing(_connected(Bout(place, folder, vpns))) as bout:
            case = f"{place.name}, {size}"
            found += in_turn("breadth", case, _each(bout.prepared, GROWING), repetitions)
    return found


def _connected(bout: Bout) -> Bout:
    for each in (bout.planner, *bout.all):
        each.connect()
    return bout


def _each(prepared: Callable[[str], Act], names: Sequence[str]) -> dict[str, Callable[[], Act]]:
    return {name: partial(prepared, name) for name in names}
