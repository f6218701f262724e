"""What a page of the documentation holds: its fenced blocks, each with the remarks above it.

A remark is an HTML comment, which a reader does not see, on a line of its own before a block:

- ``<!-- file: NAME -->``: the block is written into the folder in which the page's commands run;
- ``<!-- inventory: NAME -->``: it is checked as an inventory, then that of a lab is put in its place;
- ``<!-- new lab: SWITCHES -->``: a new pair of routers first, both with these switches, or ``profile=NAME``, if any;
- ``<!-- fault: DEVICE:RPC:FAULT -->``: a fault is added to the lab first;
- ``<!-- in another terminal -->``: its one command goes on running while the page is read;
- ``<!-- output -->``: it is what the block before prints;
- ``<!-- generated: NAME -->``: it (or a table) is written by `tests.docs.generated`;
- ``<!-- not run: REASON -->``: nothing is done with it.

A block ``python`` is executed, all of a page in one namespace. A block ``console`` holds commands behind ``$``
and what each prints. In both, ``...`` stands for anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(
    r"(?P<remarks>(?:^<!-- [^\n]* -->\n)*)^```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^```$", re.M | re.S
)
_REMARK = re.compile(r"<!-- (?P<word>[a-z ]+?)(?:: (?P<value>.*?))? -->")


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Attributes:
        remarks: word and value, in order.
        line: 1-based, of the opening fence or its first remark.
    """

    language: str
    text: str
    remarks: tuple[tuple[str, str], ...]
    line: int

    def remark(self, word: str) -> str | None:
        """The value of a remark; None if there is no such."""
        return dict(self.remarks).get(word)


def pages() -> list[Path]:
    """Every page that has something to execute or to check."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks_of(text: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for match in _BLOCK.finditer(text):
        remarks = tuple(
            (remark["word"], remark["value"] or "") for remark in _REMARK.finditer(match["remarks"])
        )
        yield Block(match["language"], match["text"], remarks, text.count("\n", 0, match.start()) + 1)
