"""Which labels a router says are idle, and how far that can be believed to be all that it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .ranges import Ranges, Span

_FIRST_UNRESERVED = 16
"""0 to 15 are reserved (RFC 3032, section 2.1)."""
_FIRST_INDEXES = (0, 1)
"""The index of a list's first entry: where counting begins is not documented."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One entry of a router's list of idle static labels.

    Attributes:
        index: its number in the list; None if the router does not number.
        idle: the idle labels; None if the entry only says what was asked.
        asked: the labels that the answer is about; None if the router does not say.
    """

    index: int | None
    idle: Span | None
    asked: Span | None = None


@dataclass(frozen=True, slots=True)
class StaticSpace:
    """A router's count of its static labels.

    Attributes:
        labels: lowest and highest static label.
        available: how many of them are idle.
    """

    labels: Span
    available: int


@dataclass(frozen=True, slots=True)
class IdleLabels:
    """What a router's label state says.

    A list may be cut short, and what is missing from it says nothing: `used` holds only labels of which the
    list proves that they are not idle. A label that is in neither set is not known to be either.

    Attributes:
        idle: these are free.
        used: these are in use, by whomever.
    """

    idle: Ranges
    used: Ranges

    @classmethod
    def of(cls, segments: Sequence[Segment], space: StaticSpace | None = None) -> IdleLabels | None:
        """From a router's list and its count; None if they say nothing."""
        idle = Ranges.of(segment.idle for segment in segments if segment.idle is not None)
        known = _told(segments)
        if space is not None and len(idle & Ranges.of([space.labels])) == space.available:
            known |= Ranges.of([space.labels])  # the list is whole
        if not (known.spans or idle.spans):
            return None
        return cls(idle, known - idle)


def _told(segments: Sequence[Segment]) -> Ranges:
    """The labels that the list is about.

    Where the router repeats what it was asked, that; else what lies between neighbours of the list, and what lies
    below its first entry. What lies above the last entry may have been cut off.
    """
    asked = [segment.asked for segment in segments if segment.asked is not None]
    plain = sorted(
        (segment.idle, segment.index) for segment in segments if segment.idle and segment.asked is None
    )
    between = [
        (before[0], after[1])
        for (before, index), (after, following) in pairwise(plain)
        if index is not None and following == index + 1
    ]
    head = [
        (min(_FIRST_UNRESERVED, first[0]), first[1]) for first, index in plain[:1] if index in _FIRST_INDEXES
    ]
    return Ranges.of([*asked, *between, *head])
