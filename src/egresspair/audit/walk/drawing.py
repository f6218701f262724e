"""Walks as one self-contained SVG drawing: the way while the master lives, the way after, and where it breaks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from textwrap import wrap
from typing import Final

from lxml import etree
from lxml.builder import ElementMaker

from .model import Ending, Path, Step, Verdict, Walk, Walks
from .text import endangered_lines, ending_words, stack_words, verdict_words, walks_text

_NS: Final = "http://www.w3.org/2000/svg"
_E: Final = ElementMaker(namespace=_NS, nsmap={None: _NS})

_WIDTH, _PANEL, _LINE = 960, 250, 16
_BOX_HEIGHT: Final = 44
_COLUMNS: Final = {"csg": (20, 130), "core": (250, 130), "masg": (540, 130), "customer": (800, 130)}
_HIGH, _MIDDLE, _LOW = 50, 105, 160
_CHARACTERS: Final = 130
_OF_CHARACTER: Final = 6.2

_INK, _NOW, _GOOD, _LATE, _BAD, _OPEN = "#1a1a1a", "#3b6ea5", "#2f855a", "#b7791f", "#b91c1c", "#6b7280"
_COLOURS: Final = {
    Verdict.DELIVERED: _GOOD,
    Verdict.DELAYED: _LATE,
    Verdict.WRONG_VPN: _BAD,
    Verdict.DROPPED: _BAD,
    Verdict.LOOPED: _BAD,
    Verdict.UNKNOWN: _OPEN,
}


@dataclass(frozen=True, slots=True)
class _Box:
    """A router or a customer."""

    x: int
    y: int
    width: int

    @property
    def middle(self) -> float:
        return self.y + _BOX_HEIGHT / 2


@dataclass(frozen=True, slots=True)
class _Line:
    """How a path is drawn.

    Attributes:
        shift: down, in pixels, so that the two paths lie side by side.
        dashed: as what is not certain or does not arrive.
        above: whether its words stand above it.
    """

    colour: str
    shift: int
    dashed: bool
    above: bool


def walks_svg(walks: Walks) -> str:
    """The same drawing every time for the same walks; everything from outside is escaped."""
    panels: list[etree._Element] = []
    top = 0
    for walk in walks:
        notes = list(_notes(walk, walks.master))
        panels.append(_E.g(*_panel(walk, walks), *_note_lines(notes), transform=f"translate(0 {top})"))
        top += _PANEL + _LINE * len(notes)
    others = [
        line for words in endangered_lines(walks) for line in wrap(words, _CHARACTERS, subsequent_indent="  ")
    ]
    panels += [_text(20, top + 24 + n * _LINE, words, size=12, colour=_BAD) for n, words in enumerate(others)]
    height = max(top + (32 + _LINE * len(others) if others else 0), 40)
    size = {"width": str(_WIDTH), "height": str(height), "viewBox": f"0 0 {_WIDTH} {height}"}
    drawing = _E.svg(
        _E.title("A packet's way before and after the death of the master"),
        _E.desc(walks_text(walks)),
        _E.rect(width="100%", height="100%", fill="#ffffff"),
        *panels,
        **size,
        role="img",
    )
    drawing.set("font-family", "sans-serif")
    return etree.tostring(drawing, encoding="unicode")


def _panel(walk: Walk, walks: Walks) -> Iterator[etree._Element]:
    boxes = _boxes(walk, walks)
    title = _text(20, 26, f"{walk.vpn} by {walk.host_route}: {verdict_words(walk)}", size=16)
    title.set("font-weight", "bold")
    lost = walk.before.ending in (Ending.DROPPED, Ending.WRONG_VPN, Ending.LOOPED)
    title.set("fill", _BAD if lost else _COLOURS[walk.verdict])
    yield title
    now = _Line(_NOW, -7, dashed=False, above=True)
    then = _Line(_COLOURS[walk.verdict], 7, walk.verdict is Verdict.UNKNOWN, above=False)
    yield from _way(walk.before, boxes, now, skip=())
    yield from _way(walk.after, boxes, then, skip=walk.before.steps)
    yield from chain.from_iterable(
        _box(box, name, dies=name == walks.master) for name, box in boxes.items() if name[:1] != "\0"
    )
    for path, line in ((walk.before, now), (walk.after, then)):
        yield from _customer(path, boxes, line)
        yield from _break(path, boxes, line)


def _boxes(walk: Walk, walks: Walks) -> dict[str, _Box]:
    """By device; the customers of either MASG under names that no device has."""
    steps = (*walk.before.steps, *walk.after.steps)
    ingress = steps[0].device if steps else walk.before.where
    core = next((step.to for step in steps if step.device == ingress and step.to), "core ASBR")
    masgs = {walks.master: _HIGH, walks.backup: _LOW}
    return {
        ingress: _at("csg", _MIDDLE),
        core: _at("core", _MIDDLE),
        **{name: _at("masg", y) for name, y in masgs.items()},
        **{"\0" + name: _at("customer", y) for name, y in masgs.items()},
    }


def _at(column: str, y: int) -> _Box:
    x, width = _COLUMNS[column]
    return _Box(x, y, width)


# the parts


def _box(box: _Box, name: str, *, dies: bool) -> Iterator[etree._Element]:
    shape = _E.rect(
        x=str(box.x),
        y=str(box.y),
        width=str(box.width),
        height=str(_BOX_HEIGHT),
        rx="6",
        fill="#f3f4f6",
        stroke=_BAD if dies else _INK,
    )
    if dies:
        shape.set("stroke-dasharray", "5 3")
    yield shape
    yield _centred(box.x + box.width / 2, box.middle + (0 if dies else 5), _short(name))
    if dies:
        yield _centred(box.x + box.width / 2, box.middle + 15, "dies", size=11, colour=_BAD)


def _way(path: Path, boxes: dict[str, _Box], line: _Line, skip: tuple[Step, ...]) -> Iterator[etree._Element]:
    """The arrows between routers. Words that the other path has already are not repeated."""
    before = ""
    for step in path.steps:
        start, end = boxes.get(step.device), boxes.get(step.to)
        if before and step.device != before:  # a router between was not asked
            yield from _arrow(boxes[before], start, "", line)
        if start and end:
            yield from _arrow(start, end, "" if step in skip else stack_words(step.stack), line)
        before = step.to


def _customer(path: Path, boxes: dict[str, _Box], line: _Line) -> Iterator[etree._Element]:
    if not path.vpn:
        return
    box = boxes["\0" + path.where]
    wrong = path.ending is Ending.WRONG_VPN
    yield from _arrow(boxes[path.where], box, "[IP]", line)
    yield _E.rect(
        x=str(box.x),
        y=str(box.y),
        width=str(box.width),
        height=str(_BOX_HEIGHT),
        rx="20",
        fill="#fde8e8" if wrong else "#eef6ee",
        stroke=_BAD if wrong else _INK,
    )
    yield _centred(box.x + box.width / 2, box.middle + (-2 if wrong else 5), _short(path.vpn))
    if wrong:
        yield _centred(box.x + box.width / 2, box.middle + 14, "wrong customer", size=11, colour=_BAD)


def _break(path: Path, boxes: dict[str, _Box], line: _Line) -> Iterator[etree._Element]:
    """A cross, or a question mark, at the router where a path ends badly."""
    if path.ending is Ending.DELIVERED or path.where not in boxes:
        return
    box = boxes[path.where]
    x, y = box.x + box.width, float(box.y + (_BOX_HEIGHT if not line.above else 0))
    if path.ending is Ending.WRONG_VPN:
        return
    colour = _OPEN if path.ending is Ending.UNKNOWN else _BAD
    yield _E.circle(cx=str(x), cy=f"{y:g}", r="11", fill=colour)
    sign = _centred(x, y + 6, "?" if path.ending is Ending.UNKNOWN else "\u00d7", size=18, colour="#ffffff")
    sign.set("font-weight", "bold")
    yield sign


def _arrow(start: _Box | None, end: _Box | None, words: str, line: _Line) -> Iterator[etree._Element]:
    if start is None or end is None or start == end:
        return
    x1, x2 = float(start.x + start.width), float(end.x)
    if start.x == end.x:  # from one MASG to the other
        x1 = x2 = start.x + start.width / 2 + line.shift
        upwards = end.y < start.y
        y1, y2 = float(start.y + _BOX_HEIGHT * (not upwards)), float(end.y + _BOX_HEIGHT * upwards)
    else:
        y1, y2 = start.middle + line.shift, end.middle + line.shift
    stroke = _E.line(x1=f"{x1:g}", y1=f"{y1:g}", x2=f"{x2:g}", y2=f"{y2:g}", stroke=line.colour)
    stroke.set("stroke-width", "2.5")
    if line.dashed:
        stroke.set("stroke-dasharray", "6 4")
    yield stroke
    yield _head(x1, y1, x2, y2, line.colour)
    if words:
        yield _beside((x1, y1), (x2, y2), words, line)


def _head(x1: float, y1: float, x2: float, y2: float, colour: str) -> etree._Element:
    angle = math.atan2(y2 - y1, x2 - x1)
    points = [(x2, y2)]
    points += [(x2 - 10 * math.cos(angle + turn), y2 - 10 * math.sin(angle + turn)) for turn in (0.4, -0.4)]
    return _E.polygon(points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), fill=colour)


def _beside(start: tuple[float, float], end: tuple[float, float], words: str, line: _Line) -> etree._Element:
    """Words that keep clear of their arrow, however steep it is."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    half = len(words) * _OF_CHARACTER / 2
    if start[0] == end[0]:
        return _centred(x + half + 8, y + 4, words, size=12, colour=line.colour)
    clear = half * abs(end[1] - start[1]) / (end[0] - start[0])
    return _centred(x, y + (-8 - clear if line.above else 18 + clear), words, size=12, colour=line.colour)


# words


def _notes(walk: Walk, master: str) -> Iterator[tuple[str, str]]:
    """Lines below a panel, each with its colour."""
    texts = [(f"now: {ending_words(walk.before)}", _NOW)]
    texts += [(f"delay: {delay}", _LATE) for delay in walk.delays]
    texts += [(gap, _OPEN) for gap in walk.gaps]
    texts += [(f"{master} dead: {ending_words(walk.after)}", _COLOURS[walk.verdict])]
    texts += [(f"{master} back: {words}", _LATE) for words in walk.on_return]
    for words, colour in texts:
        yield from ((line, colour) for line in wrap(words, _CHARACTERS, subsequent_indent="  "))


def _note_lines(notes: list[tuple[str, str]]) -> Iterator[etree._Element]:
    for number, (words, colour) in enumerate(notes):
        yield _text(20, _PANEL - 12 + number * _LINE, words, size=12, colour=colour)


def _text(x: float, y: float, words: str, *, size: int = 13, colour: str = _INK) -> etree._Element:
    element = _E.text(words, x=f"{x:g}", y=f"{y:g}", fill=colour)
    element.set("font-size", str(size))
    return element


def _centred(x: float, y: float, words: str, *, size: int = 13, colour: str = _INK) -> etree._Element:
    element = _text(x, y, words, size=size, colour=colour)
    element.set("text-anchor", "middle")
    return element


def _short(name: str) -> str:
    """That fits into a box; the text below has the whole."""
    return name if len(name) <= 17 else f"{name[:16]}\u2026"  # noqa: PLR2004
