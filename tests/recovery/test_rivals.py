"""Two orchestrators on one pair at the same time, as two processes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lab.client import session
from pair.documents import ROLES

from .client import Process
from .site import NEW, site


def refusal(process: Process) -> dict[str, Any]:
    """It was refused before any edit: why."""
    ended = process.wait()
    assert ended.status == 10, ended.err
    error: dict[str, Any] = ended.document["error"]
    assert error["kind"] == "Refused"
    return error


def test_the_shared_journal_says_who_is_at_work_and_since_when(tmp_path: Path) -> None:
    with site(tmp_path) as each:
        hold = each.hold("backup", "edit-config")
        with each.desk.applying() as first:
            hold.wait_reached(30)
            (entry,) = each.history
            with each.desk.applying() as second:
                error = refusal(second)
            hold.release()
            assert first.wait().status == 0
        assert error["reason"] == "unfinished"
        assert entry.who in error["what"]
        assert f"pid {first.popen.pid}" in error["what"]
        assert entry.id in error["what"]
        assert "UTC" in error["what"]
        assert error["where"] == "masg-1 and masg-2"
        each.assert_settled("COMMITTED")


def test_without_a_shared_journal_the_router_says_which_session_it_is(tmp_path: Path) -> None:
    with site(tmp_path) as each:
        hold = each.hold("backup", "edit-config")
        with each.desk.applying() as first:
            hold.wait_reached(30)
            holders = set(each.lab["master"].locks.values())
            with each.desk.applying(journal=str(tmp_path / "another.sqlite")) as second:
                error = refusal(second)
            hold.release()
            assert first.wait().status == 0
        assert error["reason"] == "locked"
        assert re.search(rf"session {holders.pop()} \(user lab, since 20\d\d-", error["what"])
        each.assert_settled("COMMITTED")


def test_a_holder_whom_nobody_can_name_is_not_guessed_at(tmp_path: Path) -> None:
    with site(tmp_path) as each, session(each.lab["master"]) as other:
        edit = "<confirmed/><confirm-timeout>60</confirm-timeout><persist>theirs</persist>"
        other.ok(f"<commit>{edit}</commit>")
        with each.desk.applying() as client:
            error = refusal(client)
        assert error["reason"] == "locked"
        assert "since when" in error["what"]
        assert "a confirmed commit is pending" in error["what"]
        assert each.running == each.before


@pytest.mark.parametrize("shared", [True, False])
def test_two_that_start_together_do_not_harm_each_other(tmp_path: Path, shared: bool) -> None:
    with site(tmp_path) as each:
        other = "" if shared else str(tmp_path / "another.sqlite")
        with each.desk.applying() as one, each.desk.applying(journal=other) as two:
            statuses = sorted([one.wait().status, two.wait().status])
        assert statuses in ([0, 0], [0, 10])
        assert each.labels == [NEW, NEW]
        each.assert_free(*ROLES)
