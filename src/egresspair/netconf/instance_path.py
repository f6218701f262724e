"""Paths to configuration nodes as servers write them, which is not always as XPath has it (RFC 6241, section 4.3).

A path is read by local names: servers choose prefixes freely, put the operation in front, leave keys out, or write the
path only into the text of the message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Step", "paths_in", "steps_of"]

_ENVELOPE = frozenset({"rpc", "edit-config", "target", "candidate", "running", "config", "data"})
"""What stands in front of a node in a path from the root of the message (RFC 6241, section 7.2)."""

_NAME = r"(?:\{[^{}\s]*\}|[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)"
_KEY = r"\s*(?:[A-Za-z_][\w.-]*:)?([A-Za-z_.][\w.-]*)\s*=\s*"
_ENDS = r"(?=\s*(?:/|\[|$))"
_STEP = re.compile(rf"\s*/*\s*{_NAME}")
# A value may hold the quote that it stands in: some servers do not escape it. It ends where a path can go on.
_PREDICATE = re.compile(rf"""\s*\[{_KEY}(?:"(.*?)"|'(.*?)'|([^"'\]]*))\s*\]{_ENDS}""")
_OTHER_PREDICATE = re.compile(r"\s*\[[^\]]*\]")

_QUOTED = r"""\[[^\[\]"'=]*=\s*(?:"[^"]*"|'[^']*'|[^\]"']*)\s*\]"""
_STEP_IN_TEXT = (
    rf"(?:\{{[^{{}}\s]*\}}|[A-Za-z_][\w.-]*:)?[A-Za-z_][\w-]*(?:\.[\w-]+)*(?:{_QUOTED}|\[[0-9]+\])*"
)
_PATH_IN_TEXT = re.compile(rf"(?<![\w/.\]:])/{_STEP_IN_TEXT}(?:/{_STEP_IN_TEXT})+")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path.

    Attributes:
        name: without its prefix.
        keys: names and values, as far as the server wrote them.
    """

    name: str
    keys: tuple[tuple[str, str], ...] = ()

    def key(self, name: str) -> str | None:
        """The value of a key; None if the path does not say."""
        return dict(self.keys).get(name)


def steps_of(path: str) -> tuple[Step, ...]:
    """The steps of a path, absolute or not, as far as it can be read, from the first data node on.

    Where a predicate stands in the rest that cannot be read, the keys are left out: they may have been misread.
    """
    steps: list[Step] = []
    at = 0
    while found := _STEP.match(path, at):
        keys, at = _keys(path, found.end())
        if steps or found[1] not in _ENVELOPE:
            steps.append(Step(found[1], keys))
        if not path[at:].lstrip().startswith("/"):
            break
    if "]" in path[at:]:
        return tuple(Step(step.name) for step in steps)
    return tuple(steps)


def _keys(path: str, at: int) -> tuple[tuple[tuple[str, str], ...], int]:
    keys: list[tuple[str, str]] = []
    while found := _PREDICATE.match(path, at) or _OTHER_PREDICATE.match(path, at):
        at = found.end()
        if found.re is _PREDICATE:
            name, *values = found.groups()
            keys.append((name, next(value for value in values if value is not None).strip()))
    return tuple(keys), at


def paths_in(text: str) -> tuple[str, ...]:
    """The absolute paths of two steps or more that stand in a text, in order."""
    return tuple(found[0] for found in _PATH_IN_TEXT.finditer(text))
