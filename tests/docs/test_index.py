"""The index names every page and every decision, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
INDEX = (DOCS / "index.md").read_text(encoding="utf-8")


def test_every_page_is_in_the_index() -> None:
    linked = set(re.findall(r"\]\(([^)#]+\.md)\)", INDEX))
    there = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    assert {link for link in linked if not link.startswith("..")} == there - {"index.md"}


def test_decisions_have_a_number_each_and_are_in_order() -> None:
    numbers = re.findall(r"\(adr/(\d{4})-", INDEX)
    assert numbers == sorted(set(numbers))
