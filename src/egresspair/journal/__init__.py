"""Where a transaction writes down what it is about to do, and where its one decision is taken.

A `Journal` keeps many transactions and is shared by processes; a `TransactionLog` is one of them under way.
SQLite in
the user's state directory is the default; any SQLAlchemy URL will do.
"""

from ._protocol import Decision, End, Entry, Journal, Opening, Record, TransactionLog
from .memory import MemoryJournal, busy_routers
from .open import default_journal_file, existing_journal, open_journal

__all__ = [
    "Decision",
    "End",
    "Entry",
    "Journal",
    "MemoryJournal",
    "Opening",
    "Record",
    "TransactionLog",
    "busy_routers",
    "default_journal_file",
    "existing_journal",
    "open_journal",
]
