"""Two netconfd servers behind recorders, and the library pointed at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from lxml import etree

import egresspair as ep
from egresspair._resources import yang_dir
from egresspair.inventory import parse_inventory
from egresspair.journal import MemoryJournal
from egresspair.netconf.quirks import ShortMemory
from servers.netconfd import Netconfd
from servers.recording import Recorder, Session
from servers.wire import Message, read_message
from yang.documents import NETCONF, NI
from yang.models import vendor_folder

from .bench import POLICY
from .documents import ALL, labels

T = TypeVar("T")
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

    hidden: tuple[bytes, ...] = _YUMA

    async def _pass_hellos(self, session: Session) -> bool:
        theirs = await read_message(session.upstream.stdout, chunked=False)
        masked = masked_message(theirs, self.hidden)
        session.process.stdout.write(masked.framed)
        self.replied.append(masked)
        ours = await read_message(session.process.stdin, chunked=False)
        session.upstream.stdin.write(ours.framed)
        self.sent.append(ours)
        return b"base:1.1" in theirs.content and b"base:1.1" in ours.content


class Schemaless(Masked):
    """Keeps from the client that the server has get-schema: what it refuses is only learned by trying."""

    hidden = (b"urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring",)


class Unknown(Masked):
    """Keeps both from the client."""

    hidden = (*_YUMA, *Schemaless.hidden)


def masked_message(message: Message, hidden: tuple[bytes, ...] = _YUMA) -> Message:
    """The message with other namespaces instead of the hidden ones, by default those that give the server away."""
    framed, content = message.framed, message.content
    for prefix in hidden:
        framed = framed.replace(prefix, b"http://example.org/ns/")
        content = content.replace(prefix, b"http://example.org/ns/")
    return replace(message, framed=framed, content=content)


@dataclass(frozen=True)
class Watched:
    """A server, and a session of plain ncclient to it that stays open."""

    server: Netconfd
    session: Any

    def edit(self, document: bytes) -> None:
        """Change running."""
        self.session.edit_config(document.decode(), target="candidate", test_option="test-then-set")
        self.session.commit()

    def config(self, datastore: str) -> bytes:
        """What a datastore holds: canonical, without layout."""
        data = etree.fromstring(self.session.get_config(datastore).data_xml.encode())
        text: Any = etree.canonicalize(etree.tostring(data, encoding="unicode"), strip_text=True)
        return str(text).encode()

    def running(self) -> bytes:
        """What running holds."""
        return self.config("running")

    def assert_free(self) -> None:
        """Both locks can be had, and the candidate is clean."""
        for datastore in ("running", "candidate"):
            self.session.lock(datastore)
        for datastore in ("running", "candidate"):
            self.session.unlock(datastore)
        assert self.config("candidate") == self.config("running")


@contextmanager
def watched(kind: str, *, deviations: bool = True) -> Iterator[Watched]:
    """A running server, watched."""
    with netconfd(kind, deviations=deviations) as server, server.plain_ncclient() as session:
        yield Watched(server, session)


@dataclass
class Rig:
    """A pair of servers; the library reaches them through recorders, the tests past them.

    Attributes:
        servers: master and backup.
        recorders: in front of them, in the same order.
    """

    servers: Sequence[Watched]
    recorders: Sequence[Recorder]
    memory: ShortMemory = field(default_factory=ShortMemory)
    journal: MemoryJournal = field(default_factory=MemoryJournal)

    def open(self, intent: ep.Intent) -> ep.Pair:
        """The pair, through the recorders."""
        return ep.open_pair(
            intent, inventory=self._inventory(), policy=POLICY, memory=self.memory, journal=self.journal
        )

    def _inventory(self) -> ep.Inventory:
        names = zip(("masg-1", "masg-2"), self.recorders, strict=True)
        devices = {name: _entry(recorder) for name, recorder in names}
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
        return [labels(running) for running in self.running()]

    def running(self) -> list[bytes]:
        """What each server runs, read with plain ncclient."""
        return at_once(Watched.running, self.servers)

    def edit(self, document: bytes, *only: int) -> None:
        """Have running changed by plain ncclient, on both servers unless told otherwise."""
        at_once(lambda server: server.edit(document), [self.servers[each] for each in only or (0, 1)])

    def assert_free(self) -> None:
        """A client that we did not write gets every lock on both servers, and finds the candidates clean."""
        at_once(Watched.assert_free, self.servers)


def at_once(act: Callable[[Watched], T], servers: Sequence[Watched]) -> list[T]:
    """Do it on every server at the same time: plain ncclient takes a tenth of a second an operation."""
    with ThreadPoolExecutor(len(servers)) as pool:
        return list(pool.map(act, servers))


def _entry(recorder: Recorder) -> dict[str, Any]:
    return {
        "host": recorder.host,
        "port": recorder.port,
        "username": recorder.username,
        "key_file": str(recorder.key_file),
        "host_key": recorder.host_key,
        "timeout": 10,
    }


NOTHING = (
    f'<config xmlns="{NETCONF}"><network-instance xmlns="{NI}" xmlns:nc="{NETCONF}" nc:operation="remove"/>'
    "</config>"
).encode()
"""An edit that takes every VPN instance away."""
