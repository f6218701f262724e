"""apply and remove: how each of them can end, and what is then on the routers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ncclient import manager

from egresspair.lab import Device

from .desk import Desk, Ended, command, vpn
from .desk import desk as new_desk


def test_the_label_is_on_both_routers(desk: Desk) -> None:
    ended = desk.apply()
    assert ended.status == 0
    assert ended.out.startswith("COMMITTED: ")
    assert "masg-1 (master): new: read back" in ended.out
    assert "vpna: assigned label 2001, up" in ended.out
    assert desk.labels == [2001, 2001]
    assert desk.held == []


def test_the_plan_and_the_progress_are_told_beside(desk: Desk) -> None:
    ended = desk.apply()
    told = ended.err
    assert "+ static-label 2001" in told
    order = [
        told.index(word) for word in ("Plan ", "LOCKED", "PREPARED", "TENTATIVE", "DECIDED", "COMMITTED")
    ]
    assert order == sorted(order)
    assert "edit-config: ok" not in told
    assert "LOCKED" not in ended.out


def test_verbose_tells_each_operation_with_its_time(desk: Desk) -> None:
    told = desk.apply("-v").err
    assert "masg-2 edit-config: ok after " in told
    assert "masg-1 commit: ok after " in told


def test_once_more_sends_no_edit(desk: Desk) -> None:
    desk.apply()
    before = len(desk.edits)
    ended = desk.run("apply", desk.intent())
    assert ended.status == 0
    assert ended.out.startswith("NO_CHANGE: ")
    assert len(desk.edits) == before


def test_unsaved_is_a_loud_warning_and_save_saves(desk: Desk) -> None:
    ended = desk.apply()
    assert "WARNING: not saved to startup on masg-1 and masg-2" in ended.out
    ended = desk.apply("--save", label=2002)
    assert "WARNING" not in ended.out
    assert all(device.startup == device.running for device in desk.lab)


def test_a_risk_has_to_be_accepted_where_nobody_can_be_asked(desk: Desk) -> None:
    ended = desk.run("apply", desk.intent())
    assert ended.status == 10
    assert "--accept interruption" in ended.err
    assert ended.out == ""
    assert desk.edits == []


def test_a_new_label_on_a_live_pair_is_a_risk_of_its_own(desk: Desk) -> None:
    desk.apply()
    ended = desk.run("apply", desk.intent(3001), "--accept", "interruption")
    assert ended.status == 10
    assert "Accept it with --accept relabel." in ended.err
    assert desk.labels == [2001, 2001]
    assert desk.apply(label=3001).status == 0
    assert desk.labels == [3001, 3001]


def test_an_unknown_risk_is_a_wrong_call(desk: Desk) -> None:
    ended = desk.run("apply", desk.intent(), "--accept", "everything")
    assert ended.status == 2
    assert (
        ended.err
        == "--accept: 'everything' is no kind of risk. There are interruption, relabel, in-service, session-reset.\n"
    )
    assert not any(device.received for device in desk.lab)


def test_nothing_is_said_of_the_label_of_a_vpn_instance_that_is_not_there(desk: Desk) -> None:
    ghost = desk.intent()
    ghost.write_text(ghost.read_text().replace("vpna", "ghost"))
    ended = desk.run("remove", ghost)
    assert ended.status == 0
    assert ended.out.startswith("NO_CHANGE: neither router holds such a label")
    assert "assigned label" not in ended.out
    assert "assigned label not told" not in desk.run("apply", desk.intent(), "--accept", "interruption").out


def test_remove_takes_the_label_and_nothing_else(desk: Desk) -> None:
    before = desk.running
    desk.apply()
    refused = desk.run("remove", desk.intent())
    assert refused.status == 10
    assert desk.labels == [2001, 2001]
    ended = desk.run("remove", desk.intent(), "--accept", "interruption")
    assert ended.status == 0
    assert "- static-label 2001" in ended.err
    assert desk.labels == [None, None]
    assert [b"<name>vpna</name>" in running for running in desk.running] == [True, True]
    assert len(desk.running[0]) - len(before[0]) < len("<label-mode>per-instance</label-mode>") + 1


@pytest.mark.parametrize("router", ["master", "backup"])
@pytest.mark.parametrize("rpc", ["edit-config", "validate", "commit-confirmed"])
def test_a_refusal_leaves_both_as_they_were(desk: Desk, router: str, rpc: str) -> None:
    before = desk.running
    desk.lab.fault(f"{router}:{rpc}:refuse")
    ended = desk.apply()
    assert ended.status == 5
    assert ended.out.startswith("ABORTED: both routers are as they were")
    assert ended.out.count("unchanged: read back") == 2
    assert "The operation was refused." in ended.err.splitlines()[-1]
    assert ended.err.splitlines()[-1].startswith(desk.lab[router].name)
    assert desk.running == before
    assert desk.held == []


def test_a_label_that_the_router_cannot_have(desk: Desk) -> None:
    ended = desk.apply(label=99999)
    assert ended.status in (3, 5)
    assert "99999" in ended.err.splitlines()[-1]
    assert desk.labels == [None, None]
    assert desk.held == []


@pytest.mark.parametrize(
    ("switch", "words"),
    [("locked", "masg-2: running is locked by session"), ("dirty-candidate", "masg-2: ")],
)
def test_what_others_hold_is_left_to_them(desk: Desk, switch: str, words: str) -> None:
    desk.lab["backup"].switch(switch)
    ended = desk.apply()
    assert ended.status == 10
    assert words in ended.err
    assert desk.labels == [None, None]
    assert desk.edits == []


def test_a_router_that_dies_in_the_last_step_leaves_doubt(desk: Desk) -> None:
    desk.lab.fault("backup:commit-confirming:die-after")
    ended = desk.apply("--settle-timeout", "0.1", "--json")
    assert ended.status == 6
    assert ended.document["outcome"] == "IN_DOUBT"
    assert ended.document["error"]["kind"] == "InDoubt"
    assert ended.document["error"]["exit_status"] == 6
    assert {each["device"]: each["holds"] for each in ended.document["routers"]} == {
        "masg-1": "new",
        "masg-2": "unknown",
    }


def _diverge(desk: Desk, *options: str) -> Ended:
    """Somebody else changes both routers while the backup is away, after the master was confirmed."""
    master, backup = desk.lab["master"], desk.lab["backup"]
    held = backup.hold("commit-confirming", before=True)
    ended: list[Ended] = []
    work = threading.Thread(target=lambda: ended.append(desk.apply(*options)))
    work.start()
    held.wait_reached()
    master.wait_for(lambda device: not device.pending)
    backup.stop()
    held.release()
    for device in desk.lab:
        device.edit_as_other(vpn(4000), force=True)
    backup.start()
    work.join()
    return ended[0]


def test_what_somebody_else_changed_is_not_overwritten(desk: Desk) -> None:
    ended = _diverge(desk, "--json")
    assert ended.status == 7
    assert ended.document["outcome"] == "DIVERGED"
    assert all(each["digest"] for each in ended.document["routers"])
    assert set(ended.document["inverses"]) == {"masg-1", "masg-2"}
    assert desk.labels == [4000, 4000]


def test_a_person_gets_the_inverse_of_a_diverged_change(desk: Desk) -> None:
    ended = _diverge(desk)
    assert ended.status == 7
    assert ended.out.startswith("DIVERGED: ")
    assert ended.out.count("its configuration has the digest ") == 2
    assert ended.out.count("\n<edit-config ") == 2
    assert "wrong VPN" in ended.err


def test_the_result_is_one_document(desk: Desk) -> None:
    ended = desk.apply("--json")
    assert ended.status == 0
    assert ended.document["outcome"] == "COMMITTED"
    assert [each["vpn_instances"][0]["assigned_label"] for each in ended.document["routers"]] == [2001, 2001]
    assert ended.document["unsaved"] == ["masg-1", "masg-2"]
    assert "error" not in ended.document
    assert "COMMITTED" in ended.err


def test_an_aborted_one_too(desk: Desk) -> None:
    desk.lab.fault("backup:commit-confirmed:refuse")
    ended = desk.apply("--json")
    assert ended.status == 5
    assert ended.document["outcome"] == "ABORTED"
    assert ended.document["error"]["where"] == "masg-2"
    assert ended.document["error"]["exit_status"] == 5
    assert [each["holds"] for each in ended.document["routers"]] == ["old", "old"]


def test_and_a_refusal(desk: Desk) -> None:
    ended = desk.run("apply", desk.intent(), "--json")
    assert ended.status == 10
    assert ended.document["error"]["kind"] == "Refused"
    assert ended.document["error"]["reason"] == "risk"
    assert ended.document["error"]["hint"] == "Accept it with --accept interruption."


def test_the_journal_is_where_it_is_asked_for(desk: Desk) -> None:
    journal = desk.folder / "journal.sqlite"
    ended = desk.apply("--journal", journal)
    assert journal.stat().st_size > 0
    assert "journal: transaction " in ended.out


def test_two_kinds_of_router_and_one_that_is_narrower(tmp_path: Path) -> None:
    with new_desk(tmp_path, profiles={"backup": "atn"}) as desk:
        assert desk.apply().status == 0
        assert desk.apply(label=40000).status in (3, 5)  # only the ATN could have it
        assert desk.labels == [2001, 2001]


def test_a_folder_for_the_journal_is_not_made(desk: Desk) -> None:
    ended = desk.apply("--journal", desk.folder / "mistyped" / "journal.sqlite")
    assert ended.status == 10
    assert f"there is no folder {desk.folder}/mistyped" in ended.err
    assert not (desk.folder / "mistyped").exists()
    assert desk.edits == []


def test_a_refused_label_is_shown_in_the_intent_file(tmp_path: Path) -> None:
    blind = ["no-get-schema"]
    with new_desk(tmp_path, switches={"master": blind, "backup": blind}) as desk:
        _refused_label_is_shown(desk)


def _refused_label_is_shown(desk: Desk) -> None:
    file = desk.written(
        "pair: metro-7\nmaster: masg-1\nbackup: masg-2\nvpn_instances:\n  - name: vpna\n    static_label: 99999\n"
        '    route_distinguisher: "200:1"\n'
    )
    ended = desk.run("apply", file, "--accept", "interruption", "--json")
    assert ended.status == 5
    assert f"masg-1 and masg-2 vpn_instances[0].static_label ({file}:6:19): refused the change" in ended.err
    document = json.loads(ended.out)
    problems = document["error"]["problems"]
    assert problems == document["cause"]["problems"]
    assert [
        (problem["field"], problem["file"], problem["line"], problem["column"]) for problem in problems
    ] == [(f"{masg} vpn_instances[0].static_label", str(file), 6, 19) for masg in ("masg-1", "masg-2")]


def test_a_vpn_instance_that_is_down_on_the_backup_takes_both_back(tmp_path: Path) -> None:
    with new_desk(tmp_path, switches={"backup": ["vpn-down"]}) as at:
        before = at.running
        ended = at.apply()
        assert ended.status == 5
        assert ended.out.startswith("ABORTED: both routers are as they were")
        assert "Note: vpna is down on masg-2" in ended.err
        last = ended.err.splitlines()[-1]
        assert last.startswith(
            "masg-2: vpna: check vpn-up (the VPN instance is up) failed in the confirm window: it is"
        )
        assert "/l3vpn:afs/af[type='ipv4-unicast']/state/status = down" in last
        assert "--no-proof" in last
        assert (at.running, at.held) == (before, [])
        for device in at.lab:  # another client gets both locks
            with plain(device) as session, session.locked("running"), session.locked("candidate"):
                pass
        transaction = ended.out.rpartition("transaction ")[2].strip()
        (failed, _) = [
            check for check in command("history", transaction, "--json").document["checks"] if check["failed"]
        ]
        assert (failed["device"], failed["subject"], failed["promised"]) == ("masg-2", "vpna", True)


def test_it_can_be_confirmed_unproven_and_is_told(tmp_path: Path) -> None:
    with new_desk(tmp_path, switches={"backup": ["vpn-down"]}) as at:
        ended = at.apply("--no-proof")
        assert ended.status == 0
        assert at.labels == [2001, 2001]
    assert "check vpn-up (the VPN instance is up) failed in the confirm window" in ended.out
    assert "not required (--no-proof)" in ended.out


@contextmanager
def plain(device: Device) -> Iterator[Any]:
    """A session of plain ncclient."""
    with manager.connect(
        host=device.host,
        port=device.port,
        username=device.username,
        password=device.password,
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
    ) as session:
        yield session
