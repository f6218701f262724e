"""plan: shown is what would be sent, and nothing is changed."""

from __future__ import annotations

import re

from lxml import etree

from egresspair.journal import default_journal_file

from .desk import Desk, command
from .killing import killed_at


def test_each_router_with_what_changes(desk: Desk) -> None:
    ended = desk.run("plan", desk.intent(3001))
    assert ended.status == 0
    assert ended.err == ""
    for device in ("masg-1 (master", "masg-2 (backup"):
        assert device in ended.out
    assert ended.out.count("+ static-label 3001") == 2
    assert "Risk interruption: " in ended.out
    assert "WARNING: not saved to startup on masg-1 and masg-2" in ended.out


def test_changed_and_removed(desk: Desk) -> None:
    desk.apply()
    assert "~ static-label 2001 -> 3001" in desk.run("plan", desk.intent(3001)).out
    assert "- static-label 2001" in desk.run("plan", desk.intent(), "--remove").out


def test_nothing_is_touched(desk: Desk) -> None:
    desk.run("plan", desk.intent())
    asked = {message.name for device in desk.lab for message in device.received}
    assert asked <= {"hello", "get-config", "get", "get-schema", "close-session"}


def test_check_tells_by_its_exit_status(desk: Desk) -> None:
    assert desk.run("plan", desk.intent(), "--check").status == 4
    assert desk.run("plan", desk.intent(), "--check", "--json").status == 4
    assert desk.run("plan", desk.intent(), "--check", "--remove").status == 0
    desk.apply()
    ended = desk.run("plan", desk.intent(), "--check")
    assert ended.status == 0
    assert "Nothing to do" in ended.out
    assert desk.run("plan", desk.intent(), "--check", "--remove").status == 4


def test_the_payload_is_byte_for_byte_what_is_sent(desk: Desk) -> None:
    shown = re.findall(
        r"^<edit-config .*</edit-config>$", desk.run("plan", desk.intent(), "--payload").out, re.M
    )
    assert len(shown) == 2
    assert desk.apply().status == 0
    assert len(desk.edits) == 2
    for payload, sent in zip(shown, desk.edits, strict=True):
        assert payload.encode() in sent


def test_pretty_shows_what_is_sent_for_people(desk: Desk) -> None:
    out = desk.run("plan", desk.intent(), "--pretty").out
    assert out.count(": indented for reading; not the bytes that are sent\n") == 2
    assert out.count("\n              <static-label") == 2


def test_an_unfinished_transaction_is_noted_with_the_command_that_ends_it(desk: Desk) -> None:
    killed_at(desk, "commit-confirmed")
    ended = desk.run("plan", desk.intent())
    (note,) = (line for line in ended.out.splitlines() if line.startswith("Note: "))
    words = note.partition("run: egresspair ")[2].split()
    assert words[0] == "recover"
    assert "of masg-1 and masg-2 is not finished" in note
    (noted,) = desk.run("plan", desk.intent(), "--json").document["notes"]
    assert note == f"Note: {noted}"
    assert note in desk.run("apply", desk.intent(3001)).err.splitlines()
    assert command(*words).status == 0
    assert "Note: " not in desk.run("plan", desk.intent()).out


def test_a_plan_makes_no_journal(desk: Desk) -> None:
    desk.run("plan", desk.intent())
    assert not default_journal_file().parent.exists()
    desk.run("plan", desk.intent(), "--journal", desk.folder / "own.sqlite")
    assert not (desk.folder / "own.sqlite").exists()


def test_a_journal_that_cannot_be_read_keeps_nobody_from_planning(desk: Desk) -> None:
    notes = desk.written("not a database, but long enough to be looked at\n" * 50, "notes.txt")
    ended = desk.run("plan", desk.intent(), "--journal", notes)
    assert ended.status == 0
    assert "Note: whether a transaction is unfinished is not known: journal " in ended.out


def test_a_router_that_is_sent_nothing_says_so(desk: Desk) -> None:
    desk.apply()
    out = desk.run("plan", desk.intent(), "--payload").out
    assert "masg-1: nothing is sent" in out
    assert "<edit-config" not in out


def test_the_document_holds_the_payloads(desk: Desk) -> None:
    document = desk.run("plan", desk.intent(), "--json").document
    assert document["empty"] is False
    assert [router["device"] for router in document["routers"]] == ["masg-1", "masg-2"]
    for router in document["routers"]:
        for payload in (router["edit_config"], router["inverse"]):
            assert etree.QName(etree.fromstring(payload)).localname == "edit-config"


def test_the_policy_is_part_of_the_plan(desk: Desk) -> None:
    assert "WARNING" not in desk.run("plan", desk.intent(), "--save").out
