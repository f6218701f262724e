"""The parts of the documentation that are drawn from the code."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import egresspair
from egresspair import errors
from egresspair.audit.rules import RULES
from egresspair.inventory import DeviceEntry
from egresspair.lab import BEHAVIOURS, PROFILES, RPC_NAMES, SCENARIOS, SWITCHES
from egresspair.policy import Policy
from egresspair.transaction import MOVES, State

_PART = re.compile(r"(?<=<!-- generated: )(?P<name>[a-z-]+) -->\n.*?(?=<!-- end -->)", re.S)
_ATTRIBUTE = re.compile(r"^    (?P<names>[a-z_, ]+): (?P<text>.*?)(?=^    \w|\Z)", re.M | re.S)


def redrawn(page: str) -> str:
    """The page with every generated part as it should be."""
    return _PART.sub(lambda match: f"{match['name']} -->\n{PARTS[match['name']]()}", page)


def names_in(page: str) -> list[str]:
    """The names of the generated parts of a page."""
    return [match["name"] for match in _PART.finditer(page)]


def _states() -> str:
    lines = [
        f"    {_node(state)} --> {_node(target)}"
        for state in State
        for target in State
        if target in MOVES[state]
    ]
    ends = [f"    {_node(state)} --> [*]" for state in State if not MOVES[state]]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> PLANNED", *lines, *ends, "```", ""])


def _node(state: State) -> str:
    return state.name


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _faults() -> str:
    return _table(
        ("fault", "the device"),
        (
            (f"`{name}{_argument(each.argument, each.default)}`", each.meaning)
            for name, each in BEHAVIOURS.items()
        ),
    )


def _argument(argument: str | None, default: float | None) -> str:
    if argument is None:
        return ""
    return f"={argument}" if default is None else f"[={argument}]"


def _switches() -> str:
    return _table(("switch", "the device has"), ((f"`{name}`", text) for name, text in SWITCHES.items()))


def _scenarios() -> str:
    return _table(
        ("scenario", "condition", "what is wrong"),
        (
            (f"`{name}`", "" if each.condition is None else str(each.condition), each.meaning)
            for name, each in SCENARIOS.items()
        ),
    )


def _profiles() -> str:
    rows = (
        (f"`{name}`", "<br>".join(f"`{module}`" for module in each.deviations), f"`{each.basic_mode}`")
        for name, each in PROFILES.items()
    )
    return _table(("profile", "deviations in force", "defaults in replies (RFC 6243)"), rows)


def _operations() -> str:
    return ", ".join(f"`{name}`" for name in RPC_NAMES) + "\n"


def _errors() -> str:
    rows: list[tuple[str, str, str]] = []
    for name in errors.__all__:
        kind = getattr(errors, name)
        if inspect.isclass(kind) and issubclass(kind, errors.EgressPairError):
            home = "egresspair" if name in egresspair.__all__ else "egresspair.errors"
            rows.append((f"`{home}.{name}`", str(kind.exit_status), _summary(kind)))
    return _table(
        ("error", "exit status", "what it says"), sorted(rows, key=lambda row: (int(row[1]), row[0]))
    )


def _refusals() -> str:
    return ", ".join(f"`{reason.value}`" for reason in errors.RefusalReason) + "\n"


def _summary(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


def _checks() -> str:
    """In the order of the conditions; what is required beside them last."""
    ordered = sorted(RULES, key=lambda rule: rule.condition or len(RULES))
    rows = (
        (
            str(rule.condition or "beside"),
            f"`{rule.name}`",
            rule.title,
            rule.why,
            ", ".join(_causes(rule.follows_from)),
        )
        for rule in ordered
    )
    return _table(("condition", "check", "what has to be so", "why", "also fails because of"), rows)


def _causes(names: frozenset[str]) -> list[str]:
    return [f"`{rule.name}`" for rule in RULES if rule.name in names]


def attributes_of(kind: type) -> Mapping[str, str]:
    """What the docstring of a class says of its attributes."""
    section = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    found = {}
    for match in _ATTRIBUTE.finditer(section):
        for name in match["names"].split(", "):
            found[name] = " ".join(match["text"].split())
    return found


def _policy() -> str:
    said = attributes_of(Policy)
    rows = ((f"`{each.name}`", f"`{each.default}`", said[each.name]) for each in dataclasses.fields(Policy))
    return _table(("number", "default", "meaning"), rows)


def _inventory() -> str:
    said = attributes_of(DeviceEntry)
    rows = (
        (f"`{name}`", _default(each), said[name])
        for name, each in DeviceEntry.model_fields.items()
        if name != "name"
    )
    return _table(("key", "default", "meaning"), rows)


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    return "" if field.default is None else f"`{field.default}`"


PARTS: Mapping[str, Callable[[], str]] = {
    "checks": _checks,
    "errors": _errors,
    "faults": _faults,
    "inventory": _inventory,
    "operations": _operations,
    "policy": _policy,
    "profiles": _profiles,
    "refusals": _refusals,
    "scenarios": _scenarios,
    "states": _states,
    "switches": _switches,
}
