"""The values of single fields of an inventory and what each may be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from ..document import FieldError
from .paths import absolute, folder_of

__all__ = ["FilePath", "Host", "HostKey", "Port", "SshConfig", "Timeout", "Word"]

PORT_MAX = 65535
TIMEOUT_MAX = 86400.0

_VISIBLE = re.compile(r"[!-~]{1,255}")
_HOST_KEY = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


def _checked(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: FieldError.as_pydantic(check, value)


def check_word(text: str) -> str:
    """A name without white space: 1..255 visible ASCII characters."""
    if not _VISIBLE.fullmatch(text):
        raise FieldError("is empty, too long or holds white space", "Write 1..255 visible ASCII characters.")
    return text


def check_host(text: str) -> str:
    """A host name, an IPv4 or an IPv6 address, alone."""
    check_word(text)
    if set(text) & set("@/[]"):
        raise FieldError("is not a host name or address alone", "User and port have keys of their own.")
    return text


def check_port(port: object) -> object:
    """A TCP port."""
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= PORT_MAX:
        raise FieldError(
            f"is not a port in 1..{PORT_MAX}", "NETCONF over SSH listens on 830, on some routers 22."
        )
    return port


def check_timeout(seconds: object) -> float:
    """Seconds, more than none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise FieldError("is not a number of seconds", "Write decimal digits such as 30 or 2.5.")
    if not 0 < seconds <= TIMEOUT_MAX:
        raise FieldError(
            f"must be more than 0 and at most {TIMEOUT_MAX:.0f} seconds",
            "A router may need more than 30 seconds: 40 is the default.",
        )
    return float(seconds)


def check_host_key(text: str) -> str:
    """A fingerprint as OpenSSH prints it."""
    if not _HOST_KEY.fullmatch(text):
        hint = "It is SHA256: and 43 characters; see ssh-keyscan HOST | ssh-keygen -lf -."
        raise FieldError("is not the fingerprint of a host key", hint)
    return text


def _path(value: object, info: ValidationInfo) -> object:
    """``~`` and paths relative to the inventory's folder, made absolute."""
    if not isinstance(value, str | Path):
        return value
    return FieldError.as_pydantic(lambda path: absolute(path, folder_of(info)), value)


def _ssh_config(value: object, info: ValidationInfo) -> object:
    """``true`` is the user's own file, ``false`` none."""
    if value is False:
        return None
    return _path("~/.ssh/config" if value is True else value, info)


Word = Annotated[str, AfterValidator(_checked(check_word))]
Host = Annotated[str, AfterValidator(_checked(check_host))]
Port = Annotated[int, BeforeValidator(_checked(check_port))]
Timeout = Annotated[float, BeforeValidator(_checked(check_timeout))]
HostKey = Annotated[str, AfterValidator(_checked(check_host_key))]
FilePath = Annotated[Path, BeforeValidator(_path)]
SshConfig = Annotated[Path | None, BeforeValidator(_ssh_config)]
