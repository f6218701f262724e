"""A pair of lab routers, which are polled, or announce what happens if they are told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from egresspair.errors import UsageError
from egresspair.intent import Role
from egresspair.watching import Back, Drift, Lost, Source, Standing, Watched
from pair.bench import Bench
from pair.bench import bench as new_bench
from pair.documents import ALL, BARE, BOTH_LABELLED, LABELLED, config, intent, intent_of
from servers.ports import wait_until

INTERVAL = 0.05


@pytest.fixture
def bench() -> Iterator[Bench]:
    with new_bench(BOTH_LABELLED) as made:
        yield made


def test_what_others_do_is_found_and_judged(bench: Bench) -> None:
    with bench.open(intent()) as pair, closing(pair.watch(intent(), interval=INTERVAL)) as events:
        standing = next(events)
        assert isinstance(standing, Standing)
        assert standing.findings == ()
        assert standing.sources == {"masg-1": Source.POLLING, "masg-2": Source.POLLING}
        bench.lab["backup"].edit_as_other(config(("vpna", {"static-label": "3001"})))
        broken = next(events)
        assert isinstance(broken, Drift)
        assert [str(change) for change in broken.changes] == ["changed vpna static-label 2001 -> 3001"]
        assert [finding.check for finding in broken.findings] == ["static-label"]
        assert (broken.role, broken.source, broken.who) == (Role.BACKUP, Source.POLLING, ())
        bench.lab["master"].edit_as_other(config(("vpna", {"static-label": "3001"})))
        mended = next(events)
        assert isinstance(mended, Drift)
        assert (mended.device, mended.findings, mended.was_whole) == ("masg-1", (), False)


def test_what_others_do_is_announced_by_routers_that_can() -> None:
    with (
        new_bench(BOTH_LABELLED, switches={"any": ["notifications"]}) as bench,
        bench.open(intent()) as pair,
        closing(pair.watch(intent(), interval=60)) as events,
    ):
        standing = next(events)
        assert isinstance(standing, Standing)
        assert set(standing.sources.values()) == {Source.NOTIFICATION}
        bench.lab["backup"].edit_as_other(config(("vpna", {"static-label": "3001"})))
        broken = next(events)
        assert isinstance(broken, Drift)
        assert broken.source is Source.NOTIFICATION
        (who,) = broken.who
        assert (who.username, who.session_id, who.source_host) == ("another party", "0", "127.0.0.1")
        assert [finding.check for finding in broken.findings] == ["static-label"]


def test_another_vpn_instance_takes_the_label(bench: Bench) -> None:
    with bench.open(intent()) as pair, closing(pair.watch(intent(), interval=INTERVAL)) as events:
        next(events)
        for label in ("77", "2001"):  # the first is nobody's business
            bench.lab["backup"].edit_as_other(config(("bystander", {"static-label": label})))
        drift = next(events)
        assert isinstance(drift, Drift)
        assert [str(change) for change in drift.changes] == ["added bystander static-label 2001"]
        assert [finding.check for finding in drift.findings] == ["label-owner"]


def test_a_router_that_restarts_with_another_configuration(bench: Bench) -> None:
    backup = bench.lab["backup"]
    with bench.open(intent()) as pair, closing(pair.watch(intent(), interval=INTERVAL)) as events:
        next(events)
        backup.stop()
        lost = next(events)
        assert isinstance(lost, Lost)
        backup.load(BARE)
        backup.start()
        event = next(events)
        while isinstance(event, Lost):  # for another reason while it is down
            event = next(events)
        assert isinstance(event, Back)
        assert event.changed
        drift = next(events)
        assert isinstance(drift, Drift)
        assert [finding.check for finding in drift.findings] == ["static-label"]
        assert drift.source is Source.RECONNECTION


def test_the_pair_can_be_changed_while_it_is_watched(bench: Bench) -> None:
    """The watch has sessions of its own; it sees what the transaction does to each router."""
    with bench.open(intent()) as pair, closing(pair.watch(intent(), interval=INTERVAL)) as events:
        next(events)
        pair.apply(pair.plan(intent(3001)), accept=ALL)
        last: dict[str, str | None] = {}
        while set(last.values()) != {"3001"} or len(last) < 2:
            drift = next(events)
            assert isinstance(drift, Drift)
            last[drift.device] = drift.changes[-1].after
            findings = drift.findings
        assert findings == ()


def test_a_pair_that_is_broken_from_the_beginning() -> None:
    with (
        new_bench({"master": LABELLED}) as bench,
        bench.open(intent()) as pair,
        closing(pair.watch(intent(), interval=INTERVAL)) as events,
    ):
        standing = next(events)
        assert isinstance(standing, Standing)
        assert [str(finding) for finding in standing.findings] == [
            "vpna: has no static label on masg-2: traffic that comes there after a failure is dropped"
        ]


def ours() -> set[threading.Thread]:
    """The threads that are not the lab's own."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}


def test_closing_the_pair_ends_the_watch_and_leaves_no_session(bench: Bench) -> None:
    before = ours()
    with bench.open(intent()) as pair:
        told: list[Watched] = []
        thread = threading.Thread(target=lambda: told.extend(pair.watch(intent(), interval=INTERVAL)))
        thread.start()
        wait_until(lambda: bool(told), seconds=10, what="the first value")
    thread.join(10)
    assert not thread.is_alive()
    assert [event.kind for event in told] == ["standing"]
    for device in bench.lab:
        device.wait_for(lambda each: not each.sessions)
    wait_until(lambda: ours() <= before, seconds=10, what="the end of every thread")


def test_closing_the_generator_leaves_the_pair_open(bench: Bench) -> None:
    with bench.open(intent()) as pair:
        events = pair.watch(intent(), interval=INTERVAL)
        next(events)
        events.close()
        for device in bench.lab:
            device.wait_for(lambda each: len(each.sessions) == 1)
        assert pair.plan(intent()).is_empty


def test_another_pairs_intent_is_refused_at_once(bench: Bench) -> None:
    other = intent_of({"name": "vpna", "static_label": 2001}).model_copy(update={"backup": "masg-9"})
    with bench.open(intent()) as pair:
        with pytest.raises(UsageError, match="masg-9"):
            pair.watch(other)
        with pytest.raises(UsageError, match="interval"):
            pair.watch(intent(), interval=0)
    with pytest.raises(UsageError, match="closed"):
        pair.watch(intent())
