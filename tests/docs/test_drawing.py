"""The drawing in the documentation is what the code draws (``pytest tests/docs --update`` redraws it)."""

from __future__ import annotations

import pytest
from lxml import etree

from audit.paper import Paper, broken, intent
from docs.page import ROOT
from egresspair.audit.walk import Scene, scenes_of, walks_of

DRAWING = ROOT / "docs" / "walk.svg"
SHOWN = ("label-of-another-vpn", "stitched")


def _scene(paper: Paper) -> Scene:
    return scenes_of(paper.facts(intent()), ["192.0.2.5/32"])[0]


def test_the_drawing_of_the_walk_is_current(request: pytest.FixtureRequest) -> None:
    papers = [Paper.healthy(), *(broken(name) for name in SHOWN)]
    drawn = etree.fromstring(walks_of([_scene(paper) for paper in papers])._repr_svg_())
    etree.indent(drawn)
    text = etree.tostring(drawn, encoding="unicode") + "\n"
    if request.config.getoption("--update", default=False):
        DRAWING.write_text(text, encoding="utf-8")
        return
    assert DRAWING.read_text(encoding="utf-8") == text, "run pytest tests/docs --update"
