"""egresspair: egress protection for a pair of MASGs, one intent and one NETCONF transaction.

    import egresspair as ep

    intent = ep.load_intent("metro-7.yaml")
    with ep.open_pair(intent, inventory="inventory.yaml") as pair:
        plan = pair.plan(intent)
        result = pair.apply(plan, accept={"interruption"})

The names below are the public face; errors that are caught more rarely are in `egresspair.errors`. Parts are
loaded
when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .errors import (
        DeviceUnreachable,
        Diverged,
        EgressPairError,
        InDoubt,
        IntentError,
        InventoryError,
        PlanError,
        Refused,
        TransactionAborted,
    )
    from .events import Observer
    from .intent import Intent, Role, dump_intent, load_intent, parse_intent
    from .inventory import Inventory, load_inventory
    from .journal import open_journal
    from .opening import open_pair
    from .pair import Pair
    from .payloads import Payload, render
    from .plan import Plan
    from .policy import Policy
    from .recovery import recover
    from .transaction import Ending, Result

_HOMES = {
    "errors": (
        "DeviceUnreachable",
        "Diverged",
        "EgressPairError",
        "InDoubt",
        "IntentError",
        "InventoryError",
        "PlanError",
        "Refused",
        "TransactionAborted",
    ),
    "events": ("Observer",),
    "intent": ("Intent", "Role", "dump_intent", "load_intent", "parse_intent"),
    "inventory": ("Inventory", "load_inventory"),
    "journal": ("open_journal",),
    "opening": ("open_pair",),
    "pair": ("Pair",),
    "payloads": ("Payload", "render"),
    "plan": ("Plan",),
    "policy": ("Policy",),
    "recovery": ("recover",),
    "transaction": ("Ending", "Result"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DeviceUnreachable",
    "Diverged",
    "EgressPairError",
    "Ending",
    "InDoubt",
    "Intent",
    "IntentError",
    "Inventory",
    "InventoryError",
    "Observer",
    "Pair",
    "Payload",
    "Plan",
    "PlanError",
    "Policy",
    "Refused",
    "Result",
    "Role",
    "TransactionAborted",
    "__version__",
    "dump_intent",
    "load_intent",
    "load_inventory",
    "open_journal",
    "open_pair",
    "parse_intent",
    "recover",
    "render",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
