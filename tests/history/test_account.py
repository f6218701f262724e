"""The account of a transaction: true, complete, and without secrets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import update

import egresspair as ep
from egresspair.errors import JournalError, UsageError
from egresspair.history import (
    Account,
    Damaged,
    account_of,
    account_text,
    change_line,
    changes,
    record_as,
    record_html,
)
from egresspair.journal import Entry, MemoryJournal, Opening, open_journal
from egresspair.journal.sql import SqlJournal
from egresspair.journal.tables import records, transactions
from egresspair.recovery import opening
from pair.bench import Bench, bench
from pair.documents import intent
from plan.views import plan


@pytest.fixture
def rig() -> Iterator[Bench]:
    with bench() as made:
        yield made


def newest(rig: Bench) -> Account:
    return account_of(rig.journal.entry(rig.journal.ids()[0]))


def test_a_commit_is_told_from_beginning_to_end(rig: Bench) -> None:
    result = rig.apply(intent())
    account = newest(rig)
    assert (account.pair, account.action, account.outcome) == ("metro-7", "protect", "COMMITTED")
    assert account.id == result.transaction
    assert [phase.state for phase in account.phases] == [
        "planned",
        "locked",
        "staged",
        "prepared",
        "tentative",
        "verified",
        "decided",
        "committed",
    ]
    assert [decision.choice for decision in account.decisions] == ["commit"]
    assert {party.held for party in account.parties} == {"new"}
    assert account.who == account.decisions[0].who == account.ended_by


def test_phases_follow_each_other_without_a_gap(rig: Bench) -> None:
    rig.apply(intent())
    account = newest(rig)
    for phase, following in zip(account.phases, account.phases[1:], strict=False):
        assert phase.seconds is not None
        assert phase.at + phase.seconds == pytest.approx(following.at)
    assert account.seconds is not None
    assert sum(phase.seconds or 0 for phase in account.phases) == pytest.approx(account.seconds)


def test_the_payloads_are_what_the_routers_received(rig: Bench) -> None:
    rig.apply(intent())
    for party in newest(rig).parties:
        assert party.edit_config is not None
        (sent,) = [each.raw for each in rig.lab[party.role].received if each.name == "edit-config"]
        assert party.edit_config.encode() in sent
        assert party.edit_sha256 == hashlib.sha256(party.edit_config.encode()).hexdigest()


def test_every_operation_of_every_router_is_there(rig: Bench) -> None:
    rig.apply(intent())
    account = newest(rig)
    for device in rig.lab:
        told = [each.operation for each in account.operations if each.device == device.name]
        received = [each.name for each in device.received if each.name not in ("hello", "close-session")]
        assert told == received[-len(told) :]  # planning reads before
        assert {"lock", "edit-config", "validate", "commit", "unlock"} <= set(told)
    assert {each.outcome for each in account.operations} == {"ok"}


def test_the_intent_is_there_as_it_was_given(rig: Bench) -> None:
    rig.apply(intent())
    assert ep.parse_intent(newest(rig).intent) == intent()
    assert newest(rig).intent_sha256 == intent().digest


def test_a_refusal_says_why(rig: Bench) -> None:
    rig.lab["backup"].switch("locked")
    with pytest.raises(ep.Refused):
        rig.apply(intent())
    account = newest(rig)
    assert account.outcome == "REFUSED"
    assert account.reason.startswith("locked: masg-2: running is locked")
    assert "REFUSED (locked)" in change_line(account)


def test_an_abort_says_what_the_router_said(rig: Bench) -> None:
    rig.lab.fault("backup:validate:refuse")
    with pytest.raises(ep.TransactionAborted):
        rig.apply(intent())
    account = newest(rig)
    assert account.outcome == "ABORTED"
    assert "masg-2: refused the change" in account.reason
    assert [each.outcome for each in account.operations].count("errors") == 1
    assert "because masg-2" in account_text(account)


def test_saving_what_is_there_already_is_a_change_of_its_own(rig: Bench) -> None:
    rig.apply(intent())
    with rig.open(intent(), policy=replace(rig.policy, save=True)) as pair:
        pair.apply(pair.plan(intent()))
    account = newest(rig)
    assert account.outcome == "NO_CHANGE"
    assert {party.startup for party in account.parties} == {"saved to startup"}
    assert {party.edit_config for party in account.parties} == {None}
    assert "no change" in account_text(account)


def test_doubt_is_not_an_end(rig: Bench) -> None:
    rig.lab.fault("backup:commit-confirming:die-after")
    with pytest.raises(ep.InDoubt):
        rig.apply(intent())
    account = newest(rig)
    assert account.outcome == "in doubt"
    assert (account.seconds, account.ended) == (None, None)
    assert account.phases[-1].seconds is None
    assert {party.device: party.held for party in account.parties} == {"masg-1": "new", "masg-2": "unknown"}


def forms(account: Account) -> list[str]:
    """The account in every form in which it leaves the program."""
    return [
        *(record_as(account, ending) for ending in (".html", ".json", ".txt")),
        account_text(account),
        json.dumps(account.to_dict()),
        change_line(account),
    ]


def test_no_form_has_a_persist_token_or_a_password(rig: Bench) -> None:
    rig.apply(intent())
    entry = rig.journal.entry(rig.journal.ids()[0])
    tokens = list(entry.of_kind("tokens")[0].facts["tokens"].values())
    assert len(tokens) == 2
    for form in forms(account_of(entry)):
        assert not [secret for secret in (*tokens, rig.lab["master"].password) if secret in form]


def test_a_token_that_a_router_repeats_is_not_shown_either() -> None:
    journal = MemoryJournal()
    log = journal.begin(opening(plan()))
    log.record("tokens", {"attempt": 1, "tokens": {"master": "tok-1234", "backup": "tok-12"}})
    log.note("answer", answer_facts(detail="no commit tok-1234 is pending, but tok-12"))
    log.end("ABORTED", {"cause": {"where": "masg-1", "what": "no commit tok-1234", "hint": "ask tok-12"}})
    account = account_of(journal.entry(log.id))
    assert "tok-" not in "".join(forms(account))
    assert account.operations[0].detail == "no commit (persist token) is pending, but (persist token)"


def answer_facts(**changes: Any) -> dict[str, Any]:
    facts = {"flight": "cancel", "device": "masg-1", "operation": "cancel-commit", "outcome": "errors"}
    return {**facts, "ms": 1.5, "detail": "", **changes}


def entry_of(**facts: Any) -> Entry:
    """A transaction in which a router said this."""
    journal = MemoryJournal()
    log = journal.begin(opening(plan()))
    log.note("answer", answer_facts(**facts))
    return journal.entry(log.id)


@given(st.text())
def test_what_a_router_says_cannot_become_markup(said: str) -> None:
    page = record_html(account_of(entry_of(detail=f"<script>{said}</script>")))
    root = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8"))
    assert root.findall(".//script") == []
    assert "&lt;script&gt;" in page


def test_the_page_stands_alone_and_is_well_formed(rig: Bench) -> None:
    rig.apply(intent())
    page = record_html(newest(rig))
    root = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8", recover=False))
    assert page.startswith("<!DOCTYPE html>")
    assert not root.xpath("//@src | //link | //script | //iframe | //object | //img | //a")
    assert "url(" not in page
    assert "@import" not in page
    shown = "".join(root.itertext())
    assert all(
        str(party.edit_config) in shown and str(party.inverse_sha256) in shown
        for party in newest(rig).parties
    )


def test_the_json_record_is_the_account(rig: Bench) -> None:
    rig.apply(intent())
    assert json.loads(record_as(newest(rig), ".json")) == newest(rig).to_dict()


def test_the_text_record_has_the_payloads_exactly(rig: Bench) -> None:
    rig.apply(intent())
    text = record_as(newest(rig), ".TXT")
    for party in newest(rig).parties:
        assert text.count(f"\n{party.edit_config}\n") >= 1


@pytest.mark.parametrize("ending", ["", ".pdf", ".htm"])
def test_another_format_is_a_wrong_call(ending: str) -> None:
    with pytest.raises(UsageError, match=r"is no format of a change record"):
        record_as(account_of(entry_of()), ending)


def test_a_plan_that_cannot_be_read_is_not_guessed() -> None:
    journal = MemoryJournal()
    facts = {**opening(plan()).facts, "format": 99}
    log = journal.begin(Opening("metro-7", "protect", {"SHA256:x": "masg-1"}, facts))
    with pytest.raises(JournalError):
        account_of(journal.entry(log.id))


# the list


def filled(place: Path, *pairs: str) -> SqlJournal:
    """A journal with a transaction for each of these pairs."""
    journal = open_journal(place)
    assert isinstance(journal, SqlJournal)
    for number, pair in enumerate(pairs):
        clock = iter([1_700_000_000.0 + number, *[1_700_000_001.5 + number] * 9])
        journal.clock = lambda clock=clock: next(clock)  # type: ignore[misc]  # a default binds it here
        log = journal.begin(replace(opening(plan()), pair=pair))
        log.note("state", {"state": "locked", "why": ""})
        log.end("COMMITTED", {})
    return journal


def test_the_newest_is_first_and_the_list_can_be_shortened(tmp_path: Path) -> None:
    journal = filled(tmp_path / "j", "a", "b", "a", "c")
    assert [each.pair for each in changes(journal) if isinstance(each, Account)] == ["c", "a", "b", "a"]
    assert len(list(changes(journal, limit=2))) == 2
    only = [each for each in changes(journal, pair="a") if isinstance(each, Account)]
    assert [each.pair for each in only] == ["a", "a"]
    assert [each.seconds for each in only] == [1.5, 1.5]


@pytest.mark.parametrize("table", [transactions, records])
def test_a_damaged_one_is_told_of_and_hides_no_other(tmp_path: Path, table: Any) -> None:
    journal = filled(tmp_path / "j", "a", "b", "c")
    broken = journal.ids()[1]
    column = table.c.id if table is transactions else table.c.transaction_id
    with journal.engine.begin() as connection:
        connection.execute(update(table).where(column == broken).values(facts='{"state":"committed"}'))
    first, second, third = changes(journal)
    assert isinstance(first, Account)
    assert isinstance(third, Account)
    assert isinstance(second, Damaged)
    assert second.id == broken
    assert "damaged" in second.what
    assert "DAMAGED" in change_line(second)
    assert [type(each) for each in changes(journal, pair="c")] == [Account, Damaged]
