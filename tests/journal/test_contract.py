"""What every journal promises."""

from __future__ import annotations

import os

import pytest

from egresspair.errors import JournalError, RefusalReason, Refused, UsageError
from egresspair.journal import Journal

from .places import KEYS, Place, announce, begun, opening


def test_a_transaction_is_there_as_soon_as_it_began(place: Place) -> None:
    log = place.open().begin(opening(payload="<a/>"))
    (found,) = place.open().unfinished()
    assert (found.id, found.pair, found.action) == (log.id, "metro-7", "apply")
    assert found.facts == {"digest": "abc", "payload": "<a/>"}
    assert str(os.getpid()) in found.who
    assert (found.records, found.decisions, found.end, found.attempt) == ((), (), None, 1)


def test_facts_come_back_as_they_went_in(place: Place) -> None:
    facts = {"text": "Größe <&> '\"\n\t", "list": [1, 2.5, None, True], "deep": {"a": {"b": []}}, "": ""}
    log = place.open().begin(opening(more=facts))
    log.record("state", facts)
    log.end("COMMITTED", facts)
    found = place.open().entry(log.id)
    assert found.facts["more"] == facts
    assert found.records[0].facts == facts
    assert found.end is not None
    assert found.end.facts == facts


@pytest.mark.parametrize(
    "routers",
    [KEYS, {"SHA256:two": "other-name", "SHA256:three": "masg-3"}, {"SHA256:one": "masg-1"}],
)
def test_a_router_that_is_in_use_is_refused_by_host_key_in_whatever_pair(
    place: Place, routers: dict[str, str]
) -> None:
    log = place.open().begin(opening())
    with pytest.raises(Refused, match="is not finished") as caught:
        place.open().begin(opening("another-pair", routers))
    busy = [name for key, name in routers.items() if key in KEYS]
    assert caught.value.reason is RefusalReason.UNFINISHED
    assert caught.value.where == " and ".join(busy)
    begun_at = place.open().entry(log.id)
    assert log.id in caught.value.what
    assert begun_at.who in caught.value.what
    assert "UTC" in caught.value.what
    assert "recover" in caught.value.hint
    assert len(place.open().unfinished()) == 1


def test_other_routers_with_the_same_names_are_not_in_use(place: Place) -> None:
    place.open().begin(opening())
    place.open().begin(opening(routers={"SHA256:three": "masg-1", "SHA256:four": "masg-2"}))
    assert len(place.open().unfinished()) == 2


def test_the_end_frees_the_routers(place: Place) -> None:
    first = place.open().begin(opening())
    first.end("ABORTED", {})
    second = place.open().begin(opening())
    assert [entry.id for entry in place.open().unfinished()] == [second.id]
    assert first.id != second.id


def test_the_end_frees_only_its_own_routers(place: Place) -> None:
    place.open().begin(opening())
    other = place.open().begin(opening(routers={"SHA256:three": "masg-3"}))
    other.end("ABORTED", {})
    with pytest.raises(Refused):
        place.open().begin(opening())


def test_a_record_is_there_when_record_returns(place: Place) -> None:
    log = place.open().begin(opening())
    announce(log)
    (found,) = place.open().entry(log.id).records
    assert (found.seq, found.kind) == (1, "tokens")
    assert found.facts == {"attempt": 1, "tokens": {"master": "m", "backup": "b"}}


def test_notes_are_there_with_the_next_record_in_their_order(place: Place) -> None:
    log = place.open().begin(opening())
    log.note("state", {"state": "locked"})
    log.note("answer", {"outcome": "ok"})
    announce(log)
    log.note("state", {"state": "tentative"})
    log.record("doubt", {})
    found = place.open().entry(log.id).records
    assert [each.kind for each in found] == ["state", "answer", "tokens", "state", "doubt"]
    assert [each.seq for each in found] == [1, 2, 3, 4, 5]
    assert [each.at for each in found] == sorted(each.at for each in found)


def test_notes_are_there_with_the_end(place: Place) -> None:
    log = place.open().begin(opening())
    log.note("state", {"state": "locked"})
    log.end("ABORTED", {})
    assert [each.kind for each in place.open().entry(log.id).records] == ["state"]


def test_a_resumed_log_goes_on_behind_the_records_that_there_are(place: Place) -> None:
    log = begun(place.open())
    other = place.open()
    resumed = other.resume(other.entry(log.id))
    resumed.record("state", {"state": "in doubt"})
    log.record("state", {"state": "still here"})
    found = place.open().entry(log.id)
    assert [each.facts.get("state") for each in found.records] == [None, "in doubt", "still here"]


def test_two_logs_of_one_transaction_write_by_turns(place: Place) -> None:
    journal = place.open()
    first = journal.begin(opening())
    second = journal.resume(journal.entry(first.id))
    for number, log in enumerate((first, second, first, first, second), start=1):
        log.note("answer", {"number": number})
        log.record("state", {"number": number})

    records = journal.entry(first.id).records
    assert [record.seq for record in records] == list(range(1, 11))
    assert [record.facts["number"] for record in records] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize(("first", "second"), [("commit", "abort"), ("abort", "commit")])
def test_the_first_decision_stands(place: Place, first: str, second: str) -> None:
    log = begun(place.open())
    other = place.open()
    resumed = other.resume(other.entry(log.id))
    assert resumed.decide(first, 1) == first
    assert log.decide(second, 1) == first
    found = place.open().entry(log.id)
    assert [decision.choice for decision in found.decisions] == [first]
    assert found.decision == first


def test_each_attempt_has_a_decision_of_its_own(place: Place) -> None:
    log = begun(place.open())
    assert log.decide("abort", 1) == "abort"
    announce(log, attempt=2)
    found = place.open().entry(log.id)
    assert (found.attempt, found.decision) == (2, None)
    assert log.decide("commit", 2) == "commit"
    found = place.open().entry(log.id)
    assert (found.attempt, found.decision) == (2, "commit")
    assert [each.choice for each in found.decisions] == ["abort", "commit"]


def test_no_commit_is_announced_once_it_was_decided(place: Place) -> None:
    log = place.open().begin(opening())
    other = place.open()
    other.resume(other.entry(log.id)).decide("abort", 1)
    with pytest.raises(JournalError, match=log.id):
        announce(log)
    assert place.open().entry(log.id).of_kind("tokens") == ()


@pytest.mark.parametrize("attempt", [1, 2])
def test_no_commit_is_announced_once_it_ended(place: Place, attempt: int) -> None:
    log = begun(place.open())
    other = place.open()
    other.resume(other.entry(log.id)).end("ABORTED", {}, attempt=1)
    with pytest.raises(JournalError, match=log.id):
        announce(log, attempt=attempt)


def test_a_refused_announcement_is_not_written_later(place: Place) -> None:
    log = place.open().begin(opening())
    log.note("state", {"state": "locked"})
    log.decide("abort", 1)
    with pytest.raises(JournalError):
        announce(log)
    log.end("ABORTED", {})
    assert [each.kind for each in place.open().entry(log.id).records] == ["state"]


def test_the_first_end_stands(place: Place) -> None:
    log = begun(place.open())
    other = place.open()
    resumed = other.resume(other.entry(log.id))
    resumed.end("ABORTED", {"by": "recover"}, attempt=1)
    log.end("COMMITTED", {"by": "apply"}, attempt=1)
    end = place.open().entry(log.id).end
    assert end is not None
    assert (end.outcome, end.facts) == ("ABORTED", {"by": "recover"})


def test_a_second_end_does_not_free_what_somebody_else_has_by_now(place: Place) -> None:
    log = place.open().begin(opening())
    log.end("ABORTED", {})
    place.open().begin(opening())
    log.end("ABORTED", {})
    with pytest.raises(Refused):
        place.open().begin(opening())


def test_no_end_while_a_later_attempt_is_under_way(place: Place) -> None:
    log = begun(place.open())
    other = place.open()
    resumed = other.resume(other.entry(log.id))
    resumed.decide("abort", 1)
    announce(log, attempt=2)
    with pytest.raises(JournalError, match=log.id):
        resumed.end("ABORTED", {}, attempt=1)
    (found,) = place.open().unfinished()
    assert found.end is None
    with pytest.raises(Refused):
        place.open().begin(opening())
    log.end("COMMITTED", {}, attempt=2)
    assert place.open().unfinished() == ()


def test_unfinished_are_the_oldest_first_with_their_records_and_entries_the_newest_first(
    journal: Journal,
) -> None:
    logs = [journal.begin(opening(routers={f"SHA256:{number}": "r"})) for number in range(4)]
    announce(logs[2])
    logs[1].end("ABORTED", {})
    logs[3].end("COMMITTED", {})
    assert [entry.id for entry in journal.unfinished()] == [logs[0].id, logs[2].id]
    assert len(journal.unfinished()[1].records) == 1
    assert [entry.id for entry in journal.entries()] == [log.id for log in reversed(logs)]
    outcomes = [entry.end and entry.end.outcome for entry in journal.entries()]
    assert outcomes == ["COMMITTED", None, "ABORTED", None]


def test_a_transaction_is_found_by_the_beginning_of_its_id(journal: Journal) -> None:
    first, second = (journal.begin(opening(routers={name: name})) for name in "ab")
    assert journal.entry(first.id).id == first.id
    for end in range(len(first.id), 0, -1):
        beginning = first.id[:end]
        if not second.id.startswith(beginning):
            assert journal.entry(beginning).id == first.id
        else:
            with pytest.raises(UsageError, match="2 transactions"):
                journal.entry(beginning)


@pytest.mark.parametrize("wrong", ["nothing", "%", "_", "2' OR '1'='1", "\x00"])
def test_what_nobody_has_is_not_found(journal: Journal, wrong: str) -> None:
    journal.begin(opening())
    with pytest.raises(UsageError, match="no such transaction"):
        journal.entry(wrong)


def test_an_empty_journal_has_nothing(journal: Journal) -> None:
    assert journal.unfinished() == ()
    assert journal.entries() == ()
    with pytest.raises(UsageError):
        journal.entry("")


def test_ids_sort_by_time_and_differ_within_a_second(place: Place) -> None:
    for second in range(3):
        book = place.open(clock=lambda second=second: 1.7e9 + second)  # type: ignore[misc]
        for each in range(4):
            book.begin(opening(routers={f"{second}.{each}": "r"}))
    ids = [entry.id for entry in place.open().entries()]
    assert len(set(ids)) == 12
