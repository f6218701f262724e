"""The routers on paper behind real NETCONF sessions over SSH, by a server that knows nothing of the library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

import egresspair as ep
from egresspair.inventory import parse_inventory
from servers.scripted import CAPABILITIES, Peer, Scripted

from .paper import Paper, Router, select

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
STARTUP = "urn:ietf:params:netconf:capability:startup:1.0"
MODULES = (
    *("network-instance", "l3vpn", "l3vpn-mpls", "bgp", "bgp-routing-table", "bgp-lsp", "routing"),
    *("routing-policy", "tunnel-management", "bfd", "mpls", "mpls-ldp", "mpls-res", "mpls-static"),
)
UNKNOWN = (
    b"<rpc-error><error-type>application</error-type><error-tag>unknown-element</error-tag>"
    b"<error-severity>error</error-severity><error-message>Unexpected element.</error-message></rpc-error>"
)


@dataclass
class Served:
    """One router behind a server.

    Attributes:
        lacking: modules that it does not announce.
        refusing: namespaces that it answers ``unknown-element`` to.
        silent: it answers nothing.
        requests: the operations that came, for each session.
    """

    router: Router
    lacking: Sequence[str] = ()
    refusing: Sequence[str] = ()
    silent: bool = False
    requests: list[list[etree._Element]] = field(default_factory=list)

    async def script(self, peer: Peer) -> None:
        """One session."""
        asked: list[etree._Element] = []
        self.requests.append(asked)
        await peer.greet([*CAPABILITIES, STARTUP, *self._modules()])
        if self.silent:
            return await peer.hang()
        while True:
            request = await peer.receive()
            operation = next(etree.fromstring(request.content).iterchildren(etree.Element))
            asked.append(operation)
            await peer.answer(request, self._answer(operation))

    def _modules(self) -> Iterator[str]:
        for name in MODULES:
            if name not in self.lacking:
                yield f"urn:huawei:yang:huawei-{name}?module=huawei-{name}&revision=2022-01-01"

    def _answer(self, operation: etree._Element) -> bytes:
        subtree = operation.find(f"{{{BASE}}}filter/*")
        if subtree is None:
            return b"<ok/>"
        if any(
            f"huawei-{name}" in (etree.QName(e).namespace or "")
            for name in self.refusing
            for e in subtree.iter()
        ):
            return UNKNOWN
        of_startup = operation.find(f"{{{BASE}}}source/{{{BASE}}}startup") is not None
        document = self.router.startup if of_startup else self.router.running
        return etree.tostring(select(document, subtree))


@dataclass
class Site:
    """The servers, and an inventory of them."""

    served: dict[str, Served]
    entries: dict[str, dict[str, Any]]

    @property
    def inventory(self) -> ep.Inventory:
        return parse_inventory(yaml.safe_dump({"devices": self.entries}))

    def write(self, folder: Path, intent: ep.Intent) -> tuple[Path, Path]:
        """The intent and the inventory as files."""
        files = folder / "metro-7.yaml", folder / "inventory.yaml"
        files[0].write_text(ep.dump_intent(intent), encoding="utf-8")
        files[1].write_text(yaml.safe_dump({"devices": self.entries}), encoding="utf-8")
        return files

    def move_away(self, name: str) -> None:
        """Nobody listens any more where the inventory says that router is."""
        self.entries[name]["port"] = 1

    def operations(self, name: str) -> list[str]:
        """The operations that a router got, in order, over all sessions."""
        return [etree.QName(each).localname for asked in self.served[name].requests for each in asked]


@contextmanager
def site(paper: Paper, **options: dict[str, Any]) -> Iterator[Site]:
    """Serve the routers. Options are the fields of `Served`, by the router's name with ``_`` for ``-``."""
    with ExitStack() as stack:
        served: dict[str, Served] = {}
        entries: dict[str, dict[str, Any]] = {}
        for name, router in paper.routers.items():
            one = served[name] = Served(router, **options.get(name.replace("-", "_"), {}))
            server = stack.enter_context(Scripted(one.script, password="secret"))
            entries[name] = {
                "host": server.host,
                "port": server.port,
                "username": server.username,
                "password": "env:SITE_PASSWORD",
                "host_key": server.host_key,
                "timeout": 2 if one.silent else 10,
            }
        yield Site(served, entries)
