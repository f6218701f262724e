"""The ``<rpc>`` around an operation (RFC 6241, section 4.1)."""

from __future__ import annotations

from lxml import etree

from .rpc import BASE, Rpc


def wrap(rpc: Rpc, message_id: str) -> bytes:
    """The whole message: the operation's bytes, unchanged, inside an ``<rpc>`` with this message-id.

    The bytes are spliced in instead of being parsed into the tree: lxml would move and rename namespace
    declarations, and what a plan showed would no longer be what is sent.
    """
    envelope = etree.Element(etree.QName(BASE, "rpc"), {"message-id": message_id}, nsmap={None: BASE})
    envelope.text = ""
    opening, closing = _halves(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))
    return opening + rpc.body + closing


def _halves(serialised: bytes) -> tuple[bytes, bytes]:
    cut = serialised.rindex(b"</")
    return serialised[:cut], serialised[cut:]
