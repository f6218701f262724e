"""What a router's own schema says of a stage, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..configuration import Change
from ..diff import Difference
from ..errors import Problem
from ..intent import Intent, Role
from ..plan import Plan, RouterView
from ..plan.attribution import Attribution
from ..plan.make import Judge, edit_rpc
from ..plan.origins import Origin
from ..plan.schema_words import schema_problems
from .wanted import peers_of

Lacking = Callable[[RouterView, str], str]
"""The module, with its revision, that has no node at that schema path; empty if it has one, or nobody knows."""


def judged(
    intent: Intent, view: RouterView, found: Difference, judge: Judge | None, lacking: Lacking | None
) -> Difference:
    """The same difference, with what speaks against it by the router's schema."""
    problems = [*found.problems, *(_lacks(intent, view, found.changes, lacking) if lacking else ())]
    if judge is not None and found.changes and not problems:
        violations = judge(view, edit_rpc(view.dialect, found.changes, view.server))
        origins = tuple(_origin(intent, view.role, change) for change in found.changes)
        attribution = Attribution(view.device, view.dialect, origins)
        problems += schema_problems(attribution, view, violations, "")
    return replace(found, problems=tuple(problems))


def _lacks(
    intent: Intent, view: RouterView, changes: tuple[Change, ...], lacking: Lacking
) -> Iterator[Problem]:
    for change in changes:
        if module := lacking(view, view.dialect.schema_path((change.vpn, change.node))):
            kind, where = view.schema.kind, _origin(intent, view.role, change)
            yield Problem(
                f"this {kind} has no {change.node} of {change.vpn.partition(' ')[0]} for NETCONF: "
                f"it is not in its {module}",
                f"{view.device} {where.field}",
                where.file,
                where.line,
                where.column,
                "Configure it on the command line, and leave it out of the prerequisites.",
            )


def with_origins(plan: Plan, intent: Intent) -> Plan:
    """The same plan, whose routers' complaints are led back to the fields of the intent."""
    master, backup = (
        replace(router, origins=tuple(_origin(intent, router.role, change) for change in router.changes))
        for router in plan
    )
    return replace(plan, master=master, backup=backup)


def _origin(intent: Intent, role: Role, change: Change) -> Origin:
    """The field of the intent that a change comes from."""
    said = intent.problem(_field(intent, role, change.vpn), "")
    return Origin(change.vpn, change.node, "", said.field, said.file, said.line, said.column)


def _field(intent: Intent, role: Role, holder: str) -> str:
    """A relabelling withdraws host routes without any prerequisites."""
    kind, _, key = holder.partition(" ")
    asked = intent.prerequisites
    if asked is None or (kind == "network" and asked.originate is None):
        return "protected_host_routes"
    field = {"interface": f"loopbacks.{role}", "route-policy": "export_policy"}.get(kind, "originate")
    if kind == "peer":
        field = f"{role}_peers[{peers_of(asked, role).index(key)}]"
    elif kind == "import-route":
        keys = [f"{each.protocol} {each.process_id}" for each in asked.import_routes]
        field = f"import_routes[{keys.index(key)}]"
    return f"prerequisites.{field}"
