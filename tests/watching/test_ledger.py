"""What is told of what was seen."""

from __future__ import annotations

from datetime import UTC, datetime

from egresspair.intent import Intent, Role
from egresspair.netconf.change_events import ChangedBy, ChangeEvent
from egresspair.watching import Back, Drift, Finding, PairState, RouterState, Source, event_line
from egresspair.watching.attention import Seen
from egresspair.watching.judge import judge_pair
from egresspair.watching.ledger import Ledger

from .values import INTENT, pair, router

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
EVENT = ChangeEvent(
    "netconf-config-change",
    ChangedBy(username="root", session_id="3", source_host="192.0.2.9"),
    happened_at=AT,
)
SOURCES = {"masg-1": Source.NOTIFICATION, "masg-2": Source.NOTIFICATION}
BACKUP = Role.BACKUP


def ledger(state: PairState | None = None) -> Ledger:
    made = Ledger(INTENT, judge_pair)
    made.begin(state or pair(), SOURCES, (), AT)
    return made


def seen(state: RouterState, *events: ChangeEvent) -> Seen:
    return Seen(state, events, Source.NOTIFICATION if events else Source.POLLING)


def test_a_change_that_breaks_the_pair_and_one_that_mends_it() -> None:
    book = ledger()
    broken = router(BACKUP, static_label=3001)
    (first,) = book.seen(seen(broken, EVENT), AT)
    assert (first.device, first.role, first.was_whole) == ("masg-2", BACKUP, True)
    assert [str(change) for change in first.changes] == ["changed vpna static-label 2001 -> 3001"]
    assert (first.before, first.after) == (router(BACKUP).digest, broken.digest)
    assert first.who == (EVENT.by,)
    assert first.happened_at == AT
    assert event_line(first) == (
        "2026-11-26T12:00:00Z masg-2: vpna static-label 2001 -> 3001, by user root, session 3, from 192.0.2.9, "
        "announced; the pair is BROKEN: vpna: static label 2001 on masg-1 and 3001 on masg-2: after a failure of "
        "the master its traffic is dropped or misdelivered"
    )
    (second,) = book.seen(seen(router(static_label=3001)), AT)
    assert (second.findings, second.was_whole) == ((), False)
    assert event_line(second) == (
        "2026-11-26T12:00:00Z masg-1: vpna static-label 2001 -> 3001, by whom is not known, found by polling; "
        "labels, route distinguishers and VPN targets match again"
    )


def test_what_the_intent_does_not_protect_is_not_told() -> None:
    book = ledger()
    assert list(book.seen(seen(router(BACKUP, others={"bystander": 77}), EVENT), AT)) == []
    assert list(book.seen(seen(router(BACKUP, others={"bystander": 78}), EVENT), AT)) == []


def test_another_vpn_instance_that_takes_the_label_is_told() -> None:
    book = ledger()
    (drift,) = book.seen(seen(router(BACKUP, others={"bystander": 2001})), AT)
    assert [str(change) for change in drift.changes] == ["added bystander static-label 2001"]
    assert [finding.check for finding in drift.findings] == ["label-owner"]


def test_a_lost_router_is_told_once_for_each_reason_and_what_it_does_not_show_is_said() -> None:
    book = ledger()
    assert [lost.reason for lost in book.lost(BACKUP, "connection refused", AT)] == ["connection refused"]
    assert list(book.lost(BACKUP, "connection refused", AT)) == []
    assert [lost.reason for lost in book.lost(BACKUP, "no answer", AT)] == ["no answer"]
    assert list(book.lost(BACKUP, "connection refused", AT)) == []
    (drift,) = book.seen(seen(router(static_label=3001)), AT)
    assert drift.unseen == ("masg-2",)
    assert event_line(drift).endswith("(as far as known: masg-2 cannot be read at present)")


def test_what_was_changed_meanwhile_follows_when_it_is_back() -> None:
    book = ledger()
    list(book.lost(BACKUP, "connection refused", AT))
    changed = Seen(router(BACKUP, static_label=None), (), Source.RECONNECTION)
    back, drift = book.back(BACKUP, changed, Source.NOTIFICATION, (), AT)
    assert isinstance(back, Back)
    assert (back.changed, back.unseen, [each.check for each in back.findings]) == (True, (), ["static-label"])
    assert isinstance(drift, Drift)
    assert (drift.source, drift.was_whole) == (Source.RECONNECTION, True)
    assert "vpna - static-label 2001, found when it was read again" in event_line(drift)


def test_a_router_that_comes_back_as_it_was_is_told_and_no_more() -> None:
    book = ledger()
    list(book.lost(BACKUP, "connection refused", AT))
    (back,) = book.back(BACKUP, Seen(router(BACKUP), (), Source.RECONNECTION), Source.POLLING, (), AT)
    assert event_line(back) == (
        "2026-11-26T12:00:00Z masg-2: is watched again by polling, unchanged; "
        "labels, route distinguishers and VPN targets match"
    )
    assert [lost.reason for lost in book.lost(BACKUP, "connection refused", AT)] == ["connection refused"]


def test_another_judge_may_be_asked() -> None:
    verdicts = iter([(), (Finding("vpna", "state", "is down on masg-2"),)])

    def judge(intent: Intent, state: PairState) -> tuple[Finding, ...]:
        assert intent is INTENT
        assert state.master.device == "masg-1"
        return next(verdicts)

    book = Ledger(INTENT, judge)
    assert book.begin(pair(), SOURCES, (), AT).findings == ()
    (drift,) = book.seen(seen(router(BACKUP, others={"x": 1})), AT)
    assert drift.changes == ()
    assert event_line(drift).endswith("the pair is BROKEN: vpna: is down on masg-2")
