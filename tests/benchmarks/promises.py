"""What is to be reached, and whether it was: each promise is a figure out of the medians, and its limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .measuring import Results


@dataclass(frozen=True)
class Promise:
    """One figure.

    Attributes:
        what: the figure in words.
        figure: what was measured.
        limit: what it must not exceed.
        unit: of both; ``times`` for a ratio.
    """

    what: str
    figure: float
    limit: float
    unit: str = "times"

    @property
    def kept(self) -> bool:
        return self.figure <= self.limit


def promises(results: Results) -> list[Promise]:
    """Every promise for which there are measurements."""
    return [
        *_warm(results),
        *_cold(results),
        *_per_rpc(results),
        *_growth(results),
        *_audit(results),
        *_reply(results),
        *_planning(results),
    ]


def _ratios(
    results: Results, subject: str, case: str, limits: dict[str, float], words: str
) -> Iterator[Promise]:
    ours = results.median(subject, case, "library")
    for other, limit in limits.items():
        theirs = results.median(subject, case, other)
        if ours is not None and theirs:
            yield Promise(f"{case}: {words}, library / {other}", ours / theirs, limit)


def _warm(results: Results) -> Iterator[Promise]:
    for case in results.cases("warm"):
        if case.endswith("loopback"):
            limits = {"floor": 1.5, "script": 0.1}
        elif case.endswith(" 40 ms"):
            limits = {"floor": 1.1}
        else:
            continue
        yield from _ratios(results, "warm", case, limits, "sessions open")


def _cold(results: Results) -> Iterator[Promise]:
    for case in results.cases("cold"):
        yield from _ratios(results, "cold", case, {"floor": 1.3, "script": 1 / 3}, "cold")


def _per_rpc(results: Results) -> Iterator[Promise]:
    for case in results.cases("rpc"):
        ours, bare = results.median("rpc", case, "library"), results.median("rpc", case, "bytes")
        if ours is not None and bare is not None:
            what = f"{case}: delay per RPC, library - bytes"
            yield Promise(what, (ours - bare) * 1000, 1.0, "ms")


def _growth(results: Results) -> Iterator[Promise]:
    """The library without the same operations as bytes; what it takes to understand the collision read is apart."""
    added: dict[tuple[str, int], float] = {}
    for case in results.cases("growth"):
        names = ("library", "bytes", "labels", "label bytes")
        ours, bare, labels, bare_labels = (results.median("growth", case, name) or 0.0 for name in names)
        place, _, size = case.rpartition(", ")
        added[place, int(size)] = ((ours - bare) - (labels - bare_labels)) * 1000
    for (place, number), figure in added.items():
        if number > 1 and (place, 1) in added:
            limit = 1.3 * max(added[place, 1], 0.0) + 5
            yield Promise(f"{place}, {number} VPN instances: what the client adds", figure, limit, "ms")


def _audit(results: Results) -> Iterator[Promise]:
    """Of processor time: the lab looks at every VPN instance for each filter. Without labels and their holders."""
    sizes = [name.removeprefix("audit ") for name in results.candidates("audit") if name.startswith("audit")]
    alone = [
        (results.median("audit", "lab", f"audit {size}", "cpu") or 0.0)
        - (results.median("audit", "lab", f"labels {size}", "cpu") or 0.0)
        for size in sizes
    ]
    for size, figure in zip(sizes[1:], alone[1:], strict=True):
        what = f"audit beside {size} other VPN instances / beside {sizes[0]}, the labels apart, of processor time"
        yield Promise(what, figure / alone[0], 1.3)


def _reply(results: Results) -> Iterator[Promise]:
    for case in results.cases("reply"):
        for of, word in (("seconds", "time"), ("peak", "peak of memory")):
            ours, bare = (
                results.median("reply", case, "library", of),
                results.median("reply", case, "lxml", of),
            )
            if ours is not None and bare:
                yield Promise(f"20 MB reply, {case}: {word}, library / lxml", ours / bare, 1.5)


def _planning(results: Results) -> Iterator[Promise]:
    for case in results.cases("planning"):
        ours, bare = (results.median("planning", case, name, "cpu") for name in ("together", "yangson"))
        if ours is not None and bare:
            yield Promise(
                "diff, render and validate / yangson's validate(), of processor time", ours / bare, 1.5
            )
    for case in results.cases("starting"):
        for name, words, limit in (("import", "import egresspair", 0.3), ("help", "egresspair --help", 0.5)):
            taken = results.median("starting", case, name)
            if taken is not None:
                yield Promise(words, taken, limit, "s")
