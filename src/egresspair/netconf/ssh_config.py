"""What OpenSSH's client configuration says of a router. Reads one file, contacts nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import paramiko

from ..errors import DeviceUnreachable
from .target import DEFAULT_SSH_CONFIG, Target


@dataclass(frozen=True, slots=True)
class Route:
    """A target with what the SSH configuration adds to it.

    Attributes:
        target: with host, username, key file and known_hosts filled in.
        proxy_command: what to run for a stream instead of a TCP connection, empty for none.
    """

    target: Target
    proxy_command: str = ""


def find_route(target: Target) -> Route:
    """Apply the target's SSH configuration file. What the target says itself wins.

    Raises:
        DeviceUnreachable: the file cannot be read or understood.
    """
    if target.ssh_config is None:
        return Route(target)
    file = target.ssh_config.expanduser()
    if target.ssh_config == DEFAULT_SSH_CONFIG and not file.exists():
        return Route(target)
    try:
        # The first value wins in this format: %p has to mean the port of NETCONF, not the shell's.
        text = f"Host *\n  Port {target.port}\n{file.read_text(encoding='utf-8')}"
        found = paramiko.SSHConfig.from_text(text).lookup(target.host)
    except (OSError, ValueError, paramiko.SSHException) as error:
        what = f"SSH configuration {file} cannot be used ({error})"
        raise DeviceUnreachable(what, where=target.where, hint="Check ssh_config.") from error
    return Route(_completed(target, found), _proxy_command(found))


def _completed(target: Target, found: Mapping[str, Any]) -> Target:
    return replace(
        target,
        host=found.get("hostname", target.host),
        username=target.username or found.get("user", ""),
        key_file=_key_file(target, found),
        known_hosts=target.known_hosts or _known_hosts(found),
    )


def _key_file(target: Target, found: Mapping[str, Any]) -> Path | None:
    """The first identity file that is there; OpenSSH passes over missing ones, too."""
    if target.key_file is not None or target.password is not None:
        return target.key_file
    named = (Path(name).expanduser() for name in found.get("identityfile", ()))
    return next((file for file in named if file.is_file()), None)


def _known_hosts(found: Mapping[str, Any]) -> Path | None:
    names = str(found.get("userknownhostsfile", "")).split()
    return Path(names[0]).expanduser() if names else None


def _proxy_command(found: Mapping[str, Any]) -> str:
    command = str(found.get("proxycommand") or "")
    jump = str(found.get("proxyjump") or "")
    if command and command != "none":
        return command
    if jump and jump != "none":
        # What OpenSSH itself makes of ProxyJump; the last host of the list is the one that connects onward.
        *before, last = jump.split(",")
        through = f"-J {','.join(before)} " if before else ""
        return f"ssh {through}-W {_host(found)}:{found['port']} {last}"
    return ""


def _host(found: Mapping[str, Any]) -> str:
    host = str(found["hostname"])
    return f"[{host}]" if ":" in host else host
