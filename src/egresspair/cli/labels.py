"""``egresspair labels``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from pathlib import Path

    from ..label_space import LabelReport


def labels(
    master: Annotated[
        str, typer.Argument(metavar="MASTER", help="One router, by its name in the inventory.")
    ],
    backup: Annotated[str, typer.Argument(metavar="BACKUP", help="The other.")],
    *,
    inventory: options.InventoryFile = options.INVENTORY,
    count: Annotated[int, typer.Option(metavar="N", min=1, help="Show the first N free labels.")] = 10,
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Show which static labels two routers allow, what uses them, and which are free on both."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from .terminal.show import text  # noqa: PLC0415  (heavy)

        report = _read(master, backup, inventory, speaker, verbose=verbose)
        speaker.answer(*(text(line) for line in report.text(count=count).splitlines()))
        speaker.document(report.to_dict(count=count))


def _read(master: str, backup: str, inventory: Path, speaker: Speaker, *, verbose: bool) -> LabelReport:
    from ..opening import open_routers  # noqa: PLC0415
    from .terminal.progress import Progress  # noqa: PLC0415

    progress = Progress(speaker.say, confirm_timeout=options.CONFIRM_TIMEOUT, verbose=verbose)
    with open_routers(master, backup, inventory=inventory, observers=[progress] if verbose else []) as pair:
        return pair.labels()
