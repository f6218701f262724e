"""What all models of an intent have in common."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from ..document import Fault, FieldError

__all__ = ["Frozen", "refuse"]


class Frozen(BaseModel):
    """A value that does not change and knows no other fields than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def refuse(faults: Iterable[Fault]) -> None:
    """Report through pydantic what is wrong, if anything is."""
    if parts := tuple(faults):
        raise FieldError.of(parts).for_pydantic()
