"""A run for the eyes: a line of characters for each stream, and the same as an SVG drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.builder import ElementMaker

from .entries import MASTER
from .outcome import PacketRun, StreamOutcome

BIN_MS: Final = 50
_BY_MASTER, _BY_BACKUP, _ELSEWHERE, _NOWHERE = "MBX."
_MEANING: Final = {
    _BY_MASTER: "by the master",
    _BY_BACKUP: "by the backup",
    _ELSEWHERE: "to another customer",
    _NOWHERE: "nowhere",
}
_COLOURS: Final = {_BY_MASTER: "#3b6ea5", _BY_BACKUP: "#2f855a", _ELSEWHERE: "#c05621", _NOWHERE: "#d9d9d9"}
_NS: Final = "http://www.w3.org/2000/svg"
_E: Final = ElementMaker(namespace=_NS, nsmap={None: _NS})
_TOP, _ROW, _HEIGHT, _BAR = 44, 62, 40, 9
_NARROWEST, _LEGEND_WIDTH, _OF_LETTER = 110, 520, 8


@dataclass(frozen=True, slots=True)
class _Bin:
    """Some of a stream's packets, sent within `BIN_MS`; counts by the letter of where they arrived."""

    number: int
    counts: dict[str, int]

    @property
    def letter(self) -> str:
        """Of most of them."""
        return max(_MEANING, key=lambda letter: self.counts.get(letter, 0))


def run_text(run: PacketRun) -> str:
    """Some lines of plain text."""
    return "\n".join(_lines(run))


def runs_svg(runs: Sequence[PacketRun]) -> str:
    """A self-contained drawing, run below run: share of the packets by where they arrived, over time."""
    width, top = _LEGEND_WIDTH, 0
    parts: list[etree._Element] = []
    for run in runs:
        panel, wide, high = _panel(run)
        panel.set("transform", f"translate(0 {top})")
        parts.append(panel)
        width, top = max(width, wide), top + high
    drawing = _E.svg(
        _E.title("; ".join(map(_headline, runs))),
        _E.rect(width="100%", height="100%", fill="#ffffff"),
        *parts,
        width=str(width),
        height=str(top),
        viewBox=f"0 0 {width} {top}",
        role="img",
    )
    drawing.set("font-family", "sans-serif")
    return etree.tostring(drawing, encoding="unicode")


def _panel(run: PacketRun) -> tuple[etree._Element, int, int]:
    """A run, its width and its height."""
    bins = {stream.vpn: list(_bins(stream, run.died_at)) for stream in run.streams}
    left = max(_NARROWEST, 20 + _OF_LETTER * max(map(len, bins)))
    height = _TOP + _ROW * len(run.streams) + 30
    rows = (
        part
        for row, stream in enumerate(run.streams)
        for part in _row(_TOP + row * _ROW, left, stream, bins[stream.vpn])
    )
    death = _death(run, left, next(iter(bins.values())))
    panel = _E.g(_text(10, 20, _headline(run), size=14), *rows, *death, *_legend(height - 12))
    return panel, left + _BAR * max(len(row) for row in bins.values()) + 30, height


# text


def _lines(run: PacketRun) -> Iterator[str]:
    yield _headline(run)
    names = [f"{stream.vpn} (label {stream.label})" for stream in run.streams]
    for name, stream in zip(names, run.streams, strict=True):
        letters = "".join(
            ("|" if each.number == 0 else "") + each.letter for each in _bins(stream, run.died_at)
        )
        yield f"  {name.ljust(max(map(len, names)))}  {letters}"
    yield f"  {BIN_MS} ms a character, | the death: " + ", ".join(
        f"{letter} {words}" for letter, words in _MEANING.items()
    )
    yield from (f"{stream.vpn}: {_counts(stream)}" for stream in run.streams)
    for reason, packets in run.drops.items():
        yield f"The backup dropped {packets} packets: {reason}"
    if run.sent_to_partner:
        yield f"The backup sent {run.sent_to_partner} packets on to the master"


def _headline(run: PacketRun) -> str:
    how = "the master's link goes down" if run.death == "link-down" else "the master is killed"
    return f"Real packets: {how}"


def _counts(stream: StreamOutcome) -> str:
    words = f"{stream.lost} of {len(stream.sent)} packets lost"
    if stream.misdelivered:
        others = sorted({arrival.vpn for arrival in stream.arrived.values()} - {stream.vpn})
        words += f", {stream.misdelivered} delivered to {', '.join(others)}"
    return words


# bins


def _bins(stream: StreamOutcome, died_at: float) -> Iterator[_Bin]:
    """In order; number 0 begins with the death."""
    counts: dict[int, dict[str, int]] = {}
    for sequence, at in enumerate(stream.sent):
        here = counts.setdefault(int((at - died_at) * 1000 // BIN_MS), {})
        letter = _letter(stream, sequence)
        here[letter] = here.get(letter, 0) + 1
    for number in sorted(counts):
        yield _Bin(number, counts[number])


def _letter(stream: StreamOutcome, sequence: int) -> str:
    arrival = stream.arrived.get(sequence)
    if arrival is None:
        return _NOWHERE
    if arrival.vpn != stream.vpn:
        return _ELSEWHERE
    return _BY_MASTER if arrival.masg == MASTER else _BY_BACKUP


# drawing


def _row(top: int, left: int, stream: StreamOutcome, bins: list[_Bin]) -> Iterator[etree._Element]:
    yield _text(10, top + 16, stream.vpn)
    yield _text(10, top + 32, f"label {stream.label}", size=11)
    for column, each in enumerate(bins):
        yield from _bar(left + column * _BAR, top, each)
    yield _text(left, top + _HEIGHT + 13, _counts(stream), size=11)


def _bar(left: int, top: int, each: _Bin) -> Iterator[etree._Element]:
    total, y = sum(each.counts.values()), float(top + _HEIGHT)
    for letter, colour in _COLOURS.items():
        share = _HEIGHT * each.counts.get(letter, 0) / total
        if share:
            y -= share
            yield _E.rect(x=str(left), y=f"{y:.1f}", width=str(_BAR - 1), height=f"{share:.1f}", fill=colour)


def _death(run: PacketRun, left: int, bins: list[_Bin]) -> Iterator[etree._Element]:
    """A line through all rows."""
    x = left + _BAR * sum(each.number < 0 for each in bins)
    bottom = _TOP + _ROW * (len(run.streams) - 1) + _HEIGHT
    line = _E.line(x1=str(x), y1=str(_TOP - 8), x2=str(x), y2=str(bottom), stroke="#8a1c1c")
    line.set("stroke-width", "2")
    yield line
    yield _text(x + 4, _TOP - 6, "death", size=11)


def _legend(y: int) -> Iterator[etree._Element]:
    x = 10
    for letter, words in _MEANING.items():
        yield _E.rect(x=str(x), y=str(y - 10), width="12", height="12", fill=_COLOURS[letter])
        yield _text(x + 17, y, words, size=11)
        x += 36 + 6 * len(words)


def _text(x: float, y: float, words: str, *, size: int = 13) -> etree._Element:
    element = _E.text(words, x=str(x), y=str(y))
    element.set("font-size", str(size))
    return element
