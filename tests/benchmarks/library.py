"""The library, as its users call it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

import egresspair as ep
from egresspair.dialects import AuditAnswer, audit_dialect_named
from egresspair.journal import Journal
from egresspair.netconf.quirks import ShortMemory
from egresspair.netconf.reply import Answer
from egresspair.netconf.rpc import Rpc
from egresspair.plan import RouterPlan
from egresspair.plan.label_reads import data_of
from egresspair.schema import SchemaStore
from pair.documents import ALL, intent_of

from .measuring import Act
from .places import VPN, Place


def intent_with(labels: dict[str, int]) -> ep.Intent:
    """An intent for the pair of a `Place`."""
    return intent_of(*({"name": vpn, "static_label": label} for vpn, label in labels.items()))


def _understood(router: RouterPlan, answers: Sequence[Answer]) -> None:
    """What the proof reads of a router say."""
    found = {read.name: AuditAnswer.of(answer) for read, answer in zip(router.proof, answers, strict=True)}
    audit_dialect_named(router.view.platform).read_masg(router.device, router.role, [VPN], found)


class Library:
    """A pair whose journal is a file, and whose schemas are known."""

    def __init__(self, place: Place, folder: Path) -> None:
        self._place = place
        self._inventory = place.inventory
        self._memory = ShortMemory()
        self._schemas = SchemaStore(folder / "schemas")
        self._journal: Journal = ep.open_journal(folder / f"journal-{secrets.token_hex(4)}.db")
        self._pair: ep.Pair | None = None

    @property
    def pair(self) -> ep.Pair:
        assert self._pair is not None, "not connected"
        return self._pair

    def connect(self) -> None:
        self._pair = ep.open_pair(
            intent_with({"vpna": 2001}),
            inventory=self._inventory,
            memory=self._memory,
            schemas=self._schemas,
            journal=self._journal,
        )

    def disconnect(self) -> None:
        if self._pair is not None:
            self._pair.close()

    def close(self) -> None:
        self.disconnect()

    def plan(self, labels: dict[str, int]) -> ep.Plan:
        return self.pair.plan(intent_with(labels))

    def prepare(self, plan: ep.Plan) -> Act:
        """What applies the plan."""
        return lambda: self.apply(plan)

    def apply(self, plan: ep.Plan) -> None:
        result = self.pair.apply(plan, accept=ALL)
        assert result.ending is ep.Ending.COMMITTED, result

    def plan_and_apply(self, labels: dict[str, int]) -> None:
        self.apply(self.plan(labels))

    def read_labels(self, plan: ep.Plan) -> Act:
        """The collision reads alone, as flight 1 and the last look have them: sent to both routers, and understood."""
        sessions = self.pair._sessions
        under_locks = {router.role: (router.read_labels, *router.view.label_reads) for router in plan}
        proof = {router.role: tuple(read.rpc for read in router.proof) for router in plan}

        def act() -> None:
            first = {
                role: sessions[role].send(tuple(dict.fromkeys((*under_locks[role], *proof[role]))))
                for role in proof
            }
            for router in plan:
                answers = {answer.rpc: answer for answer in first[router.role].wait(60)}
                labels = [data_of(router.device, answers[each]) for each in under_locks[router.role]]
                router.view.dialect.read_label_uses(labels)
                _understood(router, [answers[each] for each in proof[router.role]])
            last = {role: sessions[role].send(proof[role]) for role in proof if proof[role]}
            for router in plan:
                if router.role in last:
                    _understood(router, last[router.role].wait(60))

        return act

    def ask(self, operation: Rpc) -> Act:
        """One operation on the master."""
        device = self.pair._sessions[ep.Role.MASTER]

        def act() -> None:
            (answer,) = device.send([operation]).wait(60)
            assert answer.ok, answer

        return act
