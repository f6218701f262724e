"""One router's forwarding plane: an ovsdb-server and an ovs-vswitchd with one bridge, in a namespace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from .entries import Detection
from .namespace import Namespace, run_program

SCHEMA: Final = Path("/usr/share/openvswitch/vswitch.ovsschema")
PROGRAMS: Final = ("ovsdb-server", "ovsdb-tool", "ovs-vswitchd", "ovs-vsctl", "ovs-ofctl", "ovs-appctl")
_PATH: Final = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin"
_BRIDGE: Final = "br0"
_START_SECONDS: Final = 20
_COUNTED: Final = re.compile(r"cookie=(0x[0-9a-f]+),.*?n_packets=(\d+)")


def program(name: str) -> str | None:
    """The path of a program; those of a system are often not on a user's PATH."""
    return shutil.which(name, path=_PATH)


class Switch:
    """A bridge on the userspace datapath: the one in which MPLS works without the kernel's.

    Args:
        folder: its own, for sockets, database and log; a short path, since sockets have a limit of some 100 characters.
        ports: interface to OpenFlow port number; they must be in the namespace already.
    """

    def __init__(self, name: str, namespace: Namespace, folder: Path, ports: Mapping[str, int]) -> None:
        self.name = name
        self.namespace = namespace
        self._folder = folder
        self._ports = ports
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    # life

    def start(self) -> None:
        """Start both processes; `ready` waits for them."""
        self._folder.mkdir(mode=0o700)
        run_program([_needed("ovsdb-tool"), "create", str(self._folder / "db"), str(SCHEMA)])
        self._spawn("ovsdb-server", str(self._folder / "db"), f"--remote=punix:{self._socket}")

    def ready(self) -> None:
        """Wait for the database, then make the bridge.

        Raises:
            RuntimeError: a process ended, or did not answer within 20 s.
        """
        self._wait(self._socket.exists, "ovsdb-server")
        self._vsctl("--no-wait", "init")
        self._spawn("ovs-vswitchd", f"unix:{self._socket}", "--disable-system")
        bridge = [f"bridge {_BRIDGE} datapath_type=netdev fail_mode=secure protocols=OpenFlow13"]
        ports = [f"-- add-port {_BRIDGE} {name}" for name in self._ports]
        numbers = [f"-- set interface {name} ofport_request={port}" for name, port in self._ports.items()]
        self._vsctl(*" ".join(["add-br", _BRIDGE, "-- set", *bridge, *ports, *numbers]).split())

    def kill(self) -> None:
        """SIGKILL the forwarding process: the router is dead, its links stay up."""
        process = self._processes["ovs-vswitchd"]
        process.kill()
        process.wait(_START_SECONDS)

    def close(self) -> None:
        """End both processes, by their ids. Safe to call twice."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait(_START_SECONDS)
        self._processes.clear()

    def _spawn(self, name: str, *arguments: str) -> None:
        own = (f"--unixctl={self._control(name)}", f"--pidfile={self._folder / name}.pid")
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = self.namespace.start(
                [_needed(name), *arguments, *own], log=log, env=self._environment
            )

    def _wait(self, holds: Callable[[], bool], what: str, *, seconds: float = _START_SECONDS) -> None:
        give_up = time.monotonic() + seconds
        while not holds():
            self._check_alive()
            if time.monotonic() > give_up:
                raise RuntimeError(f"{self.name}: {what} was not ready within {seconds} s: {self._log()}")
            time.sleep(0.02)

    def _check_alive(self) -> None:
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise RuntimeError(f"{self.name}: {name} ended with {process.returncode}: {self._log()}")

    # contents

    def program(self, flows: Iterable[str], groups: Iterable[str] = ()) -> None:
        """Fill its tables.

        Raises:
            RuntimeError: a flow was refused.
        """
        for command, lines in (("add-groups", [*groups]), ("add-flows", [*flows])):
            if lines:
                self._ofctl(command, self._management, "-", text="\n".join(lines) + "\n")

    def watch(self, interface: str, detection: Detection) -> None:
        """Run BFD on an interface."""
        timers = f"bfd:min_rx={detection.interval_ms} bfd:min_tx={detection.interval_ms}"
        words = f"set interface {interface} bfd:enable=true {timers} bfd:mult={detection.multiplier}"
        self._vsctl(*words.split())

    def wait_watched(self, interface: str) -> None:
        """Wait until BFD is up.

        Raises:
            RuntimeError: it is not within 20 s.
        """

        def up() -> bool:
            status = self._vsctl("get", "interface", interface, "bfd_status")
            return 'forwarding="true"' in status and "state=up" in status and "remote_state=up" in status

        self._wait(up, f"BFD on {interface}")

    def counted(self) -> Counter[int]:
        """How many packets were matched so far, by the cookie of the flow; other flows are under 0."""
        run_program([_needed("ovs-appctl"), "-t", self._control("ovs-vswitchd"), "revalidator/wait"])
        counts: Counter[int] = Counter()
        for cookie, packets in _COUNTED.findall(self._ofctl("dump-flows", self._management)):
            counts[int(cookie, 16)] += int(packets)
        return counts

    # paths and programs

    @property
    def _socket(self) -> Path:
        return self._folder / "db.sock"

    @property
    def _management(self) -> str:
        return f"unix:{self._folder / _BRIDGE}.mgmt"

    @property
    def _environment(self) -> dict[str, str]:
        """Its bridge's socket is where its own files are."""
        folder = str(self._folder)
        return {**os.environ, "OVS_RUNDIR": folder, "OVS_LOGDIR": folder, "OVS_DBDIR": folder}

    def _control(self, name: str) -> str:
        return str(self._folder / f"{name}.ctl")

    def _vsctl(self, *words: str) -> str:
        return run_program([_needed("ovs-vsctl"), f"--db=unix:{self._socket}", "--timeout=20", *words])

    def _ofctl(self, *words: str, text: str = "") -> str:
        return run_program([_needed("ovs-ofctl"), "-O", "OpenFlow13", *words], text=text)

    def _log(self) -> str:
        texts = [path.read_text("utf-8", "replace")[-500:] for path in sorted(self._folder.glob("*.log"))]
        return " ".join(texts).strip() or "no word in its log"


def _needed(name: str) -> str:
    found = program(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed")
    return found
