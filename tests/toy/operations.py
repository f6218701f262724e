"""What an operation asks for, read once for each text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from . import xml

_NC = f"{{{xml.BASE}}}"


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    datastore: str = ""
    confirmed: bool = False
    timeout: float = 600.0
    persist: str = ""
    persist_id: str | None = None


@lru_cache(maxsize=4096)
def parse(body: bytes) -> Operation:
    element = etree.fromstring(body)
    datastore = element.find("*/*")
    return Operation(
        name=etree.QName(element).localname,
        datastore="" if datastore is None else etree.QName(datastore).localname,
        confirmed=element.find(f"{_NC}confirmed") is not None,
        timeout=float(element.findtext(f"{_NC}confirm-timeout") or 600),
        persist=element.findtext(f"{_NC}persist") or "",
        persist_id=element.findtext(f"{_NC}persist-id"),
    )
