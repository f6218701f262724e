"""From what was seen of either router to what the watch tells: pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..intent import Intent, Role
from .attention import Seen
from .comparing import changes_between, labels_in
from .model import Back, Drift, Finding, Judge, Lost, PairState, RouterState, Source, Standing, Watched


class Ledger:
    """What is known of both routers, and what follows from each thing that is seen.

    Args:
        intent: what is protected.
        judge: says why the pair is not whole.
    """

    def __init__(self, intent: Intent, judge: Judge) -> None:
        self._intent = intent
        self._judge = judge
        self._states: dict[Role, RouterState] = {}
        self._findings: tuple[Finding, ...] = ()
        self._lost: dict[Role, list[str]] = {}

    def begin(
        self, state: PairState, sources: dict[str, Source], notes: tuple[str, ...], at: datetime
    ) -> Standing:
        """Both were read for the first time."""
        self._states = {router.role: router for router in state}
        self._findings = self._judge(self._intent, state)
        return Standing(at, state, sources, self._findings, notes)

    def lost(self, role: Role, reason: str, at: datetime) -> Iterator[Lost]:
        """A router cannot be watched. The same reason is told once, however often it is tried."""
        told = self._lost.setdefault(role, [])
        if reason not in told:
            told.append(reason)
            yield Lost(at, self._intent.router(role), role, reason)

    def back(
        self, role: Role, seen: Seen, source: Source, notes: tuple[str, ...], at: datetime
    ) -> Iterator[Watched]:
        """A router that was lost was read again."""
        self._lost.pop(role, None)
        before, was_whole = self._states[role], not self._findings
        self._enter(seen.state)
        yield Back(
            at,
            seen.state.device,
            role,
            source,
            changed=before.digest != seen.state.digest,
            findings=self._findings,
            unseen=self._unseen,
            notes=notes,
        )
        yield from self._drift(before, seen, at, was_whole=was_whole)

    def seen(self, seen: Seen, at: datetime) -> Iterator[Drift]:
        """A router was read, and something is different."""
        before, was_whole = self._states[seen.state.role], not self._findings
        self._enter(seen.state)
        yield from self._drift(before, seen, at, was_whole=was_whole)

    def _enter(self, state: RouterState) -> None:
        self._states[state.role] = state
        self._findings = self._judge(self._intent, self._pair)

    def _drift(self, before: RouterState, seen: Seen, at: datetime, *, was_whole: bool) -> Iterator[Drift]:
        """Nothing if neither what is protected nor the judgement is different."""
        after = seen.state
        changes = changes_between(before, after, self._labels(before))
        if not changes and was_whole == (not self._findings):
            return
        yield Drift(
            at=at,
            device=after.device,
            role=after.role,
            changes=changes,
            before=before.digest,
            after=after.digest,
            events=seen.events,
            source=seen.source,
            state=self._pair,
            findings=self._findings,
            was_whole=was_whole,
            unseen=self._unseen,
        )

    def _labels(self, before: RouterState) -> frozenset[int]:
        """The labels in whose other owners the pair is interested."""
        wanted = {vpn.static_label for vpn in self._intent.vpn_instances if isinstance(vpn.static_label, int)}
        return labels_in(before.config, *(state.config for state in self._states.values())) | wanted

    @property
    def _pair(self) -> PairState:
        return PairState(self._states[Role.MASTER], self._states[Role.BACKUP])

    @property
    def _unseen(self) -> tuple[str, ...]:
        return tuple(self._intent.router(role) for role in self._lost)
