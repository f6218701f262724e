"""Processes that have their imports behind them: a new process in milliseconds instead of a second."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 60


def _recover(report: str, surroundings: Mapping[str, str], words: Sequence[str]) -> None:
    """In the new process: the command, with its output in a file."""
    os.environ.update(surroundings)
    from egresspair.cli import main  # noqa: PLC0415  (in the new process)

    with Path(report).open("w") as out, redirect_stdout(out):
        status = main(["recover", *words])
    raise SystemExit(status)


@dataclass
class Recovery:
    """A recovery under way in a process of its own."""

    process: Any
    report: Path

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        self.process.join(SECONDS)
        assert self.process.exitcode == -signal.SIGKILL

    def results(self, status: int = 0) -> list[dict[str, Any]]:
        """Wait for its end: what it says of each transaction."""
        self.process.join(SECONDS)
        assert self.process.exitcode == status, self.report.read_text()
        results: list[dict[str, Any]] = json.loads(self.report.read_text())["transactions"]
        return results


@contextmanager
def recovering(inventory: Path, journal: str, wait: float) -> Iterator[Recovery]:
    """``egresspair recover`` in a process of its own; it is gone at the end whatever happens."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["egresspair.cli.recovering", "egresspair.journal.sql", "psycopg"])
    surroundings = {name: value for name, value in os.environ.items() if name.startswith("XDG_")}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        words = ("-i", str(inventory), "--journal", journal, "--wait", str(wait), "--json")
        process = context.Process(target=_recover, args=(str(report), surroundings, words))
        process.start()
        try:
            yield Recovery(process, report)
        finally:
            process.kill()
            process.join(SECONDS)
            process.close()
