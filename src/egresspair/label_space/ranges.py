"""Sets of labels as ranges, and the arithmetic on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

Span = tuple[int, int]
"""A closed interval: the first label and the last."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """A set of labels. Made by `Ranges.of`.

    Attributes:
        spans: closed intervals, ascending, neither overlapping nor adjacent; equal sets have equal spans.
    """

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Ranges:
        """From closed intervals in any order; they may overlap.

        Raises:
            ValueError: an interval ends before it begins.
        """
        joined: list[Span] = []
        for first, last in sorted(spans):
            if last < first:
                raise ValueError(f"{first}..{last} ends before it begins")
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = joined[-1][0], max(joined[-1][1], last)
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    @classmethod
    def of_labels(cls, labels: Iterable[int]) -> Ranges:
        """From single labels."""
        return cls.of((label, label) for label in labels)

    def __contains__(self, label: int) -> bool:
        return any(first <= label <= last for first, last in self.spans)

    def __iter__(self) -> Iterator[int]:
        """The labels, ascending."""
        for first, last in self.spans:
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.spans)

    def __or__(self, other: Ranges) -> Ranges:
        return Ranges.of((*self.spans, *other.spans))

    def __and__(self, other: Ranges) -> Ranges:
        return Ranges(tuple(_common(self.spans, other.spans)))

    def __sub__(self, other: Ranges) -> Ranges:
        return Ranges(tuple(_without(self.spans, other.spans)))

    def first(self, count: int) -> tuple[int, ...]:
        """The lowest labels, at most ``count`` of them."""
        return tuple(islice(self, count))

    def nth(self, position: int) -> int:
        """The label at a position, counted from 0.

        Raises:
            IndexError: there are not so many.
        """
        for first, last in self.spans:
            if position <= last - first:
                return first + position
            position -= last - first + 1
        raise IndexError("there are not so many labels")

    def from_label(self, label: int) -> int | None:
        """The first label at or above ``label``, or else the lowest of all; None if there is none."""
        for first, last in self.spans:
            if label <= last:
                return max(first, label)
        return self.spans[0][0] if self.spans else None

    def __str__(self) -> str:
        """``16..2000, 2002``."""
        return ", ".join(str(first) if first == last else f"{first}..{last}" for first, last in self.spans)


def _common(left: tuple[Span, ...], right: tuple[Span, ...]) -> Iterator[Span]:
    mine, theirs = 0, 0
    while mine < len(left) and theirs < len(right):
        first = max(left[mine][0], right[theirs][0])
        last = min(left[mine][1], right[theirs][1])
        if first <= last:
            yield first, last
        if left[mine][1] < right[theirs][1]:
            mine += 1
        else:
            theirs += 1


def _without(spans: tuple[Span, ...], taken: tuple[Span, ...]) -> Iterator[Span]:
    index = 0
    for first, last in spans:
        while index < len(taken) and taken[index][1] < first:
            index += 1
        begin, at = first, index
        while at < len(taken) and taken[at][0] <= last:
            if begin < taken[at][0]:
                yield begin, taken[at][0] - 1
            begin = taken[at][1] + 1
            at += 1
        if begin <= last:
            yield begin, last
