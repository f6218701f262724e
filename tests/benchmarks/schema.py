"""How long the verdict of a router's schema takes: ``python tests/benchmarks/schema.py`` from an installed checkout.

cold: a new process with an empty store finds out the modules in a folder, compiles and keeps them, and judges a change.
warm: a new process finds all that in the store, and judges a change. Both from the start of the interpreter.
further: the same process judges the change again. Beside it yangson's own ``validate()`` on the configuration
after the change, which says valid or raises, and names neither all violations nor those of the change alone.

All of them in turn, in one run; the table shows medians. ``--json FILE`` writes every measurement, in seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lxml import etree

from egresspair.dialects import dialect_named
from egresspair.schema import SchemaStore, apply_edit, violations_of_change
from yang.documents import vpn_document
from yang.models import PLATFORMS, YANG, missing, vendor_folder

TARGETS = {"cold": 2.0, "warm": 0.6, "further": 0.02}
"""At most, in seconds."""
ROOTS = dialect_named("huawei-vrp").subject.roots
BEFORE = vpn_document({"route-distinguisher": "200:1", "lsp-operation": "pop", "target": "200:1"})
EDIT = vpn_document({"static-label": "2001"})

_FRESH = """
import sys
from pathlib import Path
from lxml import etree
from egresspair.schema import SchemaStore, discover_in, violations_of_change
store, folder, before, edit, *roots = sys.argv[1:]
schemas = SchemaStore(Path(store))
kept = schemas.recall("benchmark") or schemas.keep(discover_in(Path(folder), roots), "benchmark")
model, compiled = schemas.model(kept)
found = violations_of_change(model, etree.fromstring(before), etree.fromstring(edit))
print("compiled" if compiled else "found", len(found), flush=True)
"""


def measure(folder: Path, repetitions: int, cold: int) -> dict[str, list[float]]:
    """Seconds by name of the measurement; `cold` of the first kind, `repetitions` of the others."""
    times: dict[str, list[float]] = {"cold": [], "warm": [], "further": [], "yangson": []}
    with tempfile.TemporaryDirectory() as place:
        store = Path(place) / "warm"
        _fresh(store, folder)
        schemas = SchemaStore(store)
        kept = schemas.recall("benchmark")
        assert kept is not None
        model, _ = schemas.model(kept)
        after = apply_edit(model, BEFORE, EDIT)
        for number in range(max(repetitions, cold)):
            if number < cold:
                times["cold"].append(_fresh(Path(place) / f"cold-{number}", folder, expected="compiled"))
            if number < repetitions:
                times["warm"].append(_fresh(store, folder, expected="found"))
                times["further"].append(_timed(lambda: violations_of_change(model, BEFORE, EDIT)))
                times["yangson"].append(_timed(lambda: model.from_xml(after).validate()))
    return times


def _timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def _fresh(store: Path, folder: Path, expected: str = "compiled") -> float:
    """Seconds from the start of an interpreter to its first verdict."""
    documents = [etree.tostring(each, encoding="unicode") for each in (BEFORE, EDIT)]
    command = [sys.executable, "-c", _FRESH, str(store), str(folder), *documents, *ROOTS]
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        taken = perf_counter() - start
    assert said == f"{expected} 0\n", said
    return taken


def genuine_or_ours() -> Path:
    """The genuine modules of NE40E 8.22.0 if they are at hand, else our subset."""
    newest = next(each for each in PLATFORMS if each.folder == "8.22.0/ne40e-x8x16")
    return YANG if missing(newest) else vendor_folder() / newest.folder


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="How long the verdict of a router's schema takes.")
    parser.add_argument("--repetitions", type=int, default=20, metavar="N", help="of warm and further (20)")
    parser.add_argument("--cold", type=int, default=5, metavar="N", help="of cold (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement, in seconds")
    options = parser.parse_args(arguments)
    folder = genuine_or_ours()
    times = measure(folder, options.repetitions, options.cold)
    lines = [f"modules: {folder}", f"{'':10}{'n':>4}{'median':>12}{'at most':>12}"]
    for name, taken in times.items():
        limit = f"{TARGETS[name] * 1000:.0f} ms" if name in TARGETS else ""
        lines.append(f"{name:10}{len(taken):4}{f'{median(taken) * 1000:.1f} ms':>12}{limit:>12}")
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json:
        options.json.write_text(json.dumps({"modules": folder.name, "seconds": times}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
