"""``egresspair recover``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker


def recover(
    transactions: Annotated[
        list[str],
        typer.Argument(
            metavar="[ID]...",
            default_factory=list,
            show_default=False,
            help="Only these; the beginning of an id will do. All that are not finished by default.",
        ),
    ],
    *,
    inventory: options.InventoryFile = options.INVENTORY,
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="How long a router is pursued that is out of reach or busy; by default as the change was given.",
            show_default=False,
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Where the decision to commit stands but both routers have reverted meanwhile: apply it anew.",
        ),
    ] = False,
    journal: options.JournalPlace = "",
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Take what was left unfinished to both-new or both-old.

    The decision in the journal says which. Safe to repeat, to interrupt, and to run twice at once.
    """
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug, standing=_STANDING):
        status = _run(speaker, transactions, inventory, journal, wait=wait, again=again, verbose=verbose)
        if status:
            raise typer.Exit(status)


_STANDING = "Run recover again: it goes on from what the journal and the routers say."


def _run(
    speaker: Speaker,
    transactions: Iterable[str],
    inventory: Path,
    journal: str,
    *,
    wait: float | None,
    again: bool,
    verbose: bool,
) -> int:
    from ..journal import open_journal  # noqa: PLC0415  (heavy)
    from .numbers import seconds_of  # noqa: PLC0415
    from .recovering import Recovering  # noqa: PLC0415

    pursued = None if wait is None else seconds_of("--wait", wait)
    work = Recovering(
        speaker,
        open_journal(journal or None),
        inventory,
        wait=pursued,
        again=again,
        verbose=verbose,
    )
    return work.run(list(transactions))
