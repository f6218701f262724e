"""The open sessions of a pair: from an inventory to devices, and back after a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Generic, Self, TypeVar

from .dialects import dialect_named
from .document import did_you_mean
from .errors import BothUnreachable, EgressPairError, HostKeyError, InventoryError, Problem, UsageError
from .events import Connected, Event
from .intent import Intent, Role
from .intent.distinct import ROUTERS
from .inventory import DeviceEntry, Inventory
from .netconf.connect import close_all, connect, connect_all
from .netconf.device import Device
from .netconf.target import Target

K = TypeVar("K")


def target_of(entry: DeviceEntry) -> Target:
    """How to reach and log in to a device of the inventory. Reads its secrets.

    Raises:
        InventoryError: a secret or a file is not where the inventory says.
    """
    if problems := tuple(entry.unreadable_files()):
        raise InventoryError(problems)
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


def targets_of(entries: Iterable[DeviceEntry]) -> list[Target]:
    """How to reach and log in to several devices; all that is missing is named at once.

    Raises:
        InventoryError: as for `target_of`.
    """
    targets: list[Target] = []
    problems: list[Problem] = []
    for entry in entries:
        try:
            targets.append(target_of(entry))
        except InventoryError as error:
            problems += error.problems
    if problems:
        raise InventoryError(problems)
    return targets


def listed(intent: Intent, inventory: Inventory, fields: Iterable[str] = ROUTERS) -> dict[str, DeviceEntry]:
    """What the inventory says of the routers that these fields of an intent name, by name.

    Raises:
        InventoryError: it lacks some; each at its place in the intent.
    """
    names = {field: name for field in fields if (name := getattr(intent, field)) is not None}
    problems = [
        _unlisted(intent, field, name, inventory)
        for field, name in names.items()
        if name not in inventory.devices
    ]
    if problems:
        raise InventoryError(problems)
    return {name: inventory.devices[name] for name in names.values()}


def _unlisted(intent: Intent, field: str, name: str, inventory: Inventory) -> Problem:
    """A router that has another role already is not what was meant."""
    others = {getattr(intent, role) for role in ROUTERS}
    meant, hint = did_you_mean(name, [device for device in inventory.devices if device not in others])
    if not meant:
        hint = f"Known are {', '.join(inventory.devices)}."
    file = f" {inventory.file}" if inventory.file else ""
    return intent.problem(field, f"device '{name}' is not in the inventory{file}", hint=hint)


def entries_of(intent: Intent, inventory: Inventory) -> dict[Role, DeviceEntry]:
    """What the inventory says of both routers of an intent.

    Raises:
        InventoryError: a device or a file is missing, a platform is not known, or both names lead to one router.
    """
    listed(intent, inventory, tuple(Role))
    return entries_named({role: intent.router(role) for role in Role}, inventory)


def entries_named(names: Mapping[Role, str], inventory: Inventory) -> dict[Role, DeviceEntry]:
    """What the inventory says of two routers that make a pair.

    Raises:
        UsageError: it is one name, twice.
        InventoryError: as for `entries_of`.
    """
    if names[Role.MASTER] == names[Role.BACKUP]:
        raise UsageError("this router is named twice", where=names[Role.MASTER], hint="Give two routers.")
    entries = {role: inventory.device(names[role]) for role in Role}
    refuse_twins(entries)
    refuse_unusable(entries.values())
    return entries


class OpenSessions(Generic[K]):
    """Open sessions that end together. A context manager; `close` is safe to call twice."""

    def __init__(self, devices: Mapping[K, Device]) -> None:
        self._devices: dict[K, Device] = dict(devices)

    def __getitem__(self, which: K) -> Device:
        return self._devices[which]

    def close(self) -> None:
        """Close all sessions."""
        close_all(self._devices.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PairSessions(OpenSessions[Role]):
    """One open session to each router of a pair."""

    def __init__(
        self,
        entries: Mapping[Role, DeviceEntry],
        tell: Callable[[Event], None],
        host_keys: Mapping[Role, str] | None = None,
    ) -> None:
        super().__init__({})
        self._entries = dict(entries)
        self._tell = tell
        self._host_keys = dict(host_keys or {})

    @classmethod
    def open(cls, intent: Intent, inventory: Inventory, tell: Callable[[Event], None]) -> PairSessions:
        """Connect to both at the same time.

        Raises:
            InventoryError: a device, a file or a secret is missing, a platform is not known, or both names lead to
                one router.
            DeviceUnreachable: one of the two cannot be reached; nothing is left open.
        """
        return cls._open(entries_of(intent, inventory), tell)

    @classmethod
    def open_named(
        cls, names: Mapping[Role, str], inventory: Inventory, tell: Callable[[Event], None]
    ) -> PairSessions:
        """Connect to two routers of the inventory at the same time.

        Raises:
            InventoryError, DeviceUnreachable: as for `open`.
        """
        return cls._open(entries_named(names, inventory), tell)

    @classmethod
    def _open(cls, entries: Mapping[Role, DeviceEntry], tell: Callable[[Event], None]) -> PairSessions:
        targets = targets_of(entries.values())
        sessions = cls(entries, tell)
        found = connect_all(targets)
        failures = []
        for role, entry in entries.items():
            reached = found[entry.name]
            if isinstance(reached, EgressPairError):
                failures.append(reached)
            else:
                sessions._take(role, reached)
        if failures:
            sessions.close()
            raise _together(failures)
        return sessions

    def entry(self, role: Role) -> DeviceEntry:
        """The inventory's word on this router."""
        return self._entries[role]

    def timeout(self, role: Role) -> float:
        """See `transaction.driver.Sessions`."""
        return self._entries[role].timeout

    @property
    def open_devices(self) -> dict[str, Device]:
        """The sessions that are alive, by the inventory's name of the router."""
        return {device.name: device for device in self._devices.values() if device.alive}

    def reopen(self, role: Role) -> Device:
        """Close what is open and open anew.

        Raises:
            DeviceUnreachable: it cannot be reached, or another router answers there now.
            InventoryError: a secret is not where the inventory says.
        """
        if role in self._devices:
            self._devices[role].close()
        device = connect(target_of(self._entries[role]))
        expected = self._host_keys.get(role)
        if expected and device.peer.host_key != expected:
            device.close()
            raise HostKeyError(
                f"another host key than before answers: {device.peer.host_key}, not {expected}",
                where=device.name,
                hint="This may be another router. Nothing was sent to it.",
            )
        self._take(role, device)
        return device

    def _take(self, role: Role, device: Device) -> None:
        self._devices[role] = device
        self._host_keys.setdefault(role, device.peer.host_key)
        self._tell(Connected(device.name, device.peer.session_id, device.peer.host_key))


class OpenDevices(OpenSessions[str]):
    """One open session to each of some devices, by the inventory's name, read and never reopened."""

    @classmethod
    def to(cls, entries: Iterable[DeviceEntry]) -> OpenDevices:
        """Connect to all at the same time.

        Raises:
            InventoryError, DeviceUnreachable: as for `PairSessions.open`; nothing is left open.
        """
        wanted = list(entries)
        refuse_unusable(wanted)
        found = connect_all(targets_of(wanted))
        failures = [each for each in found.values() if isinstance(each, EgressPairError)]
        opened = cls({name: each for name, each in found.items() if not isinstance(each, EgressPairError)})
        if failures:
            opened.close()
            raise _together(failures)
        return opened


def refuse_twins(entries: Mapping[Role, DeviceEntry]) -> None:
    """Master and backup are two routers.

    Raises:
        InventoryError: both names lead to one.
    """
    master, backup = entries[Role.MASTER], entries[Role.BACKUP]
    if (master.host, master.port) == (backup.host, backup.port):
        what = f"is the same router as {master.name}: {master.host} port {master.port}"
        raise InventoryError([backup.problem("host", what, hint="Master and backup are two routers.")])


def refuse_unusable(entries: Iterable[DeviceEntry]) -> None:
    """All that can be known to be wrong before anybody connects.

    Raises:
        InventoryError: a file or a secret is missing, or a platform is not known.
    """
    found = [problem for entry in entries for problem in (*_platform(entry), *entry.unreadable_files())]
    if found:
        raise InventoryError(found)


def _platform(entry: DeviceEntry) -> Iterator[Problem]:
    try:
        dialect_named(entry.platform)
    except UsageError as error:
        yield entry.problem("platform", error.what, hint=error.hint)


def _together(failures: list[EgressPairError]) -> EgressPairError:
    """Both failures in one error, if both routers failed."""
    return failures[0] if len(failures) == 1 else BothUnreachable(failures)
