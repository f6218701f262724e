"""How the text of a scalar becomes the value of a field."""

from __future__ import annotations

import re

from .fault import FieldError
from .tree import Kind, Scalar

__all__ = ["as_boolean", "as_integer", "as_number", "as_text"]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,9})?")


def as_text(scalar: Scalar) -> str:
    """A text. JSON's numbers and truth values are none.

    Raises:
        FieldError: it is none.
    """
    if scalar.kind in (Kind.NUMBER, Kind.WORD):
        what = "a number" if scalar.kind is Kind.NUMBER else "a truth value"
        raise FieldError(f"is {what}, but a text is wanted", "Put it in double quotation marks.")
    return scalar.text


def as_integer(scalar: Scalar) -> int:
    """A whole number in plain decimal digits; nothing is converted silently.

    Raises:
        FieldError: it is none.
    """
    if scalar.kind is Kind.QUOTED and _INTEGER.fullmatch(scalar.text):
        raise FieldError(
            "is a text in quotation marks, but a number is wanted", "Leave the quotation marks out."
        )
    if scalar.kind in (Kind.QUOTED, Kind.WORD) or not _INTEGER.fullmatch(scalar.text):
        hint = "Write plain decimal digits: no leading 0, no 0x or 0o, no '_', no fraction."
        raise FieldError("is not a number in plain decimal digits", hint)
    return int(scalar.text)


def as_number(scalar: Scalar) -> float:
    """A number, with or without a decimal fraction.

    Raises:
        FieldError: it is none.
    """
    if scalar.kind in (Kind.QUOTED, Kind.WORD) or not _NUMBER.fullmatch(scalar.text):
        raise FieldError("is not a number", "Write decimal digits such as 30 or 2.5.")
    return float(scalar.text)


def as_boolean(scalar: Scalar) -> bool:
    """``true`` or ``false``.

    Raises:
        FieldError: it is neither.
    """
    if scalar.kind is Kind.QUOTED or scalar.text not in ("true", "false"):
        raise FieldError("is neither true nor false", "Write true or false, without quotation marks.")
    return scalar.text == "true"
