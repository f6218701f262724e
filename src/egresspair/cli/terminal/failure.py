"""Errors as a user meets them: one message, one exit status, no traceback."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import typer

from ...errors import BothUnreachable, Diverged, DocumentError, EgressPairError, Refused, TransactionError
from .printable import printable
from .speaker import Speaker

INTERRUPTED: Final = 130
"""As shells report a process that SIGINT ended."""
INTERNAL: Final = 1
_SEVERAL: Final = (DocumentError, BothUnreachable)
"""Errors that tell of several things, each with a line of its own."""


class Standing:
    """What can be said of the routers if a command ends right now."""

    def __str__(self) -> str:
        return "Nothing was changed."


@contextmanager
def reported(speaker: Speaker, *, debug: bool = False, standing: object = None) -> Iterator[None]:
    """Run the body; whatever goes wrong is told, and ends the command with its exit status.

    Args:
        debug: show the traceback of an error that is not the user's.
        standing: its text says how the routers stand, at any moment.
    """
    standing = standing or Standing()
    try:
        yield
    except typer.Exit:
        raise
    except EgressPairError as error:
        raise typer.Exit(_told(speaker, error)) from None
    except KeyboardInterrupt:
        tell_interruption(speaker, standing)
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:  # noqa: BLE001  (the last resort)
        _tell_unexpected(speaker, error, standing, debug=debug)
        raise typer.Exit(INTERNAL) from None


def _told(speaker: Speaker, error: EgressPairError) -> int:
    """Tell it. If the answer cannot be written, the status is still that of the error: doubt is not calm."""
    try:
        return tell_error(speaker, error)
    except (OSError, KeyboardInterrupt) as failure:
        with suppress(OSError):
            why = str(failure) or type(failure).__name__
            _say(speaker, *str(error).splitlines(), f"The answer could not be written: {why}")
        return error.exit_status


def tell_error(speaker: Speaker, error: EgressPairError) -> int:
    """Tell an error that is meant for the user. Returns its exit status."""
    if isinstance(error, TransactionError):
        _tell_result(speaker, error)
    else:
        speaker.document({"error": error_dict(error)})
    _say(speaker, *(error.problems if isinstance(error, _SEVERAL) else (error,)))
    _say(speaker, *(f"Note: {note}" for note in _notes(error)))
    return error.exit_status


def _tell_result(speaker: Speaker, error: TransactionError) -> None:
    from .show import result_lines, text  # noqa: PLC0415

    result = error.result
    document = {**result.to_dict(), "error": error_dict(error)}
    speaker.answer(*result_lines(result))
    if isinstance(error, Diverged):
        inverses = {router.device: router.inverse.body.decode() for router in result.plan if router.inverse}
        document["inverses"] = inverses
        for device, inverse in inverses.items():
            speaker.answer("", text(f"{device}: this edit-config takes the change back, if that is wanted"))
            speaker.verbatim(inverse)
    speaker.document(document)


def error_dict(error: EgressPairError) -> dict[str, Any]:
    """An error as plain values."""
    facts: dict[str, Any] = {
        "kind": type(error).__name__,
        "where": error.where,
        "what": error.what,
        "hint": error.hint,
        "exit_status": error.exit_status,
    }
    if isinstance(error, Refused):
        facts["reason"] = error.reason.value
    if isinstance(error, (*_SEVERAL, TransactionError)):
        facts["problems"] = [problem.to_dict() for problem in error.problems]
    if notes := _notes(error):
        facts["notes"] = notes
    return facts


def _notes(error: Exception) -> list[str]:
    """What was noted beside an error (PEP 678)."""
    return list(getattr(error, "__notes__", ()))


def tell_interruption(speaker: Speaker, standing: object = None) -> None:
    """Tell that Ctrl-C ended the command, and how things stand."""
    _end(speaker, "Interrupted", "interrupted", str(standing or Standing()), INTERRUPTED)


def _tell_unexpected(speaker: Speaker, error: Exception, standing: object, *, debug: bool) -> None:
    if debug:
        speaker.say(*map(printable, "".join(traceback.format_exception(error)).splitlines()))
    what = f"internal error: {type(error).__name__}: {error}"
    hint = str(standing) if debug else f"{standing} Run it with --debug for the traceback."
    _end(speaker, "InternalError", what, hint, INTERNAL)


def _end(speaker: Speaker, kind: str, what: str, hint: str, status: int) -> None:
    speaker.document(
        {"error": {"kind": kind, "where": "", "what": what, "hint": hint, "exit_status": status}}
    )
    _say(speaker, f"{what}. {hint}")


def _say(speaker: Speaker, *messages: object) -> None:
    from rich.text import Text  # noqa: PLC0415

    speaker.say(*(Text(printable(message), "bold red") for message in messages))
