"""The values of single fields and what each may be."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

from ..document import FieldError

__all__ = [
    "LABEL_MAX",
    "LABEL_MIN",
    "Address",
    "HostRoute",
    "InterfaceName",
    "Label",
    "Name",
    "PolicyName",
    "ProcessId",
    "VpnName",
    "one_of",
]

LABEL_MIN = 16
"""Labels 0..15 are reserved (RFC 3032, section 2.1)."""
LABEL_MAX = 1048575
"""A label has 20 bits."""
NAME_LENGTH = 128
VPN_NAME_LENGTH = 31
"""YANG: /network-instance/instances/instance/name."""

POLICY_NAME_LENGTH = 200
"""YANG: /routing-policy/policy-definitions/policy-definition/name."""
PROCESS_MAX = 4294967295
"""YANG: …/import-routes/import-route/process-id."""

_LOOPBACK = re.compile(r"LoopBack(0|[1-9][0-9]{0,9})")
_VISIBLE = re.compile(r"[!-~]+")
_VPN_VISIBLE = re.compile(r"[!->@-~]+")
_PUBLIC = "_public_"


def _checked(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: FieldError.as_pydantic(check, value)


def check_name(text: str) -> str:
    """The name of a pair or router: 1..128 visible ASCII characters."""
    _check_text(text, NAME_LENGTH, _VISIBLE, "Only visible ASCII characters make a name.")
    return text


def check_vpn_name(text: str) -> str:
    """The name of a VPN instance: 1..31 visible ASCII characters without ``?``, not the public instance."""
    if text == _PUBLIC:
        raise FieldError(f"{_PUBLIC} is the router's own instance, not a VPN", "Name a VPN instance.")
    hint = "VPN instance names have 1..31 visible ASCII characters; '?' asks the command line for help."
    _check_text(text, VPN_NAME_LENGTH, _VPN_VISIBLE, hint)
    return text


def _check_text(text: str, longest: int, allowed: re.Pattern[str], hint: str) -> None:
    if not text:
        raise FieldError("is empty", hint)
    if len(text) > longest:
        raise FieldError(f"has {len(text)} characters, more than {longest}", hint)
    if not allowed.fullmatch(text):
        stray = next(char for char in text if not allowed.fullmatch(char))
        raise FieldError(f"{text!r} holds {stray!r}", hint)


def check_label(value: object) -> object:
    """A label that a person may choose (16..1048575 before the router's own range is known), or ``auto``."""
    if value == "auto":
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError("is not a label", "Write a decimal number such as 2001.")
    if not LABEL_MIN <= value <= LABEL_MAX:
        hint = "Labels 0..15 are reserved, and a label has 20 bits; the router's own range may be narrower."
        raise FieldError(f"{_short(value)} is outside {LABEL_MIN}..{LABEL_MAX}", hint)
    return value


def _short(value: int) -> str:
    return str(value) if abs(value) <= 10**12 else "this number"


def check_host_route(value: str) -> str:
    """An IPv4 host route, ``a.b.c.d/32``; the bare address is completed."""
    address, slash, length = value.partition("/")
    hint = "Write the /32 of a loopback address, e.g. 192.0.2.5/32."
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        raise FieldError(f"{value[:64]!r} is not an IPv4 host route", hint) from None
    if slash and length != "32":
        raise FieldError(f"{value[:64]!r} is not a host route: only /32 is protected", hint)
    return f"{parsed}/32"


def check_address(value: str) -> str:
    """An IPv4 address in dotted decimal."""
    try:
        return str(ipaddress.IPv4Address(value))
    except ValueError:
        raise FieldError(f"{value[:64]!r} is not an IPv4 address", "Write it as 192.0.2.4.") from None


def check_policy_name(text: str) -> str:
    """The name of a route policy: 1..200 visible ASCII characters."""
    _check_text(text, POLICY_NAME_LENGTH, _VISIBLE, "Only visible ASCII characters make a name.")
    return text


def check_loopback_name(text: str) -> str:
    """``LoopBack`` with a number, as the router spells it."""
    if not _LOOPBACK.fullmatch(text):
        raise FieldError(f"{text[:64]!r} is no loopback interface", "Write it as LoopBack1.")
    return text


def check_process_id(value: object) -> object:
    """The number of a routing protocol's process: 0..4294967295."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError("is not a number", "Write plain decimal digits.")
    if not 0 <= value <= PROCESS_MAX:
        raise FieldError(f"{_short(value)} is outside 0..{PROCESS_MAX}")
    return value


def one_of(*words: str) -> BeforeValidator:
    """Only these words."""

    def check(value: object) -> object:
        if value not in words:
            raise FieldError(f"{str(value)[:64]!r} is none of {', '.join(words)}")
        return value

    return BeforeValidator(_checked(check))


Name = Annotated[str, AfterValidator(_checked(check_name))]
Address = Annotated[str, AfterValidator(_checked(check_address))]
PolicyName = Annotated[str, AfterValidator(_checked(check_policy_name))]
InterfaceName = Annotated[str, AfterValidator(_checked(check_loopback_name))]
ProcessId = Annotated[int, BeforeValidator(_checked(check_process_id))]
VpnName = Annotated[str, AfterValidator(_checked(check_vpn_name))]
Label = Annotated[int | Literal["auto"], BeforeValidator(_checked(check_label))]
HostRoute = Annotated[str, AfterValidator(_checked(check_host_route))]
