"""The statements of a transaction under way, built once: building one anew costs more than executing it.

They have no parameters but those that are named here, so no ``LIMIT``: `Write` passes on what it is given.
"""

from __future__ import annotations

from sqlalchemy import String, bindparam, delete, func, insert, select

from .tables import claims, decisions, endings, records, transactions

_ID = bindparam("id", type_=String())

CLAIM = insert(claims)
BEGIN = insert(transactions)
RECORD = insert(records)
DECIDE = insert(decisions)
END = insert(endings)

HOLD = select(transactions.c.id).where(transactions.c.id == _ID).with_for_update()
"""Keeps other writers of this transaction out until the end of the write. SQLite has one writer at a time anyway."""

ENDED = select(endings.c.outcome).where(endings.c.transaction_id == _ID)
DECISION = select(decisions).where(
    decisions.c.transaction_id == _ID, decisions.c.attempt == bindparam("attempt")
)
OF_KIND = select(records).where(records.c.transaction_id == _ID, records.c.kind == bindparam("kind"))
_LAST = select(func.max(records.c.seq)).where(records.c.transaction_id == _ID).scalar_subquery()
NEWEST = select(records).where(records.c.transaction_id == _ID, records.c.seq == _LAST)
RELEASE = delete(claims).where(claims.c.transaction_id == _ID)
