"""What an operation answers when it was carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of an ``<rpc-reply>``.

    Attributes:
        elements: what it holds; empty stands for ``<ok/>``.
        attributes: further attributes of ``<rpc-reply>``, by Clark name.
        ends_session: True if the session ends behind it.
    """

    elements: tuple[etree._Element, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    ends_session: bool = False


OK: Final = Answer()
"""Done, nothing to tell."""
