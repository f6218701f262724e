"""The open sessions of a pair: from an inventory to devices, and back after a loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from .errors import DeviceUnreachable, EgressPairError, HostKeyError
from .events import Connected, Event
from .intent import Intent, Role
from .inventory import DeviceEntry, Inventory
from .netconf.connect import connect, connect_all
from .netconf.device import Device
from .netconf.target import Target


def target_of(entry: DeviceEntry) -> Target:
    """How to reach and log in to a device of the inventory. Reads its secrets.

    Raises:
        InventoryError: a secret is not where the inventory says.
    """
    return Target(
        name=entry.name,
        host=entry.host,
        port=entry.port,
        username=entry.username,
        password=entry.resolve_password(),
        key_file=entry.key_file,
        key_passphrase=entry.resolve_key_passphrase(),
        known_hosts=entry.known_hosts,
        host_key=entry.host_key,
        timeout=entry.timeout,
        ssh_config=entry.ssh_config,
        agent=entry.uses_agent,
    )


class PairSessions:
    """One open session to each router of a pair. A context manager; `close` is safe to call twice."""

    def __init__(
        self,
        entries: Mapping[Role, DeviceEntry],
        devices: Mapping[Role, Device],
        tell: Callable[[Event], None],
    ) -> None:
        self._entries = dict(entries)
        self._devices = dict(devices)
        self._tell = tell

    @classmethod
    def open(cls, intent: Intent, inventory: Inventory, tell: Callable[[Event], None]) -> PairSessions:
        """Connect to both at the same time.

        Raises:
            InventoryError: a device or a secret is missing.
            DeviceUnreachable: one of the two; nothing is left open.
        """
        entries = {role: inventory.device(intent.router(role)) for role in Role}
        targets = {role: target_of(entry) for role, entry in entries.items()}
        found = connect_all(targets.values())
        devices = {
            role: device for role in Role if not isinstance(device := found[entries[role].name], Exception)
        }
        failures = [error for error in found.values() if isinstance(error, EgressPairError)]
        if failures:
            for device in devices.values():
                device.close()
            raise _together(failures)
        sessions = cls(entries, devices, tell)
        for role in Role:
            sessions._announce(role)
        return sessions

    def __getitem__(self, role: Role) -> Device:
        return self._devices[role]

    def entry(self, role: Role) -> DeviceEntry:
        """The inventory's word on this router."""
        return self._entries[role]

    def timeout(self, role: Role) -> float:
        """See `transaction.driver.Sessions`."""
        return self._entries[role].timeout

    def reopen(self, role: Role) -> Device:
        """Close what is open and open anew.

        Raises:
            DeviceUnreachable: it cannot be reached, or another router answers there now.
        """
        old = self._devices[role]
        old.close()
        device = connect(target_of(self._entries[role]))
        if device.peer.host_key != old.peer.host_key:
            device.close()
            raise HostKeyError(
                f"another host key than before answers: {device.peer.host_key}, not {old.peer.host_key}",
                where=old.name,
                hint="This may be another router. Nothing was sent to it.",
            )
        self._devices[role] = device
        self._announce(role)
        return device

    def _announce(self, role: Role) -> None:
        device = self._devices[role]
        self._tell(Connected(device.name, device.peer.session_id, device.peer.host_key))

    def close(self) -> None:
        """Close both sessions."""
        for device in self._devices.values():
            with suppress(EgressPairError):
                device.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _together(failures: list[EgressPairError]) -> EgressPairError:
    """Both failures in one error, if both routers failed."""
    if len(failures) == 1:
        return failures[0]
    return DeviceUnreachable("; ".join(str(failure) for failure in failures))
