"""Where yangson departs from RFC 7950, and that our verdicts do not: see docs/adr/0031-yangson-where-it-errs.md.

Each case fails as well when yangson no longer errs: then what makes up for it can go.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from yangson import DataModel, schpattern
from yangson.enumerations import ContentType
from yangson.exceptions import ValidationError
from yangson.schpattern import Pair

from egresspair.schema import ModuleSet, load_model, validate_config
from yang.judges import yanglint, yanglint_missing

BASE = """module base {
  yang-version 1.1;
  namespace "urn:base";
  prefix b;
  container top {
    leaf kind { type string; }
    leaf rate { type uint8; }
    container session {
      leaf peer { when "../../kind = 'static'"; type string; mandatory true; }
    }
    leaf sum { when "(../rate + 1) * 2 = 6"; type empty; }
  }
}
"""
DEVIATIONS = """module base-deviations {
  yang-version 1.1;
  namespace "urn:base-deviations";
  prefix d;
  import base { prefix b; }
  deviation "/b:top/b:rate" {
    deviate add { must "../kind = 'dynamic'"; }
  }
}
"""
SOUND = {
    "an added must names nodes without a prefix": "<kind>dynamic</kind><rate>2</rate><session/>",
    "a mandatory leaf behind a false when, its container not written": "<kind>dynamic</kind>",
}
"""Valid configurations that yangson refuses, by what it takes wrong."""


@pytest.fixture
def modules(tmp_path: Path) -> ModuleSet:
    for name, text in (("base", BASE), ("base-deviations", DEVIATIONS)):
        (tmp_path / f"{name}.yang").write_text(text)
    return ModuleSet.of(tmp_path, "base", "base-deviations")


def _config(content: str) -> etree._Element:
    return etree.fromstring(f'<config><top xmlns="urn:base">{content}</top></config>')


def _yangson_alone(modules: ModuleSet) -> DataModel:
    names = ("base", "base-deviations")
    entries = [
        {"name": name, "revision": "", "namespace": f"urn:{name}", "conformance-type": "implement"}
        for name in names
    ]
    library = {"ietf-yang-library:modules-state": {"module-set-id": "x", "module": entries}}
    return DataModel(json.dumps(library), tuple(map(str, modules.folders)))


@pytest.mark.parametrize("content", SOUND.values(), ids=list(SOUND))
def test_we_take_what_yangson_alone_refuses(modules: ModuleSet, content: str) -> None:
    assert validate_config(load_model(modules), _config(content)) == ()
    with pytest.raises(ValidationError):
        _yangson_alone(modules).from_xml(_config(content)).validate()


@pytest.mark.skipif(yanglint_missing(), reason="yanglint is not installed (libyang2-tools)")
@pytest.mark.parametrize("content", SOUND.values(), ids=list(SOUND))
def test_libyang_takes_it_too(modules: ModuleSet, tmp_path: Path, content: str) -> None:
    document = tmp_path / "document.xml"
    document.write_bytes(etree.tostring(_config(content)[0]))
    files = [tmp_path / "base.yang", tmp_path / "base-deviations.yang"]
    answer = yanglint([tmp_path], files, document)
    assert answer.returncode == 0, answer.stderr


def test_yangson_prints_an_expression_without_its_parentheses(modules: ModuleSet) -> None:
    """Why a message that shows a condition is to be read with care: ``(a + 1) * 2`` and ``a + 1 * 2`` look alike."""
    node = _yangson_alone(modules).get_schema_node("/base:top/sum")
    assert "(" not in str(node.when)


@dataclass
class _Half:
    """Half of a pattern, which counts how often it is asked."""

    asked: int = 0

    def _mandatory_members(self, _: object) -> list[str]:
        self.asked += 1
        return ["a"]


def test_what_is_missing_is_looked_for_once() -> None:
    """Asked twice at each of a hundred levels, it would not be found in this life."""
    half = _Half()
    pair = Pair(half, half)
    assert pair._mandatory_members(ContentType.config) == ["a", "a"]
    assert half.asked == 2


def test_yangson_alone_asks_twice() -> None:
    """Its own text says so; `mend_patterns` replaces the method in this process."""
    text = Path(str(schpattern.__file__)).read_text()
    pair = text[text.index("class Pair") :].partition("\nclass ")[0]
    assert pair.count("self.left._mandatory_members(ctype)") == 3
