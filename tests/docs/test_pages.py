"""What the pages say is what happens: their files load, their commands and Python print what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.page import ROOT, blocks_of, pages
from docs.reader import Reader

_PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages()]
_LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#)([^)#\s]+)[^)]*\)")


@pytest.fixture
def reader(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reader]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    reader = Reader(tmp_path, request.node.callspec.id)
    yield reader
    reader.close()


@pytest.mark.parametrize("page", _PAGES)
def test_a_page_does_what_it_says(page: Path, reader: Reader) -> None:
    for block in blocks_of(page.read_text(encoding="utf-8")):
        reader.read(block)


@pytest.mark.parametrize("page", _PAGES)
def test_every_command_and_file_of_a_page_is_used(page: Path) -> None:
    """A block that is neither run nor written says why not."""
    idle = [
        f"{page.name}:{block.line}"
        for block in blocks_of(page.read_text(encoding="utf-8"))
        if not block.remarks and block.language not in ("python", "console")
    ]
    assert idle == []


@pytest.mark.parametrize(
    "page", [*pages(), *sorted((ROOT / "docs").glob("*/*.md"))], ids=lambda page: page.name
)
def test_links_lead_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_names_the_command_that_ci_runs() -> None:
    commands = [
        line
        for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
        if line.startswith("exec ")
    ]
    assert commands == ["exec bash tests/run"]
    assert "\nbash tests/run\n" in (ROOT / "README.md").read_text(encoding="utf-8")
