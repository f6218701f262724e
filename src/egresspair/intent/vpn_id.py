"""Route distinguishers (RFC 4364, section 4.2) and route targets (RFC 4360, section 4; RFC 5668).

Both are an administrator and a number in 8 octets, written ``administrator:number`` in one of four forms:

===========================  ======================  ==============  ======
administrator                written                 number          type
===========================  ======================  ==============  ======
2-octet AS number            ``0`` .. ``65535``      0..4294967295   0
IPv4 address                 ``192.0.2.1``           0..65535        1
4-octet AS number            ``65536`` ..            0..65535        2
4-octet AS number, dotted    ``1.1``                 0..65535        2
===========================  ======================  ==============  ======

The routers' YANG types them as strings without a pattern, so the syntax is checked here.
"""

from __future__ import annotations

import ipaddress
import re
import struct
from dataclasses import dataclass, field
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from ..document import FieldError

__all__ = ["RouteDistinguisher", "RouteTarget"]

_MAX_16 = 0xFFFF
_MAX_32 = 0xFFFFFFFF
_FORMS = "Write it as AS:number, IPv4-address:number or x.y:number, e.g. 200:1, 192.0.2.1:1 or 1.1:1."
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,9}")
_SHORTEST = len("1:1")
_LONGEST = len("255.255.255.255:65535")


@dataclass(frozen=True, slots=True)
class RouteDistinguisher:
    """A route distinguisher: equal to another one if the 8 octets are, shown as it was written.

    Raises:
        FieldError: (a ValueError) the text has none of the four forms; says which part is wrong.
    """

    text: str = field(compare=False)
    octets: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kind, value = _parse(self.text)
        object.__setattr__(self, "octets", struct.pack("!H", kind) + value)

    def __str__(self) -> str:
        return self.text

    @property
    def canonical(self) -> str:
        """The one spelling that all equal values share: 4-octet AS numbers as plain decimals."""
        return _canonical(self.octets[1], self.octets[2:])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "minLength": _SHORTEST, "maxLength": _LONGEST}


@dataclass(frozen=True, slots=True)
class RouteTarget:
    """A VPN target: equal to another one if the 8 octets are, shown as it was written.

    Raises:
        FieldError: (a ValueError) the text has none of the four forms; says which part is wrong.
    """

    text: str = field(compare=False)
    octets: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kind, value = _parse(self.text)
        object.__setattr__(self, "octets", struct.pack("!BB", kind, 2) + value)

    def __str__(self) -> str:
        return self.text

    @property
    def canonical(self) -> str:
        """The one spelling that all equal values share: 4-octet AS numbers as plain decimals."""
        return _canonical(self.octets[0], self.octets[2:])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "minLength": _SHORTEST, "maxLength": _LONGEST}


def _schema(cls: type[RouteDistinguisher] | type[RouteTarget]) -> CoreSchema:
    """Take the text or the value itself; give back the text when dumped."""

    def take(value: object) -> object:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticKnownError("string_type")
        return FieldError.as_pydantic(cls, value)

    return core_schema.no_info_plain_validator_function(
        take, serialization=core_schema.to_string_ser_schema()
    )


def _parse(text: str) -> tuple[int, bytes]:
    """The type (0, 1 or 2) and the 6 octets behind it."""
    administrator, colon, number = text.partition(":")
    if not colon or ":" in number or len(text) > _LONGEST:
        raise FieldError(f"{_shown(text)} has not the form administrator:number", _FORMS)
    dots = administrator.count(".")
    if dots == len("..."):
        return 1, _ipv4(administrator) + _number(number, _MAX_16, "an IPv4 address")
    if dots == 1:
        return 2, _not_zero(_dotted_as(administrator) + _number(number, _MAX_16, "a 4-octet AS number"), text)
    return _plain_as(administrator, number, text)


def _plain_as(administrator: str, number: str, text: str) -> tuple[int, bytes]:
    asn = _decimal(administrator, _MAX_32, "the AS number")
    if asn > _MAX_16:
        return 2, struct.pack("!I", asn) + _number(number, _MAX_16, "a 4-octet AS number")
    value = _decimal(number, _MAX_32, "the number behind a 2-octet AS number")
    return 0, _not_zero(struct.pack("!HI", asn, value), text)


def _dotted_as(administrator: str) -> bytes:
    high, _, low = administrator.partition(".")
    halves = [
        _decimal(half, _MAX_16, f"half of the AS number {_shown(administrator)}") for half in (high, low)
    ]
    return struct.pack("!HH", *halves)


def _ipv4(administrator: str) -> bytes:
    try:
        return ipaddress.IPv4Address(administrator).packed
    except ValueError:
        raise FieldError(f"{_shown(administrator)} is not an IPv4 address", _FORMS) from None


def _number(number: str, largest: int, after: str) -> bytes:
    return struct.pack("!H", _decimal(number, largest, f"the number behind {after}"))


def _decimal(digits: str, largest: int, what: str) -> int:
    if not _DECIMAL.fullmatch(digits):
        raise FieldError(f"{what} is {_shown(digits)}, not a plain decimal number", _FORMS)
    if int(digits) > largest:
        raise FieldError(f"{what} is {digits}, outside 0..{largest}", _FORMS)
    return int(digits)


def _not_zero(value: bytes, text: str) -> bytes:
    """VRP takes neither ``0:0`` nor ``0.0:0`` (the description of route-distinguisher in huawei-l3vpn)."""
    if not any(value):
        raise FieldError(f"{_shown(text)} is not allowed: AS number and number are both 0", _FORMS)
    return value


def _canonical(kind: int, value: bytes) -> str:
    if kind == 1:
        address, number = struct.unpack("!4sH", value)
        return f"{ipaddress.IPv4Address(address)}:{number}"
    asn, number = struct.unpack("!IH" if kind else "!HI", value)
    return f"{asn}:{number}" if kind == 0 or asn > _MAX_16 else f"{asn >> 16}.{asn & _MAX_16}:{number}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
