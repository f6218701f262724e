"""Payloads for people: the same XML with a line for each element."""

from __future__ import annotations

from typing import Final

NOT_SENT: Final = "indented for reading; not the bytes that are sent"


def indented(document: str) -> str:
    """The document with line breaks and indentation, which its bytes on the wire do not have."""
    from lxml import etree  # noqa: PLC0415  (heavy)

    root = etree.fromstring(document.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")
