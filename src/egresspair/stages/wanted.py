"""What the prerequisites of an intent come to on one router: which settings they are about, and what has to change.

What is there already and serves is left as it is. What is there and does not serve is a problem: it is never replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ..configuration import Change, Node, Setting
from ..diff import Difference
from ..errors import Problem
from ..intent import Intent, Prerequisites, Role

Settings = Mapping[Setting, str | None]

BGP = "bgp _public_"
FIELD = "prerequisites"


class Part(StrEnum):
    """A part of the prerequisites: a stage each, in this order, after the labels."""

    LOOPBACKS = "loopbacks"
    SESSIONS = "labeled sessions"
    HOST_ROUTES = "host routes"


def parts_of(asked: Prerequisites | None) -> tuple[Part, ...]:
    """The parts that an intent asks for."""
    if asked is None:
        return ()
    given = {
        Part.LOOPBACKS: asked.loopbacks,
        Part.SESSIONS: asked.export_policy,
        Part.HOST_ROUTES: asked.originate,
    }
    return tuple(part for part in Part if given[part])


def settings_of(part: Part, intent: Intent, role: Role) -> dict[Setting, str | None]:
    """The settings that a part is about on that router; their values are not known yet."""
    asked = intent.prerequisites or Prerequisites.model_construct()
    return dict.fromkeys(_SETTINGS[part](intent, asked, role))


def _of_loopback(_intent: Intent, asked: Prerequisites, role: Role) -> Iterator[Setting]:
    if asked.loopbacks:
        holder = f"interface {asked.loopbacks.of(role).interface}"
        yield from ((holder, node) for node in (Node.INTERFACE, Node.BINDING, Node.ADDRESS))


def _of_sessions(_intent: Intent, asked: Prerequisites, role: Role) -> Iterator[Setting]:
    yield BGP, Node.BGP_FAMILY
    yield from ((f"route-policy {asked.export_policy}", node) for node in (Node.ROUTE_POLICY, Node.LABELING))
    nodes = (Node.PEER, Node.BGP_FAMILY, Node.LABELED, Node.EXPORT_POLICY, Node.EXPORT_FILTER)
    for peer in peers_of(asked, role):
        yield from ((f"peer {peer}", node) for node in nodes)


def _of_host_routes(intent: Intent, asked: Prerequisites, _role: Role) -> Iterator[Setting]:
    yield BGP, Node.BGP_FAMILY
    if asked.originate == "network":
        yield from network_settings(intent.protected_host_routes)
    for each in asked.import_routes:
        holder = f"import-route {each.protocol} {each.process_id}"
        nodes = (Node.IMPORT_ROUTE, Node.POLICY, Node.NON_RELAY_TUNNEL, Node.OTHER)
        yield from ((holder, node) for node in nodes)
        yield f"route-policy {each.policy}", Node.ROUTE_POLICY


def network_settings(routes: Iterable[str]) -> Iterator[Setting]:
    """All that ``network`` says of these host routes."""
    nodes = (Node.NETWORK, Node.POLICY, Node.NON_RELAY_TUNNEL, Node.OTHER)
    for route in routes:
        yield from ((f"network {route}", node) for node in nodes)


_SETTINGS = {Part.LOOPBACKS: _of_loopback, Part.SESSIONS: _of_sessions, Part.HOST_ROUTES: _of_host_routes}


def peers_of(asked: Prerequisites, role: Role) -> tuple[str, ...]:
    """The BGP peers of that router that take labeled routes."""
    return asked.master_peers if role is Role.MASTER else asked.backup_peers


def difference(part: Part, intent: Intent, role: Role, device: str, running: Settings) -> Difference:
    """What gives a router what a part asks for."""
    seeker = _Seeker(intent, role, device, running)
    found = list(seeker.of(part))
    changes = tuple(each for each in found if isinstance(each, Change))
    return Difference(changes, tuple(each for each in found if isinstance(each, Problem)))


@dataclass(frozen=True, slots=True)
class _Seeker:
    """Looks at one router."""

    intent: Intent
    role: Role
    device: str
    running: Settings

    def of(self, part: Part) -> Iterator[Change | Problem]:
        asked = self.intent.prerequisites
        if asked is None:
            return
        if part is Part.LOOPBACKS:
            yield from self._loopback(asked)
            return
        if self.running[BGP, Node.BGP_FAMILY] is None:
            yield self._problem(
                "originate" if part is Part.HOST_ROUTES else "export_policy",
                "BGP has no IPv4 unicast family in the public instance",
                "Configure BGP and its sessions first: they are not made here.",
            )
            return
        yield from self._sessions(asked) if part is Part.SESSIONS else self._host_routes(asked)

    def _loopback(self, asked: Prerequisites) -> Iterator[Change | Problem]:
        if asked.loopbacks is None:
            return
        wanted = asked.loopbacks.of(self.role)
        holder, field = f"interface {wanted.interface}", f"loopbacks.{self.role}"
        if (vpn := self.running[holder, Node.BINDING]) is not None:
            yield self._problem(
                f"{field}.interface", f"{wanted.interface} is bound to VPN instance {vpn}", ""
            )
        elif (present := self.running[holder, Node.ADDRESS]) not in (None, wanted.address):
            hint = "An address that is there is never changed: give the router's, or another interface."
            what = f"{wanted.address} is wanted, but {wanted.interface} has {present}"
            yield self._problem(f"{field}.address", what, hint)
        else:
            yield from self._added(holder, Node.INTERFACE, wanted.interface)
            yield from self._added(holder, Node.ADDRESS, wanted.address)

    def _sessions(self, asked: Prerequisites) -> Iterator[Change | Problem]:
        name = asked.export_policy or ""
        policy = f"route-policy {name}"
        if self.running[policy, Node.ROUTE_POLICY] is None:
            yield Change(policy, Node.ROUTE_POLICY, None, name)
            yield Change(policy, Node.LABELING, None, "10")
        elif self.running[policy, Node.LABELING] is None:
            hint = "A policy that is there is never changed: add apply mpls-label to it, or name another."
            what = f"route-policy {name} is there and no permitting node of it applies a label"
            yield self._problem("export_policy", what, hint)
        for index, peer in enumerate(peers_of(asked, self.role)):
            yield from self._peer(peer, name, f"{self.role}_peers[{index}]")

    def _peer(self, peer: str, policy: str, field: str) -> Iterator[Change | Problem]:
        holder = f"peer {peer}"
        present, of_xpl = self.running[holder, Node.EXPORT_POLICY], self.running[holder, Node.EXPORT_FILTER]
        if self.running[holder, Node.PEER] is None or self.running[holder, Node.BGP_FAMILY] is None:
            hint = "Configure the session first: only its labels and its export policy are set here."
            yield self._problem(field, f"there is no BGP peer {peer} in the IPv4 unicast family", hint)
        elif of_xpl is not None or present not in (None, policy):
            hint = "A policy that is there is never replaced: name it in export_policy, or remove it."
            what = f"{policy} is wanted, but what peer {peer} gets goes through {of_xpl or present}"
            yield self._problem(field, what, hint)
        else:
            yield from self._added(holder, Node.EXPORT_POLICY, policy)
            yield from self._added(holder, Node.LABELED, "true")

    def _host_routes(self, asked: Prerequisites) -> Iterator[Change | Problem]:
        for route in self.intent.protected_host_routes if asked.originate == "network" else ():
            holder = f"network {route}"
            yield from self._added(holder, Node.NETWORK, route)
            yield from self._added(holder, Node.NON_RELAY_TUNNEL, "true")
        for index, each in enumerate(asked.import_routes):
            holder, field = f"import-route {each.protocol} {each.process_id}", f"import_routes[{index}]"
            entry, present = self.running[holder, Node.IMPORT_ROUTE], self.running[holder, Node.POLICY]
            if self.running[f"route-policy {each.policy}", Node.ROUTE_POLICY] is None:
                hint = "Make one that lets the protected host routes pass, and nothing else."
                yield self._problem(f"{field}.policy", f"there is no route-policy {each.policy}", hint)
            elif entry is not None and present != each.policy:
                hint = "An import that is there is never changed: name its policy, or change it by hand."
                what = f"policy {each.policy} is wanted, but {holder} has {present or 'none'}"
                yield self._problem(f"{field}.policy", what, hint)
            else:
                yield from self._added(holder, Node.IMPORT_ROUTE, f"{each.protocol} {each.process_id}")
                yield from self._added(holder, Node.POLICY, each.policy)
                yield from self._added(holder, Node.NON_RELAY_TUNNEL, "true")

    def _added(self, holder: str, node: Node, value: str) -> Iterator[Change]:
        if self.running[holder, node] is None:
            yield Change(holder, node, None, value)

    def _problem(self, field: str, what: str, hint: str) -> Problem:
        problem = self.intent.problem(f"{FIELD}.{field}", what, hint=hint)
        return replace(problem, field=f"{self.device} {problem.field}")
