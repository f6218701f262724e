"""The wiring: a core ASBR, two MASGs, and one namespace in which the sender and all customers have their interfaces."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final

from .entries import BACKUP, MASTER, Entries
from .flows import (
    ASBR_PORT,
    BACKUP_PORT,
    FIRST_CUSTOMER_PORT,
    MASTER_PORT,
    PARTNER_PORT,
    SENDER_PORT,
    asbr_groups,
    flows_of,
)
from .namespace import Namespace
from .switch import PROGRAMS, SCHEMA, Switch, program

ASBR: Final = "asbr"
_ROUTERS: Final = (ASBR, MASTER, BACKUP)
_TO_ASBR: Final = "asbr"
_PARTNER: Final = "partner"
_SENDER: Final = "sender"
_TOOLS: Final = ("ip", "nsenter", "setpriv")


class RigUnavailable(RuntimeError):
    """Real packets cannot be sent here; says why."""


def why_unavailable() -> str | None:
    """None if the rig can run here, else the reason why not."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "network namespaces need root"
    missing = [name for name in (*_TOOLS, *PROGRAMS) if program(name) is None]
    if missing or not SCHEMA.is_file():
        return (
            f"{', '.join(missing) or SCHEMA} not installed (Debian: openvswitch-switch, iproute2, util-linux)"
        )
    if not Path("/dev/net/tun").exists():
        return "there is no /dev/net/tun"
    try:
        Namespace().close()
    except OSError as error:
        return f"no network namespace can be made here: {error.strerror}"
    return None


class Network:
    """Three routers, programmed and connected. A context manager; it leaves nothing behind.

    Args:
        entries: what the routers' tables hold.

    Raises:
        RigUnavailable: on entry, if it cannot run here.
        RuntimeError: on entry, if Open vSwitch does not start or refuses an entry.
    """

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self._customers = entries.customers
        self._stack = ExitStack()
        self._namespaces: dict[str, Namespace] = {}
        self.switches: dict[str, Switch] = {}

    def __enter__(self) -> Network:
        if reason := why_unavailable():
            raise RigUnavailable(reason)
        try:
            self._build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process, by its id; the namespaces go with them. Safe to call twice."""
        self._stack.close()

    # building

    def _build(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="egp-"))
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for name in (*_ROUTERS, "ends"):
            self._namespaces[name] = Namespace()
            self._stack.callback(self._namespaces[name].close)
        self._connect()
        for name in _ROUTERS:
            switch = Switch(name, self._namespaces[name], folder / name, self._ports(name))
            self.switches[name] = switch
            self._stack.callback(switch.close)
        for step in (Switch.start, Switch.ready, self._program):
            for switch in self.switches.values():
                step(switch)
        self._watch()

    def _connect(self) -> None:
        for namespace in self._namespaces.values():
            _quiet(namespace)
        ends, asbr, master, backup = (self._namespaces[name] for name in ("ends", *_ROUTERS))
        _wire(asbr, MASTER, master, _TO_ASBR)
        _wire(asbr, BACKUP, backup, _TO_ASBR)
        _wire(master, _PARTNER, backup, _PARTNER)
        _wire(ends, _SENDER, asbr, _SENDER)
        for number in range(len(self._customers)):
            _wire(ends, f"{MASTER}{number}", master, f"customer{number}")
            _wire(ends, f"{BACKUP}{number}", backup, f"customer{number}")

    def _ports(self, router: str) -> Mapping[str, int]:
        if router == ASBR:
            return {_SENDER: SENDER_PORT, MASTER: MASTER_PORT, BACKUP: BACKUP_PORT}
        customers = {
            f"customer{number}": FIRST_CUSTOMER_PORT + number for number in range(len(self._customers))
        }
        return {_TO_ASBR: ASBR_PORT, _PARTNER: PARTNER_PORT, **customers}

    def _program(self, switch: Switch) -> None:
        groups = asbr_groups(self.entries.asbr) if switch.name == ASBR else ()
        switch.program(flows_of(self.entries, switch.name), groups)

    def _watch(self) -> None:
        detection = self.entries.asbr.detection
        if detection is None:
            return
        self.switches[MASTER].watch(_TO_ASBR, detection)
        self.switches[ASBR].watch(MASTER, detection)
        self.switches[ASBR].wait_watched(MASTER)

    # use

    def cut_link(self) -> None:
        """Take the link between the core ASBR and the master down, at the master."""
        self._namespaces[MASTER].run(["ip", "link", "set", "dev", _TO_ASBR, "down"])

    def kill_master(self) -> None:
        """SIGKILL the master's forwarding process; its links stay up."""
        self.switches[MASTER].kill()

    def sender(self) -> socket.socket:
        """A raw socket on the interface by which packets enter."""
        return self._namespaces["ends"].packet_socket(_SENDER)

    def receivers(self) -> Iterator[tuple[socket.socket, str, str]]:
        """A raw socket on each customer's interface: socket, VPN instance, MASG."""
        for number, vpn in enumerate(self._customers):
            for masg in (MASTER, BACKUP):
                yield self._namespaces["ends"].packet_socket(f"{masg}{number}"), vpn, masg


def _quiet(namespace: Namespace) -> None:
    """Nothing of the kernel's own on the wires: no IPv6, no neighbour discovery."""
    words = [f"net.ipv6.conf.{which}.disable_ipv6=1" for which in ("all", "default")]
    if program("sysctl") and Path("/proc/sys/net/ipv6").exists():
        namespace.run(["sysctl", "-q", "-w", *words])


def _wire(one: Namespace, name: str, other: Namespace, other_name: str) -> None:
    """A cable between two namespaces."""
    one.links(
        [
            f"link add name {name} type veth peer name {other_name} netns {other.path}",
            f"link set dev {name} up",
        ]
    )
    other.links([f"link set dev {other_name} up"])
