"""Persist tokens out of everything that is shown: whoever has one may confirm or cancel a pending commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..journal import End, Entry, Record

REDACTED = "(persist token)"


def redacted(entry: Entry) -> Entry:
    """The same transaction without its tokens, wherever a router or a message may have repeated them."""
    tokens = sorted(set(_tokens(entry)), key=len, reverse=True)
    return replace(
        entry,
        facts=_without(entry.facts, tokens),
        records=tuple(_record(record, tokens) for record in entry.records),
        end=_end(entry.end, tokens),
    )


def _tokens(entry: Entry) -> Iterator[str]:
    for record in entry.of_kind("tokens"):
        yield from (str(token) for token in record.facts["tokens"].values() if token)


def _record(record: Record, tokens: Sequence[str]) -> Record:
    return replace(record, facts=_without(record.facts, tokens))


def _end(end: End | None, tokens: Sequence[str]) -> End | None:
    return None if end is None else replace(end, facts=_without(end.facts, tokens))


def _without(value: Any, tokens: Sequence[str]) -> Any:
    if isinstance(value, str):
        for token in tokens:
            value = value.replace(token, REDACTED)
        return value
    if isinstance(value, Mapping):
        return {name: _without(held, tokens) for name, held in value.items()}
    if isinstance(value, Sequence):
        return [_without(held, tokens) for held in value]
    return value
