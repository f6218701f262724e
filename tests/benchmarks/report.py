"""The measurements as tables for a page, and as JSON."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from .measuring import Results
from .promises import Promise, promises

_TITLES = {
    "warm": "One change of one pair, sessions open",
    "cold": "The same cold, connecting included",
    "rpc": "One small read on an open session",
    "growth": "Routers that hold more and more VPN instances",
    "breadth": "More and more VPN instances in one intent, on routers that hold 50",
    "audit": "The audit, with few and with many other VPN instances",
    "reply": "A reply of 20 MB",
    "planning": "One payload of one router",
    "starting": "New processes",
}
_MEASURED = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)


def machine() -> dict[str, str]:
    """What the figures depend on."""
    packages = ("ncclient", "paramiko", "asyncssh", "lxml", "yangson", "SQLAlchemy")
    return {
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def as_markdown(results: Results) -> str:
    """Tables of medians, the promises first."""
    facts = ", ".join(f"{name} {value}" for name, value in machine().items())
    repetitions = [len(each.seconds) for each in results.series]
    parts = [
        f"Medians of {min(repetitions)} or more, in turn, in one run. {facts}.\n",
        *_verdicts(promises(results)),
    ]
    for subject in results.subjects:
        parts += ["", f"### {_TITLES[subject]}", "", *_subject(results, subject)]
    return "\n" + "\n".join(parts) + "\n\n"


def _verdicts(found: Iterable[Promise]) -> Iterator[str]:
    yield from _table(
        ("figure", "measured", "at most", ""),
        (
            (each.what, _figure(each.figure, each.unit), _figure(each.limit, each.unit), _verdict(each))
            for each in found
        ),
    )


def _figure(value: float, unit: str) -> str:
    return f"{value:.2f}" if unit == "times" else f"{value:.2f} {unit}"


def _verdict(promise: Promise) -> str:
    return "kept" if promise.kept else "**missed**"


def _subject(results: Results, subject: str) -> Iterator[str]:
    candidates = results.candidates(subject)
    memory = subject == "reply"
    head = ["", *(f"{name}, ms" for name in candidates), *(f"{name}, MB" for name in candidates if memory)]
    if not memory and "library" in candidates:
        head.append("library, ms of processor")
    rows = []
    for case in results.cases(subject):
        row = [case, *(_scaled(results.median(subject, case, name), 1000) for name in candidates)]
        if memory:
            row += [_scaled(results.median(subject, case, name, "peak"), 1e-6) for name in candidates]
        elif "library" in candidates:
            row.append(_scaled(results.median(subject, case, "library", "cpu"), 1000))
        rows.append(row)
    yield from _table(head, rows)


def _scaled(value: float | None, factor: float) -> str:
    return (
        "" if value is None else f"{value * factor:.2f}" if value * factor < 10 else f"{value * factor:.0f}"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---", *["--:"] * (len(head) - 1)], *rows):
        yield f"| {' | '.join(row)} |"


def put_into(page: str, tables: str) -> str:
    """The page with these tables as its measured part."""
    assert _MEASURED.search(page), "the page has no measured part"
    return _MEASURED.sub(lambda _: tables, page)


def as_values(results: Results) -> dict[str, Any]:
    """Everything that was measured, in seconds and bytes."""
    return {
        "machine": machine(),
        "promises": [asdict(each) | {"kept": each.kept} for each in promises(results)],
        "series": [asdict(each) for each in results.series],
    }
