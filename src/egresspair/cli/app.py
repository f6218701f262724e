"""The commands, in one place. A command is one module with one function of the command's name."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, Final

import typer

from .. import __version__

COMMANDS: Final = ("demo", "payload", "plan", "apply", "remove", "audit", "recover", "history", "undo", "lab")
"""Their modules are light; what they need of the library they import when they run."""

_ABOUT: Final = """Egress protection for a pair of MASGs: one intent, two routers, one NETCONF transaction.

\b
Exit status:
    0  done, or nothing to do
    1  internal error
    2  usage: an option, a file that is not there
    3  intent, inventory or plan wrong
    4  plan --check found changes
    5  aborted: both routers are as they were
    6  in doubt: run egresspair recover
    7  diverged: a person has to decide
    8  audit: not protected, or not known to be
    9  could not connect or log in
   10  refused before any edit
  130  ended by Ctrl-C, no transaction being under way
"""


def application() -> Any:
    """The command with all its sub-commands, ready for ``.main()``."""
    app = typer.Typer(
        help=_ABOUT,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain text is the same everywhere, and keeps its lines
    )
    app.callback()(_options)
    for name in COMMANDS:
        module = import_module(f"egresspair.cli.{name}")
        app.command(name)(getattr(module, name))
    return typer.main.get_command(app)


def _show_version(wanted: bool) -> None:  # noqa: FBT001  (typer calls it so)
    if wanted:
        typer.echo(f"egresspair {__version__}")
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    pass
