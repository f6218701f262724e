"""What a rule says of a value, before anybody knows where in which file the value stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

from .place import Path, spelled

__all__ = ["FIELD_FAULT", "Fault", "FieldError"]

FIELD_FAULT = "field_fault"
"""The type by which pydantic reports carry our own faults."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule broken.

    Attributes:
        path: the way to the value, seen from the value that was checked.
        what: what is wrong.
        hint: what to do about it.
        twin: the way, from the same start, to another value with which it collides; ends ``what``.
    """

    path: Path
    what: str
    hint: str = ""
    twin: Path = ()

    def told(self, twin: str) -> str:
        """What is wrong, with the other value's name."""
        return f"{self.what} {twin}" if self.twin else self.what


class FieldError(ValueError):
    """A value breaks rules: one of its own, or several of its parts.

    Attributes:
        faults: all of them.
    """

    def __init__(self, what: str, hint: str = "", *, parts: Iterable[Fault] = ()) -> None:
        super().__init__(what)
        self.faults = tuple(parts) or (Fault((), what, hint),)

    @classmethod
    def of(cls, parts: Iterable[Fault]) -> FieldError:
        """The one exception for several faults of parts."""
        parts = tuple(parts)
        return cls("; ".join(part.told(spelled(part.twin)) for part in parts), parts=parts)

    def for_pydantic(self) -> PydanticCustomError:
        """The same for raising in a validator: of the type `FIELD_FAULT`, the faults in its context."""
        return PydanticCustomError(FIELD_FAULT, "{what}", {"what": str(self), "faults": self.faults})

    @staticmethod
    def as_pydantic(check: Callable[[Any], T], value: object) -> T:
        """Run ``check(value)`` so that pydantic reports a fault with its hint kept.

        Raises:
            PydanticCustomError: see `for_pydantic`.
        """
        try:
            return check(value)
        except FieldError as fault:
            raise fault.for_pydantic() from None
