"""The page of the docs that shows what every fault leads to. It is written from the runs, never by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from docs.generated import redrawn
from egresspair.intent import Role
from egresspair.netconf.rpc import Rpc
from egresspair.transaction import apply_plan

from . import matrix
from .matrix import Case, Figures, Story
from .network import KINDS, Fault, ToyNetwork
from .operations import parse

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"

HEAD = """\
# What every fault leads to

This page is generated: each cell is the outcome of the real transaction code on a simulated pair of routers with that
one fault at that one operation. `tests/transaction` plays these stories and all the others counted below in the normal
test run, and fails if one of them ends in a silent split; `--long` plays more. `pytest tests/transaction --update`
rewrites this page.

*refused*: the router answers an error. *ok, not done*: it answers ok and does nothing. *done, error*: it executes the
operation and answers an error. *lost before*, *lost after*: the connection is cut before or after the router
executed the operation. *not sent*: it is cut before the operation is written. *hang*: no answer comes in time.
*restart*: the router restarts. *delayed*: the router executes the operation after the client has given up.

The outcomes: **committed** (both routers new, read back), **aborted** (both old), **refused** (nothing was edited). The
same holds for a fault on the master and on the backup unless both are shown, the master first.

"""

MIDDLE = """
## The whole matrix

Each story ends with a recovery where one is needed. In all of them the reported outcome is the true one, every lock is
released, nobody else's candidate edit is committed, and nobody else's change is lost without a word.

"""


STATES = """
## The states

Drawn from the table that the code obeys. `DECIDED` is the point of no return. A recovery begins in `IN_DOUBT`.

<!-- generated: states -->
<!-- end -->
"""


def page(figures: Mapping[str, Figures]) -> str:
    """The whole page."""
    tables = HEAD + "\n".join(_operations()) + "\n" + MIDDLE + "\n".join(_groups(figures)) + "\n"
    return redrawn(tables + STATES)


def _operations() -> Iterator[str]:
    yield f"| operation | {' | '.join(KINDS)} |"
    yield f"|---|{'---|' * len(KINDS)}"
    for nth, name in enumerate(_names(), start=1):
        cells = [_cell(nth, kind) for kind in KINDS]
        yield f"| {nth}. {name} | {' | '.join(cells)} |"


def _names() -> list[str]:
    """The operations of an undisturbed apply on one router, by flight."""
    network = ToyNetwork(matrix.PLAN)
    network.run(apply_plan(matrix.PLAN))
    return [
        f"{exchange.flight}: {_name(rpc)}"
        for exchange in network.exchanges
        for rpc in exchange.batches.get(Role.MASTER, ())
    ]


def _name(rpc: Rpc) -> str:
    operation = parse(rpc.body)
    if operation.name == "commit":
        return "confirmed commit" if operation.confirmed else "confirming commit"
    if rpc.body == matrix.PLAN.master.read_labels.body:
        return "get-config (labels)"
    return f"{operation.name} {operation.datastore}" if "lock" in operation.name else operation.name


def _cell(nth: int, kind: str) -> str:
    words = [_word(matrix.tell(Case(faults=(Fault(role, nth, kind),)))) for role in Role]
    return words[0] if words[0] == words[1] else " / ".join(words)


def _word(story: Story) -> str:
    return "refused" if story.refused else str(story.last).lower()


def _groups(figures: Mapping[str, Figures]) -> Iterator[str]:
    yield "| stories | runs | committed | aborted | diverged | refused | silent splits |"
    yield "|---|---|---|---|---|---|---|"
    for name, found in figures.items():
        counts = [found.endings[kind] for kind in ("COMMITTED", "ABORTED", "DIVERGED", "REFUSED")]
        yield f"| {name} | {found.runs} | {' | '.join(map(str, counts))} | {found.splits} |"
    total = sum(found.runs for found in figures.values())
    yield f"| all | {total} | | | | | {sum(found.splits for found in figures.values())} |"
