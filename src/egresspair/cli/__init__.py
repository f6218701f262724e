"""The command line: a thin face of the library. Nothing heavy is imported before a command runs."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; see `egresspair.cli.entry.run`."""
    from .entry import run  # noqa: PLC0415  (importing the package costs nothing)

    return run(arguments)
