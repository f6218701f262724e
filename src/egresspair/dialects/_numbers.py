"""Numbers in what a router answered."""

from typing import Final

_LONGEST: Final = 20
"""Digits; the largest number that YANG has (uint64, RFC 7950, section 9.2.1) has twenty. Python refuses to read
thousands of them with an error of its own, and a router may send anything."""


def whole_number(text: str) -> int | None:
    """The number that plain decimal digits stand for; None for anything else."""
    return int(text) if len(text) <= _LONGEST and text.isascii() and text.isdigit() else None
