"""Commands with what they print, and whether that is what was written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_VARIES = (
    (re.compile(r"SHA256:[A-Za-z0-9+/]{43}"), "<fingerprint>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b"), "<digest>"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s|seconds)\b"), "<time>"),
    (re.compile(r"(127\.0\.0\.1|localhost)([: ]+(port )?)\d{4,5}\b"), r"\1\2<port>"),
    (re.compile(r"\b(port: )\d{4,5}\b"), r"\1<port>"),
    (re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{6}\b"), "<transaction>"),
    (re.compile(r"\bsession \d+\b"), "session <number>"),
    (re.compile(r"(/tmp/|/var/folders/)[\w./+-]+"), "<path>"),
)
_PLAN = re.compile(r"^Plan ([0-9a-f]{12}):", re.M)


@dataclass(frozen=True)
class Step:
    """One command and what it is said to print."""

    command: str
    output: str


def steps_of(text: str) -> Iterator[Step]:
    """The commands of a transcript: each behind ``$``, continued where a line ends in a backslash."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        match = re.match(r"((?:[^\n]*\\\n)*[^\n]*)\n?(.*)", part, re.S)
        assert match is not None
        yield Step(match[1], match[2])


def normal(text: str) -> str:
    """The text without what differs from run to run."""
    lines = (line.rstrip() for line in text.strip("\n").splitlines())
    normalised = "\n".join(lines)
    for pattern, stand_in in _VARIES:
        normalised = pattern.sub(stand_in, normalised)
    return normalised


def agrees(written: str, printed: str) -> bool:
    """True if a text is what was written down; ``...`` stands for anything, alone on a line for any lines."""
    pattern = "\n".join(_line_pattern(line) for line in normal(written).splitlines())
    pattern = pattern.replace("(?:ANY LINES)\n", "(?:.*\n)*?").replace("(?:ANY LINES)", "(?:.*\n?)*")
    return re.fullmatch(pattern, normal(printed)) is not None


def plans_in(written: str, printed: str) -> Iterator[tuple[str, str]]:
    """The digests of the plans in a text, each with the one that was printed: what is one must look like one."""
    said, real = _PLAN.findall(written), _PLAN.findall(printed)
    return zip(said, real, strict=True) if len(said) == len(real) else iter(())


def _line_pattern(line: str) -> str:
    if line.strip() == "...":
        return "(?:ANY LINES)"
    return ".*?".join(map(re.escape, line.split("...")))
