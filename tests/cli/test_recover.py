"""recover: what is left behind by a client that was killed, or by a router that went away."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from egresspair.journal import default_journal_file
from servers.ports import wait_until

from .desk import Desk, command, vpn
from .desk import desk as new_desk
from .killing import killed_at, new_process


def test_nothing_to_do(desk: Desk) -> None:
    desk.apply()
    ended = command("recover", "-i", desk.inventory)
    assert (ended.status, ended.out) == (0, "Nothing is unfinished.\n")
    assert command("recover", "-i", desk.inventory, "--json").document == {"transactions": []}


def test_the_inventory_is_needed_only_for_what_is_unfinished(desk: Desk) -> None:
    nowhere = desk.folder / "nowhere.yaml"
    ended = command("recover", "-i", nowhere)
    assert (ended.status, ended.out) == (0, "Nothing is unfinished.\n")
    killed_at(desk, "commit-confirmed")
    ended = command("recover", "-i", nowhere)
    assert (ended.status, ended.out) == (2, "")
    assert "nowhere.yaml: there is no such file for the inventory." in ended.err
    assert "-i FILE" in ended.err
    assert command("recover", "-i", desk.inventory).status == 0


def test_killed_before_the_decision_both_are_as_they_were(desk: Desk) -> None:
    before = desk.running
    killed_at(desk, "commit-confirmed")
    ended = new_process("recover", "-i", desk.inventory)
    assert ended.status == 0, ended.err
    assert "the journal has it as tentative; the decision was not taken" in ended.out
    assert "ABORTED: both routers are as they were" in ended.out
    assert ended.out.count("unchanged: read back") == 2
    assert "because the client was lost before the decision" in ended.out
    assert desk.running == before
    assert desk.held == []
    assert command("recover", "-i", desk.inventory).out == "Nothing is unfinished.\n"


def test_killed_after_the_decision_both_are_new(desk: Desk) -> None:
    killed_at(desk, "commit-confirming")
    ended = new_process("recover", "-i", desk.inventory, "--json")
    assert ended.status == 0, ended.err
    (told,) = ended.document["transactions"]
    assert told["found"]["decision"] == "commit"
    assert told["found"]["outcome"] == "unfinished"
    assert told["outcome"] == "COMMITTED"
    assert [router["holds"] for router in told["routers"]] == ["new", "new"]
    assert desk.labels == [2001, 2001]
    assert desk.held == []


def test_until_then_the_routers_are_not_touched_again(desk: Desk) -> None:
    killed_at(desk, "commit-confirmed")
    assert desk.labels == [2001, 2001]  # on trial: it would be wrong to say that nothing is to be done
    for label in (2001, 3001):
        ended = desk.apply(label=label)
        assert ended.status == 10
        assert "is not finished" in ended.err
    command("recover", "-i", desk.inventory)
    assert desk.apply().status == 0


def test_a_router_that_stays_away_stays_in_doubt_until_it_is_back(desk: Desk) -> None:
    desk.lab.fault("backup:commit-confirming:die-after")
    desk.apply("--settle-timeout", "0.1")
    ended = command("recover", "-i", desk.inventory, "--wait", "0.1")
    assert ended.status == 6
    assert "the decision was commit" in ended.out
    assert "IN_DOUBT: " in ended.out
    assert "masg-1 (master): new: read back" in ended.out
    assert "masg-2 (backup): not known" in ended.out
    assert "because masg-2: " in ended.out
    assert "confirm timer will have fired by 2" in ended.out
    desk.lab["backup"].start()
    assert command("recover", "-i", desk.inventory).status == 0
    assert len(set(desk.labels)) == 1
    assert desk.held == []


def test_what_others_changed_during_the_trial_goes_with_it_and_that_is_said(desk: Desk) -> None:
    killed_at(desk, "commit-confirmed")
    # What the dead process sent may still be on its way to the other router.
    wait_until(lambda: desk.labels == [2001, 2001], seconds=20, what="the trial on both")
    for device in desk.lab:
        device.edit_as_other(vpn(4000), force=True)
    ended = command("recover", "-i", desk.inventory, "--wait", "0.3", "--json")
    (told,) = ended.document["transactions"]
    assert (ended.status, told["outcome"]) == (0, "ABORTED")
    assert desk.labels == [None, None]
    assert all("whatever others changed" in "".join(router["notes"]) for router in told["routers"])


@pytest.fixture
def split(desk: Desk) -> Desk:
    """In doubt, and meanwhile somebody changed the same nodes on both routers."""
    master, backup = desk.lab["master"], desk.lab["backup"]
    hold = backup.hold("commit-confirming", before=True)
    work = threading.Thread(target=desk.apply, args=("--settle-timeout", "0"))
    work.start()
    hold.wait_reached()
    master.wait_for(lambda device: not device.pending)
    backup.stop()
    hold.release()
    work.join()
    for device in desk.lab:
        device.edit_as_other(vpn(4000), force=True)
    backup.start()
    return desk


def test_diverged_shows_digests_and_inverses(split: Desk) -> None:
    ended = command("recover", "-i", split.inventory, "--wait", "1")
    assert ended.status == 7
    assert "DIVERGED: " in ended.out
    assert ended.out.count("its configuration has the digest ") == 2
    assert ended.out.count("\n<edit-config ") == 2
    assert split.labels == [4000, 4000]


def test_diverged_in_json(split: Desk) -> None:
    ended = command("recover", "-i", split.inventory, "--wait", "1", "--json")
    (told,) = ended.document["transactions"]
    assert (ended.status, told["outcome"]) == (7, "DIVERGED")
    assert set(told["inverses"]) == {"masg-1", "masg-2"}
    assert all(router["digest"] for router in told["routers"])


@pytest.fixture
def reverted(desk: Desk) -> Desk:
    """Decided, and both routers reverted before either was confirmed."""
    holds = [device.hold("commit-confirming", before=True) for device in desk.lab]
    work = threading.Thread(target=desk.apply, args=("--settle-timeout", "0"))
    work.start()
    for hold in holds:
        hold.wait_reached()
    for device in desk.lab:
        device.stop()
    work.join()
    for device in desk.lab:
        device.start()
    return desk


@pytest.mark.parametrize(
    ("options", "outcome", "label"), [((), "ABORTED", None), (("--again",), "COMMITTED", 2001)]
)
def test_a_decided_change_that_nobody_confirmed_is_only_applied_anew_if_asked_for(
    reverted: Desk, options: tuple[str, ...], outcome: str, label: int | None
) -> None:
    ended = command("recover", "-i", reverted.inventory, *options)
    assert ended.status == 0
    assert f"{outcome}: " in ended.out
    assert reverted.labels == [label, label]
    assert reverted.held == []


def test_what_is_unfinished_is_named_though_a_router_is_away(desk: Desk) -> None:
    killed_at(desk, "commit-confirmed")
    desk.lab["backup"].stop()
    (listed,) = command("history", "--json").document["transactions"]
    for word in ("plan", "apply", "remove"):
        ended = desk.run(word, desk.intent())
        assert ended.status == 9
        assert "masg-2 (127.0.0.1:" in ended.err
        assert f"transaction {listed['transaction']} of masg-1 and masg-2 is not finished" in ended.err
        assert f"recover {listed['transaction']} -i {desk.inventory}" in ended.err
        (note,) = desk.run(word, desk.intent(), "--json").document["error"]["notes"]
        assert note in ended.err
    for file in (desk.inventory, desk.intent()):
        file.write_text(file.read_text().replace("masg-", "other-"))
    ended = desk.run("plan", desk.folder / "intent.yaml")
    assert (ended.status, "is not finished" in ended.err) == (9, False)


def test_only_the_one_that_is_asked_for(desk: Desk) -> None:
    killed_at(desk, "commit-confirmed")
    listed = command("history", "--json").document["transactions"]
    assert command("recover", "20001", "-i", desk.inventory).status == 2
    ended = command("recover", listed[0]["transaction"], "-i", desk.inventory)
    assert ended.status == 0
    again = command("recover", listed[0]["transaction"], "-i", desk.inventory)
    assert again.status == 0
    assert "has ended already: ABORTED" in again.out


def test_a_damaged_journal_hides_no_other_transaction(tmp_path: Path, desk: Desk) -> None:
    killed_at(desk, "commit-confirmed")
    with sqlite3.connect(default_journal_file()) as connection:
        connection.execute("UPDATE egresspair_records SET facts = '{}' WHERE seq = 1")
    connection.close()
    folder = tmp_path / "other"
    folder.mkdir()
    with new_desk(folder) as other:
        killed_at(other, "commit-confirmed")
        ended = command("recover", "-i", other.inventory, "--json")
        assert other.labels == [None, None]
        assert other.held == []
    assert ended.status == 10
    assert {told.get("outcome") for told in ended.document["transactions"]} == {None, "ABORTED"}
    assert "is damaged" in ended.err
    assert all(device.pending for device in desk.lab)


def test_a_router_that_the_inventory_lacks(desk: Desk) -> None:
    killed_at(desk, "commit-confirmed")
    empty = desk.written("devices:\n  x: {host: 127.0.0.1, username: u, password: 'env:P'}\n", "other.yaml")
    ended = command("recover", "-i", empty, "--json")
    assert ended.status == 3
    (told,) = ended.document["transactions"]
    assert told["error"]["kind"] == "InventoryError"
    assert command("recover", "-i", desk.inventory).status == 0


@pytest.mark.parametrize("wait", ["nan", "-1", "x"])
def test_a_wait_that_is_no_time(desk: Desk, wait: str) -> None:
    killed_at(desk, "commit-confirmed")
    assert command("recover", "-i", desk.inventory, "--wait", wait).status == 2


def test_a_journal_that_cannot_be_opened(desk: Desk) -> None:
    ended = command("recover", "-i", desk.inventory, "--journal", "nosuch://user:hidden@host/name")
    assert ended.status == 10
    assert "hidden" not in ended.err
