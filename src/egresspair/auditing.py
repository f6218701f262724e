"""Auditing a pair: all routers connected at the same time, one flight of reads each, and what they said judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from .audit.facts import AsbrFacts, CsgFacts, Facts, MasgFacts
from .audit.mends import Mend
from .audit.report import AuditReport, make_report
from .dialects import AuditAnswer, AuditDialect, AuditRead, audit_dialect_named
from .errors import EgressPairError
from .events import Connected, Event, FlightSent
from .intent import Intent, Role
from .inventory import DeviceEntry, Inventory
from .netconf.connect import connect_all
from .netconf.device import Device, Peer, Pending
from .sessions import OpenDevices, listed, refuse_twins, refuse_unusable, targets_of

Tell = Callable[[Event], None]
_ORIGINATION_READS = frozenset({"host-routes", "bgp", "policies", "lsr-id"})


def audit_pair(
    intent: Intent, inventory: Inventory, tell: Tell, sessions: Mapping[str, Device] | None = None
) -> AuditReport:
    """Read every router that the intent names, and judge.

    A router that cannot be reached is no error: what it would have said is unknown.

    Args:
        sessions: open sessions by the inventory's name of the router; they stay open.

    Raises:
        InventoryError: a router or a secret is missing from the inventory.
        UsageError: a platform's dialect cannot audit.
    """
    routers = _Routers.of(intent, inventory)
    with _connected(routers.entries, sessions or {}, tell) as devices:
        answers = _fly(routers, devices, tell)
    facts = routers.facts(answers)
    asbr = routers.asbr
    return make_report(intent, facts, None if asbr is None else _Mending(routers.dialects[asbr]).text)


def read_originations(
    intent: Intent, inventory: Inventory, devices: Mapping[str, Device], tell: Tell
) -> Facts:
    """Which of the protected host routes either MASG owns and originates; the rest of the facts is unknown.

    Raises:
        UsageError: a platform's dialect cannot audit.
    """
    pair = intent.model_copy(update={"core_asbr": None, "csg": None})
    routers = _Routers.of(pair, inventory)
    return routers.facts(_fly(routers, devices, tell, only=_ORIGINATION_READS))


@dataclass(frozen=True, slots=True)
class _Mending:
    """Writes what would mend a router in its own dialect."""

    dialect: AuditDialect

    def text(self, mends: Sequence[Mend]) -> str:
        element = self.dialect.mending(mends)
        etree.indent(element)
        return etree.tostring(element, encoding="unicode")


@dataclass(frozen=True, slots=True)
class _Routers:
    """The routers of an intent: who they are, and what each is asked.

    Attributes:
        entries: of the inventory, master first.
        asbr, csg: their names; None where the intent names none.
    """

    intent: Intent
    entries: Mapping[str, DeviceEntry]
    dialects: Mapping[str, AuditDialect]

    @classmethod
    def of(cls, intent: Intent, inventory: Inventory) -> _Routers:
        entries = listed(intent, inventory)
        refuse_twins({role: entries[intent.router(role)] for role in Role})
        refuse_unusable(entries.values())
        dialects = {name: audit_dialect_named(entry.platform) for name, entry in entries.items()}
        return cls(intent, entries, dialects)

    @property
    def asbr(self) -> str | None:
        return self.intent.core_asbr

    @property
    def csg(self) -> str | None:
        return self.intent.csg

    @property
    def vpns(self) -> list[str]:
        return [vpn.name for vpn in self.intent.vpn_instances]

    def reads(self, name: str) -> tuple[AuditRead, ...]:
        """What that router is asked."""
        dialect, host_routes = self.dialects[name], list(map(str, self.intent.protected_host_routes))
        if name == self.asbr:
            return dialect.asbr_reads(host_routes)
        return (
            dialect.csg_reads(self.vpns) if name == self.csg else dialect.masg_reads(self.vpns, host_routes)
        )

    def facts(self, answers: Mapping[str, Mapping[str, AuditAnswer]]) -> Facts:
        """What all of them said."""
        return Facts(
            master=self._masg(Role.MASTER, answers),
            backup=self._masg(Role.BACKUP, answers),
            asbr=self._asbr_facts(answers),
            csg=self._csg_facts(answers),
        )

    def _masg(self, role: Role, answers: Mapping[str, Mapping[str, AuditAnswer]]) -> MasgFacts:
        name = self.intent.router(role)
        return self.dialects[name].read_masg(name, role, self.vpns, answers[name])

    def _asbr_facts(self, answers: Mapping[str, Mapping[str, AuditAnswer]]) -> AsbrFacts | None:
        name = self.asbr
        return None if name is None else self.dialects[name].read_asbr(name, answers[name])

    def _csg_facts(self, answers: Mapping[str, Mapping[str, AuditAnswer]]) -> CsgFacts | None:
        name = self.csg
        return None if name is None else self.dialects[name].read_csg(name, self.vpns, answers[name])


@contextmanager
def _connected(
    entries: Mapping[str, DeviceEntry], given: Mapping[str, Device], tell: Tell
) -> Iterator[dict[str, Device | EgressPairError]]:
    """A session to each router, or the reason why not; those that were opened here are closed at the end."""
    reached = connect_all(targets_of(entry for name, entry in entries.items() if name not in given))
    opened = {name: each for name, each in reached.items() if not isinstance(each, EgressPairError)}
    with OpenDevices(opened):
        for device in opened.values():
            tell(Connected(device.name, device.peer.session_id, device.peer.host_key))
        yield {name: given[name] if name in given else reached[name] for name in entries}


@dataclass(frozen=True, slots=True)
class _Flight:
    """What was asked of one router, and what could not be."""

    asked: tuple[AuditRead, ...]
    refused: Mapping[str, AuditAnswer]
    pending: Pending

    def land(self, timeout: float) -> dict[str, AuditAnswer]:
        """The answers, by the name of the read."""
        answers = self.pending.wait(timeout)
        return {
            **self.refused,
            **{read.name: AuditAnswer.of(answer) for read, answer in zip(self.asked, answers, strict=True)},
        }


def _fly(
    routers: _Routers,
    devices: Mapping[str, Device | EgressPairError],
    tell: Tell,
    only: Set[str] = frozenset(),
) -> dict[str, Mapping[str, AuditAnswer]]:
    """Ask all routers at the same time, each in one write; ``only`` these reads, if any are named."""
    flights: dict[str, _Flight] = {}
    found: dict[str, Mapping[str, AuditAnswer]] = {}
    for name, device in devices.items():
        if isinstance(device, EgressPairError):
            found[name] = {"": AuditAnswer(None, f"it was not reached: {device.what}")}
        else:
            flights[name] = _start(
                device, [read for read in routers.reads(name) if not only or read.name in only]
            )
    operations = [(name, tuple(str(read.rpc) for read in flight.asked)) for name, flight in flights.items()]
    tell(FlightSent("audit", tuple(operations)))
    for name, flight in flights.items():
        found[name] = flight.land(routers.entries[name].timeout)
    return found


def _start(device: Device, reads: Sequence[AuditRead]) -> _Flight:
    announced = device.peer.capabilities.modules.keys() & {name for read in reads for name in read.modules}
    refused = {read.name: answer for read in reads if (answer := _cannot(device.peer, read, announced))}
    asked = tuple(read for read in reads if read.name not in refused)
    return _Flight(asked, refused, device.send([read.rpc for read in asked]))


def _cannot(peer: Peer, read: AuditRead, announced: Set[str]) -> AuditAnswer | None:
    """Why a read is not even tried. A server that announces none of the modules may have them all the same."""
    missing = [module for module in read.modules if module not in announced]
    if missing and announced:
        return AuditAnswer(None, f"the router does not have the module {missing[0]}", lacking=True)
    if read.source == "startup" and not peer.capabilities.startup:
        return AuditAnswer(None, "the router offers no startup datastore", lacking=True)
    return None
