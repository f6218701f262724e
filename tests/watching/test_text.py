"""What a watch tells: one line for people, one document for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from egresspair.configuration import Change, Node
from egresspair.intent import Role
from egresspair.netconf.change_events import ChangedBy, ChangeEvent, ConfirmEvent, Edit
from egresspair.watching import Back, Drift, Finding, Lost, Source, Standing, event_facts, event_line

from .values import pair

AT = datetime(2026, 11, 26, 13, 0, 5, 678, tzinfo=timezone(timedelta(hours=1)))
ROOT = ChangedBy(username="root", session_id="3")
EVE = ChangedBy(username="eve")
FINDING = Finding("vpna", "static-label", "has no static label on masg-2")
STANDING = Standing(AT, pair(), {"masg-1": Source.NOTIFICATION, "masg-2": Source.POLLING}, (), ("a note",))
DRIFT = Drift(
    at=AT,
    device="masg-2",
    role=Role.BACKUP,
    changes=(Change("vpna", Node.STATIC_LABEL, "2001", None),),
    before="b",
    after="a",
    events=(),
    source=Source.POLLING,
    state=pair(),
    findings=(FINDING,),
    was_whole=True,
)
LOST = Lost(AT, "masg-2", Role.BACKUP, "connection refused")
BACK = Back(AT, "masg-2", Role.BACKUP, Source.POLLING, changed=False, findings=(FINDING,), notes=("a note",))


def confirmed(confirm: ConfirmEvent, by: ChangedBy) -> ChangeEvent:
    return ChangeEvent("netconf-confirmed-commit", by, confirm=confirm)


def changed(by: ChangedBy) -> ChangeEvent:
    return ChangeEvent("netconf-config-change", by)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((), ", by whom is not known, announced; "),
        ((changed(ROOT), changed(ROOT)), ", by user root, session 3, announced; "),
        ((changed(ROOT), changed(EVE)), ", by user root, session 3 or by user eve, announced; "),
        (
            (confirmed(ConfirmEvent.START, ROOT), changed(ROOT)),
            ", on trial by a confirmed commit, by user root, session 3, announced; ",
        ),
        (
            (confirmed(ConfirmEvent.TIMEOUT, ChangedBy(server=True)),),
            ", rolled back by the router: a confirmed commit was not confirmed in time, announced; ",
        ),
        (
            (confirmed(ConfirmEvent.CANCEL, ROOT),),
            ", rolled back: a confirmed commit was cancelled by user root, session 3, announced; ",
        ),
        ((confirmed(ConfirmEvent.CANCEL, ChangedBy()),), " a confirmed commit was cancelled, announced; "),
    ],
)
def test_who_is_said_to_have_done_it(events: tuple[ChangeEvent, ...], words: str) -> None:
    line = event_line(replace(DRIFT, events=events, source=Source.NOTIFICATION))
    assert line.startswith("2026-11-26T12:00:05Z masg-2: vpna - static-label 2001, ")
    assert words in line
    assert line.endswith("; the pair is BROKEN: vpna: has no static label on masg-2")


def test_the_other_lines() -> None:
    assert event_line(STANDING) == (
        "2026-11-26T12:00:05Z labels, route distinguishers and VPN targets match; "
        "watching masg-1 by notification, masg-2 by polling; a note"
    )
    assert event_line(LOST) == "2026-11-26T12:00:05Z masg-2: cannot be watched: connection refused"
    assert event_line(BACK) == (
        "2026-11-26T12:00:05Z masg-2: is watched again by polling, unchanged; "
        "the pair is BROKEN: vpna: has no static label on masg-2; a note"
    )
    still = replace(DRIFT, was_whole=False, changes=(), unseen=("masg-1",))
    assert event_line(still) == (
        "2026-11-26T12:00:05Z masg-2: what it holds is judged anew, by whom is not known, found by polling; "
        "the pair is BROKEN still: vpna: has no static label on masg-2 "
        "(as far as known: masg-1 cannot be read at present)"
    )


def facts(event: Any) -> dict[str, Any]:
    """Through JSON and back."""
    found = json.loads(json.dumps(event_facts(event)))
    assert isinstance(found, dict)
    return found


def test_a_drift_as_a_document() -> None:
    event = ChangeEvent("netconf-config-change", ROOT, (Edit("/ni:x", "create"),), happened_at=AT)
    found = facts(replace(DRIFT, events=(event,), source=Source.NOTIFICATION))
    root = {"server": False, "username": "root", "session_id": "3", "source_host": "", "terminal": ""}
    assert found == {
        "event": "drift",
        "at": "2026-11-26T12:00:05.000678+00:00",
        "device": "masg-2",
        "role": "backup",
        "source": "notification",
        "changes": [
            {"kind": "removed", "vpn": "vpna", "node": "static-label", "before": "2001", "after": None}
        ],
        "before": "b",
        "after": "a",
        "happened_at": "2026-11-26T12:00:05.000678+00:00",
        "who": [root],
        "rollback": False,
        "events": [
            {
                "name": "netconf-config-change",
                "by": root,
                "edits": [{"target": "/ni:x", "operation": "create"}],
                "confirm": None,
                "happened_at": "2026-11-26T12:00:05.000678+00:00",
            }
        ],
        "was_whole": True,
        "unseen": [],
        "whole": False,
        "findings": [{"vpn": "vpna", "check": "static-label", "what": "has no static label on masg-2"}],
    }


def test_the_other_documents() -> None:
    standing = facts(STANDING)
    assert (standing["event"], standing["whole"], standing["notes"]) == ("standing", True, ["a note"])
    assert standing["sources"] == {"masg-1": "notification", "masg-2": "polling"}
    assert standing["digests"] == {router.device: router.digest for router in pair()}
    assert facts(LOST)["reason"] == "connection refused"
    back = facts(BACK)
    assert (back["event"], back["changed"], back["whole"], back["unseen"]) == ("back", False, False, [])


def test_a_time_by_the_routers_clock_may_be_missing() -> None:
    assert facts(replace(DRIFT, events=(changed(ROOT),)))["happened_at"] is None
