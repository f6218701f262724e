"""References to what was not read do not stand in the way of a change, however many there are."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from egresspair.schema import ModuleSet, load_model, violations_of_change

MODULE = """module r { namespace "urn:r"; prefix r; revision 2020-01-01;
  list policy { key name; leaf name { type string; } }
  list vpn { key name; leaf name { type string; }
    leaf policy { type leafref { path "/r:policy/r:name"; } }
    leaf label { type uint32 { range 16..99; } }
    leaf first { when "../policy"; type boolean; } } }
"""


def _config(*vpns: str) -> etree._Element:
    return etree.fromstring(f"<config>{''.join(vpns)}</config>".replace("<vpn>", '<vpn xmlns="urn:r">'))


def test_what_was_wrong_and_is_put_right_is_nobody_s_fault(tmp_path: Path) -> None:
    (tmp_path / "r.yang").write_text(MODULE)
    model = load_model(ModuleSet.of(tmp_path, "r"))
    running = _config("<vpn><name>v</name><label>100</label></vpn>")

    assert violations_of_change(model, running, _config("<vpn><name>v</name><label>99</label></vpn>")) == ()
    (still,) = violations_of_change(model, running, _config("<vpn><name>v</name><label>101</label></vpn>"))
    assert still.path == '/r:vpn[name="v"]/label'


def test_only_the_change_is_blamed(tmp_path: Path) -> None:
    (tmp_path / "r.yang").write_text(MODULE)
    model = load_model(ModuleSet.of(tmp_path, "r"))
    running = _config(
        *(f"<vpn><name>v{n}</name><policy>elsewhere</policy><first>true</first></vpn>" for n in range(50))
    )

    def judged(label: int) -> list[str]:
        edit = _config(*(f"<vpn><name>v{n}</name><label>{label}</label></vpn>" for n in (0, 49)))
        return [violation.path for violation in violations_of_change(model, running, edit)]

    assert judged(16) == []
    assert judged(100) == ['/r:vpn[name="v0"]/label', '/r:vpn[name="v49"]/label']
