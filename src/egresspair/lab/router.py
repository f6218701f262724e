"""One router: its datastores, locks and pending confirmed commit (RFC 6241, sections 5, 7.5, 8.3 and 8.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Literal

from .configurations import Configurations
from .errors import RpcFailed, failed
from .network import overlaid
from .notifying import Announcer
from .operational import beside
from .profiles import Profile
from .sessions import Candidate, Pending, Session, now
from .state import VpnState
from .switches import known_switches
from .tree import EMPTY, Node, config_element, same

Datastore = Literal["running", "candidate", "startup"]

OUTSIDER = 4242
"""Session id of the other party of the switches ``locked`` and ``candidate-locked``."""


class Router:
    """The state of one device. Lives on the lab's event loop; not for other threads."""

    def __init__(self, profile: Profile, switches: frozenset[str] = frozenset()) -> None:
        self.profile = profile
        self.configs = Configurations(profile)
        self.schema = self.configs.schema
        self.switches = set(known_switches(switches))
        self.vpn_state = VpnState(self.schema)
        self.told_state = EMPTY
        self.announcer = Announcer(self.schema)
        self.network_state: Callable[[], Node] | None = None
        self._shown: tuple[tuple[Node, ...], Node] = ((), EMPTY)
        self.flow_id = 0
        self.locks: dict[str, int] = {}
        self.locked_at: dict[str, str] = {}
        self.sessions: dict[int, Session] = {}
        self.pending: Pending | None = None
        self.shared = Candidate()
        self._ids = count(1)
        self.running = self.startup = self.configs.generated()
        self.vpn_state.follow(self.running)
        self.vpn_state.switches = self.switches
        self._settle_in()

    def has(self, switch: str) -> bool:
        """True if a switch is on."""
        return switch in self.switches

    def turn(self, switch: str, *, on: bool) -> None:
        """Turn a switch on or off.

        Raises:
            ValueError: there is no such switch.
        """
        known_switches({switch})
        if not on:
            self.switches.discard(switch)
        elif not self.has(switch):
            self.switches.add(switch)
            self._settle_in()

    def _settle_in(self) -> None:
        """What other parties have done before anybody looks."""
        if self.has("locked"):
            self.locks["running"], self.locked_at["running"] = OUTSIDER, now()
        if self.has("candidate-locked"):
            self.locks["candidate"], self.locked_at["candidate"] = OUTSIDER, now()
        if self.has("dirty-candidate") and self.shared.config is None:
            leftover = config_element(
                b'<network-instance xmlns="urn:huawei:yang:huawei-network-instance">'
                b"<instances><instance><name>left-behind</name></instance></instances></network-instance>"
            )
            self.shared.config = self.configs.edited(self.running, leftover, "merge")

    # sessions

    def open_session(self, username: str, end: Callable[[], None]) -> Session:
        """A new session."""
        session = Session(next(self._ids), username, end=end)
        self.sessions[session.id] = session
        return session

    def close_session(self, session: Session) -> None:
        """What the end of a session undoes: locks, edits under a lock, a confirmed commit without persist."""
        self.sessions.pop(session.id, None)
        self.announcer.forget(session)
        if self.locks.get("candidate") == session.id:
            self.shared.clear()
        self.locks = {store: holder for store, holder in self.locks.items() if holder != session.id}
        if self.pending and self.pending.persist is None and self.pending.session_id == session.id:
            with self.announcer.acting(session):
                self.roll_back("cancel")

    def power_cycle(self) -> None:
        """What a restart leaves: no session, lock or candidate; running is startup again."""
        if self.pending:
            self.roll_back("cancel")
        for store in list(self.locks):
            del self.locks[store]
        self.sessions.clear()
        self.shared.clear()
        if not self.has("restart-keeps-running") and not self.has("no-startup"):
            self.set_running(self.startup)

    # candidates

    def candidate(self, session: Session) -> Candidate:
        """The candidate that a session works on."""
        return session.candidate if self.has("private-candidate") else self.shared

    def candidate_config(self, session: Session) -> Node:
        """What the session's candidate holds."""
        config = self.candidate(session).config
        return self.running if config is None else config

    def change_candidate(self, session: Session, change: Callable[[Node], Node]) -> None:
        """Apply a change to the session's candidate."""
        candidate = self.candidate(session)
        new = change(self.candidate_config(session))
        if candidate.base is None:
            candidate.base = self.running
        candidate.edits.append(change)
        candidate.config = new
        if same(new, self.running):
            candidate.clear()

    def is_dirty(self, session: Session) -> bool:
        """True if the session's candidate was changed and the change neither committed nor discarded."""
        config = self.candidate(session).config
        return config is not None and not same(config, self.running)

    # locks

    def lock(self, session: Session, store: Datastore) -> None:
        """RFC 6241, section 7.5.

        Raises:
            RpcFailed: lock-denied; operation-failed for a candidate that somebody changed.
        """
        holder = self.locks.get(store)
        if holder is not None:
            raise _denied(holder, f"{store} is locked by session {holder}")
        if store == "running" and self.pending:
            alive = self.pending.session_id if self.pending.session_id in self.sessions else 0
            raise _denied(alive, "a confirmed commit is pending")
        if store == "candidate" and self.is_dirty(session):
            raise failed(
                "operation-failed", "the candidate has changes that were neither committed nor discarded"
            )
        self.locks[store] = session.id
        self.locked_at[store] = now()

    def unlock(self, session: Session, store: Datastore) -> None:
        """RFC 6241, section 7.6.

        Raises:
            RpcFailed: the session does not hold that lock.
        """
        if self.locks.get(store) != session.id:
            raise failed("operation-failed", f"this session holds no lock of {store}")
        del self.locks[store]

    def refuse_locked(self, session: Session, *stores: str) -> None:
        """Raises:
        RpcFailed: in-use, if another session holds one of these locks.
        """
        for store in stores:
            holder = self.locks.get(store)
            if holder is not None and holder != session.id:
                raise failed("in-use", f"{store} is locked by session {holder}", layer="application")

    # running

    def replace(self, config: Node, startup: Node | None = None) -> None:
        """Begin anew with this configuration: nothing pending, the candidate clean.

        Args:
            startup: None for the same.
        """
        self.disarm()
        self.shared.clear()
        self.set_running(config)
        self.startup = config if startup is None else startup

    def with_state(self, config: Node) -> Node:
        """A configuration with the router's state beside it; what it was told counts before what it works out."""
        if self.network_state is None:
            return beside(self.schema, self.vpn_state.overlay(config), self.told_state)
        parts = config, self.network_state(), self.told_state
        if self._shown[0] != parts:  # trees never change: the same ones make the same tree
            self._shown = parts, beside(self.schema, overlaid(*parts[:2]), self.told_state)
        return self._shown[1]

    def set_running(self, config: Node) -> None:
        """Make a configuration the running one."""
        if config is self.running or same(config, self.running):
            return
        before, self.running = self.running, config
        self.flow_id += 1
        self.announcer.changed(before, config)
        self.vpn_state.follow(config)

    # confirmed commits

    def arm(self, session: Session, before: Node, seconds: float, persist: str | None) -> None:
        """Start, or start again, the timer of a confirmed commit."""
        self.announcer.confirmed("extend" if self.pending else "start", int(seconds))
        if self.pending:
            self.pending.timer.cancel()
        timer = asyncio.get_running_loop().call_later(seconds, self._time_is_up)
        self.pending = Pending(before, persist, session.id, timer)

    def disarm(self) -> None:
        """Nothing is pending any more; running stays as it is."""
        if self.pending:
            self.pending.timer.cancel()
            self.pending = None

    def complete(self) -> None:
        """The confirmed commit is confirmed."""
        if self.pending:
            self.disarm()
            self.announcer.confirmed("complete")

    def roll_back(self, why: Literal["cancel", "timeout"]) -> None:
        """Restore all of running as it was before the confirmed commit."""
        if self.pending:
            before = self.pending.before
            self.disarm()
            self.announcer.confirmed(why)
            self.set_running(before)

    def _time_is_up(self) -> None:
        if self.has("rollback-blocked-by-lock") and "running" in self.locks:
            self.disarm()
        else:
            self.roll_back("timeout")


def _denied(holder: int, message: str) -> RpcFailed:
    return failed("lock-denied", message, info=(("session-id", str(holder)),))
