"""``egresspair history``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from ..history import Account
    from ..journal import Journal

_DAMAGED: Final = 10
"""The exit status if a record is damaged, as of every other trouble with the journal."""
_NOT_GUESSED: Final = "What they held is not guessed; keep the journal for whoever looks into it."


def history(
    transaction: Annotated[
        str, typer.Argument(metavar="ID", help="One transaction whole; the beginning of its id will do.")
    ] = "",
    *,
    pair: Annotated[str, typer.Option(metavar="NAME", help="Only the changes of this pair.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="The newest N.")] = 20,
    payload: Annotated[
        bool, typer.Option("--payload", help="With ID: show intent, payloads and inverses too.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="With ID: write the change record, by its ending .html, .json or .txt."
        ),
    ] = None,
    journal: options.JournalPlace = "",
    as_json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """Show what was changed, when, by whom, and how it ended."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from ..errors import UsageError  # noqa: PLC0415  (heavy)
        from ..journal import open_journal  # noqa: PLC0415

        if (record or payload) and not transaction:
            raise UsageError(
                "this is about one transaction", where="--record, --payload", hint="Give its ID as well."
            )
        book = open_journal(journal or None)
        if transaction:
            _one(book, transaction, record, speaker, payload=payload)
        else:
            _list(book, pair or None, limit, speaker)


def _list(book: Journal, pair: str | None, limit: int, speaker: Speaker) -> None:
    from ..history import Damaged, change_line, changes  # noqa: PLC0415
    from .terminal.show import text  # noqa: PLC0415

    documents, damaged = [], 0
    for change in changes(book, pair=pair, limit=limit):
        broken = isinstance(change, Damaged)
        damaged += broken
        speaker.answer(text(change_line(change), "bold red" if broken else ""))
        documents.append(change.to_dict() if isinstance(change, Damaged) else change.summary())
    if not documents:
        speaker.answer(text("Nothing was changed yet." if pair is None else f"No change of pair {pair}."))
    speaker.document({"transactions": documents})
    if damaged:
        speaker.say(text(f"journal: {damaged} damaged. {_NOT_GUESSED}", "bold red"))
        raise typer.Exit(_DAMAGED)


def _one(book: Journal, transaction: str, record: Path | None, speaker: Speaker, *, payload: bool) -> None:
    from ..history import account_of, account_text  # noqa: PLC0415
    from .terminal.show import text  # noqa: PLC0415

    account = account_of(book.entry(transaction))
    if record is not None:
        _write(record, account)
        speaker.say(text(f"{record}: written"))
    speaker.answer(*map(text, account_text(account, payloads=payload).split("\n")))
    speaker.document(account.to_dict())


def _write(file: Path, account: Account) -> None:
    """A record is evidence: it never takes the place of another file."""
    from ..errors import UsageError  # noqa: PLC0415
    from ..history import record_as  # noqa: PLC0415
    from .own_file import unwritable  # noqa: PLC0415

    content = record_as(account, file.suffix)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(content)
    except FileExistsError:
        raise UsageError(
            "there is a file already, and it is kept", where=str(file), hint="Choose another name."
        ) from None
    except OSError as error:
        raise unwritable(file, error) from error
