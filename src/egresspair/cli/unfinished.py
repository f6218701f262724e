"""What the journal says of a plan's routers: a transaction that is not finished may have them on trial."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from ..errors import JournalError
from ..journal import Entry, Journal, existing_journal
from ..plan import Plan
from . import options
from .program import program


def unfinished_notes(plan: Plan, journal: Journal | str | None, inventory: Path) -> Iterator[str]:
    """A note for each unfinished transaction of a router of the plan, with the command that ends it.

    The journal is only looked at, and none is created. One that cannot be read is a note as well: a plan needs none.
    """
    try:
        book = existing_journal(journal) if journal is None or isinstance(journal, str) else journal
        entries = () if book is None else book.unfinished()
    except JournalError as error:
        yield f"whether a transaction is unfinished is not known: {error}"
        return
    for entry in entries:
        if busy := _busy(entry, plan):
            yield (
                f"transaction {entry.id} of {' and '.join(busy)} is not finished, and what is shown here may be on "
                f"trial. If its process is gone, run: {_command(entry, journal, inventory)}"
            )


def _busy(entry: Entry, plan: Plan) -> list[str]:
    keys = {router["host_key"] for router in entry.facts["routers"]}
    return [router.device for router in plan if router.view.host_key in keys]


def _command(entry: Entry, journal: Journal | str | None, inventory: Path) -> str:
    words = [program(), "recover", entry.id]
    if inventory != options.INVENTORY:
        words += ["-i", str(inventory)]
    if isinstance(journal, str):
        words += ["--journal", "URL" if "://" in journal else journal]  # a URL may hold a password
    return shlex.join(words)
