"""Withdrawing what a router originates for its partner, so that nobody sends it the partner's labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..configuration import Change, Node
from ..diff import Difference
from ..errors import Problem
from ..intent import Intent, Role
from ..plan.in_service import Owners, keeps
from .wanted import Settings


def withdrawn(intent: Intent, role: Role, device: str, running: Settings, owners: Owners) -> Difference:
    """What makes a router originate nothing that is its partner's. Its own host route stays.

    A host route that both own stays with the master.
    """
    found = list(_withdrawn(intent, role, device, running, owners))
    changes = tuple(each for each in found if isinstance(each, Change))
    return Difference(changes, tuple(each for each in found if isinstance(each, Problem)))


def _withdrawn(
    intent: Intent, role: Role, device: str, running: Settings, owners: Owners
) -> Iterator[Change | Problem]:
    for index, route in enumerate(intent.protected_host_routes):
        holder = f"network {route}"
        field, own = f"protected_host_routes[{index}]", owners.get(route, frozenset())
        if keeps(role, own) or running.get((holder, Node.NETWORK)) is None:
            continue
        if own:
            yield from _without(holder, running, intent, device, field)
        else:
            hint = "Say so: prerequisites.loopbacks."
            problem = intent.problem(field, f"whose address {route} is, is not known", hint=hint)
            yield replace(problem, field=f"{device} {problem.field}")
    for index, each in enumerate(intent.prerequisites.import_routes if intent.prerequisites else ()):
        holder = f"import-route {each.protocol} {each.process_id}"
        # What a router has of a routing protocol is its partner's; its own host route is direct.
        if each.protocol != "direct" and running.get((holder, Node.POLICY)) == each.policy:
            yield from _without(holder, running, intent, device, f"prerequisites.import_routes[{index}]")


def _without(
    holder: str, running: Settings, intent: Intent, device: str, field: str
) -> Iterator[Change | Problem]:
    if (other := running[holder, Node.OTHER]) is not None:
        what = f"{holder} has {other} too, which could not be restored"
        problem = intent.problem(field, what, hint="Withdraw it by hand.")
        yield replace(problem, field=f"{device} {problem.field}")
        return
    for node in (Node.NETWORK, Node.IMPORT_ROUTE, Node.POLICY, Node.NON_RELAY_TUNNEL):
        if (value := running.get((holder, node))) is not None:
            yield Change(holder, node, value, None)
