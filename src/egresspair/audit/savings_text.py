"""What is saved, for the eyes: a table as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.builder import E

from .savings import BfdLoad, Savings

_COLUMNS: Final = ("", "without egress protection", "with it")
_KILO: Final = 1000.0


def savings_text(savings: Savings) -> str:
    """A small table of plain text."""
    rows = [_COLUMNS, *_rows(savings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [_headline(savings)]
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("  ".join(["", *cells]).rstrip())
    return "\n".join([*lines, _closing(savings)])


def savings_html(savings: Savings) -> str:
    """One self-contained ``<div>``."""
    head = E.tr(*(E.th(word) for word in _COLUMNS))
    rows = [E.tr(E.th(row[0]), *(E.td(cell) for cell in row[1:])) for row in _rows(savings)]
    page = E.div(E.h4(_headline(savings)), E.table(head, *rows), E.p(_closing(savings)))
    return etree.tostring(page, method="html", encoding="unicode")


def _headline(savings: Savings) -> str:
    counts = ((savings.csgs, "CSG"), (savings.masgs, "MASG"), (savings.asbrs, "core ASBR"))
    words = [f"{number:,} {word}{'s' if number > 1 else ''}" for number, word in counts]
    return f"BFD for {', '.join(words[:-1])} and {words[-1]}"


def _rows(savings: Savings) -> Iterator[tuple[str, str, str]]:
    loads = (savings.without_protection, savings.with_protection)
    for name, of in (
        ("sessions", lambda load: f"{load.sessions:,}"),
        ("sessions at a MASG", lambda load: f"{load.sessions_of_masg:,}"),
        ("interval x multiplier", lambda load: f"{load.timers.interval_ms} ms x {load.timers.multiplier}"),
        ("detection within", lambda load: f"{load.timers.detection_ms} ms"),
        ("packets per second", lambda load: f"{load.packets_per_second:,.0f}"),
        ("packets per second at a MASG", lambda load: f"{load.packets_per_second_of_masg:,.0f}"),
        ("bandwidth", _bandwidth),
    ):
        without, with_ = map(of, loads)
        yield name, without, with_


def _bandwidth(load: BfdLoad) -> str:
    """``1.2 Mbit/s``."""
    value = load.bits_per_second
    for unit in ("bit/s", "kbit/s", "Mbit/s"):
        if value < _KILO:
            return f"{value:.1f} {unit}"
        value /= _KILO
    return f"{value:.1f} Gbit/s"


def _closing(savings: Savings) -> str:
    if savings.sessions_saved <= 0:
        return "Egress protection saves no session here: there are no more CSGs than core ASBRs."
    share = 100 * savings.sessions_saved / savings.without_protection.sessions
    return f"Egress protection saves {savings.sessions_saved:,} sessions ({share:.1f} %)."
