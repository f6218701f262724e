"""How to reach a router and log in: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

NETCONF_PORT = 830
DEFAULT_TIMEOUT = 30.0
DEFAULT_SSH_CONFIG = Path("~/.ssh/config")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One router.

    Attributes:
        name: what the router is called in messages.
        host: address, host name, or an alias of ``ssh_config``.
        port: TCP port of NETCONF over SSH.
        username: empty for the one of ``ssh_config``, failing that the local user's.
        password: for password or keyboard-interactive authentication; never shown.
        key_file: private key in OpenSSH or PEM form. With a key file or a password, nothing else is tried.
        key_passphrase: of the key file; never shown.
        known_hosts: file of accepted host keys, None for the user's and the system's own.
        host_key: fingerprint of the only host key that is accepted, ``SHA256:…``, whatever known_hosts says.
        timeout: seconds for the whole of connecting, hello included.
        ssh_config: OpenSSH client configuration, None for none; the default may be missing. HostName, User,
            IdentityFile, UserKnownHostsFile, ProxyCommand, ProxyJump count; what is given here wins.
        agent: ask the SSH agent for keys if neither password nor key file is given.
    """

    name: str
    host: str
    port: int = NETCONF_PORT
    username: str = ""
    password: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    key_passphrase: str | None = field(default=None, repr=False)
    known_hosts: Path | None = None
    host_key: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    ssh_config: Path | None = DEFAULT_SSH_CONFIG
    agent: bool = True

    @property
    def where(self) -> str:
        """The router as messages name it: ``masg-1 (192.0.2.5:830)``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.name} ({host}:{self.port})"
