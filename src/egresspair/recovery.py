"""Finding unfinished transactions in the journal, and taking their routers to a known state."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from .errors import JournalError, Refused
from .events import Event, Observer, log_event, to_all
from .intent import Role
from .inventory import Inventory, load_inventory
from .journal import Entry, Journal, Opening, TransactionLog, busy_routers, open_journal
from .plan import Plan
from .plan.codec import UnreadablePlan, plan_facts, plan_from_facts
from .sessions import PairSessions
from .transaction import Driver, Ending, Result
from .transaction.recovery import Unfinished, recover_plan

REFUSED = "REFUSED"
logger = logging.getLogger(__name__)


def opening(plan: Plan) -> Opening:
    """What the journal is told at the beginning: both payloads and their inverses, and what both routers held."""
    return Opening(
        pair=plan.pair,
        action=plan.action.value,
        routers={router.view.host_key: router.device for router in plan},
        facts=plan_facts(plan),
    )


def refuse_unfinished(journal: Journal, plan: Plan) -> None:
    """What a router shows while a transaction is not finished may be on trial: nothing is concluded from it.

    Raises:
        Refused: a router of the plan has one, in whatever pair.
        JournalError: it cannot be read.
    """
    devices = opening(plan).routers
    for entry in journal.unfinished():
        busy = [
            devices[router["host_key"]] for router in entry.facts["routers"] if router["host_key"] in devices
        ]
        if busy:
            raise busy_routers(entry, busy)


def close_log(log: TransactionLog, result: Result) -> Result:
    """Write down how it ended; what is in doubt stays open. The routers have done what they have done either way."""
    known = replace(result, transaction=log.id)
    try:
        if result.ending is Ending.IN_DOUBT:
            log.record("doubt", known.to_dict())
        else:
            log.end(result.ending.value, known.to_dict(), attempt=result.attempt)
    except Exception as error:  # noqa: BLE001  (the routers have done what they have done, whatever a journal says)
        note = f"this end is not in the journal: {error} Run egresspair recover when it can be written again."
        return replace(known, notes=(*known.notes, note))
    return known


def close_refused(log: TransactionLog, refused: Refused) -> None:
    """Write down that nothing was edited. A journal that fails does not hide the reason."""
    try:
        log.end(REFUSED, {"reason": refused.reason.value, "what": str(refused)})
    except Exception:
        logger.exception("the refusal is not in the journal")


def recover(
    *,
    inventory: Inventory | str | os.PathLike[str],
    journal: Journal | str | os.PathLike[str] | None = None,
    transactions: Iterable[str] = (),
    again: bool = False,
    wait: float | None = None,
    observers: Iterable[Observer] = (),
) -> Iterator[Result]:
    """Take every unfinished transaction to both-new or both-old; yields each result as it is reached.

    Safe to repeat, to interrupt, and to run twice at once: the decision is one row, and each router is looked at under
    its locks before anything is claimed.

    Args:
        inventory: how to reach the routers.
        journal: where the transactions were written down.
        transactions: only these, by id or its beginning.
        again: where a commit was decided but no router was confirmed before its timer fired, apply the change anew. By
            default that ends as ABORTED.
        wait: seconds to pursue a router that is out of reach or busy.
        observers: told of everything that happens.

    Raises:
        InventoryError, UsageError: a document is wrong, or there is no such transaction.
        JournalError: the journal cannot be read or is damaged; it is not guessed over.
    """
    devices = inventory if isinstance(inventory, Inventory) else load_inventory(inventory)
    book = open_journal(journal) if journal is None or isinstance(journal, str | os.PathLike) else journal
    tell = to_all([log_event, *observers])
    wanted = [book.entry(transaction) for transaction in transactions]
    for entry in wanted or book.unfinished():
        if entry.end is not None:
            continue
        case = unfinished_of(entry)
        if wait is not None:
            case = replace(
                case, plan=replace(case.plan, policy=replace(case.plan.policy, settle_timeout=wait))
            )
        with _sessions(case.plan, devices, tell) as sessions:
            log = book.resume(entry)
            driver = Driver(sessions, log, tell, reload=partial(_reread, book, case, entry.id))
            result = driver.run(recover_plan(case, again=again))
            yield close_log(log, result)


def unfinished_of(entry: Entry) -> Unfinished:
    """What a recovery needs to know of a transaction.

    Raises:
        JournalError: the plan in it cannot be read.
    """
    try:
        plan = plan_from_facts(dict(entry.facts))
    except UnreadablePlan as error:
        raise JournalError(
            str(error), where=f"transaction {entry.id}", hint="Another version wrote it?"
        ) from error
    announced = entry.of_kind("tokens")
    tokens = {} if not announced else announced[-1].facts["tokens"]
    return Unfinished(
        plan=plan,
        attempt=entry.attempt,
        tokens={Role(role): str(token) for role, token in tokens.items()},
        announced=announced[-1].at if announced else entry.at,
        decision=entry.decision,
    )


def _reread(book: Journal, case: Unfinished, transaction: str) -> Unfinished:
    """The transaction as it is now, with the policy of this recovery."""
    return replace(unfinished_of(book.entry(transaction)), plan=case.plan)


def _sessions(plan: Plan, inventory: Inventory, tell: Callable[[Event], None]) -> PairSessions:
    entries = {router.role: inventory.device(router.device) for router in plan}
    return PairSessions(entries, tell, {router.role: router.view.host_key for router in plan})
