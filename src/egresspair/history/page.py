"""The change record as one HTML file: no script, no font, no picture from elsewhere; made to be printed as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree
from lxml.builder import E

from .account import Account, Party, iso
from .text import check_line, held_words, outcome_words, seconds_words

_STYLE = """
body { font: 10.5pt/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 58rem;
  margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: .3rem }
h2 { font-size: 1.1rem; border-bottom: 1px solid #999; margin-top: 2rem; break-after: avoid }
h3 { font-size: 1rem; break-after: avoid }
table { border-collapse: collapse; width: 100%; font-size: .92em }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ddd;
  overflow-wrap: anywhere }
tr { break-inside: avoid }
thead { display: table-header-group }
th { font-weight: 600 }
.facts th { width: 11rem; white-space: nowrap }
.number { text-align: right; white-space: nowrap; width: 5rem }
.time { white-space: nowrap }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; border: 1px solid #ddd; padding: .6rem;
  font: 8.5pt/1.4 monospace }
code { font: .9em monospace; overflow-wrap: anywhere }
.outcome { display: inline-block; border: 2px solid; padding: .15rem .6rem; font-weight: 700 }
.good { color: #14532d } .bad { color: #8a1c1c } .open { color: #7a4b00 }
footer { margin-top: 2rem; font-size: .85em; color: #555 }
@page { margin: 18mm 15mm }
@media print { body { margin: 0; max-width: none; padding: 0 } pre { background: none } }
"""
_GOOD = frozenset({"COMMITTED", "NO_CHANGE"})
_BAD = frozenset({"DIVERGED"})
_KINDS = {"ms": "number", "seconds": "number", "time": "time", "entered": "time", "answered": "time"}
_NO_XML = re.compile("[^\\t\\n\\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def record_html(account: Account) -> str:
    """The whole record; everything that came from files, people and routers is escaped."""
    page = E.html(
        E.head(
            E.meta(charset="utf-8"),
            E.meta(name="viewport", content="width=device-width"),
            E.title(_clean(f"Change record {account.id}")),
            E.style(_STYLE),
        ),
        E.body(*_sections(account)),
        lang="en",
    )
    return "<!DOCTYPE html>\n" + etree.tostring(page, method="html", encoding="unicode") + "\n"


def _sections(account: Account) -> list[etree._Element]:
    return [
        E.h1(_clean(f"Change record {account.id}")),
        E.p(E.span(_clean(outcome_words(account)), {"class": f"outcome {_mood(account)}"})),
        _facts(_head(account)),
        E.h2("Intent"),
        E.pre(_clean(account.intent)) if account.intent else E.p("The journal does not have its text."),
        *(part for party in account.parties for part in _party(party)),
        E.h2("Decisions"),
        _table(("time", "decision", "attempt", "by"), [_decision(account, n) for n in _numbers(account)]),
        *_checks(account),
        E.h2("Phases"),
        _table(
            ("entered", "phase", "seconds", ""),
            [[iso(p.at), p.state, _seconds(p.seconds), p.why] for p in account.phases],
        ),
        E.h2("Operations"),
        _table(
            ("answered", "router", "flight", "operation", "outcome", "ms"),
            [
                [iso(o.at), o.device, o.flight, o.operation, _joined(o.outcome, o.detail), f"{o.ms:.1f}"]
                for o in account.operations
            ],
        ),
        E.footer(
            "Taken from the journal of egresspair. The checksum of every record was verified. "
            "Persist tokens and credentials are not part of this record. All times are UTC."
        ),
    ]


def _checks(account: Account) -> list[etree._Element]:
    if not account.broken:
        return []
    lines = [E.li(_clean(check_line(check))) for check in account.broken]
    return [E.h2("Checks that did not hold in the confirm window"), E.ul(*lines)]


def _numbers(account: Account) -> range:
    return range(len(account.decisions))


def _decision(account: Account, number: int) -> list[str]:
    decision = account.decisions[number]
    return [iso(decision.at), decision.choice, str(decision.attempt), decision.who]


def _mood(account: Account) -> str:
    if account.outcome in _GOOD:
        return "good"
    return "bad" if account.outcome in _BAD else "open"


def _head(account: Account) -> list[tuple[str, str]]:
    rows = [("pair", account.pair), ("action", account.action), ("because", account.reason)]
    rows += [("begun", f"{iso(account.at)} by {account.who}")]
    if account.ended is not None:
        rows += [
            ("ended", f"{iso(account.ended)} by {account.ended_by}"),
            ("took", seconds_words(account.seconds)),
        ]
    rows += [("plan (SHA-256)", account.plan), ("intent (SHA-256)", account.intent_sha256)]
    rows += [("risk accepted", risk) for risk in account.risks]
    return rows + [("note", note) for note in account.notes]


def _party(party: Party) -> Iterable[etree._Element]:
    yield E.h2(_clean(f"{party.device} ({party.role})"))
    yield _facts(
        [
            ("platform", party.platform),
            ("host key", party.host_key),
            *(("change", change) for change in party.changes or ("none",)),
            ("at the end", held_words(party) if party.held else ""),
            *(("note", note) for note in party.notes),
            ("before (digest)", party.before),
            ("after (digest)", party.after),
        ]
    )
    for what, payload, digest in (
        ("Payload: the edit-config that was planned", party.edit_config, party.edit_sha256),
        ("Inverse: the edit-config that takes it back", party.inverse, party.inverse_sha256),
    ):
        if payload is not None:
            yield E.h3(what)
            yield E.p("SHA-256 ", E.code(digest or ""))
            yield E.pre(_clean(payload))


def _facts(rows: Iterable[tuple[str, str]]) -> etree._Element:
    found = [E.tr(E.th(name), E.td(_clean(value))) for name, value in rows if value]
    return E.table({"class": "facts"}, E.tbody(*found))


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> etree._Element:
    if not rows:
        return E.p("None.")
    head = E.thead(E.tr(*(E.th(_kind(name), name) for name in names)))
    return E.table(head, E.tbody(*(E.tr(*map(_cell, names, row)) for row in rows)))


def _cell(name: str, value: str) -> etree._Element:
    return E.td(_kind(name), _clean(value))


def _kind(name: str) -> dict[str, str]:
    return {"class": _KINDS[name]} if name in _KINDS else {}


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}"


def _joined(*parts: str) -> str:
    return ": ".join(part for part in parts if part)


def _clean(text: str) -> str:
    """Without the characters that no document may hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
