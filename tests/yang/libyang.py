"""Debian's yanglint as a judge of many configurations: one process, the modules of one router loaded once."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from lxml import etree

from egresspair.schema import ModuleSet

_WARNINGS = ("[W]", "libyang[1]: ")
_LONG = re.compile(r"\{0,\d{2,}\}")


def relaxed_copy(source: Path, target: Path) -> Path:
    """The modules of a folder with every ``{0,NN}`` of their patterns open-ended.

    On a PCRE2 with links of two octets, which is Debian's, libyang finds a pattern of huawei-routing-policy too large.
    """
    target.mkdir()
    for file in source.glob("*.yang"):
        (target / file.name).write_text(_LONG.sub("*", file.read_text("utf-8")), "utf-8")
    return target


class Yanglint:
    """A running ``yanglint``, asked over its interactive commands.

    Its verdicts go to standard error, which it does not buffer; an unknown command there marks the end of an answer.
    """

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._document = folder / "document.xml"
        self._numbers = count()

    def complaint(self, config: etree._Element) -> str:
        """Why the content of a ``<config>`` is no valid configuration datastore; empty if it is one."""
        nodes = (etree.tostring(node, encoding="unicode", with_tail=False) for node in config)
        self._document.write_text("".join(nodes), "utf-8")
        return self.command(f"data -t config -F xml {self._document}")

    def command(self, line: str) -> str:
        """What it says against a command; empty if it did it."""
        end = f"end-of-answer-{next(self._numbers)}"
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.write(f"{line}\n{end}\n")
        self._process.stdin.flush()
        said: list[str] = []
        for answer in self._process.stderr:
            if end in answer:
                return "".join(said)
            if not any(mark in answer for mark in _WARNINGS):
                said.append(answer)
        raise AssertionError(f"yanglint ended while it was asked to {line}: {''.join(said)}")


@contextmanager
def yanglint_with(modules: ModuleSet, folder: Path) -> Iterator[Yanglint]:
    """A yanglint that has loaded a router's modules, deviations included.

    Args:
        folder: an empty one, to work in.
    """
    (source,) = modules.folders
    home = folder / "home"
    (home / ".yanglint").mkdir(parents=True)  # else it creates one for its history in the user's home
    process = subprocess.Popen(
        ["yanglint"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )
    with process:
        judge = Yanglint(process, folder)
        names = " ".join(map(str, modules.implemented))
        for line in (f"searchpath {relaxed_copy(source, folder / 'modules')}", f"load {names}"):
            complaint = judge.command(line)
            assert not complaint, f"{line}: {complaint}"
        yield judge
        process.communicate("quit\n", timeout=10)
