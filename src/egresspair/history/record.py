"""The change record: the same account in the form that a change board wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from ..errors import UsageError
from .account import Account
from .page import record_html
from .text import account_text


def record_json(account: Account) -> str:
    """One JSON document."""
    return json.dumps(account.to_dict(), indent=2, ensure_ascii=False) + "\n"


def record_text(account: Account) -> str:
    """Plain text, payloads included."""
    return account_text(account, payloads=True) + "\n"


FORMATS: Mapping[str, Callable[[Account], str]] = {
    ".html": record_html,
    ".json": record_json,
    ".txt": record_text,
}
"""By the ending of the file."""


def record_as(account: Account, ending: str) -> str:
    """The record in the format of a file's ending, e.g. ``.html``.

    Raises:
        UsageError: there is no such format.
    """
    made = FORMATS.get(ending.lower())
    if made is None:
        raise UsageError(
            f"{ending or 'no ending'} is no format of a change record",
            where="--record",
            hint=f"There are {', '.join(FORMATS)}.",
        )
    return made(account)
