"""The face of one device of the lab: safe to use from the thread that made the lab."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import asyncssh

from .faults import RPC_NAMES, Fault, FaultScript, parse_fault
from .holds import Hold
from .operational import told, told_apart
from .router import Router
from .ssh import Login, SshServer, restart_after
from .surroundings import Received, Surroundings
from .tree import Node, config_element, to_bytes

T = TypeVar("T")


class Loop(Protocol):
    """The lab's event loop, from outside."""

    def call(self, function: Callable[[], T]) -> T:
        """Run a function on the loop and wait for what it returns."""
        ...

    def run(self, coroutine: Any) -> Any:
        """Run a coroutine on the loop and wait for what it returns."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """How a client logs in.

    Attributes:
        password_file: holds the password.
        key_file: holds the private key, in OpenSSH's format.
    """

    username: str
    password: str = field(repr=False)
    password_file: Path
    key_file: Path
    key: asyncssh.SSHKey = field(repr=False)


class Device:
    """One device of a `Lab`.

    Attributes:
        role: e.g. ``master``.
        name: the name in the inventory, e.g. ``masg-1``.
        host: always the loopback.
    """

    host = "127.0.0.1"

    def __init__(self, role: str, name: str, router: Router, access: Access, loop: Loop) -> None:
        self.role = role
        self.name = name
        self._access = access
        self._loop = loop
        self._router = router
        self._shared = Surroundings(router, FaultScript(), self._go_away)
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        login = Login(access.username, access.password, access.key)
        self._server = SshServer(self._key, login, self._shared)
        self._revival: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<Device {self.name} ({self.role}) at {self.host}:{self.port}>"

    # how to reach it

    @property
    def port(self) -> int:
        """The TCP port; it stays the same over restarts."""
        return self._server.port

    @property
    def host_key(self) -> str:
        """Fingerprint of the host key, ``SHA256:…`` as OpenSSH writes it."""
        return self._key.get_fingerprint()

    @property
    def known_hosts_line(self) -> str:
        """The host key as a line of a known_hosts file."""
        public = self._key.export_public_key("openssh").decode().strip()
        return f"[{self.host}]:{self.port} {public}"

    @property
    def username(self) -> str:
        """Who may log in."""
        return self._access.username

    @property
    def password(self) -> str:
        """With which password."""
        return self._access.password

    @property
    def password_file(self) -> Path:
        """A file that holds the password."""
        return self._access.password_file

    @property
    def key_file(self) -> Path:
        """Or with which private key."""
        return self._access.key_file

    # what it holds

    @property
    def running(self) -> bytes:
        """Running as canonical XML, without defaults."""
        return self._loop.call(lambda: to_bytes(self._router.running))

    @property
    def candidate(self) -> bytes:
        """The shared candidate as canonical XML; it is running while it is clean."""
        return self._loop.call(lambda: to_bytes(self._router.shared.config or self._router.running))

    @property
    def startup(self) -> bytes:
        """Startup as canonical XML."""
        return self._loop.call(lambda: to_bytes(self._router.startup))

    def load(self, document: bytes) -> None:
        """Preset running and startup; the candidate becomes clean and nothing is pending.

        Args:
            document: a ``<config>`` or ``<data>`` element, or one top-level node of the model.

        Raises:
            ValueError: it is not XML.
            RpcFailed: it does not fit the device's modules.
        """
        self._loop.call(lambda: self._load(document))

    def _load(self, document: bytes) -> None:
        self._replace(self._router.configs.read(document))

    def _replace(self, config: Node) -> None:
        self._router.disarm()
        self._router.shared.clear()
        self._router.set_running(config)
        self._router.startup = config

    @property
    def state(self) -> bytes:
        """What `set_state` or `load_data` told of state, as canonical XML."""
        return self._loop.call(lambda: to_bytes(self._router.told_state))

    def set_state(self, document: bytes) -> None:
        """Tell the state (``config false``) that ``<get>`` shows beside running, in place of what was told before.

        It stays until it is told anew. State of an entry that is not configured is not shown. Of the labels and
        status of VPN instances, what is told here counts before what the device works out.

        Args:
            document: as for `load`; of configuration, only what leads to the state and the keys of lists.

        Raises:
            ValueError: it is not XML.
            RpcFailed: it does not fit the device's modules, or holds configuration.
        """
        self._loop.call(lambda: self._set_state(document))

    def _set_state(self, document: bytes) -> None:
        self._router.told_state = told(self._router.schema, config_element(document))

    def load_data(self, document: bytes) -> None:
        """Preset both, from what a ``<get>`` of such a router answered: configuration as `load`, state as `set_state`.

        Raises:
            ValueError: it is not XML.
            RpcFailed: it does not fit the device's modules; nothing is changed then.
        """
        self._loop.call(lambda: self._load_data(document))

    def _load_data(self, document: bytes) -> None:
        config, state = told_apart(self._router.schema, config_element(document))
        self._replace(self._router.configs.read_element(config))
        self._router.told_state = state

    def edit_as_other(self, document: bytes, *, force: bool = False) -> None:
        """Edit running as another party would from the device's own command line, and commit it at once.

        Args:
            document: as for `load`; elements may carry ``operation`` attributes.
            force: do it even if a session holds the lock of running.

        Raises:
            RpcFailed: the edit is not valid, or running is locked.
        """
        self._loop.call(lambda: self._edit(document, force=force))

    def _edit(self, document: bytes, *, force: bool) -> None:
        router = self._router
        session = router.open_session("another party", lambda: None)
        try:
            if not force:
                router.refuse_locked(session, "running")
            new = router.configs.edited(router.running, config_element(document), "merge")
            router.set_running(router.configs.check_change(router.running, new).config)
        finally:
            router.close_session(session)

    @property
    def locks(self) -> Mapping[str, int]:
        """Datastore to the id of the session that holds its lock."""
        return self._loop.call(lambda: dict(self._router.locks))

    @property
    def pending(self) -> bool:
        """True while a confirmed commit waits for its confirmation."""
        return self._loop.call(lambda: self._router.pending is not None)

    @property
    def sessions(self) -> tuple[int, ...]:
        """The ids of the open sessions."""
        return self._loop.call(lambda: tuple(self._router.sessions))

    @property
    def received(self) -> tuple[Received, ...]:
        """Every message that came, oldest first."""
        return self._loop.call(lambda: tuple(self._shared.received))

    def forget_received(self) -> None:
        """Empty `received`."""
        self._loop.call(self._shared.received.clear)

    # what goes wrong

    def fault(self, text: str) -> None:
        """Add a fault, written ``RPC:FAULT[:N]``.

        Raises:
            ValueError: it is not of that form, or names what there is not.
        """
        self.add_fault(parse_fault(f"{self.role}:{text}"))

    def add_fault(self, fault: Fault) -> None:
        """Add a fault that was parsed; it is counted here apart from other devices."""
        self._loop.call(lambda: self._shared.script.add(replace(fault)))

    def clear_faults(self) -> None:
        """Drop every fault that has not happened yet."""
        self._loop.call(self._shared.script.clear)

    def switch(self, name: str, *, on: bool = True) -> None:
        """Turn a switch on or off for what comes; sessions keep the capabilities that they were told.

        Raises:
            ValueError: there is no such switch.
        """
        self._loop.call(lambda: self._router.turn(name, on=on))

    def hold(self, rpc: str, *, before: bool = False, outlive: bool = False) -> Hold:
        """Hold the next RPC of a name between its execution and its reply, or before it is executed.

        Args:
            outlive: hold it even if the client goes; what was held before execution is then executed on release.

        Raises:
            ValueError: there is no such RPC.
        """
        if rpc not in RPC_NAMES:
            raise ValueError(f"no RPC {rpc!r}; there are {', '.join(RPC_NAMES)}")
        hold = Hold(rpc, before=before, outlive=outlive, call=self._loop.call)
        self._loop.call(lambda: self._shared.holds.append(hold))
        return hold

    def set_status(self, vpn: str, status: Literal["up", "down"]) -> None:
        """What ``state/status`` of a VPN instance says."""
        self._loop.call(lambda: self._router.vpn_state.status.update({vpn: status}))

    def stop(self) -> None:
        """The device dies: connections cut, nothing listens, what was pending is reverted."""
        self._loop.call(lambda: self._go_away(None))

    def start(self) -> None:
        """Listen again, on the same port and with the same key."""
        self._loop.run(self._server.start())

    def finish(self) -> None:
        """Stop for good."""
        self.stop()
        self._loop.run(self._server.finish())

    def _go_away(self, seconds: float | None) -> None:
        if self._revival is not None:
            self._revival.cancel()
        self._server.stop()
        self._router.power_cycle()
        if seconds is not None:
            self._revival = asyncio.get_running_loop().create_task(restart_after(self._server, seconds))

    def wait_for(self, condition: Callable[[Device], bool], *, timeout: float = 10.0) -> None:
        """Wait until something is true of the device.

        Raises:
            TimeoutError: it was not in so many seconds.
        """
        deadline = time.monotonic() + timeout
        while not condition(self):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}: not in {timeout} seconds")
            time.sleep(0.01)
