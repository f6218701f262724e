"""YAML, JSON, RFC 7951 JSON and XML: what is written is read again, and a value means what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egresspair.document import Place
from egresspair.errors import IntentError, Problem, UsageError
from egresspair.intent import Format, Intent, Role, dump_intent, load_intent, parse_intent

from .strategies import intents

FORMATS: tuple[Format, ...] = get_args(Format)

YAML = """\
pair: metro-7
master: masg-1
backup: masg-2
core_asbr: asbr-1          # read only
protected_host_routes: [192.0.2.5/32]
vpn_instances:
  - name: vpna
    static_label: 2001
    route_distinguisher: {master: "200:1", backup: "200:2"}
    vpn_targets: {import: ["200:1"], export: ["200:1"]}
"""


@settings(deadline=None)
@given(intents, st.sampled_from(FORMATS))
def test_what_was_written_is_read_again(intent: Intent, format: Format) -> None:  # noqa: A002
    text = dump_intent(intent, format)
    for again in (parse_intent(text), parse_intent(text, format=format)):
        assert again == intent
        assert again.digest == intent.digest
        assert [str(again.route_distinguisher(vpn.name, Role.MASTER)) for vpn in again.vpn_instances] == [
            str(intent.route_distinguisher(vpn.name, Role.MASTER)) for vpn in intent.vpn_instances
        ]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("suffix", ["by-format", ""])
def test_a_file_is_read_by_suffix_or_content(tmp_path: Path, format: Format, suffix: str) -> None:  # noqa: A002
    ending = {"yaml": ".yml", "json": ".json", "rfc7951-json": ".json", "xml": ".xml"}[format]
    path = tmp_path / f"intent{ending if suffix else ''}"
    path.write_text("\ufeff" + dump_intent(parse_intent(YAML), format), encoding="utf-8")
    assert load_intent(path) == parse_intent(YAML)


@pytest.mark.parametrize(
    "text", ["no", "1e3", "2026-01-01", "0123", "1:30", "0x1f", "true", "1_000", "+.inf", ".5"]
)
def test_yaml_scalars_are_their_text(text: str) -> None:
    intent = parse_intent(YAML.replace("vpna", text).replace("metro-7", text))
    assert (intent.pair, intent.vpn_instances[0].name) == (text, text)


def test_yaml_reads_an_unquoted_route_distinguisher_as_text() -> None:
    intent = parse_intent(YAML.replace('{master: "200:1", backup: "200:2"}', "200:1"))
    assert str(intent.route_distinguisher("vpna", Role.BACKUP)) == "200:1"


def test_aliases_are_followed() -> None:
    text = YAML.replace("vpn_targets: {", "vpn_targets: &t {")
    text += "  - {name: vpnb, static_label: 2002, vpn_targets: *t}\n"
    first, second = parse_intent(text).vpn_instances
    assert first.vpn_targets == second.vpn_targets


def test_an_empty_optional_key_is_not_given() -> None:
    assert parse_intent(YAML.replace("asbr-1", "")).core_asbr is None


def test_a_field_has_its_place() -> None:
    intent = parse_intent(YAML, name="metro-7.yaml")
    assert intent.place("vpn_instances[0].static_label") == Place("metro-7.yaml", 8, 19)
    assert intent.place("vpn_instances[0].route_distinguisher.backup") == Place("metro-7.yaml", 9, 52)
    assert intent.place("vpn_instances[0].no_such") == Place("metro-7.yaml", 7, 5)
    assert intent.place("vpn_instances[7].name") == Place("metro-7.yaml", 7, 3)
    assert str(intent.problem("vpn_instances[0].static_label", "40000 is outside 16..32783")) == (
        "vpn_instances[0].static_label (metro-7.yaml:8:19): 40000 is outside 16..32783"
    )


def test_a_field_of_the_module_is_named_in_the_words_of_its_file() -> None:
    intent = parse_intent(YAML)
    xml = parse_intent(dump_intent(intent, "xml"), name="a.xml")
    json = parse_intent(dump_intent(intent, "rfc7951-json"), name="a.json")
    assert (
        xml.problem("vpn_instances[0].static_label", "x").where
        == "/intent/vpn-instance[1]/static-label (a.xml:9:19)"
    )
    assert json.problem("vpn_instances[0].static_label", "x").where == (
        "egress-protection:intent.vpn-instance[0].static-label (a.json:13:25)"
    )


def test_an_intent_without_a_file_has_no_place() -> None:
    intent = Intent.model_validate(
        {"pair": "p", "master": "a", "backup": "b", "vpn_instances": [{"name": "v", "static_label": 16}]}
    )
    assert intent.place("master") == Place("", 0, 0)
    assert intent.problem("master", "x").where == "master"


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="'toml' is not a format"):
        parse_intent(YAML, format="toml")  # type: ignore[arg-type]  # the point
    with pytest.raises(UsageError, match="'toml' is not a format"):
        dump_intent(parse_intent(YAML), "toml")  # type: ignore[arg-type]  # the point


def problems_of(read: Callable[[], Intent]) -> tuple[Problem, ...]:
    try:
        read()
    except IntentError as error:
        return error.problems
    return ()


def mutated(text: str) -> st.SearchStrategy[str]:
    signs = st.text("{}[]\"'<>&*!|%@`:,-#?\\ \t\n\0\u2028\ud800\u00e9a0", max_size=4)
    return st.builds(
        lambda at, cut, new: text[:at] + new + text[at + cut :],
        st.integers(0, len(text)),
        st.integers(0, 9),
        signs,
    )


every_format = st.sampled_from([YAML, *(dump_intent(parse_intent(YAML), each) for each in FORMATS)])


@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(every_format.flatmap(mutated) | st.text(), st.sampled_from([None, *FORMATS]))
def test_no_text_gives_anything_but_an_intent_or_its_error(text: str, format: Format | None) -> None:  # noqa: A002
    for problem in problems_of(lambda: parse_intent(text, format=format)):
        assert problem.what
        assert problem.line > 0
        assert problem.column > 0


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary()
    | every_format.map(str.encode).flatmap(
        lambda octets: st.builds(
            lambda at, new: octets[:at] + new + octets[at:],
            st.integers(0, len(octets)),
            st.binary(max_size=3),
        )
    ),
    st.sampled_from(["", ".yaml", ".json", ".xml"]),
)
def test_no_file_gives_anything_but_an_intent_or_its_error(
    tmp_path: Path, octets: bytes, suffix: str
) -> None:
    path = tmp_path / f"intent{suffix}"
    path.write_bytes(octets)
    assert all(problem.file == str(path) for problem in problems_of(lambda: load_intent(path)))
