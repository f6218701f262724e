"""Files that a command writes: one that lives as long as it does, and one whose place is looked at beforehand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ..errors import UsageError

_MARK: Final = "# Written by egresspair lab; it goes when the lab ends.\n"


@contextmanager
def written(path: Path, text: str) -> Iterator[None]:
    """Write the file, and remove it at the end unless somebody changed it.

    Raises:
        UsageError: there is a file of somebody else, or it cannot be written.
    """
    content = _MARK + text
    try:
        _refuse_foreign(path)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield
    finally:
        if _content(path) == content:
            path.unlink()


def unwritable(path: Path, error: OSError) -> UsageError:
    """What is said of a file that a command was told to write."""
    return UsageError(
        f"cannot be written: {error.strerror}",
        where=str(path),
        hint="Its folder has to be there, and you have to be allowed to write to it.",
    )


def refuse_unwritable(path: Path, option: str) -> None:
    """For what is written only at the end of something long. Nothing is written or left behind.

    Raises:
        UsageError: there is no such folder, or nothing can be written there.
    """
    folder, why = path.parent, ""
    if not folder.is_dir():
        why = f"there is no folder {folder}"
    elif path.is_dir():
        why = "it is a folder"
    elif not os.access(path if path.exists() else folder, os.W_OK):
        why = "permission denied"
    if why:
        raise UsageError(
            f"{path} cannot be written: {why}",
            where=option,
            hint="Name a file in a folder that is there and that you may write to.",
        )


def _refuse_foreign(path: Path) -> None:
    """What an earlier lab left behind may be replaced."""
    if os.path.lexists(path) and not _content(path).startswith(_MARK):
        raise UsageError(
            "there is a file already, and it is kept",
            where=str(path),
            hint="Choose another with --inventory-out.",
        )


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
