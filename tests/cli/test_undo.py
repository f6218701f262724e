"""undo: a change is taken back as a change of its own."""

from __future__ import annotations

import pytest

from .desk import Desk, Ended, command, vpn
from .killing import killed_at


def newest() -> str:
    found: str = command("history", "--json").document["transactions"][0]["transaction"]
    return found


def undo(desk: Desk, transaction: str, *options: object) -> Ended:
    risks = ("--accept", "interruption", "--accept", "relabel")
    return command("undo", transaction, "-i", desk.inventory, *risks, *options)


def test_both_routers_are_back(desk: Desk) -> None:
    desk.apply()
    ended = undo(desk, newest())
    assert ended.status == 0
    assert "undo pair metro-7" in ended.err
    assert "- static-label 2001" in ended.err
    assert ended.out.startswith("COMMITTED: ")
    assert desk.labels == [None, None]
    assert desk.held == []
    assert "  undo  COMMITTED" in command("history").out.splitlines()[0]


def test_the_beginning_of_the_id_will_do_and_json_is_one_document(desk: Desk) -> None:
    desk.apply()
    ended = undo(desk, newest()[:-3], "--json")
    assert ended.document["outcome"] == "COMMITTED"


def test_a_risk_has_to_be_accepted(desk: Desk) -> None:
    desk.apply()
    ended = command("undo", newest(), "-i", desk.inventory)
    assert ended.status == 10
    assert "--accept interruption" in ended.err
    assert desk.labels == [2001, 2001]


def test_once_more_is_no_change(desk: Desk) -> None:
    desk.apply()
    transaction = newest()
    undo(desk, transaction)
    edits = len(desk.edits)
    ended = undo(desk, transaction)
    assert ended.status == 0
    assert ended.out.startswith("NO_CHANGE: both routers are back already at what they held before; nothing")
    assert "both routers are back already" in ended.err
    assert len(desk.edits) == edits


def test_a_pair_that_has_moved_on_is_left_alone(desk: Desk) -> None:
    desk.apply()
    transaction = newest()
    desk.lab["backup"].load(vpn(4000))
    ended = undo(desk, transaction, "--json")
    assert ended.status == 10
    assert ended.document["error"]["reason"] == "stale"
    assert ended.document["error"]["where"] == "masg-2"
    assert desk.labels == [2001, 4000]


def test_a_later_change_has_to_be_undone_first(desk: Desk) -> None:
    desk.apply()
    first = newest()
    desk.apply(label=3001)
    assert undo(desk, first).status == 10
    assert undo(desk, newest()).status == 0
    assert desk.labels == [2001, 2001]
    assert undo(desk, first).status == 0
    assert desk.labels == [None, None]


@pytest.mark.parametrize("outcome", ["refused", "aborted", "unfinished"])
def test_what_did_not_commit_cannot_be_undone(desk: Desk, outcome: str) -> None:
    if outcome == "unfinished":
        killed_at(desk, "edit-config")
    elif outcome == "refused":
        desk.lab["backup"].switch("dirty-candidate")
        desk.apply()
    else:
        desk.lab.fault("backup:validate:refuse")
        desk.apply()
    before = [len(device.received) for device in desk.lab]
    ended = undo(desk, newest(), "--json")
    assert ended.status == 10
    assert ended.document["error"]["reason"] == ("unfinished" if outcome == "unfinished" else "stale")
    assert [len(device.received) for device in desk.lab] == before


def test_there_is_no_such_transaction(desk: Desk) -> None:
    assert undo(desk, "20001").status == 2
