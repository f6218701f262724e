"""How a transaction ended: never more than is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..configuration import VpnState
from ..errors import Diverged, InDoubt, Problem, TransactionAborted, sentence
from ..intent import Role
from ..plan import Plan, Saving
from .proven import Proven


class Ending(StrEnum):
    """The names of the outcomes."""

    COMMITTED = "COMMITTED"
    ABORTED = "ABORTED"
    IN_DOUBT = "IN_DOUBT"
    DIVERGED = "DIVERGED"
    NO_CHANGE = "NO_CHANGE"


class Holds(StrEnum):
    """What is known of a router's running configuration at the end."""

    NEW = "new: read back"
    OLD = "unchanged: read back"
    NOT_READ = "unchanged: never sent a commit, not re-read"
    OTHER = "changed by somebody else"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a transaction did not go through.

    Attributes:
        where: the router or routers concerned, empty if it is about none.
        place: the field of the intent with its place in the file, where the routers told enough to find it.
        problems: each error with which a router refused the change.
    """

    what: str
    where: str = ""
    hint: str = ""
    place: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def full_where(self) -> str:
        """``masg-2 vpn_instances[0].static_label (metro-7.yaml:9:19)``, with what is unknown left out."""
        return f"{self.where} {self.place}".strip()

    def __str__(self) -> str:
        return sentence(self.what, where=self.full_where, hint=self.hint)


@dataclass(frozen=True, slots=True)
class RouterResult:
    """One router at the end.

    Attributes:
        holds: what its running configuration is known to be.
        saving: whether that outlives a reboot.
        states: the labels that it really assigned, as last read; a label of None means that the router
            does not tell.
        digest: of the configuration as last read, empty if it never was.
        notes: what happened to it on the way.
    """

    role: Role
    device: str
    holds: Holds
    saving: Saving
    states: tuple[VpnState, ...] = ()
    digest: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """The outcome of a transaction.

    Attributes:
        cause: why it did not go through; None when it did.
        seconds: from the first lock to the end.
        flights: round trips taken.
        attempt: 1, or 2 if the change was repeated for a server that lied.
        transaction: its id in the journal, empty if it is not in one.
        notes: what else the operator should know.
        checks: of the audit, as they stood last in the confirm window.
    """

    ending: Ending
    plan: Plan
    master: RouterResult
    backup: RouterResult
    cause: Cause | None = None
    seconds: float = 0.0
    flights: int = 0
    attempt: int = 1
    transaction: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[Proven, ...] = ()

    @property
    def routers(self) -> tuple[RouterResult, RouterResult]:
        return self.master, self.backup

    def __getitem__(self, role: Role) -> RouterResult:
        return self.master if role is Role.MASTER else self.backup

    def __iter__(self) -> Iterator[RouterResult]:
        return iter(self.routers)

    @property
    def ok(self) -> bool:
        """Both routers hold what the plan wanted."""
        return self.ending in (Ending.COMMITTED, Ending.NO_CHANGE)

    @property
    def unsaved(self) -> tuple[str, ...]:
        """The routers that lose the change at a reboot."""
        return tuple(router.device for router in self.routers if router.saving is Saving.NOT_SAVED)

    def raise_for_ending(self) -> Result:
        """This result, if both routers hold what the plan wanted.

        Raises:
            TransactionAborted, InDoubt, Diverged: each with this result as `.result`.
        """
        if self.ok:
            return self
        cause = self.cause or Cause("the transaction did not go through")
        family = {Ending.ABORTED: TransactionAborted, Ending.IN_DOUBT: InDoubt, Ending.DIVERGED: Diverged}[
            self.ending
        ]
        raise family(cause.what, where=cause.full_where, hint=cause.hint, result=self)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, ready for JSON."""
        from .text import result_dict  # noqa: PLC0415  (presentation is loaded when something is shown)

        return result_dict(self)

    def __str__(self) -> str:
        from .text import result_text  # noqa: PLC0415

        return result_text(self)

    def _repr_html_(self) -> str:
        from .page import result_html  # noqa: PLC0415

        return result_html(self)
