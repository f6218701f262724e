"""What is drawn from the code is current (``pytest tests/docs --update`` redraws it)."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.generated import PARTS, names_in, redrawn
from docs.page import ROOT, pages

_PAGES = [
    pytest.param(page, id=str(page.relative_to(ROOT)))
    for page in pages()
    if names_in(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("page", _PAGES)
def test_the_generated_parts_are_current(page: Path, request: pytest.FixtureRequest) -> None:
    written = page.read_text(encoding="utf-8")
    current = redrawn(written)
    if request.config.getoption("--update", default=False):
        page.write_text(current, encoding="utf-8")
        return
    assert written == current, "run pytest tests/docs --update"


def test_every_part_is_shown_somewhere() -> None:
    shown = {name for page in pages() for name in names_in(page.read_text(encoding="utf-8"))}
    assert shown == PARTS.keys()
