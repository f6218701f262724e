"""One toy router: datastores, locks, sessions and a confirm timer. Configurations are words: old, new, or somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from egresspair.configuration import RouterConfig, VpnConfig, apply_changes
from egresspair.netconf.reply import Reply
from egresspair.netconf.rpc import Rpc
from egresspair.plan import RouterPlan

from . import xml

OLD, NEW, FOREIGN = "old", "new", "foreign"
_NC = f"{{{xml.BASE}}}"


@dataclass(frozen=True)
class Habits:
    """What a server does that the RFC does not ask for, or leaves open."""

    validate_spoils_commit: bool = False
    lies_always: bool = False
    lock_blocks_rollback: bool = False
    no_candidate_lock_while_pending: bool = False
    private_candidate: bool = False
    wrong_label: int | None = None
    no_state: bool = False
    cancel_is_not_offered: bool = False


@dataclass
class Pending:
    token: str
    deadline: float
    previous: str
    session: int


@dataclass
class ToyRouter:
    plan: RouterPlan
    habits: Habits = Habits()
    running: str = OLD
    candidates: dict[int, str] = field(default_factory=dict)
    locks: dict[str, int] = field(default_factory=dict)
    sessions: set[int] = field(default_factory=set)
    pending: Pending | None = None
    stuck: bool = False
    spoiled: bool = False
    startup: str = OLD
    last_session: int = 0
    up: bool = True
    dirty_by: int | None = None
    executed: list[str] = field(default_factory=list)

    def open(self) -> int:
        self.last_session += 1
        self.sessions.add(self.last_session)
        return self.last_session

    def close(self, session: int) -> None:
        """The server notices that a session is gone: its locks go, and its locked candidate edits."""
        self.sessions.discard(session)
        if self.locks.get("candidate") == session:
            self._discard(session)
        self.locks = {name: holder for name, holder in self.locks.items() if holder != session}
        self.candidates.pop(session, None)

    def restart(self) -> None:
        """Power lost: sessions and locks are gone, what was pending is reverted."""
        for session in list(self.sessions):
            self.close(session)
        if self.pending:
            self.running, self.pending = self.pending.previous, None
        self.candidates.clear()

    def tick(self, now: float) -> None:
        if self.pending and now >= self.pending.deadline:
            if self.habits.lock_blocks_rollback and "running" in self.locks:
                self.pending, self.stuck = None, True
                return
            self._roll_back()

    def _roll_back(self) -> None:
        assert self.pending is not None
        self.running, self.pending = self.pending.previous, None

    def _slot(self, session: int) -> int:
        return session if self.habits.private_candidate else 0

    def _candidate(self, session: int) -> str:
        return self.candidates.get(self._slot(session), self.running)

    def _discard(self, session: int) -> None:
        self.candidates.pop(self._slot(session), None)

    def execute(self, session: int, rpc: Rpc, now: float) -> Reply:
        """Perform one operation of a session that is alive."""
        self.executed.append(rpc.name)
        element = etree.fromstring(rpc.body)
        handler = getattr(self, "_" + rpc.name.replace("-", "_"))
        result: Reply = handler(session, element, rpc, now)
        return result

    def _lock(self, session: int, element: etree._Element, _rpc: Rpc, _now: float) -> Reply:
        datastore = etree.QName(element[0][0]).localname
        holder = self.locks.get(datastore)
        if holder is not None:
            return xml.error("lock-denied", "held", str(holder))
        if datastore == "running" and self.pending:
            return xml.error("lock-denied", "a confirmed commit is pending", str(self.pending.session))
        if datastore == "candidate":
            if self.pending and self.habits.no_candidate_lock_while_pending:
                return xml.error("in-use")
            if not self.habits.private_candidate and 0 in self.candidates:
                return xml.error("resource-denied", "modified")
        self.locks[datastore] = session
        return xml.ok()

    def _unlock(self, session: int, element: etree._Element, _rpc: Rpc, _now: float) -> Reply:
        datastore = etree.QName(element[0][0]).localname
        if self.locks.get(datastore) != session:
            return xml.error("operation-failed", "not yours")
        del self.locks[datastore]
        if datastore == "candidate":
            self._discard(session)
        return xml.ok()

    def _get_config(self, session: int, element: etree._Element, rpc: Rpc, _now: float) -> Reply:
        source = etree.QName(element[0][0]).localname
        word = self.running if source == "running" else self._candidate(session)
        if rpc.body == self.plan.read_labels.body:
            return xml.running(RouterConfig())
        return xml.running(self.configs()[word])

    def _get(self, _session: int, _element: etree._Element, _rpc: Rpc, _now: float) -> Reply:
        if self.habits.no_state:
            return xml.states({})
        config = self.configs()[self.running]
        wrong = self.habits.wrong_label
        labels = {
            name: (vpn.static_label if wrong is None or vpn.static_label is None else wrong)
            for name, vpn in config.vpns.items()
        }
        return xml.states(labels)

    def configs(self) -> Mapping[str, RouterConfig]:
        before = self.plan.before
        foreign = RouterConfig.of(
            VpnConfig(name, exists=True, family=True, route_distinguisher="65000:9", static_label=999)
            for name in before.vpns
        )
        return {OLD: before, NEW: apply_changes(before, self.plan.changes), FOREIGN: foreign}

    def _edit_config(self, session: int, _element: etree._Element, rpc: Rpc, _now: float) -> Reply:
        if self.locks.get("candidate", session) != session:
            return xml.error("in-use")
        assert self.plan.edit is not None
        assert self.plan.inverse is not None
        goal = {self.plan.edit.body: NEW, self.plan.inverse.body: OLD}[rpc.body]
        if self._candidate(session) == goal:
            return xml.error("data-exists")
        self.candidates[self._slot(session)] = goal
        return xml.ok()

    def _validate(self, _session: int, _element: etree._Element, _rpc: Rpc, _now: float) -> Reply:
        self.spoiled = self.habits.validate_spoils_commit
        return xml.ok()

    def _discard_changes(self, session: int, _element: etree._Element, _rpc: Rpc, _now: float) -> Reply:
        if self.locks.get("candidate", session) != session:
            return xml.error("in-use")
        self._discard(session)
        return xml.ok()

    def _commit(self, session: int, element: etree._Element, _rpc: Rpc, now: float) -> Reply:
        if self.locks.get("running", session) != session or self.locks.get("candidate", session) != session:
            return xml.error("in-use")
        token = element.findtext(f"{_NC}persist-id")
        if token is not None:
            return self._confirm(session, token)
        if self.pending:
            return xml.error("in-use", "a confirmed commit is pending")
        previous = self.running
        if not (self.spoiled or self.habits.lies_always):
            self.running = self._candidate(session)
        self.spoiled = False
        self._discard(session)
        if element.find(f"{_NC}confirmed") is not None and not self.habits.lies_always:
            timeout = float(element.findtext(f"{_NC}confirm-timeout") or 600)
            self.pending = Pending(element.findtext(f"{_NC}persist") or "", now + timeout, previous, session)
        return xml.ok()

    def _confirm(self, session: int, token: str) -> Reply:
        if not self.pending:
            return xml.error("operation-failed", "nothing pending")
        if token != self.pending.token:
            return xml.error("invalid-value")
        self.pending = None
        self.running = self._candidate(session)
        self._discard(session)
        return xml.ok()

    def _cancel_commit(self, _session: int, element: etree._Element, _rpc: Rpc, _now: float) -> Reply:
        if not self.pending:
            return xml.error("operation-failed", "nothing pending")
        if element.findtext(f"{_NC}persist-id") != self.pending.token:
            return xml.error("invalid-value")
        self._roll_back()
        return xml.ok()

    def _copy_config(self, _session: int, _element: etree._Element, _rpc: Rpc, _now: float) -> Reply:
        self.startup = self.running
        return xml.ok()
