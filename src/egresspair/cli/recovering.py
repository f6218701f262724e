"""What ``egresspair recover`` does: one transaction after the other, none hidden by another's trouble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ..errors import EgressPairError, JournalError
from ..history import Account, account_of
from ..inventory import Inventory, load_inventory
from ..journal import Entry, Journal
from ..recovery import recover
from ..transaction import Ending, Result
from .terminal.failure import error_dict
from .terminal.progress import Progress
from .terminal.show import result_lines, text
from .terminal.speaker import Speaker

_STATUS: Final = {Ending.IN_DOUBT: 6, Ending.DIVERGED: 7}
_WORST_FIRST: Final = (6, 7, 10, 9)
"""What is in doubt has to be run again, what diverged needs a person; the rest is told beside."""


class Recovering:
    """One run over everything that is not finished.

    Args:
        inventory: the file; it is read only if there is something to settle.
        wait, again: see `egresspair.recover`.
    """

    def __init__(
        self,
        speaker: Speaker,
        journal: Journal,
        inventory: Path,
        *,
        wait: float | None,
        again: bool,
        verbose: bool,
    ) -> None:
        self._speaker = speaker
        self._journal = journal
        self._inventory: Inventory | Path = inventory
        self._wait = wait
        self._again = again
        self._progress = Progress(speaker.say, confirm_timeout=0, verbose=verbose)
        self._statuses: list[int] = []
        self._documents: list[dict[str, Any]] = []

    def run(self, transactions: list[str]) -> int:
        """Settle what can be settled, and tell of each. Returns the exit status.

        Raises:
            InventoryError, UsageError: the inventory is wrong or missing, or there is no such transaction.
            JournalError: the journal as a whole cannot be read.
        """
        found = [self._journal.entry(each) for each in transactions] or list(self._unfinished())
        if isinstance(self._inventory, Path) and any(entry.end is None for entry in found):
            self._inventory = load_inventory(self._inventory)
        for entry in found:
            self._settle(entry)
        if not found and not self._statuses:
            self._speaker.answer(text("Nothing is unfinished.", "green"))
        self._speaker.document({"transactions": self._documents})
        return next((each for each in _WORST_FIRST if each in self._statuses), max(self._statuses, default=0))

    def _unfinished(self) -> Iterator[Entry]:
        """All of them; where one is damaged, each is read by itself, so that it does not hide the others."""
        try:
            yield from self._journal.unfinished()
        except JournalError:
            yield from filter(None, map(self._readable, reversed(self._journal.ids())))

    def _readable(self, transaction: str) -> Entry | None:
        try:
            entry = self._journal.entry(transaction)
        except JournalError as error:
            self._tell_error({"transaction": transaction}, error)
            return None
        return entry if entry.end is None else None

    def _settle(self, entry: Entry) -> None:
        document: dict[str, Any] = {"transaction": entry.id}
        try:
            account = account_of(entry)
            found = {"state": _state(account), "decision": entry.decision}
            document["found"] = {**account.summary(), **found}
            self._speaker.answer(*map(text, _found_lines(account, entry.decision)))
            if entry.end is not None:
                self._tell_ended(document, entry)
                return
            results = recover(
                inventory=self._inventory,
                journal=self._journal,
                transactions=[entry.id],
                again=self._again,
                wait=self._wait,
                observers=[self._progress],
            )
            result = next(results, None)
        except EgressPairError as error:
            self._tell_error(document, error)
            return
        if result is None:
            self._tell_ended(document, self._journal.entry(entry.id))
        else:
            self._tell_result(document, result)

    def _tell_ended(self, document: dict[str, Any], entry: Entry) -> None:
        """It had an end already, or somebody else was quicker."""
        outcome, who = (entry.end.outcome, entry.end.who) if entry.end else ("", "")
        self._speaker.answer(text(f"{entry.id} has ended already: {outcome}, by {who}", indent=2))
        self._documents.append({**document, "outcome": outcome, "settled_before": True})
        self._statuses.append(0)

    def _tell_result(self, document: dict[str, Any], result: Result) -> None:
        self._speaker.answer(*result_lines(result))
        if result.cause is not None:
            self._speaker.answer(text(f"because {result.cause}", indent=2))
        document |= result.to_dict()
        if result.ending is Ending.DIVERGED:
            document["inverses"] = self._inverses(result)
        self._documents.append(document)
        self._statuses.append(_STATUS.get(result.ending, 0))

    def _inverses(self, result: Result) -> dict[str, str]:
        inverses = {router.device: router.inverse.body.decode() for router in result.plan if router.inverse}
        for device, inverse in inverses.items():
            self._speaker.answer(
                "", text(f"{device}: this edit-config takes the change back, if that is wanted")
            )
            self._speaker.verbatim(inverse)
        return inverses

    def _tell_error(self, document: dict[str, Any], error: EgressPairError) -> None:
        self._speaker.say(text(f"{document['transaction']}: {error}", "bold red"))
        self._documents.append({**document, "error": error_dict(error)})
        self._statuses.append(error.exit_status)


def _found_lines(account: Account, decision: str | None) -> Iterator[str]:
    yield f"Transaction {account.id}: {account.action} pair {account.pair}, begun by {account.who}"
    yield f"  the journal has it as {_state(account)}; the decision was {decision or 'not taken'}"


def _state(account: Account) -> str:
    return account.phases[-1].state if account.phases else "planned"
