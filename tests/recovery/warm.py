"""Processes that have their imports behind them: a new process in milliseconds instead of a second."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 60


def _recover(report: str, surroundings: Mapping[str, str], inventory: str, journal: str, wait: float) -> None:
    """In the new process: recover, and write down what was found."""
    os.environ.update(surroundings)
    from egresspair.recovery import recover  # noqa: PLC0415  (in the new process)

    found = recover(inventory=inventory, journal=journal, wait=wait)
    Path(report).write_text(json.dumps([result.to_dict() for result in found]))


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

    def results(self) -> list[dict[str, Any]]:
        """Wait for its end: what it says."""
        self.process.join(SECONDS)
        assert self.process.exitcode == 0
        results: list[dict[str, Any]] = json.loads(self.report.read_text())
        return results


@contextmanager
def recovering(inventory: Path, journal: str, wait: float) -> Iterator[Recovery]:
    """A recovery in a process of its own; it is gone at the end whatever happens."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["egresspair.recovery", "egresspair.journal.sql", "psycopg"])
    surroundings = {name: value for name, value in os.environ.items() if name.startswith("XDG_")}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        arguments = (str(report), surroundings, str(inventory), journal, wait)
        process = context.Process(target=_recover, args=arguments)
        process.start()
        try:
            yield Recovery(process, report)
        finally:
            process.kill()
            process.join(SECONDS)
            process.close()
