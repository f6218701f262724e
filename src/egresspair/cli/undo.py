"""``egresspair undo``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker


def undo(
    transaction: Annotated[
        str, typer.Argument(metavar="ID", help="The transaction; the beginning of its id will do.")
    ],
    *,
    accept: options.Accept,
    inventory: options.InventoryFile = options.INVENTORY,
    save: options.Save = False,
    confirm_timeout: options.ConfirmTimeout = options.CONFIRM_TIMEOUT,
    soak: options.Soak = options.SOAK,
    margin: options.Margin = options.MARGIN,
    settle_timeout: options.SettleTimeout = options.SETTLE_TIMEOUT,
    no_proof: options.NoProof = False,
    journal: options.JournalPlace = "",
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Take a committed change back on both routers, or on neither.

    It applies what was stored to take that change back, as a transaction of its own. It is refused if the routers have
    moved on since, or if something new needs what would be deleted.

    Risks are asked for on a terminal, and have to be accepted with --accept elsewhere.
    """
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from ..journal import open_journal  # noqa: PLC0415  (heavy)
        from ..undo import intent_of  # noqa: PLC0415
        from .change import carry_out  # noqa: PLC0415
        from .numbers import policy_of  # noqa: PLC0415

        policy = policy_of(
            confirm_timeout=confirm_timeout,
            soak=soak,
            margin=margin,
            settle_timeout=settle_timeout,
            save=save,
        )
        book = open_journal(journal or None)
        entry = book.entry(transaction)
        carry_out(
            speaker,
            partial(intent_of, entry),
            lambda pair, _: pair.plan_undo(entry),
            inventory=inventory,
            accept=accept,
            policy=policy,
            proof=not no_proof,
            journal=book,
            verbose=verbose,
            debug=debug,
        )
