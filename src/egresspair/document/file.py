"""Getting at the text of a document."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import UsageError
from .place import Mark
from .tree import UnreadableError

__all__ = ["decoded", "named", "read_file", "sound"]

MAX_BYTES = 8 * 1024 * 1024
"""More is not a document that a person wrote."""

_HINT = "Check the path."
_BOM = "\ufeff"


def named(path: str | os.PathLike[str], what: str) -> str:
    """The path of a file as a text; ``what`` names its kind in messages.

    Raises:
        UsageError: it is none.
    """
    if isinstance(path, str | os.PathLike) and isinstance(text := os.fspath(path), str):
        return text
    raise UsageError(
        f"the path of a file is wanted for the {what}, not {type(path).__name__}",
        where=what,
        hint="Give a text or a Path.",
    )


def read_file(path: str | os.PathLike[str], what: str, *, hint: str = _HINT) -> bytes:
    """The octets of a file.

    Args:
        what: its kind, for messages.
        hint: where another file may be named.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        UnreadableError: it is larger than 8 MiB.
    """
    where = os.fspath(path)
    try:
        with Path(path).open("rb") as file:
            octets = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"there is no such file for the {what}", where=where, hint=hint) from None
    except IsADirectoryError:
        raise UsageError(f"this is a directory, not the file of an {what}", where=where, hint=hint) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is not a path"
        raise UsageError(f"the {what} cannot be read: {reason}", where=where, hint=hint) from error
    if len(octets) > MAX_BYTES:
        raise UnreadableError(
            f"this is larger than {MAX_BYTES // 1024**2} MiB", Mark(), "Is it the right file?"
        )
    return octets


def decoded(octets: bytes) -> str:
    """The text, without a byte order mark.

    Raises:
        UnreadableError: this is not UTF-8; with the position of the first octet that is not.
    """
    try:
        return octets.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        before = octets[: error.start].decode("utf-8")
        mark = Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise UnreadableError("this is not UTF-8 text", mark, "Save the file as UTF-8.") from None


def sound(text: str) -> str:
    """A text that came from memory, without a byte order mark.

    Raises:
        UsageError: it is no text.
        UnreadableError: it holds half of a surrogate pair, which no file could.
    """
    if not isinstance(text, str):
        raise UsageError(
            f"a text is wanted, not {type(text).__name__}",
            where="text",
            hint="What is in a file has to be read first.",
        )
    return decoded(text.encode("utf-8", "surrogatepass"))
