"""What a router complains about is led back to the intent: in every form that servers use, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egresspair.configuration import Change, Node
from egresspair.dialects import dialect_named
from egresspair.intent import Intent, Role, parse_intent
from egresspair.netconf.instance_path import paths_in, steps_of
from egresspair.netconf.reply import RpcError
from egresspair.plan.attribution import Attribution
from egresspair.plan.origins import origins_of

INTENT = """\
pair: metro-7
master: masg-1
backup: masg-2
vpn_instances:
  - name: vpna
    static_label: 2001
    route_distinguisher: {master: "200:1", backup: "200:2"}
    vpn_targets: {import: ["200:1", "200:8"], export: ["200:1"]}
  - name: vpnb
    static_label: 2002
"""
CHANGES = (
    Change("vpna", Node.INSTANCE, None, "vpna"),
    Change("vpna", Node.FAMILY, None, "ipv4-unicast"),
    Change("vpna", Node.ROUTE_DISTINGUISHER, None, "200:2"),
    Change("vpna", Node.LABEL_MODE, None, "per-instance"),
    Change("vpna", Node.STATIC_LABEL, None, "2001"),
    Change("vpna", Node.IMPORT_TARGET, None, "200:1"),
    Change("vpna", Node.IMPORT_TARGET, None, "200:8"),
    Change("vpna", Node.EXPORT_TARGET, None, "200:1"),
    Change("vpnb", Node.STATIC_LABEL, None, "2002"),
)
ONE = tuple(change for change in CHANGES if change.vpn == "vpna")

TOP = "/ni:network-instance/ni:instances/ni:instance"
AF = "/l3vpn:afs/l3vpn:af"
KEYED = f"{TOP}[ni:name='vpna']{AF}[l3vpn:type='ipv4-unicast']"
KEYLESS = f"{TOP}{AF}"
LABEL_A = "masg-2 vpn_instances[0].static_label (metro-7.yaml:6:19)"
BOTH = (
    "masg-2 one of: vpn_instances[0].static_label (metro-7.yaml:6:19), "
    "vpn_instances[1].static_label (metro-7.yaml:10:19)"
)
VPN_A = "masg-2 vpn_instances[0] (metro-7.yaml:5:5)"
VPN_B = "masg-2 vpn_instances[1] (metro-7.yaml:9:5)"
NOWHERE = "masg-2"


def attribution(
    changes: tuple[Change, ...] = CHANGES, text: str = INTENT, name: str = "metro-7.yaml"
) -> Attribution:
    origins = origins_of(parse_intent(text, name=name), Role.BACKUP, changes)
    return Attribution("masg-2", dialect_named("huawei-vrp"), origins)


def where(path: str = "", message: str = "", changes: tuple[Change, ...] = CHANGES, **info: str) -> str:
    pairs = tuple((name.replace("_", "-"), text) for name, text in info.items())
    error = RpcError("invalid-value", path=path, message=message, info=pairs)
    return attribution(changes).of_error(error).problem.where


PATHS = {
    "keys and prefixes": (f"{KEYED}/l3vpn:static-label", LABEL_A),
    "other prefixes": (
        "/a:network-instance/a:instances/a:instance[a:name='vpna']/b:afs/b:af[b:type='ipv4-unicast']/b:static-label",
        LABEL_A,
    ),
    "of our own schema": (
        (
            '/huawei-network-instance:network-instance/instances/instance[name="vpna"]'
            '/huawei-l3vpn:afs/af[type="ipv4-unicast"]/static-label'
        ),
        LABEL_A,
    ),
    "whole message in front": (f"/nc:rpc/nc:edit-config/nc:config{KEYED}/l3vpn:static-label", LABEL_A),
    "not absolute": (f"{KEYED}/l3vpn:static-label"[1:], LABEL_A),
    "from the instance on": ("instance[name='vpna']/afs/af/static-label", LABEL_A),
    "no keys": (f"{KEYLESS}/l3vpn:static-label", BOTH),
    "leaf alone": ("static-label", BOTH),
    "layout": (f"\n  {KEYED}/l3vpn:static-label\n ", LABEL_A),
    "spaces in predicates": (f"{TOP}[ ni:name = 'vpna' ]{AF}/l3vpn:static-label", LABEL_A),
    "value without quotes": (f"{TOP}[name=vpna]{AF}/l3vpn:static-label", LABEL_A),
    "position": (f"{TOP}[1]{AF}[1]/l3vpn:static-label", BOTH),
    "names in braces": (
        "/{urn:a}network-instance/{urn:a}instances/{urn:a}instance[name='vpna']/{urn:b}afs/af",
        VPN_A,
    ),
    "rd of this router": (
        f"{KEYED}/l3vpn:route-distinguisher",
        "masg-2 vpn_instances[0].route_distinguisher.backup (metro-7.yaml:7:52)",
    ),
    "rd, only one is edited": (
        f"{KEYLESS}/l3vpn:route-distinguisher",
        "masg-2 vpn_instances[0].route_distinguisher.backup (metro-7.yaml:7:52)",
    ),
    "target": (
        f"{KEYED}/l3vpn:vpn-targets/l3vpn:vpn-target[value='200:8'][type='import-extcommunity']",
        "masg-2 vpn_instances[0].vpn_targets.import[1] (metro-7.yaml:8:37)",
    ),
    "target without its kind": (
        f"{KEYED}/l3vpn:vpn-targets/l3vpn:vpn-target[value='200:1']/type",
        (
            "masg-2 one of: vpn_instances[0].vpn_targets.import[0] (metro-7.yaml:8:28), "
            "vpn_instances[0].vpn_targets.export[0] (metro-7.yaml:8:56)"
        ),
    ),
    "label mode": (f"{KEYED}/l3vpn:label-mode", VPN_A),
    "label mode that is not edited": (f"{TOP}[name='vpnb']{AF}/l3vpn:label-mode", VPN_B),
    "rd that the intent does not give": (f"{TOP}[name='vpnb']{AF}/l3vpn:route-distinguisher", VPN_B),
    "the instance": (f"{TOP}[ni:name='vpnb']", VPN_B),
    "its name": (f"{TOP}[ni:name='vpnb']/ni:name", VPN_B),
    "the family": (f"{TOP}[ni:name='vpnb']{AF}[l3vpn:type='ipv4-unicast']", VPN_B),
    "another family": (f"{TOP}[ni:name='vpnb']{AF}[l3vpn:type='ipv6-unicast']/static-label", VPN_B),
    "another module in the instance": (f"{TOP}[ni:name='vpnb']/bgp:bgp/bgp:base-process", VPN_B),
    "an instance of somebody else": (f"{TOP}[ni:name='vpnz']{AF}/l3vpn:static-label", NOWHERE),
    "something else": ("/bgp:bgp/bgp:global/bgp:yang-enable", NOWHERE),
    "an LDP instance": ("/mpls:mpls/ldp:ldp/ldp:instance[name='vpna']", NOWHERE),
    "the operation": ("/nc:rpc/nc:edit-config", NOWHERE),
    "nothing": ("", NOWHERE),
}


@pytest.mark.parametrize("form", PATHS)
def test_a_path_leads_to_the_field(form: str) -> None:
    path, expected = PATHS[form]
    assert where(path) == expected


def test_a_keyless_path_is_certain_where_one_vpn_instance_is_edited() -> None:
    assert where(f"{KEYLESS}/l3vpn:static-label", changes=ONE) == LABEL_A


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (f'Value "99999" is out of range. (path "{KEYED}/l3vpn:static-label")', LABEL_A),
        (f"bad value at {KEYED}/l3vpn:static-label.", LABEL_A),
        (f"bad value ({KEYLESS}/l3vpn:static-label)", BOTH),
        (
            (
                "Unsatisfied range. Schema location "
                '"/huawei-network-instance:network-instance/instances/instance/huawei-l3vpn:afs/af/static-label", '
                "data location \"/huawei-network-instance:network-instance/instances/instance[name='vpna']"
                "/huawei-l3vpn:afs/af[type='ipv4-unicast']/static-label\", line number 3."
            ),
            LABEL_A,
        ),
        (
            f"{TOP}[name='vpna']{AF}/static-label and {TOP}[name='vpnb']{AF}/static-label are the same",
            BOTH,
        ),
        ("The label 2001 in /etc/labels and/or elsewhere is taken: see /bgp:bgp/bgp:x.", NOWHERE),
        ("Unexpected element: static-label.", NOWHERE),
    ],
)
def test_a_path_that_stands_only_in_the_message(message: str, expected: str) -> None:
    assert where(message=message) == expected
    assert where("/nc:rpc/nc:edit-config", message) == expected


@pytest.mark.parametrize(
    ("path", "info", "expected"),
    [
        ("", {"bad_element": "static-label"}, BOTH),
        ("", {"bad_element": "l3vpn:static-label"}, BOTH),
        (KEYED, {"bad_element": "l3vpn:static-label"}, LABEL_A),
        (f"{TOP}[ni:name='vpna']", {"bad_element": "static-label"}, LABEL_A),
        (f"{KEYED}/l3vpn:static-label", {"bad_element": "static-label"}, LABEL_A),
        (KEYED, {"bad_element": "bogus"}, VPN_A),
        ("", {"bad_element": "bogus"}, NOWHERE),
        ("/bgp:bgp/bgp:x", {"bad_element": "static-label"}, NOWHERE),
        ("", {"error_info_code": "313", "error_para": "static-label"}, BOTH),
        ("", {"error_info_code": "313", "error_para": f"{KEYED}/l3vpn:static-label"}, LABEL_A),
        ("", {"non_unique": f"{KEYED}/l3vpn:static-label"}, LABEL_A),
        ("", {"session_id": "static-label"}, NOWHERE),
    ],
)
def test_what_the_error_info_tells(path: str, info: dict[str, str], expected: str) -> None:
    pairs = tuple((name.replace("_", "-"), text) for name, text in info.items())
    assert attribution().of_error(RpcError("x", path=path, info=pairs)).problem.where == expected


def test_the_routers_words_stay_and_are_one_line() -> None:
    error = RpcError("invalid-value", path=f"{KEYED}/l3vpn:static-label", message="not\n   in range")
    problem = attribution().of_error(error).problem
    assert problem.what == f"invalid-value: not in range [{KEYED}/l3vpn:static-label]"
    assert (problem.field, problem.file, problem.line, problem.column) == (
        "masg-2 vpn_instances[0].static_label",
        "metro-7.yaml",
        6,
        19,
    )
    assert str(problem).count("\n") == 0
    assert problem.hint


def test_an_intent_in_xml_is_named_in_its_own_words() -> None:
    text = (
        '<intent xmlns="urn:egresspair:yang:egress-protection"><pair>metro-7</pair><master>masg-1</master>'
        "<backup>masg-2</backup><vpn-instance><name>vpna</name><static-label>2001</static-label></vpn-instance>"
        "</intent>"
    )
    change = (Change("vpna", Node.STATIC_LABEL, None, "2001"),)
    error = RpcError("invalid-value", path="static-label")
    found = attribution(change, text, "metro-7.xml").of_error(error).problem
    assert found.field == "masg-2 /intent/vpn-instance[1]/static-label"
    assert (found.file, found.line) == ("metro-7.xml", 1)


def test_a_violation_of_our_own_schema_check_is_led_back_with_its_json_quotes() -> None:
    text = (
        "pair: p\nmaster: masg-1\nbackup: masg-2\nvpn_instances:\n  - {name: 'v\"\\p', static_label: 2001}\n"
    )
    change = (Change('v"\\p', Node.STATIC_LABEL, None, "2001"),)
    path = (
        '/m:network-instance/instances/instance[name="v\\"\\\\p"]/n:afs/af[type="ipv4-unicast"]/static-label'
    )
    found = attribution(change, text).of_path(path, "2001 is outside 16..99").problem
    assert found.where == "masg-2 vpn_instances[0].static_label (metro-7.yaml:5:34)"


# Open-ended inputs

NAMES = st.text(
    st.sampled_from([chr(code) for code in range(0x21, 0x7F) if chr(code) != "?"]), min_size=1, max_size=31
)
LEAVES = {
    "static-label": "static_label",
    "route-distinguisher": "route_distinguisher",
    "label-mode": "",
    "": "",
}


@given(st.text(), st.text(), st.text(), st.sampled_from(["bad-element", "error-para", "x"]))
def test_whatever_a_server_says_it_never_raises(path: str, message: str, info: str, name: str) -> None:
    error = RpcError("operation-failed", path=path, message=message, info=((name, info),))
    found = attribution().of_error(error)
    assert found.problem.where.startswith("masg-2")


PIECES = st.sampled_from(
    [
        "/",
        "[",
        "]",
        "'",
        '"',
        "=",
        ":",
        "{",
        "}",
        ".",
        " ",
        "name",
        "vpna",
        "vpnb",
        "af",
        "static-label",
        KEYED,
        KEYLESS,
        TOP,
    ]
)


@given(st.lists(PIECES).map("".join))
def test_nearly_paths_never_raise(text: str) -> None:
    steps_of(text)
    paths_in(text)
    assert where(text, text, bad_element=text).startswith("masg-2")


@given(
    st.lists(NAMES, min_size=1, max_size=4, unique=True).filter(lambda names: "_public_" not in names),
    st.data(),
)
def test_a_path_with_keys_always_finds_its_field(names: list[str], drawn: st.DataObject) -> None:
    index = drawn.draw(st.integers(0, len(names) - 1))
    leaf = drawn.draw(st.sampled_from(sorted(LEAVES)))
    prefix = drawn.draw(st.sampled_from(["", "ni:", "huawei-network-instance:", "{urn:x}"]))
    front = drawn.draw(st.sampled_from(["/", "", "/nc:rpc/nc:edit-config/nc:config/"]))
    quotes = [quote for quote in "'\"" if quote not in names[index]]
    quote = drawn.draw(st.sampled_from(quotes or ["'"]))
    key = "name" if prefix.startswith("{") else f"{prefix}name"
    path = (
        f"{front}{prefix}network-instance/{prefix}instances/{prefix}instance[{key}={quote}{names[index]}{quote}]"
        f"/l3vpn:afs/l3vpn:af[l3vpn:type='ipv4-unicast']" + (f"/l3vpn:{leaf}" if leaf else "")
    )
    found = _attribution_of(names).of_error(RpcError("invalid-value", path=path))
    assert [origin.field for origin in found.origins] == [
        f"vpn_instances[{index}]" + (f".{LEAVES[leaf]}" if LEAVES[leaf] else "")
    ]


def _attribution_of(names: list[str]) -> Attribution:
    vpns = [
        {"name": name, "static_label": 2000 + at, "route_distinguisher": f"200:{at}"}
        for at, name in enumerate(names)
    ]
    wanted = Intent.model_validate(
        {"pair": "p", "master": "masg-1", "backup": "masg-2", "vpn_instances": vpns}
    )
    changes = [
        Change(name, node, None, "1")
        for name in names
        for node in (Node.STATIC_LABEL, Node.ROUTE_DISTINGUISHER)
    ]
    return Attribution("masg-2", dialect_named("huawei-vrp"), origins_of(wanted, Role.MASTER, changes))
