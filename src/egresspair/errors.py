"""Every error that this library raises on purpose, in families by what the caller has to do next.

    EgressPairError
    ├── DocumentError (ValueError)      mend a file: nothing was changed              exit status 3
    │   ├── IntentError                   the intent
    │   ├── InventoryError                the inventory
    │   └── PlanError                     the intent and the routers do not fit
    ├── UsageError (ValueError)         call it differently                           exit status 2
    ├── DeviceUnreachable (ConnectionError)  reach the device or mend the login       exit status 9
    │   ├── HostKeyError                  add or check the host key
    │   ├── SessionLost                   the session ended while it was listened to
    │   └── LoginError (PermissionError)  mend the credentials
    ├── ProtocolError                   the server broke NETCONF                      exit status 9
    ├── Refused                         nothing was edited; see `.reason`             exit status 10
    ├── JournalError                    the journal cannot be read or written         exit status 10
    ├── NotProtected                    see `.report`: every reason why not           exit status 8
    └── TransactionError                the transaction ended; see `.result`
        ├── TransactionAborted            both routers are as they were               exit status 5
        ├── InDoubt                       run recover                                 exit status 6
        └── Diverged                      a person has to decide                      exit status 7

A message reads *where: what. Hint.* and is complete in one line; the parts are attributes as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .audit.report import AuditReport
    from .transaction.outcome import Result

__all__ = [
    "BothUnreachable",
    "DeviceUnreachable",
    "Diverged",
    "DocumentError",
    "EgressPairError",
    "HostKeyError",
    "InDoubt",
    "IntentError",
    "InventoryError",
    "JournalError",
    "LoginError",
    "NotProtected",
    "PlanError",
    "Problem",
    "ProtocolError",
    "RefusalReason",
    "Refused",
    "SessionLost",
    "TransactionAborted",
    "TransactionError",
    "UsageError",
]


class EgressPairError(Exception):
    """The root of the tree: something went wrong that the user can understand and act on.

    Attributes:
        what: what is wrong, without the place.
        where: the place: a device, a file with line and column, a field; empty if there is none.
        hint: what to do about it; empty if nothing is known.
        exit_status: what the command line ends with.
    """

    exit_status = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return sentence(self.what, where=self.where, hint=self.hint)


def sentence(what: str, *, where: str = "", hint: str = "") -> str:
    """*where: what. Hint.*, with what is empty left out."""
    text = f"{where}: {what}" if where else what
    if not hint:
        return text
    return f"{text} {hint}" if text.endswith(("?", "!")) else f"{text.rstrip('.')}. {hint}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document.

    Attributes:
        what: what is wrong.
        field: the field as the document spells the way to it, e.g. ``vpn_instances[0].static_label``.
        file: the document, empty when it came from memory.
        line: 1-based, 0 when unknown.
        column: 1-based, 0 when unknown.
        hint: what to do about it.
    """

    what: str
    field: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""

    @property
    def where(self) -> str:
        """``field (file:line:column)``, with what is unknown left out."""
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}" if self.column else f":{self.line}"
        if self.field and place:
            return f"{self.field} ({place})"
        return self.field or place

    def to_dict(self) -> dict[str, str | int]:
        """The problem as plain values, ready for JSON."""
        return {
            "where": self.where,
            "what": self.what,
            "hint": self.hint,
            "field": self.field,
            "file": self.file,
            "line": self.line,
            "column": self.column,
        }

    def __str__(self) -> str:
        return sentence(self.what, where=self.where, hint=self.hint)


class DocumentError(EgressPairError, ValueError):
    """A document that we were given is wrong. All problems found are reported at once in `.problems`."""

    exit_status = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.what, where=first.where, hint=first.hint)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class IntentError(DocumentError):
    """The intent cannot be read or breaks a rule of a pair."""


class InventoryError(DocumentError):
    """The inventory cannot be read, or lacks a device or a secret."""


class PlanError(DocumentError):
    """What the intent wants cannot be had on these routers, e.g. another route distinguisher is in place."""


class UsageError(EgressPairError, ValueError):
    """The call itself makes no sense: an option, a file that is not there."""

    exit_status = 2


class DeviceUnreachable(EgressPairError, ConnectionError):
    """No NETCONF session could be opened, or the one in use was lost before anything was edited."""

    exit_status = 9


class BothUnreachable(DeviceUnreachable):
    """Neither router of a pair could be reached.

    Attributes:
        failures: the reason for each.
        problems: the same as `Problem` values.
    """

    def __init__(self, failures: Iterable[EgressPairError]) -> None:
        self.failures = tuple(failures)
        super().__init__(
            "; ".join(sentence(each.what, where=each.where) for each in self.failures),
            where=" and ".join(dict.fromkeys(each.where for each in self.failures)),
            hint=next((each.hint for each in self.failures if each.hint), ""),
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(Problem(each.what, field=each.where, hint=each.hint) for each in self.failures)

    def __str__(self) -> str:
        return "\n".join(map(str, self.failures))


class HostKeyError(DeviceUnreachable):
    """The router showed a host key that is not known, or another one than is known."""


class LoginError(DeviceUnreachable, PermissionError):
    """The router refused user name, password or key."""


class SessionLost(DeviceUnreachable):
    """The session ended while notifications were waited for."""


class ProtocolError(EgressPairError):
    """The server said something that is not NETCONF, or lacks a capability without which nothing works."""

    exit_status = 9


class RefusalReason(StrEnum):
    """Why nothing was edited."""

    RISK = "risk"
    STALE = "stale"
    DIRTY = "dirty"
    LOCKED = "locked"
    GUARANTEE = "guarantee"
    UNFINISHED = "unfinished"
    DEADLINE = "deadline"


class Refused(EgressPairError):
    """Refused before any edit.

    Attributes:
        reason: the kind of refusal, for programs.
    """

    exit_status = 10

    def __init__(self, what: str, *, reason: RefusalReason, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.reason = reason


class JournalError(EgressPairError):
    """The journal cannot be opened, read or written. What could not be announced in it was not done."""

    exit_status = 10


class NotProtected(EgressPairError):
    """The pair is not protected, or it cannot be known whether it is.

    Attributes:
        report: all checks with their evidence.
    """

    exit_status = 8

    def __init__(self, what: str, *, report: AuditReport, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.report = report


class TransactionError(EgressPairError):
    """A transaction that did not end as wanted.

    Attributes:
        result: what happened on each router, as far as it is known.
        problems: the errors with which routers refused the change, each with the field of the intent, file, line and
            column as far as the router tells; none if it ended for another reason.
    """

    def __init__(self, what: str, *, result: Result, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.result = result

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.result.cause.problems if self.result.cause else ()


class TransactionAborted(TransactionError):
    """Both routers are as they were: read back, or never sent a commit."""

    exit_status = 5


class InDoubt(TransactionError):
    """The state of at least one router is not known. Run egresspair recover."""

    exit_status = 6


class Diverged(TransactionError):
    """Somebody else changed the same nodes meanwhile. A person has to decide."""

    exit_status = 7
