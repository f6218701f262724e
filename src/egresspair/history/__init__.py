"""What was changed, when, by whom and how it ended: the journal for people and for change boards."""

from .account import Account, Damaged, Operation, Party, Phase, account_of
from .listing import changes
from .page import record_html
from .record import record_as
from .redaction import redacted
from .text import account_text, change_line, outcome_words

__all__ = [
    "Account",
    "Damaged",
    "Operation",
    "Party",
    "Phase",
    "account_of",
    "account_text",
    "change_line",
    "changes",
    "outcome_words",
    "record_as",
    "record_html",
    "redacted",
]
