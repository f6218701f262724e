"""Is this the router that it claims to be? Host keys, known_hosts files, pinned fingerprints. No network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import paramiko

from ..errors import HostKeyError
from .known_hosts import KnownKey, parse_known_hosts
from .target import Target

_SSH_PORT: Final = 22
_ALARM: Final = "Another machine may be answering. If the router has a new key, check it on the console"
_RSA: Final = "ssh-rsa"
_RSA_SIGNATURES: Final = ("rsa-sha2-512", "rsa-sha2-256")


def default_known_hosts() -> tuple[Path, ...]:
    """Where OpenSSH looks: the user's file and the system's."""
    return (Path("~/.ssh/known_hosts").expanduser(), Path("/etc/ssh/ssh_known_hosts"))


class HostKeys:
    """The host keys that are accepted for one target.

    Raises:
        HostKeyError: a known_hosts file that was asked for cannot be read.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        known = () if self.pinned else _read_known_hosts(target)
        self._known = tuple(key for key in known if any(map(key.concerns, _names(target))))

    @property
    def pinned(self) -> bool:
        """One fingerprint is accepted, nothing else."""
        return self._target.host_key is not None

    def preferred(self, offered: Sequence[str]) -> tuple[str, ...]:
        """``offered`` key algorithms, those first for which a key is known: servers have several."""
        known = {algorithm for key in self._known for algorithm in algorithms_of(key.kind)}
        return tuple(sorted(offered, key=lambda algorithm: algorithm not in known))

    def check(self, key: paramiko.PKey) -> None:
        """Accept the key that the server showed.

        Raises:
            HostKeyError: it is not known, or another one is.
        """
        if self.pinned:
            self._check_pinned(key)
            return
        same = [known for known in self._known if known.blob == key.asbytes()]
        others = [known for known in self._known if known.kind == key.get_name() and not known.revoked]
        if any(known.revoked for known in same):
            raise self._revoked(key)
        if not same:
            raise self._changed(key, others[0]) if others else self._unknown(key)

    def _revoked(self, key: paramiko.PKey) -> HostKeyError:
        what = f"the host key {fingerprint(key)} ({key.get_name()}) is marked as revoked in known_hosts"
        return HostKeyError(what, where=self._target.where, hint="Do not log in. Ask who has revoked it.")

    def _check_pinned(self, key: paramiko.PKey) -> None:
        pinned = self._target.host_key
        if fingerprint(key) != pinned:
            raise HostKeyError(
                f"the host key is {fingerprint(key)} ({key.get_name()}), not the pinned {pinned}",
                where=self._target.where,
                hint=f"{_ALARM} and correct host_key in the inventory.",
            )

    def _unknown(self, key: paramiko.PKey) -> HostKeyError:
        file = self._target.known_hosts or "~/.ssh/known_hosts"
        return HostKeyError(
            f"the host key {fingerprint(key)} ({key.get_name()}) is not known",
            where=self._target.where,
            hint=f"Compare it with the one on the router's console, then either add it: "
            f"ssh-keyscan -p {self._target.port} {self._target.host} >> {file}, "
            f"or pin it in the inventory: host_key: {fingerprint(key)}",
        )

    def _changed(self, key: paramiko.PKey, known: KnownKey) -> HostKeyError:
        name = _names(self._target)[0]
        file = self._target.known_hosts or "~/.ssh/known_hosts"
        return HostKeyError(
            f"the host key has CHANGED: {fingerprint(key)} ({key.get_name()}), known is {known.fingerprint}",
            where=self._target.where,
            hint=f'{_ALARM}, remove the old one: ssh-keygen -f {file} -R "{name}", and add the new one.',
        )


def _names(target: Target) -> tuple[str, ...]:
    """As known_hosts files spell the host; a key noted for its port 22 is the same router's."""
    if target.port == _SSH_PORT:
        return (target.host,)
    return (f"[{target.host}]:{target.port}", target.host)


def _read_known_hosts(target: Target) -> Iterator[KnownKey]:
    given = target.known_hosts
    for file in (given.expanduser(),) if given else default_known_hosts():
        try:
            yield from parse_known_hosts(file.read_text(encoding="utf-8", errors="replace").splitlines())
        except OSError as error:
            if given:
                what = f"known_hosts file {file} cannot be read ({error.strerror})"
                raise HostKeyError(what, where=target.where, hint="Check known_hosts.") from error


def algorithms_of(kind: str) -> tuple[str, ...]:
    """The names under which this kind of key is negotiated."""
    return _RSA_SIGNATURES if kind == _RSA else (kind,)


def fingerprint(key: paramiko.PKey) -> str:
    """``SHA256:…`` as OpenSSH prints it."""
    return str(key.fingerprint)
