"""What a rule says of a value, before anybody knows where in which file the value stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

__all__ = ["FIELD_FAULT", "Fault", "FieldError", "Path"]

FIELD_FAULT = "field_fault"
"""The type by which pydantic reports carry our own faults."""

Path = tuple[str | int, ...]
"""The way from the root of a document to a value: ``("vpn_instances", 0, "static_label")``."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule broken.

    Attributes:
        path: the way to the value, seen from the value that was checked.
        what: what is wrong.
        hint: what to do about it.
    """

    path: Path
    what: str
    hint: str = ""


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
        return cls("; ".join(part.what for part in parts), parts=parts)

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
