"""From the process to a command and back to an exit status."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Final, cast

import typer

from ..errors import UsageError
from .app import application
from .terminal.failure import INTERRUPTED, tell_error, tell_interruption
from .terminal.speaker import Speaker

_PROGRAM: Final = "egresspair"
_WORDS: Final = {
    "Input should be greater than": "it must be greater than",
    "Input should be a valid integer, unable to parse string as an integer": "it is not a whole number",
    "Input should be a valid number, unable to parse string as a number": "it is not a number",
}
"""What is said of numbers by what reads them, in plain words."""
_WRONG_CALL: Final = cast("type[Exception]", typer.BadParameter.__base__)
"""The family of all errors in a call. Typer has a click of its own since 0.16 and does not export it."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: without the program's name; those of the process by default.

    Returns:
        The exit status. Nothing is raised.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    speaker = Speaker(as_json="--json" in words)
    _quiet_libraries()
    try:
        status = application().main(words, prog_name=_PROGRAM, standalone_mode=False)
    except _WRONG_CALL as error:
        return tell_error(speaker, _wrong_call(error))
    except (KeyboardInterrupt, typer.Abort):
        tell_interruption(speaker)
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def _wrong_call(error: Exception) -> UsageError:
    """The error in our words: where, what, a hint."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else _PROGRAM
    what = getattr(error, "format_message", error.__str__)()
    for library, ours in _WORDS.items():
        what = what.replace(library, ours)
    return UsageError(what, where=path, hint=f"See {path} --help.")


def _quiet_libraries() -> None:
    """What SSH libraries log is no message to a user: all that matters comes as an error."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
