"""``egresspair plan``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from ..plan import Plan, RouterPlan
    from ..policy import Policy
    from ..stages import StagedPlan
    from .change import Planner

CHANGES: Final = 4
"""The exit status of ``--check`` if there is something to do."""


def plan(
    file: options.IntentFile,
    *,
    inventory: options.InventoryFile = options.INVENTORY,
    check: Annotated[bool, typer.Option("--check", help="Exit status 4 if there are changes.")] = False,
    payload: Annotated[bool, typer.Option("--payload", help="Show what is sent, byte for byte.")] = False,
    pretty: options.Pretty = False,
    staged: options.Staged = False,
    remove: Annotated[bool, typer.Option("--remove", help="Plan the removal of the labels.")] = False,
    save: options.Save = False,
    confirm_timeout: options.ConfirmTimeout = options.CONFIRM_TIMEOUT,
    soak: options.Soak = options.SOAK,
    margin: options.Margin = options.MARGIN,
    settle_timeout: options.SettleTimeout = options.SETTLE_TIMEOUT,
    journal: options.JournalPlace = "",
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Show what apply would do; change nothing."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from .numbers import policy_of  # noqa: PLC0415  (heavy)

        policy = policy_of(
            confirm_timeout=confirm_timeout,
            soak=soak,
            margin=margin,
            settle_timeout=settle_timeout,
            save=save,
        )
        from .staged import planned, plans_of  # noqa: PLC0415
        from .unfinished import unfinished_notes  # noqa: PLC0415

        make = partial(planned, remove=remove, staged=staged)
        made = _made(file, inventory, journal or None, policy, speaker, make=make, verbose=verbose)
        notes = tuple(unfinished_notes(plans_of(made)[0], journal or None, inventory))
        _show(made, speaker, notes, payload=payload or pretty, pretty=pretty)
        if check and not made.is_empty:
            raise typer.Exit(CHANGES)


def _made(
    file: Path,
    inventory: Path,
    journal: str | None,
    policy: Policy,
    speaker: Speaker,
    *,
    make: Planner,
    verbose: bool,
) -> Plan | StagedPlan:
    from ..intent import load_intent  # noqa: PLC0415
    from ..opening import open_pair  # noqa: PLC0415
    from .terminal.progress import Progress  # noqa: PLC0415
    from .unfinished import naming_unfinished  # noqa: PLC0415

    intent = load_intent(file)
    progress = Progress(speaker.say, confirm_timeout=policy.confirm_timeout, verbose=verbose)
    observers = [progress] if verbose else []
    with naming_unfinished(intent, journal, inventory):
        opened = open_pair(intent, inventory=inventory, policy=policy, observers=observers)
    with opened as pair:
        return make(pair, intent)


def _show(
    plan: Plan | StagedPlan, speaker: Speaker, notes: Iterable[str], *, payload: bool, pretty: bool
) -> None:
    from .staged import plans_of, shown  # noqa: PLC0415
    from .terminal.show import text  # noqa: PLC0415

    speaker.answer(*shown(plan), *(text(f"Note: {note}", "bold red") for note in notes))
    document = plan.to_dict()
    speaker.document({**document, "notes": [*document.get("notes", ()), *notes]})
    for each in plans_of(plan) if payload else ():
        for router in each:
            _show_payload(router, speaker, stage=each.stage, pretty=pretty)


def _show_payload(router: RouterPlan, speaker: Speaker, *, stage: str, pretty: bool) -> None:
    from .terminal.pretty import NOT_SENT, indented  # noqa: PLC0415
    from .terminal.show import text  # noqa: PLC0415

    name = f"{router.device}, {stage}" if stage else router.device
    if router.edit is None:
        speaker.answer("", text(f"{name}: nothing is sent"))
        return
    speaker.answer("", text(f"{name}: {NOT_SENT if pretty else ''}".rstrip()))
    body = router.edit.body.decode()
    speaker.verbatim(indented(body) if pretty else body)
