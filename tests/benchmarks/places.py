"""Pairs of routers in processes of their own, so that they take no time of the client's interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

import egresspair as ep
from egresspair.inventory import parse_inventory
from pair.documents import config
from pair.rig import NOTHING, netconfd
from servers.netconfd import Netconfd

HERE = Path(__file__).parent
VPN = "vpna"
FIRST_LABEL = 2001


@dataclass(frozen=True)
class Router:
    """How to log in to one router.

    Attributes:
        host_key: fingerprint, ``SHA256:…``.
    """

    name: str
    host: str
    port: int
    username: str
    key_file: str
    host_key: str


@dataclass(frozen=True)
class Place:
    """Two routers, and how to fill them.

    Attributes:
        name: ``lab`` or ``netconfd``.
        routers: master and backup.
        fill: gives both this running configuration and nothing else.
        validates: ``<validate>`` can be trusted there.
    """

    name: str
    routers: tuple[Router, Router]
    fill: Callable[[bytes], None]
    validates: bool

    @property
    def inventory(self) -> ep.Inventory:
        """As the library reads it."""
        devices = {router.name: {**_entry(router), "timeout": 60} for router in self.routers}
        return parse_inventory(yaml.safe_dump({"devices": devices}))

    @contextmanager
    def behind(self, delay: float | None) -> Iterator[Place]:
        """The same routers behind proxies that add ``delay`` seconds each way; None for no proxies."""
        if delay is None:
            yield self
            return
        ports = [str(router.port) for router in self.routers]
        with _process("delayed.py", str(delay), *ports) as process:
            found = json.loads(_line(process))
            master, backup = (
                replace(router, port=port) for router, port in zip(self.routers, found, strict=True)
            )
            yield replace(self, routers=(master, backup))


def _entry(router: Router) -> dict[str, Any]:
    return {key: value for key, value in vars(router).items() if key != "name"}


def running_with(vpns: int) -> bytes:
    """A configuration with this many VPN instances; the first of them is `VPN`, without a label."""
    names = [VPN, *(f"vpn-{number}" for number in range(1, vpns))]
    return config(
        *((name, {"route-distinguisher": f"200:{number}"}) for number, name in enumerate(names, start=1))
    )


@contextmanager
def lab() -> Iterator[Place]:
    """The library's own lab."""
    with _process("lab_pair.py") as process:
        devices = json.loads(_line(process))["devices"]
        master, backup = (
            Router(name, **{key: value for key, value in entry.items() if key in Router.__annotations__})
            for name, entry in devices.items()
        )

        def fill(document: bytes) -> None:
            text = document.decode()
            assert process.stdin is not None
            process.stdin.write(json.dumps({"master": text, "backup": text}) + "\n")
            process.stdin.flush()
            _line(process)

        yield Place("lab", (master, backup), fill, validates=True)


@contextmanager
def network(others: int) -> Iterator[dict[str, Any]]:
    """The inventory of the lab's four routers, of which both MASGs hold this many other VPN instances."""
    with _process("lab_network.py", str(others)) as process:
        yield json.loads(_line(process))


@contextmanager
def netconfd_pair() -> Iterator[Place]:
    """Debian's netconfd behind sshd, twice. Its ``<validate>`` spoils the commit that follows."""
    with netconfd("subset") as one, netconfd("subset") as other:
        servers = one, other

        def fill(document: bytes) -> None:
            for server in servers:
                _fill(server, document)

        master, backup = (
            _router(name, server) for name, server in zip(("masg-1", "masg-2"), servers, strict=True)
        )
        yield Place("netconfd", (master, backup), fill, validates=False)


def _router(name: str, server: Netconfd) -> Router:
    return Router(name, server.host, server.port, server.username, str(server.key_file), server.host_key)


def _fill(server: Netconfd, document: bytes) -> None:
    with server.plain_ncclient() as session:
        session.timeout = 120
        for each in (NOTHING, document):
            session.edit_config(each.decode(), target="candidate", test_option="test-then-set")
            session.commit()


@contextmanager
def _process(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command: Sequence[str] = [sys.executable, str(HERE / script), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.stdin.close()  # type: ignore[union-attr]  # that is how it ends
            process.wait(20)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "it ended before it was ready"
    return line
