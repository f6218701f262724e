"""``egresspair demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import options
from .terminal.failure import reported
from .terminal.speaker import Speaker


def demo(
    *,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep its files in this new or empty folder."),
    ] = None,
    as_json: options.AsJson = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
) -> None:
    """See the main job done on the routers of a lab.

    One intent goes in, both routers come out with the same labels; a second run changes nothing; when the
    backup refuses, both stay as they were; and the audit of all four finds that the pair is protected."""
    speaker = Speaker(as_json=as_json)
    with reported(speaker, debug=debug):
        from .demonstration.run import demonstrate  # noqa: PLC0415  (heavy)

        demonstrate(speaker, keep, verbose=verbose)
