"""Many at once: threads in one process, and processes on one database."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import pytest

from egresspair.errors import JournalError, Refused
from egresspair.journal import Journal, TransactionLog, statements
from egresspair.journal.writes import Write

from .places import Place, announce, begun, opening

T = TypeVar("T")
THREADS = 8


def all_at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Each in a thread of its own, released together."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_decision_wins_and_all_obey(place: Place) -> None:
    for _ in range(3):
        log = begun(place.open())
        logs = [resumed(place, log) for _ in range(THREADS)]
        choices = ["commit", "abort"] * (THREADS // 2)
        acts = [partial(each.decide, choice, 1) for each, choice in zip(logs, choices, strict=True)]
        found = all_at_once(acts)
        (decision,) = place.open().entry(log.id).decisions
        assert found == [decision.choice] * THREADS
        log.end("ABORTED", {})


def resumed(place: Place, log: TransactionLog) -> TransactionLog:
    """The same transaction as another process has it."""
    journal = place.open()
    return journal.resume(journal.entry(log.id))


def test_one_of_many_gets_the_routers(place: Place) -> None:
    def begin(journal: Journal) -> str:
        try:
            return journal.begin(opening()).id
        except Refused:
            return ""

    journals = [place.open() for _ in range(THREADS)]
    found = [each for each in all_at_once([lambda j=j: begin(j) for j in journals]) if each]  # type: ignore[misc]
    assert found == [entry.id for entry in place.open().unfinished()]
    assert len(found) == 1


def test_overlapping_pairs_do_not_wait_for_each_other_for_ever(place: Place) -> None:
    keys = ["a", "b", "c"]
    pairs = [{keys[i]: "x", keys[(i + 1) % 3]: "y"} for i in range(3)] * 2

    def begin(routers: dict[str, str]) -> bool:
        try:
            place.open().begin(opening(routers=routers))
        except Refused:
            return False
        return True

    won = all_at_once([lambda routers=routers: begin(routers) for routers in pairs])  # type: ignore[misc]
    assert sum(won) == 1  # any two of the three pairs share a router
    assert len(place.open().unfinished()) == 1


def test_records_of_many_writers_are_all_there_and_the_chain_is_whole(place: Place) -> None:
    log = begun(place.open())
    logs = [resumed(place, log) for _ in range(4)]

    def write(number: int, each: TransactionLog) -> None:
        for turn in range(3):
            each.record("state", {"writer": number, "turn": turn})

    all_at_once([lambda n=n, each=each: write(n, each) for n, each in enumerate(logs)])  # type: ignore[misc]
    records = place.open().entry(log.id).of_kind("state")
    assert [record.seq for record in records] == list(range(2, 14))
    assert Counter(record.facts["writer"] for record in records) == dict.fromkeys(range(4), 3)
    for writer in range(4):
        assert [r.facts["turn"] for r in records if r.facts["writer"] == writer] == [0, 1, 2]


def test_an_announcement_and_a_decision_at_the_same_moment_see_each_other(
    database: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either it is refused, or whoever decided finds it: never announced behind the back of a recovery."""
    journal = database.sql()
    log = journal.begin(opening())
    other = resumed(database, log)
    reader = database.open()
    checked, decided = threading.Event(), threading.Event()

    run = Write.run

    def wait_for_the_decision(write: Write, statement: Any, *rows: Any) -> None:
        if statement is statements.RECORD:
            checked.set()
            decided.wait(0.5)
        run(write, statement, *rows)

    monkeypatch.setattr(Write, "run", wait_for_the_decision)

    def decide() -> bool:
        assert checked.wait(10)
        assert other.decide("abort", 1) == "abort"
        seen = bool(reader.entry(log.id).of_kind("tokens"))
        decided.set()
        return seen

    with ThreadPoolExecutor(2) as pool:
        announcing = pool.submit(announce, log)
        seen = pool.submit(decide).result()
        refused = isinstance(announcing.exception(), JournalError)
    assert seen or refused


RIVAL = """
import sys
from egresspair.errors import Refused
from egresspair.journal import Opening, open_journal
journal = open_journal(sys.argv[1])
routers = {"SHA256:two": "masg-2", sys.argv[3]: "other"}
print("ready", flush=True)
sys.stdin.readline()
print(journal.resume(journal.entry(sys.argv[2])).decide(sys.argv[4], 1))
try:
    print(journal.begin(Opening("other", "apply", routers, {})).id)
except Refused as refused:
    print(refused.what)
journal.close()
"""


def test_several_processes_share_it(database: Place) -> None:
    log = begun(database.open())
    rivals = [
        subprocess.Popen(
            [sys.executable, "-c", RIVAL, database.url, log.id, f"SHA256:{number}", choice],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, choice in enumerate(["commit", "abort", "commit", "abort"])
    ]
    try:
        for rival in rivals:
            assert rival.stdout is not None
            assert rival.stdout.readline() == "ready\n"
        for rival in rivals:
            assert rival.stdin is not None
            rival.stdin.write("go\n")
            rival.stdin.flush()
        said = [rival.communicate(timeout=30)[0].splitlines() for rival in rivals]
    finally:
        for rival in rivals:
            rival.kill()
            rival.communicate()
    (decision,) = database.open().entry(log.id).decisions
    assert [lines[0] for lines in said] == [decision.choice] * 4
    assert decision.who in {f"{decision.who.rpartition(' (')[0]} (pid {rival.pid})" for rival in rivals}
    assert all(log.id in lines[1] and "is not finished" in lines[1] for lines in said)
