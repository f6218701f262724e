"""Does what a page says, in a folder of its own, with a lab pair at hand."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.page import Block
from docs.transcript import agrees, plans_in, steps_of
from egresspair import load_inventory
from egresspair.lab import Lab

TIMEOUT = 120


class Reader:
    """Reads a page from top to bottom and does what it says.

    Args:
        folder: where files are written and commands run.
        page: its name, for messages.
    """

    def __init__(self, folder: Path, page: str) -> None:
        self._folder = folder
        self._page = page
        self._lab: Lab | None = None
        self._inventories: list[str] = []
        self._names: dict[str, Any] = {}
        self._printed = ""
        self._plans: dict[str, str] = {}
        self._others: list[subprocess.Popen[str]] = []
        self._words: dict[str, Callable[[Block, str], None]] = {
            "file": self._write,
            "inventory": self._write_inventory,
            "new lab": lambda _, switches: self._new_lab(switches),
            "fault": lambda _, fault: self.lab.fault(fault),
            "output": lambda block, _: self._expect(block, block.text, self._printed),
            "in another terminal": lambda block, _: self._start(block),
            "generated": lambda _block, _value: None,
        }

    def close(self) -> None:
        """End what runs in other terminals, and the lab, if one was started."""
        for process in self._others:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=TIMEOUT)
        self._others.clear()
        self._end_lab()

    def _end_lab(self) -> None:
        if self._lab is not None:
            self._lab.close()

    def read(self, block: Block) -> None:
        """Do what one block asks for."""
        if block.remark("not run") is not None:
            return
        for word, value in block.remarks:
            self._words[word](block, value)
        if block.language == "python":
            self._run_python(block)
        elif block.language == "console" and block.remark("in another terminal") is None:
            self._run_commands(block)

    @property
    def lab(self) -> Lab:
        """The pair; started when it is first needed."""
        if self._lab is None:
            self._new_lab()
        assert self._lab is not None
        return self._lab

    def _write(self, block: Block, name: str) -> None:
        (self._folder / name).write_text(block.text, encoding="utf-8")

    def _write_inventory(self, block: Block, name: str) -> None:
        self._write(block, name)
        devices = load_inventory(self._folder / name).devices
        assert set(devices) == {device.name for device in self.lab}, f"{self._page}:{block.line}"
        self._inventories.append(name)
        self.lab.write_inventory(self._folder / name)

    def _new_lab(self, switches: str = "") -> None:
        self._end_lab()
        self._plans.clear()
        words = switches.split()
        profiles = [word.partition("=")[2] for word in words if word.startswith("profile=")]
        profile = profiles[0] if profiles else "ne40e"
        self._lab = Lab(switches={"any": [word for word in words if "=" not in word]}, profile=profile)
        self._lab.start()
        for name in self._inventories or ["inventory.yaml"]:
            self._lab.write_inventory(self._folder / name)

    def _run_python(self, block: Block) -> None:
        code = compile("\n" * block.line + block.text, self._page, "exec")
        printed = io.StringIO()
        with contextlib.chdir(self._folder), contextlib.redirect_stdout(printed):
            _ = self.lab
            exec(code, self._names)  # noqa: S102  (the project's own documentation)
        self._printed = printed.getvalue()

    def _run_commands(self, block: Block) -> None:
        _ = self.lab
        for step in steps_of(block.text):
            self._expect(block, step.output, self._shell(step.command))

    def _start(self, block: Block) -> None:
        """Start the command, read what it is said to print, and let it run."""
        (step,) = steps_of(block.text)
        process = self._process(f"exec {step.command}")
        self._others.append(process)
        assert process.stdout is not None
        wanted = step.output.count("\n")
        self._expect(block, step.output, "".join(itertools.islice(process.stdout, wanted)))

    def _process(self, command: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self._folder),
            "XDG_CACHE_HOME": str(self._folder / ".cache"),
            "XDG_STATE_HOME": str(self._folder / ".state"),
            "NO_COLOR": "1",
            "COLUMNS": "110",
            "TERM": "dumb",
        }
        return subprocess.Popen(
            ["bash", "-c", command],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _shell(self, command: str) -> str:
        with self._process(command) as process:
            try:
                return process.communicate(timeout=TIMEOUT)[0]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # what it has started ends with it
                raise

    def _expect(self, block: Block, written: str, printed: str) -> None:
        place = f"{self._page}:{block.line}"
        assert agrees(written, printed), f"{place} says\n\n{written}\n\nbut this is printed:\n\n{printed}"
        for said, real in plans_in(written, printed):
            same = self._plans.setdefault(real, said) == said and self._plans.setdefault(said, real) == real
            assert same, f"{place}: plan {said} is not the one that has this digest above"
