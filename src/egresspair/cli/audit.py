"""``egresspair audit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from . import explaining, options
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from ..audit.report import AuditReport

NOT_PROTECTED: Final = 8
"""The exit status of a pair that is not protected, or not known to be."""


def audit(
    file: options.IntentFile,
    *,
    inventory: options.InventoryFile = options.INVENTORY,
    explain: explaining.Explain = False,
    svg: explaining.Drawing = None,
    savings: explaining.ShowSavings = False,
    csgs: explaining.Csgs = None,
    masgs: explaining.Masgs = None,
    asbrs: explaining.Asbrs = None,
    bfd_interval: explaining.Interval = None,
    multiplier: explaining.Multiplier = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Audit, then tell every change of labels, route distinguishers and VPN targets with the new verdict, "
            "until Ctrl-C; with --json a document a line.",
        ),
    ] = False,
    interval: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="With --watch: read each router at least this often; 10 if not said.",
            show_default=False,
        ),
    ] = None,
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Tell whether the pair is protected, and if not, every reason why not; change nothing."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        numbers = explaining.SavingsOptions(savings, csgs, masgs, asbrs, bfd_interval, multiplier)
        if watch:
            explaining.refuse_with_watch(explain=explain, svg=svg, savings=savings)
        if watch or interval is not None:
            raise typer.Exit(_watched(file, inventory, speaker, interval, watch=watch, verbose=verbose))
        from .terminal.show import audit_lines  # noqa: PLC0415  (heavy)

        report = _audited(file, inventory, speaker, verbose=verbose)
        saved = numbers.savings(report)
        speaker.answer(*audit_lines(report))
        more = explaining.more_of(report, speaker, explain=explain, svg=svg, savings=saved)
        speaker.document({**report.to_dict(), **more})
        if not report.protected:
            raise typer.Exit(NOT_PROTECTED)


def _watched(
    file: Path, inventory: Path, speaker: Speaker, interval: float | None, *, watch: bool, verbose: bool
) -> int:
    from ..errors import UsageError  # noqa: PLC0415  (heavy)
    from . import watching  # noqa: PLC0415

    if not watch:
        raise UsageError("this is about a watch", where="--interval", hint="Give --watch as well.")
    return watching.watch(file, inventory, speaker, interval=interval, verbose=verbose)


def _audited(file: Path, inventory: Path, speaker: Speaker, *, verbose: bool) -> AuditReport:
    from ..auditing import audit_pair  # noqa: PLC0415  (heavy)
    from ..events import log_event, to_all  # noqa: PLC0415
    from ..intent import load_intent  # noqa: PLC0415
    from ..inventory import load_inventory  # noqa: PLC0415
    from .terminal.progress import Progress  # noqa: PLC0415

    progress = [Progress(speaker.say, confirm_timeout=0, verbose=True)] if verbose else []
    return audit_pair(load_intent(file), load_inventory(inventory), to_all([log_event, *progress]))
