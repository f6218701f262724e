"""The ``<rpc>`` around an operation (RFC 6241, section 4.1)."""

from __future__ import annotations

from functools import cache

from lxml import etree

from .rpc import BASE, Rpc

_PLACE = b"message-id-stands-here"


def wrap(rpc: Rpc, message_id: int) -> bytes:
    """The whole message: the operation's bytes, unchanged, inside an ``<rpc>`` with this message-id.

    The bytes are spliced in instead of being parsed into the tree: lxml would move and rename namespace
    declarations, and what a plan showed would no longer be what is sent.
    """
    before, behind, closing = _envelope()
    return b"%s%d%s%s%s" % (before, message_id, behind, rpc.body, closing)


@cache
def _envelope() -> tuple[bytes, bytes, bytes]:
    """What stands before the message-id, between it and the operation, and behind that."""
    envelope = etree.Element(etree.QName(BASE, "rpc"), {"message-id": _PLACE.decode()}, nsmap={None: BASE})
    envelope.text = ""
    serialised = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    cut = serialised.rindex(b"</")
    before, behind = serialised[:cut].split(_PLACE)
    return before, behind, serialised[cut:]
