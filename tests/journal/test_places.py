"""Where a journal may be: what is said of places that cannot hold one, and looking without creating."""

from __future__ import annotations

from pathlib import Path

import pytest

from egresspair.errors import JournalError
from egresspair.journal import default_journal_file, existing_journal, open_journal

from .places import place_at


def refused(place: str) -> str:
    with pytest.raises(JournalError) as caught:
        open_journal(place)
    return str(caught.value)


def test_a_folder_that_somebody_names_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "mistyped" / "journal.sqlite"
    assert refused(str(file)).startswith(f"journal {file}: there is no folder {file.parent}. Check the path")
    assert not file.parent.exists()


def test_nor_one_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGRESSPAIR_JOURNAL", str(tmp_path / "mistyped" / "journal.sqlite"))
    with pytest.raises(JournalError, match="there is no folder"):
        open_journal()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["/proc/x.sqlite", "sqlite:////proc/x.sqlite"])
def test_a_file_that_cannot_be_is_told_in_plain_words(place: str) -> None:
    told = refused(place)
    assert told.startswith("journal /proc/x.sqlite: it cannot be opened: ")
    assert "Errno" not in told
    assert "Check that the path is right" in told


def test_another_kind_of_database_is_not_taken_for_postgresql() -> None:
    told = refused("foo://bar")
    assert "no kind of database is called 'foo'" in told
    assert "psycopg]" not in told
    assert "Give a file, or a URL" in told


def test_a_file_of_something_else(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("these are notes, and far from being a database\n" * 100)
    assert "this one holds something else" in refused(str(file))


def test_a_look_creates_nothing(tmp_path: Path) -> None:
    assert existing_journal() is None
    assert not default_journal_file().exists()
    file = tmp_path / "journal.sqlite"
    assert existing_journal(file) is None
    assert list(tmp_path.iterdir()) == []
    with place_at(str(file)) as place:
        place.open()
        found = existing_journal(file)
        assert found is not None
        assert found.ids() == ()
        found.close()  # type: ignore[attr-defined]  # of the SQL journal
