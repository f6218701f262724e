"""A few NETCONF devices on the loopback, over real SSH, in one background thread."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import asyncssh
import yaml

from .core import CoreNetwork
from .device import Access, Device
from .faults import ANY, parse_fault
from .network import HEALTHY, NAMES, ROLES, VPNA, VpnInstance, played, scenario_named
from .profiles import NE40E, Profile, profile_named
from .router import Router
from .switches import known_switches

T = TypeVar("T")

DEFAULT_NAMES: Final = NAMES
_PAIR: Final = ("master", "backup")
USERNAME: Final = "lab"


class LoopThread:
    """An event loop in a daemon thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="egresspair-lab", daemon=True)
        self._thread.start()

    def call(self, function: Callable[[], T]) -> T:
        """Run a function on the loop and wait for what it returns."""

        async def once() -> T:
            return function()

        return self.run(once())

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and wait for what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Cancel what still runs and end the thread."""
        self.run(self._cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()


class Lab:
    """A pair of routers, or more.

    Args:
        devices: the roles; master and backup by default.
        core: a core ASBR and a CSG beside the pair (roles ``core_asbr`` and ``csg``), all four configured for egress
            protection. What each shows as state follows from what all of them run.
        scenario: what is wrong in that network, see `SCENARIOS`; implies `core`.
        vpns: the VPN instances of that network.
        names: role to name in the inventory; `DEFAULT_NAMES` where it has one, else the role itself.
        profile: what kind of router they are, a name or a `Profile`.
        profiles: other kinds for single roles.
        faults: lines ``DEVICE:RPC:FAULT[:N]``; see `faults`.
        switches: role or name (``any`` for all) to names of switches, or lines ``DEVICE:SWITCH``; see `switches`.

    Raises:
        ValueError: an unknown profile, fault, switch, device or scenario; devices chosen, although `core` fixes them.
        LookupError: a scenario damages ``vpna``, which is not among `vpns`.

    Use it as a context manager; it starts at once on entry and leaves nothing behind on exit.
    """

    def __init__(
        self,
        devices: Iterable[str] | None = None,
        *,
        core: bool = False,
        scenario: str = "",
        vpns: Iterable[VpnInstance] = (VPNA,),
        names: Mapping[str, str] | None = None,
        profile: str | Profile = NE40E,
        profiles: Mapping[str, str | Profile] | None = None,
        faults: Iterable[str] = (),
        switches: Mapping[str, Iterable[str]] | Iterable[str] = (),
    ) -> None:
        self._core = core or bool(scenario)
        if self._core and devices is not None:
            raise ValueError("devices: with core they are " + ", ".join(ROLES))
        roles = ROLES if self._core else devices or _PAIR
        self._vpns = tuple(vpns)
        self._scenario = scenario_named(scenario or HEALTHY).name
        self._names = {role: {**DEFAULT_NAMES, **(names or {})}.get(role, role) for role in roles}
        self._profiles = {
            role: self._speaking(profile_named(self._of(profiles or {}, role) or profile))
            for role in self._names
        }
        self._switches = self._switches_of(switches if isinstance(switches, Mapping) else _grouped(switches))
        known = (*self._names, *self._names.values())
        self._faults = [parse_fault(text, devices=known) for text in faults]
        self._devices: dict[str, Device] = {}
        self._network: CoreNetwork | None = None
        self._loop: LoopThread | None = None
        self._folder: Path | None = None

    def _speaking(self, profile: Profile) -> Profile:
        return profile.with_core() if self._core else profile

    def _of(self, mapping: Mapping[str, T], role: str) -> T | None:
        return mapping.get(role, mapping.get(self._names[role]))

    def _switches_of(self, given: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
        known = {*self._names, *self._names.values(), ANY}
        for device in given:
            if device not in known:
                raise ValueError(f"switches: no device {device!r}; there are {', '.join(sorted(known))}")
        return {
            role: known_switches({*given.get(ANY, ()), *given.get(role, ()), *given.get(name, ())})
            for role, name in self._names.items()
        }

    # life

    def start(self) -> None:
        """Start every device. Called by ``with``."""
        if self._loop is not None:
            return
        self._folder = Path(tempfile.mkdtemp(prefix="egresspair-lab-"))
        self._loop = LoopThread()
        access = self._access(self._folder)
        routers = {role: Router(self._profiles[role], self._switches[role]) for role in self._names}
        try:
            if self._core:
                self._network = CoreNetwork(routers)
                self.play(self._scenario)
            for role, name in self._names.items():
                self._devices[role] = Device(role, name, routers[role], access, self._loop)
                self._devices[role].start()
        except BaseException:
            self.close()
            raise
        for fault in self._faults:
            for device in self._devices.values():
                if fault.device in (device.role, device.name, ANY):
                    device.add_fault(fault)

    def close(self) -> None:
        """Stop every device and remove the files. Safe to call twice."""
        if self._loop is None:
            return
        for device in self._devices.values():
            device.finish()
        self._loop.close()
        self._loop = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _access(folder: Path) -> Access:
        key = asyncssh.generate_private_key("ssh-ed25519")
        password = secrets.token_urlsafe(16)
        key_file, password_file = folder / "id_ed25519", folder / "password"
        _write_secret(key_file, key.export_private_key("openssh"))
        _write_secret(password_file, password.encode())
        return Access(USERNAME, password, password_file, key_file, key)

    # devices

    def __getitem__(self, device: str) -> Device:
        """A device by role or name.

        Raises:
            KeyError: there is none.
        """
        for each in self._devices.values():
            if device in (each.role, each.name):
                return each
        raise KeyError(device)

    def __iter__(self) -> Iterator[Device]:
        return iter(self._devices.values())

    def fault(self, text: str) -> None:
        """Add a fault while the lab runs, written ``DEVICE:RPC:FAULT[:N]``.

        Raises:
            ValueError: it is not of that form, or names what there is not.
        """
        known = (*self._names, *self._names.values())
        for device in self._devices.values():
            fault = parse_fault(text, devices=known)
            if fault.device in (device.role, device.name, ANY):
                device.add_fault(fault)

    @property
    def core(self) -> bool:
        """True if it has a core ASBR and a CSG."""
        return self._core

    @property
    def scenario(self) -> str:
        """What was played last; ``healthy`` for nothing."""
        return self._scenario

    def play(self, scenario: str) -> None:
        """Begin anew: all four routers as in a healthy network, but for what is wrong in this scenario.

        Raises:
            ValueError: there is none of that name, or the lab has no core.
            LookupError: it damages ``vpna``, which is not among the lab's VPN instances.
        """
        network, play = self._network, played(scenario, vpns=self._vpns)
        if network is None or self._loop is None:
            raise ValueError(f"scenario {scenario}: it needs a started lab with core=True")
        self._loop.call(lambda: network.play(play))
        self._scenario = scenario

    def inventory(self, *, timeout: float = 30, login: str = "password") -> dict[str, Any]:
        """The inventory of the lab as plain values.

        Args:
            timeout: seconds that a client is to wait for a reply.
            login: ``password`` (a reference to a file) or ``key_file``.
        """
        return {"devices": {device.name: _entry(device, timeout, login) for device in self}}

    def write_inventory(self, path: Path, *, timeout: float = 30, login: str = "password") -> Path:
        """Write the inventory as YAML; returns the path. Arguments as for `inventory`."""
        path.write_text(
            yaml.safe_dump(self.inventory(timeout=timeout, login=login), sort_keys=False), "utf-8"
        )
        return path

    def serve(self) -> None:
        """Block until interrupted (KeyboardInterrupt is swallowed); the lab must have been started."""
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _grouped(lines: Iterable[str]) -> dict[str, set[str]]:
    """Lines ``DEVICE:SWITCH`` by device."""
    grouped: dict[str, set[str]] = {}
    for line in lines:
        device, colon, switch = line.partition(":")
        if not colon:
            raise ValueError(f"switch {line!r}: it is written DEVICE:SWITCH")
        grouped.setdefault(device, set()).add(switch)
    return grouped


def _write_secret(path: Path, octets: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(octets)


def _entry(device: Device, timeout: float, login: str) -> dict[str, Any]:
    secret = {"password": f"file:{device.password_file}", "key_file": str(device.key_file)}
    if login not in secret:
        raise ValueError(f"login {login!r} is neither password nor key_file")
    return {
        "host": device.host,
        "port": device.port,
        "username": device.username,
        login: secret[login],
        "host_key": device.host_key,
        "platform": "huawei-vrp",
        "timeout": timeout,
    }
