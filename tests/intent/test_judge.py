"""What a model says is told in our own words, also where a model says what ours do not."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from egresspair.document import Finding, Node, Shape, Walk, judged, read_yaml


class Hop(BaseModel):
    metric: Annotated[str, Field(pattern="^[0-9]+$")]
    via: list[str] = []


SHAPE = Shape(keys={(): {"metric": "metric", "via": "via"}})


def findings(text: str) -> list[Finding]:
    walk = Walk(SHAPE)
    root: Node | None = read_yaml(text, walk.findings)
    assert root is not None
    assert judged(Hop, walk.plain(root), walk, context=None) is None
    return walk.findings


def test_a_rule_that_we_have_no_words_for_is_told_without_the_value() -> None:
    (finding,) = findings("metric: secret")
    assert (finding.field, finding.mark.line, finding.mark.column) == ("metric", 1, 9)
    assert "secret" not in finding.what


def test_a_wrong_kind_is_told_by_what_it_is_and_should_be() -> None:
    (finding,) = findings("{metric: 1, via: [a, [b]]}")
    assert (finding.field, finding.what) == ("via[1]", "is a list, but a text is wanted")
    (finding,) = findings("{metric: 1, via: {a: b}}")
    assert finding.what == "is a mapping, but a list is wanted"
