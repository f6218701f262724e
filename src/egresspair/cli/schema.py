"""``egresspair schema fetch | show | diff``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from ..schema_report import SchemaReport

schema = typer.Typer(
    help="Show which YANG a router speaks, and what of it decides about labels.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)

Device = Annotated[str, typer.Argument(metavar="DEVICE", help="A router, by its name in the inventory.")]
Side = Annotated[
    str, typer.Argument(metavar="DEVICE|DIR", help="A router of the inventory, or a folder of modules.")
]
Platform = Annotated[str, typer.Option(help="The dialect of a folder.")]


@schema.command("fetch")
def fetch(
    device: Device,
    *,
    inventory: options.InventoryFile = options.INVENTORY,
    into: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the modules there as well, to stand for the router offline."),
    ] = None,
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Read a router's modules anew, whatever is known of it."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        (report,) = _reports([device], inventory, speaker, verbose=verbose, refresh=True, into=into)
        _tell(speaker, report)
        if into is not None:
            speaker.say(f"Its modules are in {into}.")


@schema.command("show")
def show(
    device: Annotated[
        str, typer.Argument(metavar="[DEVICE]", help="A router, by its name in the inventory.")
    ] = "",
    *,
    modules: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder of modules with a capabilities.xml, instead of a router."),
    ] = None,
    inventory: options.InventoryFile = options.INVENTORY,
    platform: Platform = "huawei-vrp",
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Show the nodes that egress protection uses, and the static labels that the router takes."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from ..errors import UsageError  # noqa: PLC0415

        if bool(device) == bool(modules):
            raise UsageError(
                "either a router or --modules is wanted",
                where="egresspair schema show",
                hint="See egresspair schema show --help.",
            )
        if modules and not modules.is_dir():
            raise UsageError(
                "there is no such folder",
                where=str(modules),
                hint="Give the path of a folder of YANG modules.",
            )
        name = str(modules) if modules else device
        (report,) = _reports(
            [name], inventory, speaker, verbose=verbose, folders=bool(modules), platform=platform
        )
        _tell(speaker, report)


@schema.command("diff")
def diff(
    left: Side,
    right: Side,
    *,
    inventory: options.InventoryFile = options.INVENTORY,
    platform: Platform = "huawei-vrp",
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """Show what differs between two routers in the nodes that egress protection uses."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from ..schema_report import SchemaDifference  # noqa: PLC0415

        ours, theirs = _reports(
            [left, right], inventory, speaker, verbose=verbose, folders=True, platform=platform
        )
        _tell(speaker, SchemaDifference.between(ours, theirs))


def _tell(speaker: Speaker, report: object) -> None:
    from .terminal.show import text  # noqa: PLC0415

    speaker.answer(*(text(line) for line in str(report).splitlines()))
    speaker.document(report.to_dict())  # type: ignore[attr-defined]  # a report of either kind


def _reports(
    names: Sequence[str],
    inventory: Path,
    speaker: Speaker,
    *,
    verbose: bool,
    folders: bool = False,
    refresh: bool = False,
    into: Path | None = None,
    platform: str = "huawei-vrp",
) -> list[SchemaReport]:
    """The schemas of routers of the inventory, or of folders where these may stand for routers."""
    from ..schemas import read_reports  # noqa: PLC0415  (heavy)
    from .terminal.progress import Progress  # noqa: PLC0415

    progress = Progress(speaker.say, confirm_timeout=options.CONFIRM_TIMEOUT, verbose=verbose)
    return read_reports(
        names,
        inventory,
        observers=[progress] if verbose else [],
        folders=folders,
        refresh=refresh,
        into=into,
        platform=platform,
    )
