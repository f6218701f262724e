"""Checksums over rows: a torn or altered row is found, and never guessed over.

The rows of a transaction form a chain: each record's checksum covers the one before it, so that a missing row
is found
as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..errors import JournalError

HINT = "It is not guessed over. Compare the routers by hand, and keep the journal for whoever looks into it."
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def pack(facts: Mapping[str, Any]) -> str:
    """Facts as canonical JSON."""
    return _CANONICAL.encode(facts)


def seal(before: str, row: Mapping[str, Any]) -> str:
    """The checksum of a row behind the one whose checksum is ``before``."""
    return hashlib.sha256(f"{before}\n{pack(row)}".encode()).hexdigest()


def unsealed(before: str, row: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The row without its checksum.

    Raises:
        JournalError: the checksum is not that of the row.
    """
    plain = {name: value for name, value in row.items() if name != "checksum"}
    try:
        whole = seal(before, plain) == row["checksum"]
    except (TypeError, ValueError):  # bytes where text belongs: SQLite lets any column hold anything
        whole = False
    if not whole:
        raise damaged(what)
    return plain


def damaged(what: str) -> JournalError:
    """The error for a row that is not what was written, or not there."""
    return JournalError("this record is damaged", where=what, hint=HINT)


def unpack(text: str, what: str) -> dict[str, Any]:
    """Facts out of their JSON.

    Raises:
        JournalError: they are not JSON.
    """
    try:
        facts = json.loads(text)
    except ValueError as error:
        raise damaged(what) from error
    if not isinstance(facts, dict):
        raise damaged(what)
    return facts
