"""Measurements as values, and how several candidates are measured in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Series:
    """One candidate in one case, measured many times.

    Attributes:
        subject: what was measured, e.g. ``warm``.
        case: under which conditions, e.g. ``lab, 5 ms``.
        candidate: who did it, e.g. ``floor``.
        seconds: by the wall clock.
        cpu: seconds of processor time of this process, all threads.
        peak: bytes at the peak above what was there before; only where memory is measured.
    """

    subject: str
    case: str
    candidate: str
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)

    def median(self, of: str = "seconds") -> float | None:
        """The median of what was measured; None if nothing was."""
        values: list[float] = getattr(self, of)
        return median(values) if values else None


class Results:
    """All series of a run."""

    def __init__(self, series: Iterable[Series] = ()) -> None:
        self.series = list(series)

    def add(self, series: Iterable[Series]) -> None:
        self.series += series

    def median(self, subject: str, case: str, candidate: str, of: str = "seconds") -> float | None:
        """The median of one series, None if it was not measured."""
        for each in self.series:
            if (each.subject, each.case, each.candidate) == (subject, case, candidate):
                return each.median(of)
        return None

    def cases(self, subject: str) -> list[str]:
        """The cases of a subject, in the order of measuring."""
        return list(dict.fromkeys(each.case for each in self.series if each.subject == subject))

    def candidates(self, subject: str) -> list[str]:
        return list(dict.fromkeys(each.candidate for each in self.series if each.subject == subject))

    @property
    def subjects(self) -> list[str]:
        return list(dict.fromkeys(each.subject for each in self.series))


Act = Callable[[], object]


def always(act: Act) -> Callable[[], Act]:
    """For what needs no preparation."""
    return lambda: act


def in_turn(
    subject: str,
    case: str,
    candidates: Mapping[str, Callable[[], Act]],
    repetitions: int,
) -> list[Series]:
    """Measure every candidate in each round, so that whatever else the machine does hits all of them alike.

    Args:
        candidates: by name, what prepares one measurement, untimed, and returns what is timed.
        repetitions: rounds that count. One more goes before them that does not, unless it is a single one.
    """
    before = int(repetitions > 1)
    series = {name: Series(subject, case, name) for name in candidates}
    for number in range(before + repetitions):
        for name, prepare in candidates.items():
            act = prepare()
            seconds, cpu = timed(act)
            if number >= before:
                series[name].seconds.append(seconds)
                series[name].cpu.append(cpu)
    return list(series.values())


def timed(act: Act) -> tuple[float, float]:
    """Seconds by the wall clock, and of processor time."""
    start, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - start, time.process_time() - cpu
