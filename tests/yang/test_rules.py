"""The rules of YANG that our device modules have no use for, on a module that does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from egresspair.schema import ModuleSet, Rule, load_model, validate_config

MODULE = """
module zoo {
  namespace "urn:zoo";
  prefix zoo;
  revision 2026-11-22;
  container pen {
    presence "there is a pen";
    leaf keeper { type string; mandatory true; }
    leaf favourite { type leafref { path "../animal/name"; } }
    choice gate {
      leaf open { type empty; }
      leaf closed { type empty; }
    }
    list animal {
      key name;
      unique chip;
      leaf name { type string; }
      leaf chip { type uint8; }
    }
    leaf-list food { type enumeration { enum hay; enum fish; } max-elements 2; }
    leaf size { type union { type uint8; type enumeration { enum vast; } } }
    leaf weight { type decimal64 { fraction-digits 1; range "0 .. 9.5"; } }
    leaf seal { type binary; }
  }
}
"""
KEEPER = "<keeper>Ann</keeper>"
ANIMAL = "<animal><name>{}</name><chip>{}</chip></animal>"


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("zoo")
    (folder / "zoo.yang").write_text(MODULE)
    return load_model(ModuleSet.of(folder, "zoo"))


@pytest.mark.parametrize(
    "inside",
    [
        KEEPER,
        KEEPER + "<open/>",
        KEEPER + "<favourite>Bo</favourite>" + ANIMAL.format("Bo", 1),
        KEEPER + "<food>hay</food><food>fish</food>",
        KEEPER + "<size>9</size><weight>9.5</weight><seal>AA==</seal>",
        KEEPER + "<size>vast</size>",
        "<keeper/>",
    ],
)
def test_what_is_allowed_is_valid(zoo: Any, inside: str) -> None:
    assert validate_config(zoo, _config(inside)) == ()


@pytest.mark.parametrize(
    ("inside", "place", "rule"),
    [
        ("<open/>", "", Rule.MANDATORY),
        (KEEPER + "<open/><closed/>", "", Rule.CHOICE),
        (KEEPER + "<favourite>Bo</favourite>", "/favourite", Rule.LEAFREF),
        (KEEPER + ANIMAL.format("Bo", 1) + ANIMAL.format("Cy", 1), "/animal", Rule.UNIQUE),
        (KEEPER + ANIMAL.format("Bo", 1) + ANIMAL.format("Bo", 2), "/animal", Rule.KEY),
        (KEEPER + "<food>oats</food>", '/food[.="oats"]', Rule.TYPE),
        (KEEPER + "<food>hay</food><food>hay</food>", "/food", Rule.DUPLICATE),
        (KEEPER + "<size>small</size>", "/size", Rule.TYPE),
        (KEEPER + "<weight>9.6</weight>", "/weight", Rule.RANGE),
        (KEEPER + "<weight>heavy</weight>", "/weight", Rule.TYPE),
        (KEEPER + "<seal>?</seal>", "/seal", Rule.TYPE),
        ("<keeper><name>Ann</name></keeper>", "/keeper", Rule.TYPE),
    ],
)
def test_what_is_not_allowed_has_its_rule(zoo: Any, inside: str, place: str, rule: Rule) -> None:
    (found,) = validate_config(zoo, _config(inside))
    assert found.rule is rule
    assert found.path.startswith("/zoo:pen" + place)


def test_what_is_missing_is_named(zoo: Any) -> None:
    (found,) = validate_config(zoo, _config("<open/>"))
    assert str(found) == "/zoo:pen: 'keeper' is missing"


def _config(inside: str) -> bytes:
    return f'<config><pen xmlns="urn:zoo">{inside}</pen></config>'.encode()
