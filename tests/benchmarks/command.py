"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from servers.netconfd import available

from .audits import audits
from .large_reply import SIZE, measure
from .measuring import Results, Series
from .places import Place, lab, netconfd_pair, running_with
from .planning import planning, starting
from .report import as_markdown, as_values, put_into
from .transactions import breadth, cold, growth, per_rpc, warm

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
_PLACES: dict[str, Callable[[], AbstractContextManager[Place]]] = {"lab": lab, "netconfd": netconfd_pair}
_PATHS = {"loopback": None, "proxy 0 ms": 0.0, "proxy 5 ms": 0.005, "proxy 40 ms": 0.04}
_TWO_PLACES = ("warm", "cold", "rpc", "growth", "breadth")
SUBJECTS = (*_TWO_PLACES, "audit", "reply", "planning", "starting")


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Attributes:
        paths: see `_PATHS`; one small read is measured on the first of them alone.
    """

    repetitions: int
    paths: Sequence[str] = tuple(_PATHS)
    sizes: Sequence[int] = (1, 50, 200, 1000)
    breadths: Sequence[int] = (1, 10, 50)
    crowds: Sequence[int] = (1, 200)
    reply: int = SIZE


def _extent(repetitions: int, *, quick: bool) -> Extent:
    if not quick:
        return Extent(repetitions)
    return Extent(repetitions, ("proxy 5 ms",), sizes=(1, 2), breadths=(1, 2), crowds=(1, 2), reply=100_000)


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    extent = _extent(options.repetitions, quick=options.quick)
    results = Results()
    with tempfile.TemporaryDirectory() as folder:
        for series in _measured(options.only, options.place, extent, Path(folder)):
            results.add(series)
            _say(series)
    tables = as_markdown(results)
    sys.stdout.write(tables)
    if options.json:
        options.json.write_text(json.dumps(as_values(results), indent=1), "utf-8")
    if options.update:
        PAGE.write_text(put_into(PAGE.read_text("utf-8"), tables), "utf-8")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="How fast the library is, beside bare bytes and a script.",
    )
    parser.add_argument("--repetitions", type=int, default=20, metavar="N", help="of everything (20)")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=SUBJECTS, help="these subjects")
    parser.add_argument("--place", nargs="+", choices=_PLACES, default=_places(), help="these servers")
    parser.add_argument(
        "--quick", action="store_true", help="short lines, small routers: to see that it runs"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write every measurement, in seconds and bytes"
    )
    parser.add_argument("--update", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args(arguments)
    if options.repetitions < 1:
        parser.error("argument --repetitions: at least 1")
    if options.json:
        try:
            options.json.touch()  # now, not after half an hour
        except OSError as error:
            parser.error(f"argument --json: {options.json} cannot be written: {error.strerror}")
    return options


def _places() -> list[str]:
    return ["lab"] if available() else list(_PLACES)


def _measured(
    subjects: Sequence[str], places: Sequence[str], extent: Extent, folder: Path
) -> Iterator[list[Series]]:
    for name in places if set(subjects) & set(_TWO_PLACES) else ():
        with _PLACES[name]() as place:
            yield from _at(place, subjects, extent, folder)
    if "audit" in subjects:
        yield audits(extent.crowds, extent.repetitions)
    if "reply" in subjects:
        yield measure(extent.repetitions, extent.reply)
    if "planning" in subjects:
        yield planning(extent.repetitions)
    if "starting" in subjects:
        yield starting(extent.repetitions)


def _at(place: Place, subjects: Sequence[str], extent: Extent, folder: Path) -> Iterator[list[Series]]:
    number = extent.repetitions
    for path in extent.paths:
        place.fill(running_with(1))
        with place.behind(_PATHS[path]) as reached:
            case = f"{place.name}, {path}"
            if "warm" in subjects:
                yield warm(reached, folder, case, number)
            if "cold" in subjects:
                yield cold(reached, folder, case, number)
            if "rpc" in subjects and path == extent.paths[0]:
                yield per_rpc(reached, folder, case, number)
    if "growth" in subjects:
        yield growth(place, folder, extent.sizes, number)
    if "breadth" in subjects:
        yield breadth(place, folder, extent.breadths, number)


def _say(series: Sequence[Series]) -> None:
    """Something to look at meanwhile."""
    for each in series:
        median = (each.median() or 0) * 1000
        sys.stderr.write(f"{each.subject:9} {each.case:24} {each.candidate:9} {median:10.2f} ms\n")
    sys.stderr.flush()
