"""The payloads under ``payloads/`` are what the library sends: same elements, prefixes, order, operations."""

from __future__ import annotations

import pytest

from .cases import FOLDER, Case, canonical, cases, for_people

EVERY = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


@EVERY
def test_the_stored_payloads_are_those_that_are_sent(case: Case, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("update"):
        case.rewrite()
    rendered, stored = case.rendered(), case.stored()
    assert {name: canonical(text) for name, text in stored.items()} == {
        name: canonical(text) for name, text in rendered.items()
    }


@EVERY
def test_the_stored_payloads_are_laid_out_for_people(case: Case) -> None:
    stored = {path.name: path.read_text("utf-8") for path in case.folder.glob("*.xml")}
    assert stored == {name: for_people(text) for name, text in stored.items()}


@EVERY
def test_a_case_holds_nothing_else(case: Case) -> None:
    roles = ("master", "backup")
    known = {f"{kind}{role}.xml" for role in roles for kind in ("", "before-", "inverse-")}
    if case.staged:
        known = {*case.rendered(), *(f"before-{role}.xml" for role in roles)}
    assert {path.name for path in case.folder.iterdir()} <= {*known, "intent.yaml", "case.yaml"}


def test_the_description_names_every_case() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert [case.name for case in cases() if f"`{case.name}`" not in text] == []
