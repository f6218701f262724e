"""What ``egresspair audit`` shows beside the checks: the walk, its drawing, and what protection saves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ..errors import UsageError
from .own_file import unwritable

if TYPE_CHECKING:
    from ..audit.report import AuditReport
    from ..audit.savings import BfdTimers, Savings
    from .terminal.speaker import Speaker

_PANEL: Final = "What egress protection saves"

Explain = Annotated[
    bool,
    typer.Option("--explain", help="Walk a packet through the routers, before and after the master dies."),
]
Drawing = Annotated[
    Path | None,
    typer.Option("--svg", metavar="FILE", help="Write the walk as an SVG drawing.", show_default=False),
]
ShowSavings = Annotated[
    bool,
    typer.Option(
        "--savings", help="Compare the BFD without egress protection and with it.", rich_help_panel=_PANEL
    ),
]


def _number(name: str, metavar: str, words: str) -> Any:
    return typer.Option(name, metavar=metavar, help=words, show_default=False, rich_help_panel=_PANEL)


Csgs = Annotated[int | None, _number("--csgs", "N", "CSGs; else the VPNv4 peers of the master.")]
Masgs = Annotated[int | None, _number("--masgs", "N", "MASGs; else 2.")]
Asbrs = Annotated[int | None, _number("--asbrs", "N", "Core ASBRs; else 1.")]
Interval = Annotated[
    int | None, _number("--bfd-interval", "MS", "Interval of end-to-end BFD; else that of the core ASBR.")
]
Multiplier = Annotated[
    int | None, _number("--multiplier", "N", "Detection multiplier of end-to-end BFD; 3 with --bfd-interval.")
]


@dataclass(frozen=True, slots=True)
class SavingsOptions:
    """The numbers as given; None where they are not.

    Raises:
        UsageError: a number is below 1, or given without --savings.
    """

    wanted: bool
    csgs: int | None
    masgs: int | None
    asbrs: int | None
    bfd_interval: int | None
    multiplier: int | None

    def __post_init__(self) -> None:
        for name in ("csgs", "masgs", "asbrs", "bfd_interval", "multiplier"):
            number, option = getattr(self, name), f"--{name.replace('_', '-')}"
            if number is not None and not self.wanted:
                raise UsageError("it goes with --savings only", where=option, hint="Add --savings.")
            if number is not None and number < 1:
                raise UsageError(
                    f"{number} is less than 1", where=option, hint="Give at least 1, or leave it out."
                )

    def savings(self, report: AuditReport) -> Savings | None:
        """What is saved; None if nobody asked.

        Raises:
            UsageError: the number of CSGs is neither given nor shown.
        """
        if not self.wanted:
            return None
        from ..audit.savings_facts import savings_shown  # noqa: PLC0415  (heavy)

        return savings_shown(
            report.facts, csgs=self.csgs, masgs=self.masgs, asbrs=self.asbrs, end_to_end=self._timers()
        )

    def _timers(self) -> BfdTimers | None:
        from ..audit.savings import BfdTimers  # noqa: PLC0415

        if self.bfd_interval is None and self.multiplier is None:
            return None
        default = BfdTimers()
        return BfdTimers(
            default.interval_ms if self.bfd_interval is None else self.bfd_interval,
            default.multiplier if self.multiplier is None else self.multiplier,
        )


def refuse_with_watch(*, explain: bool, svg: Path | None, savings: bool) -> None:
    """A watch tells lines: none of these is shown by it.

    Raises:
        UsageError: one of them is asked for.
    """
    for option, given in (("--explain", explain), ("--svg", svg is not None), ("--savings", savings)):
        if given:
            raise UsageError("a watch does not show this", where=option, hint="Leave --watch out.")


def more_of(
    report: AuditReport, speaker: Speaker, *, explain: bool, svg: Path | None, savings: Savings | None
) -> dict[str, Any]:
    """Show what was asked for beyond the checks; returns it as plain values, by name.

    Raises:
        UsageError: the drawing cannot be written.
    """
    more: dict[str, Any] = {}
    if svg is not None:
        _write(svg, report.walk._repr_svg_())
    if explain:
        speaker.answer("", *str(report.walk).splitlines())
        more["walk"] = report.walk.to_dict()
    if savings is not None:
        speaker.answer("", *str(savings).splitlines())
        more["savings"] = savings.to_dict()
    return more


def _write(path: Path, drawing: str) -> None:
    try:
        path.write_text(drawing, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
