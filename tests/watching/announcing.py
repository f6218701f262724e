"""A scripted router that announces what it is told to, in the way that it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml
from lxml import etree

import egresspair as ep
from egresspair.inventory import parse_inventory
from pair.documents import LABELLED
from servers.scripted import CAPABILITIES, OK, PASSWORD, Peer, Scripted
from servers.wire import Message

NOTIFICATION = "urn:ietf:params:netconf:capability:notification:1.0"
INTERLEAVE = "urn:ietf:params:netconf:capability:interleave:1.0"
CFG = "urn:huawei:yang:huawei-cfg"
NS = "urn:ietf:params:xml:ns:netconf:notification:1.0"
IETF = "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"
REFUSED = (
    b"<rpc-error><error-type>protocol</error-type><error-tag>access-denied</error-tag>"
    b"<error-severity>error</error-severity></rpc-error>"
)


def announcement(inside: str = "", *, name: str = "netconf-config-change", namespace: str = IETF) -> bytes:
    """A notification."""
    return (
        f'<notification xmlns="{NS}"><eventTime>2026-11-26T11:36:40Z</eventTime>'
        f'<{name} xmlns="{namespace}">{inside}</{name}></notification>'
    ).encode()


def by(user: str) -> str:
    """Who did it."""
    return f"<changed-by><username>{user}</username><session-id>5</session-id></changed-by>"


@dataclass
class Announcer:
    """A router that holds one document.

    Attributes:
        running: a ``<config>``; what the next reading shows.
        flow_id: the number of the last change; None if it does not tell.
        subscription: the answer to create-subscription.
        reading: the answer to every get-config instead of what it holds.
        asked: the operations of each session.
    """

    capabilities: Sequence[str] = (*CAPABILITIES, NOTIFICATION, INTERLEAVE)
    running: bytes = LABELLED
    flow_id: int | None = None
    subscription: bytes = OK
    reading: bytes | None = None
    asked: list[list[str]] = field(default_factory=list)
    subscribers: list[Peer] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)

    def __enter__(self) -> Announcer:
        self.server = Scripted(self._script)
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)

    async def _script(self, peer: Peer) -> None:
        names: list[str] = []
        self.asked.append(names)
        self.peers.append(peer)
        modules = [f"{CFG}?module=huawei-cfg"] if self.flow_id is not None else []
        await peer.greet([*self.capabilities, *modules])
        while True:
            request = await peer.receive()
            names.append(request.name)
            await peer.answer(request, self._answer(request))
            if request.name == "create-subscription" and self.subscription == OK:
                self.subscribers.append(peer)

    def _answer(self, request: Message) -> bytes:
        if request.name == "create-subscription":
            return self.subscription
        if request.name == "get-config":
            return self._config() if self.reading is None else self.reading
        if request.name == "get":
            flow = f"<config-change><flow-id>{self.flow_id}</flow-id></config-change>"
            return f'<data><cfg xmlns="{CFG}">{flow}</cfg></data>'.encode()
        return OK

    def _config(self) -> bytes:
        inside = b"".join(etree.tostring(child) for child in etree.fromstring(self.running))
        return b"<data>" + inside + b"</data>"

    def announce(self, *messages: bytes) -> None:
        """Send notifications to everybody who subscribed."""
        for peer in self.subscribers:
            for message in messages:
                self._do(peer.send(message))

    def cut(self) -> None:
        """Drop every connection."""
        for peer in self.peers:
            self._do(_cut(peer))
        self.peers.clear()
        self.subscribers.clear()

    def _do(self, act: Any) -> None:
        self.server._loop.run(act)

    def entry(self, folder: Path) -> dict[str, Any]:
        """For an inventory."""
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        return {
            "host": self.server.host,
            "port": self.server.port,
            "username": self.server.username,
            "password": f"file:{secret}",
            "host_key": self.server.host_key,
            "timeout": 10,
        }


async def _cut(peer: Peer) -> None:
    peer.cut()
    await asyncio.sleep(0)


def inventory(folder: Path, master: Announcer, backup: Announcer) -> ep.Inventory:
    """Of both."""
    devices = {"masg-1": master.entry(folder), "masg-2": backup.entry(folder)}
    return parse_inventory(yaml.safe_dump({"devices": devices}))
