"""Paths as an inventory writes them."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationInfo

from ..document import FieldError

__all__ = ["absolute", "folder_of"]


def absolute(path: str | Path, folder: Path) -> Path:
    """The path with ``~`` replaced, relative to ``folder``.

    Raises:
        FieldError: it is no path, or names a home directory that nobody has.
    """
    if not str(path) or "\0" in str(path):
        raise FieldError("is not a path", "Write the path of a file.")
    try:
        return folder / Path(path).expanduser()
    except RuntimeError:
        raise FieldError("names a home directory that is not known", "Write the path in full.") from None


def folder_of(info: ValidationInfo) -> Path:
    """Where relative paths start: the inventory's folder, or the working directory if there is none."""
    folder = getattr(info.context, "folder", None)
    return folder if isinstance(folder, Path) else Path.cwd()
