"""A journal that is damaged: reported with the place, and never guessed over."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from egresspair.errors import JournalError
from egresspair.journal import Journal, open_journal

from .places import Place, announce, opening, place_at

OTHER = {"SHA256:three": "masg-3"}


def written(place: Place) -> str:
    """One that ended, and one under way with four records and a decision; the id of that."""
    journal = place.open()
    ended = journal.begin(opening(routers=OTHER))
    announce(ended)
    ended.end("ABORTED", {})
    log = journal.begin(opening())
    log.note("state", {"state": "locked"})
    announce(log)
    log.record("state", {"state": "verified"})
    log.record("state", {"state": "decided"})
    log.decide("commit", 1)
    return log.id


def damage(place: Place, statement: str, **values: object) -> None:
    """Change the database behind the journal's back."""
    with place.sql().engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


ROW_DAMAGE = {
    "facts of a record": "UPDATE egresspair_records SET facts = '{}' WHERE transaction_id = :id AND seq = 2",
    "garbage": "UPDATE egresspair_records SET facts = 'x{' WHERE transaction_id = :id AND seq = 2",
    "kind": "UPDATE egresspair_records SET kind = 'state' WHERE transaction_id = :id AND seq = 2",
    "time": "UPDATE egresspair_records SET at = at + 1 WHERE transaction_id = :id AND seq = 3",
    "checksum": "UPDATE egresspair_records SET checksum = '' WHERE transaction_id = :id AND seq = 4",
    "first missing": "DELETE FROM egresspair_records WHERE transaction_id = :id AND seq = 1",
    "middle missing": "DELETE FROM egresspair_records WHERE transaction_id = :id AND seq = 3",
    "renumbered": "UPDATE egresspair_records SET seq = 9 WHERE transaction_id = :id AND seq = 4",
    "decision": "UPDATE egresspair_decisions SET choice = 'abort' WHERE transaction_id = :id",
    "attempt": "UPDATE egresspair_decisions SET attempt = 2 WHERE transaction_id = :id",
    "facts": "UPDATE egresspair_transactions SET facts = '{}' WHERE id = :id",
    "pair": "UPDATE egresspair_transactions SET pair = 'x' WHERE id = :id",
}
READS: list[Callable[[Journal, str], object]] = [
    lambda journal, each: journal.entry(each),
    lambda journal, _: journal.unfinished(),
]


@pytest.mark.parametrize("read", READS, ids=["entry", "unfinished"])
@pytest.mark.parametrize("what", ROW_DAMAGE)
def test_a_changed_or_missing_row_is_named(
    database: Place, what: str, read: Callable[[Journal, str], object]
) -> None:
    transaction = written(database)
    damage(database, ROW_DAMAGE[what], id=transaction)
    with pytest.raises(JournalError, match="damaged") as caught:
        read(database.open(), transaction)
    assert transaction in caught.value.where
    assert "not guessed over" in caught.value.hint


@pytest.mark.parametrize("value", ["x'00ff'", "CAST(x'c328' AS TEXT)", "7"])
@pytest.mark.parametrize("column", ["facts", "kind"])
def test_what_is_no_text_is_damage_too(sqlite: Place, column: str, value: str) -> None:
    transaction = written(sqlite)
    damage(sqlite, f"UPDATE egresspair_records SET {column} = {value} WHERE seq = 2")  # noqa: S608
    with pytest.raises(JournalError):
        sqlite.open().entry(transaction)


def test_a_lost_transaction_is_missed(database: Place) -> None:
    transaction = written(database)
    damage(database, "DELETE FROM egresspair_transactions WHERE id = :id", id=transaction)
    journal = database.open()
    for read in (journal.unfinished, lambda: journal.begin(opening())):
        with pytest.raises(JournalError, match="damaged") as caught:
            read()
        assert transaction in caught.value.where


def test_damage_to_one_transaction_leaves_the_others_readable(database: Place) -> None:
    transaction = written(database)
    damage(database, ROW_DAMAGE["facts of a record"], id=transaction)
    journal = database.open()
    (other,) = [entry for entry in journal.entries() if entry.id != transaction]
    assert len(journal.entry(other.id).records) == 1


def test_a_damaged_decision_is_neither_obeyed_nor_replaced(database: Place) -> None:
    transaction = written(database)
    journal = database.open()
    log = journal.resume(journal.entry(transaction))
    damage(database, ROW_DAMAGE["decision"], id=transaction)
    assert log.decide("abort", 1) is None
    assert log.decide("commit", 1) is None


def test_a_damaged_end_is_reported(database: Place) -> None:
    written(database)
    (ended,) = [entry for entry in database.open().entries() if entry.end]
    damage(database, "UPDATE egresspair_endings SET outcome = 'COMMITTED'")
    with pytest.raises(JournalError, match="damaged") as caught:
        database.open().entry(ended.id)
    assert ended.id in caught.value.where


def test_a_newer_format_is_left_alone(database: Place) -> None:
    written(database)
    damage(database, "UPDATE egresspair_meta SET value = '2' WHERE name = 'format'")
    with pytest.raises(JournalError, match="format 2") as caught:
        open_journal(database.url)
    assert "version" in caught.value.hint


@pytest.mark.parametrize("content", [b"this is no database, however long it may be" * 40, b"\x00" * 4096])
def test_a_file_that_is_no_database_is_kept(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    with pytest.raises(JournalError, match=r"not a database|malformed") as caught:
        open_journal(file)
    assert str(file) in caught.value.where
    assert file.read_bytes() == content


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0.02, 0.99))
def test_a_truncated_file_is_reported_or_whole(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    file = tmp_path_factory.mktemp("cut") / "journal.sqlite"
    with place_at(str(file)) as place:
        transaction = written(place)
        whole = place.open().entry(transaction)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    octets = file.read_bytes()
    file.write_bytes(octets[: int(len(octets) * share)])
    for left in file.parent.glob("*-*"):
        left.unlink()
    with place_at(str(file)) as place:
        try:
            found = place.open().entry(transaction)
        except JournalError as error:
            assert str(file) in error.where or transaction in error.where  # noqa: PT017
        else:
            assert found == whole


def test_a_device_is_no_journal_and_keeps_its_mode() -> None:
    device = Path("/dev/full")
    before = device.stat().st_mode
    with pytest.raises(JournalError, match="not a regular file"):
        open_journal(device)
    assert device.stat().st_mode == before


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        open_journal(tmp_path)
    assert str(tmp_path) in caught.value.where
