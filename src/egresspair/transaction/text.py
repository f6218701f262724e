"""A result for the eyes, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..configuration import VpnState
from ..plan import Action
from ..plan.text import UNSAVED
from .outcome import Cause, Ending, Result, RouterResult

_HEADLINES = {
    Ending.COMMITTED: "both routers hold the new configuration",
    Ending.ABORTED: "both routers are as they were",
    Ending.IN_DOUBT: "what at least one router holds is not known",
    Ending.DIVERGED: "the routers differ and somebody else changed the same nodes: a person has to decide",
}
_NO_CHANGE = {
    Action.PROTECT: "both routers already held what the intent says; nothing was edited",
    Action.REMOVE: "neither router holds such a label; nothing was edited",
    Action.UNDO: "both routers are back already at what they held before; nothing was edited",
}


def headline(result: Result) -> str:
    """``COMMITTED: both routers hold the new configuration``."""
    if result.ending is Ending.NO_CHANGE:
        return f"{result.ending}: {_NO_CHANGE[result.plan.action]}"
    return f"{result.ending}: {_HEADLINES[result.ending]}"


def result_text(result: Result) -> str:
    """The result as a person wants to see it, without colours."""
    return "\n".join(_lines(result))


def _lines(result: Result) -> Iterator[str]:
    yield headline(result)
    if result.cause is not None:
        yield f"  because {result.cause}"
    for router in result.routers:
        yield f"  {router.device} ({router.role}): {router.holds}; {router.saving}"
        yield from (f"    {line}" for line in label_lines(result, router))
        yield from (f"    {note}" for note in router.notes)
    yield from (f"  {note}" for note in result.notes)
    if result.transaction:
        yield f"  journal: transaction {result.transaction}"
    if result.unsaved:
        yield f"WARNING: not saved to startup on {' and '.join(result.unsaved)}: {UNSAVED}."


def label_lines(result: Result, router: RouterResult) -> Iterator[str]:
    """What a router says of the label of each VPN instance that it has, after a change that succeeded."""
    there = result.plan[router.role].after
    return (_label_line(state) for state in router.states if result.ok and there[state.name].family)


def _label_line(state: VpnState) -> str:
    label = (
        "assigned label not told by the router"
        if state.assigned_label is None
        else f"assigned label {state.assigned_label}"
    )
    return f"{state.name}: {label}" + (f", {state.status}" if state.status else "")


def result_dict(result: Result) -> dict[str, Any]:
    """The result as plain values."""
    cause = result.cause
    return {
        "outcome": result.ending.value,
        "transaction": result.transaction,
        "plan": result.plan.digest,
        "pair": result.plan.pair,
        "cause": None if cause is None else _cause_dict(cause),
        "routers": [_router_dict(router) for router in result.routers],
        "notes": list(result.notes),
        "unsaved": list(result.unsaved),
        "checks": [proven.to_dict() for proven in result.checks],
        "seconds": round(result.seconds, 4),
        "flights": result.flights,
    }


def _cause_dict(cause: Cause) -> dict[str, Any]:
    return {
        "where": cause.full_where,
        "what": cause.what,
        "hint": cause.hint,
        "problems": [problem.to_dict() for problem in cause.problems],
    }


def _router_dict(router: RouterResult) -> dict[str, Any]:
    return {
        "device": router.device,
        "role": router.role.value,
        "holds": router.holds.name.lower(),
        "startup": router.saving.value,
        "vpn_instances": [
            {"name": state.name, "assigned_label": state.assigned_label, "status": state.status}
            for state in router.states
        ],
        "digest": router.digest,
        "notes": list(router.notes),
    }
