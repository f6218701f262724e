"""Text of others made harmless: a router's message must not move the cursor or fake a line of ours."""

from __future__ import annotations

import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: object) -> str:
    """One line without control and format characters: white space becomes a space, the rest is escaped."""
    return "".join(map(_visible, str(text)))


def printable_lines(text: str) -> str:
    """The same for a text that may have lines, such as an XML document."""
    return "\n".join(map(printable, text.split("\n")))


def _visible(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if unicodedata.category(character) not in _INVISIBLE:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004  (one byte)
