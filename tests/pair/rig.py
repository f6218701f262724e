"""Two netconfd servers behind recorders, and the library pointed at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

import egresspair as ep
from egresspair._resources import yang_dir
from egresspair.inventory import parse_inventory
from egresspair.netconf.quirks import ShortMemory
from servers.netconfd import Netconfd
from servers.recording import Recorder, Session
from servers.wire import Message, read_message
from yang.documents import L3VPN, NETCONF, NI
from yang.models import vendor_folder

from .bench import POLICY
from .documents import ALL

MODULES = ("huawei-network-instance", "huawei-l3vpn")
DEVIATIONS = "huawei-l3vpn-deviations-OC-NE-X8X16"
GENUINE = "8.22.0/ne40e-x8x16"
_YUMA = (b"http://netconfcentral.org/ns/yuma-", b"http://yuma123.org/ns/")


def module_folder(kind: str) -> Path:
    """Where the modules of a kind are: ours, or the vendor's."""
    return yang_dir() if kind == "subset" else vendor_folder() / GENUINE


def netconfd(kind: str, *, deviations: bool = True) -> Netconfd:
    """A server with these modules; with the deviations it refuses labels above 32783."""
    load = (*MODULES, DEVIATIONS) if deviations else MODULES
    return Netconfd([module_folder(kind)], load)


class Masked(Recorder):
    """Keeps the server's make from the client: what the hello says of yuma123 says something else."""

    async def _pass_hellos(self, session: Session) -> bool:
        theirs = await read_message(session.upstream.stdout, chunked=False)
        masked = masked_message(theirs)
        session.process.stdout.write(masked.framed)
        self.replied.append(masked)
        ours = await read_message(session.process.stdin, chunked=False)
        session.upstream.stdin.write(ours.framed)
        self.sent.append(ours)
        return b"base:1.1" in theirs.content and b"base:1.1" in ours.content


def masked_message(message: Message) -> Message:
    """The message with other namespaces instead of the ones that give the server away."""
    framed, content = message.framed, message.content
    for prefix in _YUMA:
        framed = framed.replace(prefix, b"http://example.org/ns/")
        content = content.replace(prefix, b"http://example.org/ns/")
    return replace(message, framed=framed, content=content)


@dataclass
class Rig:
    """A pair of servers; the library reaches them through recorders, the tests at once.

    Attributes:
        servers: master and backup.
        recorders: in front of them, in the same order.
    """

    servers: Sequence[Netconfd]
    recorders: Sequence[Recorder]
    memory: ShortMemory = field(default_factory=ShortMemory)

    def open(self, intent: ep.Intent) -> ep.Pair:
        """The pair, through the recorders."""
        return ep.open_pair(intent, inventory=self._inventory(), policy=POLICY, memory=self.memory)

    def _inventory(self) -> ep.Inventory:
        devices = {
            name: {
                "host": recorder.host,
                "port": recorder.port,
                "username": recorder.username,
                "key_file": str(recorder.key_file),
                "host_key": recorder.host_key,
                "timeout": 10,
            }
            for name, recorder in zip(("masg-1", "masg-2"), self.recorders, strict=True)
        }
        return parse_inventory(yaml.safe_dump({"devices": devices}))

    def apply(self, intent: ep.Intent, *, remove: bool = False) -> ep.Result:
        """Plan and apply with sessions of its own."""
        with self.open(intent) as pair:
            plan = pair.plan_removal(intent) if remove else pair.plan(intent)
            return pair.apply(plan, accept=ALL)

    def sent(self, name: str) -> list[list[bytes]]:
        """The operations of a name that each server was sent, byte for byte."""
        return [recorder.operations(name) for recorder in self.recorders]

    def forget_sent(self) -> None:
        """Empty what the recorders hold."""
        for recorder in self.recorders:
            recorder.sent.clear()

    def labels(self) -> list[dict[str, str]]:
        """The static labels that each server runs, read with plain ncclient."""
        return [_labels(running) for running in self.running()]

    def running(self) -> list[bytes]:
        """What each server runs, read with plain ncclient: canonical, without layout."""
        return [_canonical(_get_config(server)) for server in self.servers]

    def edit(self, document: bytes, *servers: int) -> None:
        """Have running of these servers changed by plain ncclient."""
        for server in servers or range(len(self.servers)):
            with self.servers[server].plain_ncclient() as session:
                session.edit_config(document.decode(), target="candidate", test_option="test-then-set")
                session.commit()

    def assert_free(self) -> None:
        """A client that we did not write gets every lock on every server, and finds candidates clean."""
        for server in self.servers:
            with server.plain_ncclient() as session:
                for datastore in ("running", "candidate"):
                    session.lock(datastore)
                for datastore in ("running", "candidate"):
                    session.unlock(datastore)
                candidate = etree.fromstring(session.get_config("candidate").data_xml.encode())
            assert _canonical(candidate) == _canonical(_get_config(server))


def _get_config(server: Netconfd) -> etree._Element:
    with server.plain_ncclient() as session:
        return etree.fromstring(session.get_config("running").data_xml.encode())


def _canonical(data: etree._Element) -> bytes:
    text: Any = etree.canonicalize(etree.tostring(data, encoding="unicode"), strip_text=True)
    return str(text).encode()


def _labels(running: bytes) -> dict[str, str]:
    found = {}
    for instance in etree.fromstring(running).iter(f"{{{NI}}}instance"):
        label = instance.findtext(f".//{{{L3VPN}}}static-label")
        if label is not None:
            found[instance.findtext(f"{{{NI}}}name") or ""] = label
    return found


NOTHING = (
    f'<config xmlns="{NETCONF}"><network-instance xmlns="{NI}" xmlns:nc="{NETCONF}" nc:operation="remove"/>'
    "</config>"
).encode()
"""An edit that takes every VPN instance away."""
