"""What an intent says of prerequisites: read in every format, and each mistake told at its place."""

from __future__ import annotations

from typing import get_args

import pytest

from egresspair.errors import IntentError, Problem
from egresspair.intent import dump_intent, parse_intent
from egresspair.intent.load import Format

YAML = """\
pair: metro-7
master: masg-1
backup: masg-2
protected_host_routes: [192.0.2.5/32, 192.0.2.6/32]
vpn_instances:
  - {name: vpna, static_label: 2001}
prerequisites:
  loopbacks:
    master: {interface: LoopBack1, address: 192.0.2.5}
    backup: {interface: LoopBack1, address: 192.0.2.6/32}
  originate: import-route
  import_routes:
    - {protocol: direct, process_id: 0, policy: own-host-route}
    - {protocol: ospf, process_id: 2, policy: partner-host-route}
  export_policy: label-out
  master_peers: [192.0.2.4]
  backup_peers: [192.0.2.4, 192.0.2.3]
"""


@pytest.mark.parametrize("syntax", get_args(Format))
def test_every_format_holds_the_same(syntax: Format) -> None:
    intent = parse_intent(YAML)
    again = parse_intent(dump_intent(intent, syntax), format=syntax)
    assert again == intent
    assert again.digest == intent.digest
    asked = again.prerequisites
    assert asked is not None
    assert asked.loopbacks is not None
    assert asked.loopbacks.master.address == "192.0.2.5/32"
    assert [(each.protocol, each.process_id) for each in asked.import_routes] == [("direct", 0), ("ospf", 2)]
    assert asked.backup_peers == ("192.0.2.4", "192.0.2.3")


def test_the_digest_tells_what_is_asked_for() -> None:
    assert parse_intent(YAML).digest != parse_intent(YAML.replace("label-out", "other")).digest


def problems(old: str, new: str) -> tuple[Problem, ...]:
    assert old in YAML
    with pytest.raises(IntentError) as caught:
        parse_intent(YAML.replace(old, new), name="m.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("LoopBack1, address: 192.0.2.5}", "Ethernet1, address: 192.0.2.5}", "9:25", "no loopback interface"),
        ("192.0.2.6/32}\n", "192.0.2.6/31}\n", "10:45", "is not a host route"),
        (
            "originate: import-route",
            "originate: static",
            "11:14",
            "'static' is none of network, import-route",
        ),
        ("originate: import-route", "originate: network", "13:5", "only used with originate: import-route"),
        ("process_id: 0", "process_id: 1", "13:38", "1 is no process of direct"),
        ("process_id: 2", "process_id: 0", "14:36", "0 is no process of ospf"),
        ("process_id: 2", "process_id: two", "14:36", "is not a number"),
        ("ospf, process_id: 2", "direct, process_id: 0", "14:7", "direct 0 is already"),
        (", policy: own-host-route", "", "13:7", "policy"),
        ("  master_peers: [192.0.2.4]\n", "", "15:18", "needs the peers"),
        ("  export_policy: label-out\n", "", "15:17", "needs the policy"),
        ("[192.0.2.4, 192.0.2.3]", "[192.0.2.4, 192.0.2.4]", "17:29", "192.0.2.4 is already"),
        ("[192.0.2.4]", "[192.0.2]", "16:18", "is not an IPv4 address"),
        ("export_policy", "export_polcy", "15:3", "is not known"),
    ],
)
def test_a_mistake_is_told_at_its_place(old: str, new: str, where: str, what: str) -> None:
    told = [(f"{problem.line}:{problem.column}", problem.what) for problem in problems(old, new)]
    assert any(place == where and what in said for place, said in told), told


def test_what_is_originated_has_to_be_named() -> None:
    text = YAML.replace("protected_host_routes: [192.0.2.5/32, 192.0.2.6/32]\n", "")
    start, end = text.index("  import_routes"), text.index("  export_policy")
    text = (text[:start] + text[end:]).replace("originate: import-route", "originate: network")
    with pytest.raises(IntentError, match="network needs the host routes that are originated") as caught:
        parse_intent(text, name="m.yaml")
    assert caught.value.problems[0].field == "prerequisites.originate"


def test_prerequisites_that_ask_for_nothing_are_refused() -> None:
    text = YAML[: YAML.index("prerequisites")] + "prerequisites: {}\n"
    with pytest.raises(IntentError, match="asks for nothing"):
        parse_intent(text)
