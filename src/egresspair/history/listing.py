"""The transactions of a journal, one after the other; a damaged one is told of and hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..errors import JournalError
from ..journal import Journal
from .account import Account, Damaged, account_of


def changes(
    journal: Journal, *, pair: str | None = None, limit: int | None = None
) -> Iterator[Account | Damaged]:
    """Every transaction, newest first.

    Args:
        journal: where they were written down.
        pair: only those of this pair, and the damaged ones, of which nothing is known.
        limit: no more than so many.

    Raises:
        JournalError: the journal as a whole cannot be read.
    """
    found = (_read(journal, transaction) for transaction in journal.ids())
    return islice((each for each in found if _wanted(each, pair)), limit)


def _read(journal: Journal, transaction: str) -> Account | Damaged:
    try:
        return account_of(journal.entry(transaction))
    except JournalError as error:
        return Damaged(transaction, f"{error.where}: {error.what}")


def _wanted(found: Account | Damaged, pair: str | None) -> bool:
    return pair is None or isinstance(found, Damaged) or found.pair == pair
