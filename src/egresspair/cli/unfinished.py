"""What the journal says of a plan's routers: a transaction that is not finished may have them on trial."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import DeviceUnreachable, JournalError, ProtocolError
from ..intent import Intent
from ..journal import Entry, Journal, existing_journal
from ..plan import Plan
from . import options
from .program import program

NameOf = Callable[[Mapping[str, Any]], str | None]
"""The name of a router of a journal's entry, if it is one that matters here."""


def unfinished_notes(plan: Plan, journal: Journal | str | None, inventory: Path) -> Iterator[str]:
    """A note for each unfinished transaction of a router of the plan, with the command that ends it.

    The journal is only looked at, and none is created. One that cannot be read is a note as well: a plan needs none.
    """
    devices = {router.view.host_key: router.device for router in plan}
    on_trial = ", and what is shown here may be on trial"
    yield from _notes(journal, inventory, lambda router: devices.get(router["host_key"]), on_trial)


@contextmanager
def naming_unfinished(intent: Intent, journal: Journal | str | None, inventory: Path) -> Iterator[None]:
    """Run the body, which connects to the routers of the intent. If it cannot, its error gets the same notes.

    Without sessions no host keys are known: a transaction belongs to routers by their names then.
    """
    try:
        yield
    except (DeviceUnreachable, ProtocolError) as error:
        names = {name: name for name in (intent.master, intent.backup)}
        for note in _notes(journal, inventory, lambda router: names.get(router["device"])):
            error.add_note(note)
        raise


def _notes(journal: Journal | str | None, inventory: Path, name_of: NameOf, more: str = "") -> Iterator[str]:
    try:
        book = existing_journal(journal) if journal is None or isinstance(journal, str) else journal
        entries = () if book is None else book.unfinished()
    except JournalError as error:
        yield f"whether a transaction is unfinished is not known: {error}"
        return
    for entry in entries:
        if busy := list(filter(None, map(name_of, entry.facts["routers"]))):
            yield (
                f"transaction {entry.id} of {' and '.join(busy)} is not finished{more}. "
                f"If its process is gone, run: {_command(entry, journal, inventory)}"
            )


def _command(entry: Entry, journal: Journal | str | None, inventory: Path) -> str:
    words = [program(), "recover", entry.id]
    if inventory != options.INVENTORY:
        words += ["-i", str(inventory)]
    if isinstance(journal, str):
        words += ["--journal", "URL" if "://" in journal else journal]  # a URL may hold a password
    return shlex.join(words)
