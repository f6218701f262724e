"""Opening a pair: from an intent and an inventory to two routers with open sessions."""

from __future__ import annotations

import os
from collections.abc import Iterable

from .events import Observer, log_event, to_all
from .intent import Intent, Role, load_intent
from .inventory import Inventory, load_inventory
from .journal import Journal
from .netconf.quirks import ServerMemory
from .netconf.server_memory import FileMemory
from .pair import Pair
from .policy import Policy
from .schema import SchemaStore
from .sessions import PairSessions, listed


def open_pair(
    intent: Intent | str | os.PathLike[str],
    *,
    inventory: Inventory | str | os.PathLike[str],
    policy: Policy | None = None,
    observers: Iterable[Observer] = (),
    journal: Journal | str | os.PathLike[str] | None = None,
    memory: ServerMemory | None = None,
    schemas: SchemaStore | None = None,
) -> Pair:
    """Connect to both routers of an intent at the same time.

    Args:
        intent: the intent, or the file that holds it; it names the routers.
        inventory: the inventory, or the file that holds it.
        policy: the numbers of the transactions.
        observers: told of everything that happens, after the log.
        journal: where transactions are written down: a journal, a file or a database URL; by default a file in the
            user's state directory. See `journal.open_journal`.
        memory: what was learned of servers earlier; by default a file in the user's cache directory.
        schemas: the schemas of routers known from earlier; by default a folder in the user's cache directory.

    Raises:
        IntentError, InventoryError, UsageError: a document is wrong or missing.
        DeviceUnreachable: a router cannot be reached or logged in to.
    """
    wanted = intent if isinstance(intent, Intent) else load_intent(intent)
    devices = inventory if isinstance(inventory, Inventory) else load_inventory(inventory)
    listed(wanted, devices, tuple(Role))
    return open_routers(
        wanted.master,
        wanted.backup,
        inventory=devices,
        policy=policy,
        observers=observers,
        journal=journal,
        memory=memory,
        schemas=schemas,
    )


def open_routers(
    master: str,
    backup: str,
    *,
    inventory: Inventory | str | os.PathLike[str],
    policy: Policy | None = None,
    observers: Iterable[Observer] = (),
    journal: Journal | str | os.PathLike[str] | None = None,
    memory: ServerMemory | None = None,
    schemas: SchemaStore | None = None,
) -> Pair:
    """Connect to two routers of an inventory at the same time; for the rest as `open_pair`.

    Args:
        master, backup: the inventory's names.
    """
    devices = inventory if isinstance(inventory, Inventory) else load_inventory(inventory)
    tell = to_all([log_event, *observers])
    sessions = PairSessions.open_named({Role.MASTER: master, Role.BACKUP: backup}, devices, tell)
    return Pair(
        sessions,
        inventory=devices,
        policy=policy or Policy(),
        tell=tell,
        journal=journal,
        memory=memory or FileMemory(),
        schemas=schemas or SchemaStore(),
    )
