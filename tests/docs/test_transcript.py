"""The judge of the transcripts can say no."""

from __future__ import annotations

import pytest

from docs.page import blocks_of
from docs.transcript import agrees, plans_in, steps_of


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("plan ae7e908b4058 done", "plan 0123456789ab done"),
        ("a\n...\nz", "a\nb\nc\nz"),
        ("a\n...\nz", "a\nz"),
        ("a\n...", "a\nb\nc"),
        ("took ... then", "took long then"),
        ("in 12.5 ms", "in 8 ms"),
        ("(a+b) [c]", "(a+b) [c]"),
    ],
)
def test_what_varies_may_vary(written: str, printed: str) -> None:
    assert agrees(written, printed)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("label 2001", "label 2002"),
        ("a\n...\nz", "a\nb\nc"),
        ("a", "a\nb"),
        ("", "unexpected"),
        ("committed ...", "aborted after 3 s"),
        ("masg-1", "masg-2"),
    ],
)
def test_all_else_may_not(written: str, printed: str) -> None:
    assert not agrees(written, printed)


def test_the_digests_of_plans_are_paired() -> None:
    written = "Plan 111111111111: protect\n...\nPlan 222222222222: protect\n"
    printed = "Plan aaaaaaaaaaaa: protect\nx\nPlan bbbbbbbbbbbb: protect\n"
    assert list(plans_in(written, printed)) == [
        ("111111111111", "aaaaaaaaaaaa"),
        ("222222222222", "bbbbbbbbbbbb"),
    ]
    assert list(plans_in("...\n", printed)) == []


def test_commands_are_told_from_what_they_print() -> None:
    steps = list(steps_of("$ one \\\n    two\nthree\nfour\n$ five\n"))
    assert [(step.command, step.output) for step in steps] == [
        ("one \\\n    two", "three\nfour\n"),
        ("five", ""),
    ]


def test_remarks_belong_to_the_block_below() -> None:
    page = "text\n\n<!-- new lab -->\n<!-- fault: any:lock:deny -->\n```console\n$ true\n```\n```yaml\na: 1\n```\n"
    first, second = blocks_of(page)
    assert first.remarks == (("new lab", ""), ("fault", "any:lock:deny"))
    assert (first.language, first.text, first.line) == ("console", "$ true\n", 3)
    assert (second.language, second.remarks) == ("yaml", ())
