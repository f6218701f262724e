"""history: the list, one whole, and the change record."""

from __future__ import annotations

import json
import sqlite3

import pytest
from lxml import etree

from egresspair.journal import default_journal_file

from .desk import Desk, command


def newest() -> str:
    found: str = command("history", "--json").document["transactions"][0]["transaction"]
    return found


def test_an_empty_one() -> None:
    assert command("history").out == "Nothing was changed yet.\n"
    assert command("history", "--json").document == {"transactions": []}
    assert command("history", "--pair", "metro-7").out == "No change of pair metro-7.\n"


def test_the_list_says_who_when_what_and_how_it_ended(desk: Desk) -> None:
    desk.apply()
    desk.lab["backup"].switch("dirty-candidate")
    desk.apply(label=3001)
    refused, done = command("history").out.splitlines()
    assert "  metro-7  protect  COMMITTED  " in done
    assert "  metro-7  protect  REFUSED (dirty)  " in refused
    assert "@" in done
    assert len(command("history", "--limit", "1").out.splitlines()) == 1
    assert command("history", "--pair", "other").out == "No change of pair other.\n"


def test_where_nothing_changes_only_a_save_is_in_it(desk: Desk) -> None:
    for options in ((), (), ("--save",)):
        assert desk.apply(*options).status == 0
    changes = command("history", "--json").document["transactions"]
    assert [change["outcome"] for change in changes] == ["NO_CHANGE", "COMMITTED"]


def test_the_list_in_json(desk: Desk) -> None:
    desk.apply()
    (told,) = command("history", "--json").document["transactions"]
    assert (told["pair"], told["action"], told["outcome"]) == ("metro-7", "protect", "COMMITTED")
    assert told["seconds"] > 0
    assert told["begun"].endswith("Z")


def test_saving_alone_is_in_it_and_nothing_to_do_is_not(desk: Desk) -> None:
    desk.apply()
    desk.apply()
    assert len(command("history").out.splitlines()) == 1
    desk.apply("--save")
    assert "NO_CHANGE" in command("history").out.splitlines()[0]


def test_one_whole(desk: Desk) -> None:
    desk.apply()
    ended = command("history", newest()[:-2])
    assert ended.status == 0
    for words in (
        "outcome: COMMITTED",
        "vpna + static-label 2001",
        "edit-config SHA-256 ",
        "commit (attempt 1) by ",
        "Phases:",
        "masg-2  edit: edit-config  ok",
        "at the end: new configuration, read back; not saved to startup",
    ):
        assert words in ended.out
    assert "<edit-config" not in ended.out
    assert "<edit-config" in command("history", newest(), "--payload").out


def test_one_in_json(desk: Desk) -> None:
    desk.apply()
    told = command("history", newest(), "--json").document
    assert told["outcome"] == "COMMITTED"
    assert "static_label: 2001" in told["intent"]
    assert {router["device"] for router in told["routers"]} == {"masg-1", "masg-2"}


@pytest.mark.parametrize("ending", ["html", "json", "txt"])
def test_the_record_is_one_file_without_secrets(desk: Desk, ending: str) -> None:
    desk.apply()
    file = desk.folder / f"record.{ending}"
    assert command("history", newest(), "--record", file).status == 0
    written = file.read_text(encoding="utf-8")
    tokens = [
        token
        for device in desk.lab
        for each in device.received
        for token in etree.fromstring(each.raw).xpath("//*[local-name()='persist']/text()")
    ]
    assert len(tokens) == 2
    assert not [secret for secret in (*tokens, desk.lab["master"].password) if secret in written]
    assert "static_label: 2001" in written
    if ending == "json":
        assert json.loads(written)["transaction"] == newest()


def test_a_record_takes_no_other_file_s_place(desk: Desk) -> None:
    desk.apply()
    kept = desk.written("mine", "record.html")
    ended = command("history", newest(), "--record", kept)
    assert ended.status == 2
    assert kept.read_text() == "mine"
    assert command("history", newest(), "--record", desk.folder / "no" / "r.html").status == 2
    assert command("history", newest(), "--record", desk.folder / "r.pdf").status == 2
    assert not (desk.folder / "r.pdf").exists()


@pytest.mark.parametrize(
    "words", [("--payload",), ("--record", "r.html"), ("2", "--limit", "0"), ("nosuch",)]
)
def test_wrong_calls(words: tuple[str, ...]) -> None:
    assert command("history", *words).status == 2


def test_a_damaged_one_is_listed_as_such(desk: Desk) -> None:
    desk.apply()
    broken = newest()
    desk.apply(label=3001)
    with sqlite3.connect(default_journal_file()) as connection:
        connection.execute(
            "UPDATE egresspair_records SET facts = '{}' WHERE seq = 2 AND transaction_id = ?", (broken,)
        )
    connection.close()
    ended = command("history")
    good, bad = ended.out.splitlines()
    assert ended.status == 10
    assert "COMMITTED" in good
    assert bad.startswith(f"{broken}  DAMAGED  record 2 of transaction {broken}")
    assert "1 damaged" in ended.err
    document = command("history", "--json").document["transactions"]
    assert document[1] == {"transaction": broken, "damaged": bad.split("  ", 2)[2]}
    alone = command("history", broken)
    assert alone.status == 10
    assert alone.out == ""


def test_another_journal(desk: Desk) -> None:
    place = desk.folder / "j.sqlite"
    desk.apply("--journal", place)
    assert "COMMITTED" in command("history", "--journal", place).out
    assert command("history").out == "Nothing was changed yet.\n"
