"""One way in which a configuration departs from the schema."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Rule", "Violation"]


class Rule(StrEnum):
    """Which kind of rule is broken, in the words of RFC 7950."""

    CHOICE = "choice"
    DUPLICATE = "duplicate"
    ELEMENTS = "min-max-elements"
    KEY = "key"
    LEAFREF = "leafref"
    LENGTH = "length"
    MANDATORY = "mandatory"
    MUST = "must"
    OPERATION = "operation"
    PATTERN = "pattern"
    RANGE = "range"
    STATE = "config-false"
    TYPE = "type"
    UNIQUE = "unique"
    UNKNOWN = "unknown-node"
    WHEN = "when"


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing wrong with a configuration.

    Attributes:
        path: of the instance, keys included, as RFC 7951, section 6.11 writes instance identifiers.
        rule: that is broken.
        message: what is wrong with it.
    """

    path: str
    rule: Rule
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"
