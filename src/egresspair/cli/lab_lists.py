"""What a lab can do, listed: faults, switches, scenarios."""

from __future__ import annotations

from ..errors import UsageError
from .presets import lab_or_hint
from .terminal.speaker import Speaker


def list_scenarios(speaker: Speaker) -> None:
    """What can be wrong in a network."""
    lab_or_hint()
    from ..lab import SCENARIOS  # noqa: PLC0415  (heavy)

    found = {name: {"meaning": each.meaning, "condition": each.condition} for name, each in SCENARIOS.items()}
    speaker.document({"scenarios": found})
    speaker.answer("Scenarios, --scenario NAME, with the condition of egress protection that each breaks:")
    for name, each in SCENARIOS.items():
        condition = "" if each.condition is None else f" ({each.condition})"
        speaker.answer(f"  {name:24} {each.meaning}{condition}")


def known_scenario(name: str | None) -> str:
    """The name; empty if none is given.

    Raises:
        UsageError: there is no such scenario, or asyncssh is missing.
    """
    lab_or_hint()
    from ..lab import SCENARIOS  # noqa: PLC0415

    if name is None:
        return ""
    if name not in SCENARIOS:
        raise UsageError(
            f"there is no scenario {name!r}", where="--scenario", hint="--scenario list shows them."
        )
    return name


def meaning_of(scenario: str) -> str:
    """What is wrong in it."""
    from ..lab import SCENARIOS  # noqa: PLC0415

    return SCENARIOS[scenario].meaning


def list_faults_and_switches(speaker: Speaker) -> None:
    """What can go wrong on a router."""
    lab_or_hint()
    from ..lab.behaviours import BEHAVIOURS  # noqa: PLC0415  (heavy)
    from ..lab.faults import RPC_NAMES  # noqa: PLC0415
    from ..lab.switches import SWITCHES  # noqa: PLC0415

    faults = {_spelt(name, each.argument, each.default): each.meaning for name, each in BEHAVIOURS.items()}
    speaker.document({"faults": faults, "rpcs": list(RPC_NAMES), "switches": dict(SWITCHES)})
    speaker.answer("Faults, --fault DEVICE:RPC:FAULT[:N] (N: which such RPC, from 1; * for every one):")
    speaker.answer(*(f"  {name:24} {meaning}" for name, meaning in faults.items()))
    speaker.answer("RPC is one of:", *(f"  {name}" for name in RPC_NAMES))
    speaker.answer("Switches, --switch DEVICE:SWITCH:")
    speaker.answer(*(f"  {name:24} {meaning}" for name, meaning in SWITCHES.items()))


def _spelt(name: str, argument: str | None, default: float | None) -> str:
    """A fault as one writes it; brackets around what may be left out."""
    if not argument:
        return name
    return f"{name}={argument}" if default is None else f"{name}[={argument}]"
