"""Files of accepted host keys in OpenSSH's format (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). No network.

paramiko's reader stops at the first garbled line, and knows neither wildcards nor revoked keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

_REVOKED: Final = "@revoked"
_FIELDS: Final = 3


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One line.

    Attributes:
        patterns: of host names, with ``*``, ``?``, a leading ``!``; or one hashed name.
        kind: the key's type, e.g. ``ssh-ed25519``.
        blob: the public key as SSH sends it.
        revoked: never to be accepted, whatever other lines say.
    """

    patterns: tuple[str, ...]
    kind: str
    blob: bytes
    revoked: bool = False

    def concerns(self, host: str) -> bool:
        """True if the line is about ``host``, spelt ``name`` or ``[name]:port``."""
        if any(_matches(pattern[1:], host) for pattern in self.patterns if pattern.startswith("!")):
            return False
        return any(_matches(pattern, host) for pattern in self.patterns)

    @property
    def fingerprint(self) -> str:
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")
        return f"SHA256:{digest}"


def parse_known_hosts(lines: Iterable[str]) -> tuple[KnownKey, ...]:
    """The keys of a file. Lines that cannot be understood are passed over, as OpenSSH does; so are authorities."""
    return tuple(key for line in lines if (key := _parse_line(line)) is not None)


def _parse_line(line: str) -> KnownKey | None:
    fields = line.split()
    revoked = fields[:1] == [_REVOKED]
    fields = fields[1:] if revoked else fields
    if len(fields) < _FIELDS or fields[0].startswith(("#", "@")):
        return None
    try:
        blob = base64.b64decode(fields[2], validate=True)
    except binascii.Error:
        return None
    return KnownKey(tuple(fields[0].split(",")), fields[1], blob, revoked)


def _matches(pattern: str, host: str) -> bool:
    if pattern.startswith("|1|"):
        return _matches_hash(pattern, host)
    # In these files brackets stand for themselves.
    return fnmatchcase(host.lower(), pattern.lower().replace("[", "[[]"))


def _matches_hash(pattern: str, host: str) -> bool:
    """``|1|salt|HMAC-SHA1``."""
    try:
        salt, expected = (base64.b64decode(part, validate=True) for part in pattern[3:].split("|"))
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(hmac.digest(salt, host.encode(), "sha1"), expected)
