"""One toy router: datastores, locks, sessions and a confirm timer.

A configuration is a word for the nodes of the plan (old, new, or somebody else's) and a number that counts what others
changed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from egresspair.configuration import RouterConfig, VpnConfig, apply_changes
from egresspair.netconf.reply import Reply
from egresspair.netconf.rpc import Rpc
from egresspair.plan import RouterPlan

from . import xml
from .operations import Operation, parse

OLD, NEW, FOREIGN = "old", "new", "foreign"
UP = "new, and up"
FOREIGN_LABEL = 999


@dataclass(frozen=True)
class Config:
    word: str = OLD
    elsewhere: int = 0


@dataclass(frozen=True)
class Habits:
    """What a server does that the RFC does not ask for, or leaves open.

    Attributes:
        down: its VPN instances are down, and no label is in use.
        never_confirms: it answers ok to a confirming commit, and the timer goes on.
        up_after: seconds after which they come up nevertheless, from a commit on.
    """

    validate_spoils_commit: bool = False
    lies_always: bool = False
    lock_blocks_rollback: bool = False
    no_candidate_lock_while_pending: bool = False
    private_candidate: bool = False
    wrong_label: int | None = None
    no_state: bool = False
    down: bool = False
    down_when_new: bool = False
    hides_state_when_new: bool = False
    keeps_label: bool = False
    up_after: float = 0.0
    error_arms_timer: bool = False
    error_but_confirmed: bool = False
    refuses_edit: bool = False
    commit_seconds: float = 0.0
    never_confirms: bool = False


@dataclass
class Pending:
    token: str
    deadline: float
    previous: Config
    session: int


# What each configuration looks like on the wire; it is the same in all stories of one plan.
_REPLIES: dict[tuple[int, Habits], tuple[RouterPlan, dict[str, Reply], dict[str, Reply]]] = {}


@dataclass
class ToyRouter:
    plan: RouterPlan
    habits: Habits = Habits()
    config: Config = Config()
    candidates: dict[int, Config] = field(default_factory=dict)
    locks: dict[str, int] = field(default_factory=dict)
    sessions: set[int] = field(default_factory=set)
    pending: Pending | None = None
    spoiled: bool = False
    startup: Config = Config()
    last_session: int = 0
    executed: list[str] = field(default_factory=list)
    label_replies: dict[bytes, Reply] = field(default_factory=dict)
    committed: float = 0.0

    def __post_init__(self) -> None:
        key = (id(self.plan), self.habits)
        if key not in _REPLIES:
            _REPLIES[key] = (self.plan, *self._make_replies())
        _, self._running, self._states = _REPLIES[key]

    def _make_replies(self) -> tuple[dict[str, Reply], dict[str, Reply]]:
        before = self.plan.before
        foreign = RouterConfig.of(
            VpnConfig(
                name, exists=True, family=True, route_distinguisher="65000:9", static_label=FOREIGN_LABEL
            )
            for name in before.vpns
        )
        configs = {OLD: before, NEW: apply_changes(before, self.plan.changes), FOREIGN: foreign}
        running = {word: xml.running(config) for word, config in configs.items()}
        states = {word: self._state_of(word, config) for word, config in configs.items()}
        labels = {name: vpn.static_label for name, vpn in configs[NEW].vpns.items()}
        return running, {**states, UP: xml.states(labels)}

    def _state_of(self, word: str, config: RouterConfig) -> Reply:
        habits = self.habits
        if habits.no_state or (habits.hides_state_when_new and word == NEW):
            return xml.states({})
        if habits.down or (habits.down_when_new and word == NEW):
            return xml.states(dict.fromkeys(config.vpns), "down")
        wrong = self.habits.wrong_label
        if habits.keeps_label:
            config = self.plan.before
        return xml.states(
            {
                name: vpn.static_label if wrong is None or vpn.static_label is None else wrong
                for name, vpn in config.vpns.items()
            }
        )

    @property
    def running(self) -> str:
        return self.config.word

    @running.setter
    def running(self, word: str) -> None:
        self.config = Config(word, self.config.elsewhere)

    def open(self) -> int:
        self.last_session += 1
        self.sessions.add(self.last_session)
        return self.last_session

    def close(self, session: int) -> None:
        """The server notices that a session is gone: its locks go, and its locked candidate edits."""
        self.sessions.discard(session)
        if self.locks.get("candidate") == session:
            self._drop(session)
        self.locks = {name: holder for name, holder in self.locks.items() if holder != session}
        if self.habits.private_candidate:
            self.candidates.pop(session, None)

    def restart(self) -> None:
        """Power lost: sessions and locks are gone, what was pending is reverted."""
        for session in list(self.sessions):
            self.close(session)
        if self.pending:
            self.config, self.pending = self.pending.previous, None
        self.candidates.clear()

    def tick(self, now: float) -> bool:
        """Let the timer fire if it is due; True if it took something back."""
        if not self.pending or now < self.pending.deadline:
            return False
        if self.habits.lock_blocks_rollback and "running" in self.locks:
            self.pending = None
            return False
        self._roll_back()
        return True

    def _roll_back(self) -> None:
        assert self.pending is not None
        self.config, self.pending = self.pending.previous, None

    def _slot(self, session: int) -> int:
        return session if self.habits.private_candidate else 0

    def _candidate(self, session: int) -> Config:
        return self.candidates.get(self._slot(session), self.config)

    def _drop(self, session: int) -> None:
        self.candidates.pop(self._slot(session), None)

    def may_write(self, session: int) -> bool:
        """A third party may write running: nobody else's lock on it is in the way. A pending commit need not be."""
        return self.locks.get("running", session) == session

    def execute(self, session: int, rpc: Rpc, now: float) -> Reply:
        """Perform one operation of a session that is alive."""
        self.executed.append(rpc.name)
        operation = parse(rpc.body)
        handler = _HANDLERS[operation.name]
        return handler(self, session, operation, rpc, now)

    def lock(self, session: int, operation: Operation, _rpc: Rpc, _now: float) -> Reply:
        datastore = operation.datastore
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

    def unlock(self, session: int, operation: Operation, _rpc: Rpc, _now: float) -> Reply:
        if self.locks.get(operation.datastore) != session:
            return xml.error("operation-failed", "not yours")
        del self.locks[operation.datastore]
        if operation.datastore == "candidate":
            self._drop(session)
        return xml.ok()

    def get_config(self, session: int, operation: Operation, rpc: Rpc, _now: float) -> Reply:
        if rpc.body == self.plan.read_labels.body or rpc in self.plan.view.label_reads:
            return self.label_replies.get(rpc.body, xml.nothing())
        config = self.config if operation.datastore == "running" else self._candidate(session)
        return self._running[config.word]

    def get(self, _session: int, _operation: Operation, _rpc: Rpc, _now: float) -> Reply:
        if _rpc in self.plan.view.label_reads:
            return self.label_replies.get(_rpc.body, xml.nothing())
        if self.plan.read_trial is not None and _rpc.body == self.plan.read_trial.body:
            return xml.trial("active" if self.pending else "inactive")
        if _rpc.body in self.label_replies:
            return self.label_replies[_rpc.body]
        late = (
            self.habits.up_after and self.config.word == NEW and _now >= self.committed + self.habits.up_after
        )
        return self._states[UP if late else self.config.word]

    def edit_config(self, session: int, _operation: Operation, rpc: Rpc, _now: float) -> Reply:
        if self.locks.get("candidate", session) != session:
            return xml.error("in-use")
        if self.habits.refuses_edit:
            return xml.error("invalid-value", "not here")
        assert self.plan.edit is not None
        assert self.plan.inverse is not None
        goal = {self.plan.edit.body: NEW, self.plan.inverse.body: OLD}[rpc.body]
        present = self._candidate(session)
        if present.word == goal:
            return xml.error("data-exists")
        self.candidates[self._slot(session)] = Config(goal, present.elsewhere)
        return xml.ok()

    def validate(self, _session: int, _operation: Operation, _rpc: Rpc, _now: float) -> Reply:
        self.spoiled = self.habits.validate_spoils_commit
        return xml.ok()

    def discard_changes(self, session: int, _operation: Operation, _rpc: Rpc, _now: float) -> Reply:
        if self.locks.get("candidate", session) != session:
            return xml.error("in-use")
        self._drop(session)
        return xml.ok()

    def commit(self, session: int, operation: Operation, _rpc: Rpc, now: float) -> Reply:
        if any(holder != session for holder in self.locks.values()):
            return xml.error("in-use")
        if operation.persist_id is not None:
            return self._confirm(session, operation.persist_id)
        if self.pending:
            return xml.error("in-use", "a confirmed commit is pending")
        previous = self.config
        if not (self.spoiled or self.habits.lies_always):
            self.config = self._candidate(session)
        self.spoiled = False
        self._drop(session)
        self.committed = now
        if operation.confirmed and not self.habits.lies_always:
            self.pending = Pending(operation.persist, now + operation.timeout, previous, session)
            if self.habits.error_arms_timer:
                return xml.error("operation-failed", "but a timer is armed")
        return xml.ok()

    def _confirm(self, session: int, token: str) -> Reply:
        if not self.pending:
            return xml.error("operation-failed", "nothing pending")
        if token != self.pending.token:
            return xml.error("invalid-value")
        if self.habits.never_confirms:
            return xml.ok()
        self.pending = None
        self.config = self._candidate(session)
        self._drop(session)
        return (
            xml.error("operation-failed", "done all the same")
            if self.habits.error_but_confirmed
            else xml.ok()
        )

    def cancel_commit(self, _session: int, operation: Operation, _rpc: Rpc, _now: float) -> Reply:
        if not self.pending:
            return xml.error("operation-failed", "nothing pending")
        if operation.persist_id != self.pending.token:
            return xml.error("invalid-value")
        self._roll_back()
        return xml.ok()

    def copy_config(self, _session: int, _operation: Operation, _rpc: Rpc, _now: float) -> Reply:
        self.startup = self.config
        return xml.ok()


_HANDLERS: dict[str, Callable[[ToyRouter, int, Operation, Rpc, float], Reply]] = {
    "lock": ToyRouter.lock,
    "unlock": ToyRouter.unlock,
    "get-config": ToyRouter.get_config,
    "get": ToyRouter.get,
    "edit-config": ToyRouter.edit_config,
    "validate": ToyRouter.validate,
    "discard-changes": ToyRouter.discard_changes,
    "commit": ToyRouter.commit,
    "cancel-commit": ToyRouter.cancel_commit,
    "copy-config": ToyRouter.copy_config,
}
