"""The devices: how to reach each, and how to log in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr

from ..document import Source, did_you_mean, spelled
from ..errors import InventoryError, Problem
from .fields import FilePath, Host, HostKey, Port, SshConfig, Timeout, Word
from .secret import SecretRef, SecretUnavailableError

__all__ = ["DeviceEntry", "Inventory", "Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an inventory came from.

    Attributes:
        source: the file and the places in it.
        folder: that relative paths start from.
    """

    source: Source = field(default_factory=Source, compare=False)
    folder: Path | None = field(default=None, compare=False)


_KEY_FILE = "Give the path of the private key; relative paths start at the inventory's own folder."


def _unreadable(file: Path) -> str:
    """Why a file cannot be read; empty if it can. It is not opened: reading may be for once, as of a pipe."""
    try:
        mode = file.stat().st_mode
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or "this is not a path"
    if stat.S_ISDIR(mode):
        return "it is a directory"
    return "" if os.access(file, os.R_OK) else "permission denied"


class DeviceEntry(BaseModel):
    """One device of the inventory.

    Attributes:
        name: by which intents call it.
        host: name or address.
        port: TCP port of NETCONF over SSH.
        username: to log in as.
        password: where the password is.
        key_file: the private key.
        key_passphrase: where the passphrase of the private key is.
        known_hosts: a file of host keys in OpenSSH's form.
        host_key: the fingerprint that the host key must have, ``SHA256:…``.
        platform: the dialect that the device speaks.
        timeout: seconds for connecting, and for each reply. VRP answers within 32 s or reports an error.
        ssh_config: OpenSSH client configuration to follow, if any.
        modules: a folder of YANG modules that stand in for those that the device does not give.
        agent: whether to ask the SSH agent; None leaves it to `uses_agent`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Word
    host: Host
    port: Port = 830
    username: Word
    password: SecretRef | None = None
    key_file: FilePath | None = None
    key_passphrase: SecretRef | None = None
    known_hosts: FilePath | None = None
    host_key: HostKey | None = None
    platform: Word = "huawei-vrp"
    timeout: Timeout = 40.0
    ssh_config: SshConfig = None
    agent: bool | None = None
    modules: FilePath | None = None

    _origin: Origin = PrivateAttr(default_factory=Origin)

    def model_post_init(self, context: Any, /) -> None:
        if isinstance(context, Origin):
            self._origin = context

    @property
    def uses_agent(self) -> bool:
        """Whether the SSH agent is asked; if not said, where neither password nor key is given."""
        return self.password is None and self.key_file is None if self.agent is None else self.agent

    def resolve_password(self) -> str | None:
        """The password as it is now; None if the inventory refers to none.

        Raises:
            InventoryError: it is not where the inventory says.
        """
        return self._resolve("password", self.password)

    def resolve_key_passphrase(self) -> str | None:
        """The passphrase of the private key as it is now; None if the inventory refers to none.

        Raises:
            InventoryError: it is not where the inventory says.
        """
        return self._resolve("key_passphrase", self.key_passphrase)

    def _resolve(self, key: str, reference: SecretRef | None) -> str | None:
        try:
            return reference.resolve() if reference else None
        except SecretUnavailableError as error:
            raise InventoryError([self.problem(key, error.what, hint=error.hint)]) from None

    def unreadable_files(self) -> Iterator[Problem]:
        """What is wrong with the files that logging in needs, so that it is known before anybody connects."""
        if self.key_file is not None and (reason := _unreadable(self.key_file)):
            yield self.problem(
                "key_file", f"key file {self.key_file} cannot be read: {reason}", hint=_KEY_FILE
            )
        if (
            self.known_hosts is not None
            and self.host_key is None
            and (reason := _unreadable(self.known_hosts))
        ):
            what = f"known_hosts file {self.known_hosts} cannot be read: {reason}"
            scan = f"ssh-keyscan -p {self.port} {self.host} >> {self.known_hosts}"
            hint = f"Write it with {scan}, and compare the fingerprint; or give host_key instead."
            yield self.problem("known_hosts", what, hint=hint)

        if self.modules is not None and not self.modules.is_dir():
            what = f"{self.modules} is not a folder that can be read"
            yield self.problem("modules", what, hint="Give a folder with YANG modules, or leave it out.")

    def problem(self, key: str, what: str, *, hint: str = "") -> Problem:
        """Something wrong with a field of this device, with its place in the inventory."""
        return self._origin.source.problem(spelled(("devices", self.name, key)), what, hint=hint)


@dataclass(frozen=True)
class Inventory:
    """All devices that we know how to reach.

    Attributes:
        devices: by name.
        file: the inventory's file, empty when it came from memory.
    """

    devices: Mapping[str, DeviceEntry]
    file: str = field(default="", compare=False)

    def device(self, name: str) -> DeviceEntry:
        """The device of that name.

        Raises:
            InventoryError: there is none; names those that are known.
        """
        if name not in self.devices:
            hint = did_you_mean(name, self.devices)[1] if self.devices else "The inventory is empty."
            raise InventoryError(
                [Problem(f"device '{name}' is not in the inventory", "devices", self.file, hint=hint)]
            )
        return self.devices[name]
