"""The floor: the five flights of the design as bare bytes, with the journal's durable writes and nothing else.

flight 1     lock running, lock candidate, filtered read of running
flight 2     edit-config, validate where it can be trusted
flight 3     confirmed commit with persist, unlock running, filtered read; then the same read once more
flight 4     confirming commit with persist-id, filtered read
flight 5     unlock candidate
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import egresspair as ep
from egresspair.netconf import rpc
from egresspair.netconf.rpc import Rpc
from egresspair.plan import RouterPlan

from .measuring import Act
from .places import Place
from .raw import RawSession

T = TypeVar("T")
_TIMEOUT = 120
Flights = list[tuple[bytes, ...]]


class Floor:
    """Both routers at once, one thread, one loop.

    Args:
        all_reads: send every operation that the library sends, in the same flights: the reads of who holds which label,
            of what the change promises, before and after, and the lock that proves the confirmation.
    """

    def __init__(self, place: Place, folder: Path, *, all_reads: bool = False) -> None:
        self._place = place
        self._all_reads = all_reads
        self._journal = sqlite3.connect(folder / f"floor-{secrets.token_hex(4)}.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE rows (kind TEXT, facts TEXT)",
        ):
            self._journal.execute(statement)
        self._loop = asyncio.new_event_loop()
        self._sessions: Sequence[RawSession] = ()

    def connect(self) -> None:
        """Both at once."""
        self._sessions = self._run(_gather([RawSession.connect(router) for router in self._place.routers]))

    def disconnect(self) -> None:
        self._run(_gather([session.close() for session in self._sessions]))
        self._sessions = ()

    def close(self) -> None:
        self.disconnect()
        self._loop.close()
        self._journal.close()

    def prepare(self, plan: ep.Plan, label: int) -> Act:
        """Make the bytes of this plan ready; what it returns sends them."""
        flights = [self._flights(router, secrets.token_hex(16)) for router in plan]
        facts = plan.master.edit.body.decode() if plan.master.edit else ""
        return lambda: self._run(self._change(flights, facts, b">%d<" % label))

    def read_labels(self, plan: ep.Plan) -> Act:
        """The library's collision reads alone."""
        proof = [_bodies(read.rpc for read in router.proof) for router in plan]
        labels = [_bodies((router.read_labels, *router.view.label_reads)) for router in plan]
        first = [tuple(dict.fromkeys((*mine, *theirs))) for mine, theirs in zip(labels, proof, strict=True)]
        return lambda: self._run(self._twice(first, proof))

    async def _twice(self, first: Sequence[tuple[bytes, ...]], last: Sequence[tuple[bytes, ...]]) -> None:
        await self._fly(first)
        if any(last):
            await self._fly(last)

    def ask(self, operation: bytes) -> Act:
        """One operation on the master."""
        return lambda: self._run(self._sessions[0].ask(operation))

    def _flights(self, router: RouterPlan, token: str) -> Flights:
        assert router.edit is not None
        lock, candidate = rpc.lock("running"), rpc.lock("candidate")
        commit = rpc.commit_confirmed(timeout=_TIMEOUT, persist=token)
        confirm = rpc.commit_confirming(persist_id=token)
        proof_reads = [read.rpc for read in router.proof] if self._all_reads else []
        promise = [router.read_state] if self._all_reads else []
        state = [*promise, *proof_reads]
        labels = [router.read_labels, *router.view.label_reads] if self._all_reads else []
        settled = [lock, rpc.unlock("running")] if self._all_reads else []
        validate = [rpc.validate()] if self._place.validates else []
        flights = (
            (lock, candidate, *dict.fromkeys((router.read, *labels, *(state if proof_reads else [])))),
            (router.edit, *validate),
            (commit, rpc.unlock("running"), router.read, *promise),
            (router.read, *state),
            (confirm, router.read, *settled),
            (rpc.unlock("candidate"),),
        )
        return [_bodies(flight) for flight in flights]

    async def _change(self, flights: Sequence[Flights], facts: str, wanted: bytes) -> None:
        first, second, third, again, fourth, fifth = zip(*flights, strict=True)
        self._write("begin", facts)
        await self._fly(first)
        await self._fly(second)
        self._write("tokens", facts)
        await self._fly(third)
        for read in await self._fly(again):
            assert wanted in read, "the label is not there"
        self._write("decision", facts)
        await self._fly(fourth)
        await self._fly(fifth)
        self._write("end", facts)

    async def _fly(self, batches: Sequence[tuple[bytes, ...]]) -> Sequence[bytes]:
        return await _gather(
            [session.ask(*batch) for session, batch in zip(self._sessions, batches, strict=True)]
        )

    def _write(self, kind: str, facts: str) -> None:
        """On disk when it returns."""
        self._journal.execute("INSERT INTO rows VALUES (?, ?)", (kind, facts))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(coroutine)


def _bodies(rpcs: Iterable[Rpc]) -> tuple[bytes, ...]:
    return tuple(each.body for each in rpcs)


async def _gather(coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    return await asyncio.gather(*coroutines)
