"""Each mistake gets a message that says where, what and what to do: line and column are exact."""

from __future__ import annotations

from pathlib import Path

import pytest

from egresspair.errors import IntentError, Problem, UsageError
from egresspair.intent import dump_intent, load_intent, parse_intent

_ROOT = '<intent xmlns="urn:egresspair:yang:egress-protection">'
NESTED_XML = _ROOT + "<a>" * 1000
MIXED_XML = _ROOT + "<pair>x</pair>y</intent>"

YAML = """\
pair: metro-7
master: masg-1
backup: masg-2
core_asbr: asbr-1
protected_host_routes: [192.0.2.5/32, 192.0.2.6]
vpn_instances:
  - name: vpna
    static_label: 2001
    route_distinguisher: {master: "200:1", backup: "200:2"}
    vpn_targets: {import: ["200:1"], export: ["200:1"]}
  - name: vpnb
    static_label: 2002
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(IntentError) as caught:
        parse_intent(text, name="m.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "hint"),
    [
        (
            "backup: masg-2",
            "bakup: masg-2",
            "m.yaml:3:1",
            "key 'bakup' is not known",
            "Did you mean 'backup'?",
        ),
        (
            "static_label: 2002",
            "label: 2002",
            "vpn_instances[1] (m.yaml:12:5)",
            "'label' is not known",
            "Did you mean 'static_label'?",
        ),
        (
            "core_asbr: asbr-1",
            "core_asbr: masg-1",
            "core_asbr (m.yaml:4:12)",
            "'masg-1' is already master in line 2",
            "One router",
        ),
        (
            "backup: masg-2",
            "backup: masg-1",
            "backup (m.yaml:3:9)",
            "'masg-1' is already master in line 2",
            "One router",
        ),
        ("backup: masg-2\n", "", "m.yaml:1:1", "'backup' is missing", "Add 'backup'"),
        ("backup: masg-2", "backup:", "backup (m.yaml:3:1)", "is missing", "Give it a value"),
        ("backup: masg-2", "backup: ~", "backup (m.yaml:3:9)", "is missing", "Give it a value"),
        ("backup: masg-2", "backup: [masg-2]", "backup (m.yaml:3:9)", "is a list, but a text is wanted", ""),
        ("backup: masg-2", "backup: masg 2", "backup (m.yaml:3:9)", "'masg 2' holds ' '", "visible ASCII"),
        (
            "2002",
            "2001",
            "vpn_instances[1].static_label (m.yaml:12:19)",
            "label 2001 is already vpn_instances[0].static_label in line 8",
            "label of its own",
        ),
        ("2002", "0x7d1", "vpn_instances[1].static_label (m.yaml:12:19)", "plain decimal", "no 0x"),
        ("2002", "0o17", "vpn_instances[1].static_label (m.yaml:12:19)", "plain decimal", "no 0x or 0o"),
        ("2002", "02001", "vpn_instances[1].static_label (m.yaml:12:19)", "plain decimal", "no leading 0"),
        ("2002", "2_001", "vpn_instances[1].static_label (m.yaml:12:19)", "plain decimal", "no '_'"),
        ("2002", "2001.0", "vpn_instances[1].static_label (m.yaml:12:19)", "plain decimal", "no fraction"),
        (
            "2002",
            '"2001"',
            "vpn_instances[1].static_label (m.yaml:12:19)",
            "in quotation marks",
            "Leave the quotation marks out",
        ),
        ("2002", "yes", "vpn_instances[1].static_label (m.yaml:12:19)", "is not a label", "or auto"),
        ("2002", "AUTO", "vpn_instances[1].static_label (m.yaml:12:19)", "is not a label", "or auto"),
        (
            "2002",
            "15",
            "vpn_instances[1].static_label (m.yaml:12:19)",
            "15 is outside 16..1048575",
            "reserved",
        ),
        (
            "2002",
            "1048576",
            "vpn_instances[1].static_label (m.yaml:12:19)",
            "1048576 is outside 16..1048575",
            "20 bits",
        ),
        ("2002", "-5", "vpn_instances[1].static_label (m.yaml:12:19)", "-5 is outside", ""),
        ("2002", "9" * 5000, "vpn_instances[1].static_label (m.yaml:12:19)", "plain decimal", ""),
        ("2002", "[2002]", "vpn_instances[1].static_label (m.yaml:12:19)", "is not a label", "such as 2001."),
        ("2002", "", "vpn_instances[1].static_label (m.yaml:12:5)", "is missing", ""),
        (
            "name: vpnb",
            "name: vpna",
            "vpn_instances[1].name (m.yaml:11:11)",
            "VPN instance 'vpna' is already vpn_instances[0].name in line 7",
            "once",
        ),
        (
            "name: vpnb",
            "name: _public_",
            "vpn_instances[1].name (m.yaml:11:11)",
            "not a VPN",
            "Name a VPN instance",
        ),
        (
            "name: vpnb",
            "name: vpn?",
            "vpn_instances[1].name (m.yaml:11:11)",
            "'vpn?' holds '?'",
            "command line",
        ),
        (
            "name: vpnb",
            "name: " + "v" * 32,
            "vpn_instances[1].name (m.yaml:11:11)",
            "has 32 characters, more than 31",
            "",
        ),
        ("name: vpnb", 'name: ""', "vpn_instances[1].name (m.yaml:11:11)", "is empty", ""),
        (
            '"200:2"',
            '"200:x"',
            "vpn_instances[0].route_distinguisher.backup (m.yaml:9:52)",
            "'x', not a plain decimal number",
            "200:1",
        ),
        (
            '{master: "200:1", backup: "200:2"}',
            "200",
            "vpn_instances[0].route_distinguisher (m.yaml:9:26)",
            "'200' has not the form",
            "200:1",
        ),
        (
            '{master: "200:1", backup: "200:2"}',
            "{master: 200:1}",
            "vpn_instances[0].route_distinguisher (m.yaml:9:26)",
            "'backup' is missing",
            "Add",
        ),
        (
            '{master: "200:1", backup: "200:2"}',
            "[200:1]",
            "vpn_instances[0].route_distinguisher (m.yaml:9:26)",
            "but one text, or a mapping with master and backup, is wanted",
            '{master: "200:1", backup: "200:2"}',
        ),
        (
            'import: ["200:1"]',
            "import: [200:1, 200:1]",
            "vpn_instances[0].vpn_targets.import[1] (m.yaml:10:35)",
            "VPN target 200:1 is already",
            "once",
        ),
        (
            'import: ["200:1"]',
            "import: [65537:1, 1.1:1]",
            "vpn_instances[0].vpn_targets.import[1] (m.yaml:10:37)",
            "VPN target 1.1:1 is already",
            "once",
        ),
        (
            'import: ["200:1"]',
            "import_: [200:1]",
            "vpn_instances[0].vpn_targets (m.yaml:10:19)",
            "'import_' is not known",
            "Did you mean 'import'?",
        ),
        (
            '{import: ["200:1"], export: ["200:1"]}',
            "{}",
            "vpn_instances[0].vpn_targets (m.yaml:10:18)",
            "holds no VPN target",
            "leave the whole out",
        ),
        (
            '{import: ["200:1"], export: ["200:1"]}',
            "200:1",
            "vpn_instances[0].vpn_targets (m.yaml:10:18)",
            "is a text, but a mapping is wanted",
            "Its keys are import, export.",
        ),
        (
            'import: ["200:1"]',
            "import: 200:1",
            "vpn_instances[0].vpn_targets.import (m.yaml:10:27)",
            "is a text, but a list is wanted",
            "even if it is one alone",
        ),
        (
            "192.0.2.6",
            "192.0.2.5",
            "protected_host_routes[1] (m.yaml:5:39)",
            "192.0.2.5/32 is already protected_host_routes[0]",
            "once",
        ),
        (
            "192.0.2.6",
            "192.0.2.0/24",
            "protected_host_routes[1] (m.yaml:5:39)",
            "only /32 is protected",
            "/32",
        ),
        (
            "192.0.2.6",
            "2001:db8::1",
            "protected_host_routes[1] (m.yaml:5:39)",
            "is not an IPv4 host route",
            "/32",
        ),
        ("192.0.2.6", "~", "protected_host_routes[1] (m.yaml:5:39)", "is empty, but a text is wanted", ""),
        (
            "[192.0.2.5/32, 192.0.2.6]",
            "192.0.2.5",
            "protected_host_routes (m.yaml:5:24)",
            "is a text, but a list is wanted",
            "",
        ),
        (
            "master: masg-1",
            "master: masg-1\nmaster: masg-3",
            "m.yaml:3:1",
            "key 'master' stands here again, first in line 2",
            "Keep one",
        ),
        (
            "    static_label: 2001",
            "\tstatic_label: 2001",
            "m.yaml:8:1",
            "a tab cannot indent YAML",
            "Use spaces",
        ),
        ("pair: metro-7", "pair: !!str metro-7", "m.yaml:1:7", "tags", "quote the value"),
        ("pair: metro-7", "<<: {pair: metro-7}", "m.yaml:1:1", "merge keys", "Write the fields out"),
        ("pair: metro-7", "pair: *nothing", "m.yaml:1:7", "no anchor", "&name"),
        ("pair: metro-7", "pair: metro: 7", "m.yaml:1:12", "mapping values are not allowed", "colon"),
        ("pair: metro-7", "pair: 'metro-7", "m.yaml:13:1", "this is not YAML", "quotation mark"),
        ("pair: metro-7", "pair: metro\x007", "m.yaml:1:12", "U+0000", ""),
        ("pair: metro-7", "[a, b]: metro-7", "m.yaml:1:1", "cannot be a key", ""),
        (
            "    static_label: 2002\n",
            "    static_label: 2002\n---\npair: x\n",
            "m.yaml:13:1",
            "a second document",
            "Keep one",
        ),
    ],
)
def test_a_mistake_is_found_where_it_is(old: str, new: str, where: str, what: str, hint: str) -> None:
    assert YAML.count(old) == 1
    (problem,) = problems(YAML.replace(old, new, 1))
    assert problem.where == where
    assert what in problem.what
    assert hint in problem.hint


def test_all_problems_come_at_once_and_in_order() -> None:
    text = YAML.replace("pair: metro-7", "par: metro-7").replace("2002", "2001").replace("200:2", "200:x")
    text = text.replace("core_asbr: asbr-1", "core_asbr: masg-2")
    found = problems(text)
    assert [(each.line, each.column) for each in found] == [(1, 1), (4, 12), (9, 52), (12, 19)]


def test_one_wrong_value_for_both_routers_is_one_problem() -> None:
    (problem,) = problems(YAML.replace('{master: "200:1", backup: "200:2"}', "0:0"))
    assert problem.where == "vpn_instances[0].route_distinguisher (m.yaml:9:26)"


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("", 1, 1, "empty"),
        ("# nothing\n", 1, 1, "empty"),
        ("--- ~\n", 1, 1, "empty"),
        ("null", 1, 1, "empty"),
        ("metro-7", 1, 1, "is a text, but a mapping is wanted"),
        ("- a", 1, 1, "is a list, but a mapping is wanted"),
        ("{}", 1, 1, "'pair' is missing"),
        ('{"pair": NaN}', 1, 10, "this is not JSON: a value is expected"),
        ('{"pair": "a",}', 1, 14, "a name in double quotation marks"),
        ('{"pair": "a" "b": 1}', 1, 14, "',' is expected"),
        ('{"pair": "a', 1, 10, "not closed"),
        ('{"pair": "a"}}', 1, 14, "follows the end"),
        ('{"pair": 7}', 1, 10, "is a number, but a text is wanted"),
        ('{"pair": "a",\n "pair": "b"}', 2, 2, "key 'pair' stands here again, first in line 1"),
        ('{"pair": ' + "[" * 100_000, 1, 42, "nested too deeply"),
        ('{"pair": true}', 1, 10, "is a truth value, but a text is wanted"),
        ('{"pair": null}', 1, 10, "is missing"),
        ("pair: x\n...\ngarbage", 3, 1, "expected '<document start>'"),
        ("--- ~\n--- ~\n", 2, 1, "a second document"),
        ("pair: \ud800", 1, 7, "not UTF-8"),
        ("<", 1, 1, "this is not XML"),
        (NESTED_XML, 1, len(_ROOT) + len("<a>") * 32 + 1, "nested too deeply"),
        (MIXED_XML, 1, 1, "text stands between the elements of <intent>"),
        ("<intent/>", 1, 1, "is not of the intent's module"),
        ('<pair xmlns="urn:egresspair:yang:egress-protection"/>', 1, 1, "'intent' is missing at the top"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 1, 13, "document types and entities"),
        ('<intent xmlns="urn:egresspair:yang:egress-protection">x</intent>', 1, 55, "a mapping is wanted"),
        ('<intent xmlns="urn:egresspair:yang:egress-protection" a="b"/>', 1, 1, "attributes"),
        ('{"egress-protection:pair": {}}', 1, 1, "'egress-protection:intent' is missing"),
    ],
)
def test_a_document_that_is_none(text: str, line: int, column: int, what: str) -> None:
    found = [each.what for each in problems(text) if (each.line, each.column) == (line, column)]
    assert what in " and ".join(found)


def test_aliases_without_end_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (problem,) = problems("\n".join(lines))
    assert "aliases repeat more than" in problem.what
    (problem,) = problems("pair: &a [*a]")
    assert "no anchor above it" in problem.what


def test_brackets_without_end_are_refused() -> None:
    (problem,) = problems("pair: " + "[" * 5000)
    assert "nested too deeply" in problem.what


def test_problems_of_xml_have_line_and_column() -> None:
    xml = dump_intent(parse_intent(YAML), "xml")
    found = problems(xml.replace("2002", "2001").replace("<backup>masg-2", "<backup>masg 2"))
    assert [each.where for each in found] == [
        "/intent/backup (m.yaml:4:11)",
        "/intent/vpn-instance[2]/static-label (m.yaml:22:19)",
    ]
    assert "/intent/vpn-instance[1]/static-label in line 10" in found[1].what
    (twice,) = problems(xml.replace("<backup>", "<master>m</master><backup>", 1))
    assert twice.where == "/intent (m.yaml:4:3)"
    (unknown,) = problems(xml.replace("core-asbr", "core_asbr"))
    assert (unknown.where, unknown.hint) == ("/intent (m.yaml:5:3)", "Did you mean 'core-asbr'?")


def test_problems_of_rfc7951_json_use_its_words() -> None:
    json = dump_intent(parse_intent(YAML), "rfc7951-json")
    (found,) = problems(json.replace("2002", '"2002"'))
    assert found.field == "egress-protection:intent.vpn-instance[1].static-label"
    (found,) = problems(json.replace('"core-asbr"', '"core_asbr"'))
    assert found.hint == "Did you mean 'core-asbr'?"
    (found,) = problems(json.replace("{", '{"other:x": 1,', 1))
    assert found.where == "other:x (m.yaml:1:2)"


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "intent.yaml"
    path.write_bytes(b"pair: metro-7\nmaster: \xe9a\n")
    with pytest.raises(IntentError) as caught:
        load_intent(path)
    assert caught.value.problems[0].where == f"{path}:2:9"
    assert "not UTF-8" in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_intent(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="directory"):
        load_intent(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        load_intent("a\0b")


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(IntentError, match="larger than 8 MiB"):
        load_intent("/dev/zero")


def test_a_key_that_is_no_word_of_an_intent_is_not_named() -> None:
    found = problems(YAML.replace("pair: metro-7", "pair: {a: {tr0ub4dor: 1, tr0ub4dor: 2}}"))
    assert any("this key stands here again" in problem.what for problem in found)
    assert "tr0ub4dor" not in str(found)
