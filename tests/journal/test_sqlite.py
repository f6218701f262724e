"""The file of the default journal: whose it is, and that what is written is on disk."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import egresspair as ep
from egresspair.errors import JournalError
from egresspair.journal import default_journal_file, open_journal
from egresspair.journal.sql import SqlJournal
from pair.bench import bench
from pair.documents import ALL, intent

from .places import Place, begun, opening, place_at


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_belongs_to_its_owner_alone_while_it_is_in_use() -> None:
    journal = open_journal()
    assert isinstance(journal, SqlJournal)
    begun(journal)
    file = default_journal_file()
    found = {each.name: mode(each) for each in file.parent.iterdir()}
    assert found == dict.fromkeys(("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"), 384)
    assert mode(file.parent) == 0o700
    journal.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    file.touch(0o644)
    with place_at(str(file)) as place:
        place.open().begin(opening())
        assert [mode(each) for each in tmp_path.glob("journal.sqlite*")] == [0o600] * 3


def test_every_connection_syncs_each_commit_to_disk(sqlite: Place) -> None:
    journal = sqlite.sql()
    with journal.engine.connect() as one, journal.engine.connect() as two:
        for connection in (one.connection, two.connection):
            cursor = connection.cursor()
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            cursor.close()


def test_the_default_is_in_the_state_folder_and_the_environment_can_say_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert default_journal_file() == tmp_path / "state/egresspair/journal.sqlite"
    monkeypatch.setenv("EGRESSPAIR_JOURNAL", str(tmp_path / "own.sqlite"))
    journal = open_journal()
    assert isinstance(journal, SqlJournal)
    journal.close()
    assert (tmp_path / "own.sqlite").exists()
    assert not default_journal_file().exists()


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    with bench() as each, place_at(str(file)) as place:
        with each.open(intent(), journal=place.open()) as pair:
            assert pair.apply(pair.plan(intent()), accept=ALL).ending is ep.Ending.COMMITTED
        password = each.lab["master"].password.encode()
        key = each.lab["master"].key_file.read_bytes().splitlines()[1]
        written = b"".join(found.read_bytes() for found in tmp_path.glob("journal.sqlite*"))
    assert b"static-label" in written
    assert password not in written
    assert key not in written


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://user:Hunter2@127.0.0.1:1/none",
        "postgresql+psycopg://user@127.0.0.1:1/none?password=Hunter2",
        "postgresql+psycopg://user:Hunter2@127.0.0.1:port/none",
        "nosuchdatabase://user:Hunter2@host/none",
        "://user:Hunter2@host",
    ],
)
def test_the_password_of_a_url_is_never_told(url: str) -> None:
    with pytest.raises(JournalError) as caught:
        open_journal(url)
    assert "Hunter2" not in f"{caught.value} {caught.value!r}"
