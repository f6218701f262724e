"""get, get-config, get-schema: filters, defaults, state, and what the server says of itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree

from egresspair.lab import ATN, Device, Lab, Profile

from .client import L3VPN, NI, NS, Client, session
from .documents import COMMIT, LOCK, edit, get, get_config, top, vpn

CONFIG = top(vpn("a", rd="1:1", label=101), vpn("b", rd="1:2", label=102), vpn("c", rd="1:3"))


@pytest.fixture
def reader(device: Device) -> Iterator[Client]:
    device.load(CONFIG.encode())
    with session(device) as client:
        yield client


def inside(filtered: str) -> str:
    return f'<network-instance xmlns="{NI}"><instances>{filtered}</instances></network-instance>'


def content(reply: etree._Element) -> str:
    """The reply's data as nested names and values, short enough to read."""
    data = reply.find("nc:data", NS)
    assert data is not None
    return " ".join(_told(child) for child in data)


def _told(element: etree._Element) -> str:
    name = etree.QName(element).localname
    below = " ".join(_told(child) for child in element)
    return f"{name}({below})" if below else f"{name}={element.text}" if element.text else name


A = "instance(name=a afs(af(type=ipv4-unicast {})))"
ALL_OF_A = A.format(
    "route-distinguisher=1:1 label-mode=per-instance static-label=101 lsp-operation=pop vpn-frr=false"
)


LABEL_102 = "<static-label>102</static-label>"
ALL_OF_B = ALL_OF_A.replace("name=a", "name=b").replace("1:1", "1:2").replace("101", "102")


@pytest.mark.parametrize(
    ("subtree", "found"),
    [
        (inside("<instance><name>a</name></instance>"), ALL_OF_A),
        (inside("<instance><name> a </name></instance>"), ALL_OF_A),
        (
            inside("<instance><name/></instance>"),
            " ".join(f"instance(name={n})" for n in ("_public_", "a", "b", "c")),
        ),
        (inside("<instance><name>a</name><name/></instance>"), "instance(name=a)"),
        (
            inside(f"<instance><name>a</name><afs xmlns='{L3VPN}'><af><static-label/></af></afs></instance>"),
            A.format("static-label=101"),
        ),
        (
            inside(f"<instance><name/><afs xmlns='{L3VPN}'><af>{LABEL_102}</af></afs></instance>"),
            f"instance(name=_public_) instance(name=a) {ALL_OF_B} instance(name=c)",
        ),
        (
            inside("<instance><name>a</name><afs xmlns=''><af><static-label/></af></afs></instance>"),
            A.format("static-label=101"),
        ),
        (
            inside("<instance><name>a</name><name/></instance><instance><name>b</name><name/></instance>"),
            "instance(name=a) instance(name=b)",
        ),
    ],
)
def test_filters_select(reader: Client, subtree: str, found: str) -> None:
    assert content(reader.call(get_config("running", subtree))) == f"network-instance(instances({found}))"


@pytest.mark.parametrize(
    "subtree",
    [
        inside("<instance><name>nobody</name></instance>"),
        inside("<nothing/>"),
        '<network-instance xmlns="urn:other"/>',
        "<network-instance/>",
        inside("<instance colour='red'><name>a</name></instance>"),
        inside("<instance><name>a</name><name>b</name></instance>"),
        inside("<instance><name>a</name><afs xmlns='urn:other'/></instance>").replace("<name>a</name>", ""),
    ],
)
def test_filters_that_select_nothing(reader: Client, subtree: str) -> None:
    assert content(reader.call(get_config("running", subtree))) == ""


def test_an_empty_filter_selects_nothing_and_none_selects_all(reader: Client) -> None:
    assert content(reader.call("<get-config><source><running/></source><filter/></get-config>")) == ""
    assert "name=c" in content(reader.call(get_config()))


def test_only_subtree_filters(reader: Client) -> None:
    xpath = '<get-config><source><running/></source><filter type="xpath" select="/x"/></get-config>'
    assert reader.error(xpath) == "bad-attribute"


MODE = '<with-defaults xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults">{}</with-defaults>'


def in_mode(client: Client, mode: str) -> etree._Element:
    subtree = inside("<instance><name>a</name></instance>")
    return client.call(
        f"<get-config><source><running/></source><filter>{subtree}</filter>{MODE.format(mode)}</get-config>"
    )


def test_defaults_by_mode(reader: Client) -> None:
    assert ALL_OF_A in content(in_mode(reader, "report-all"))
    trimmed = A.format("route-distinguisher=1:1 static-label=101")
    assert content(in_mode(reader, "trim")) == f"network-instance(instances({trimmed}))"
    tagged = in_mode(reader, "report-all-tagged")
    marks = tagged.xpath("//*[@*[local-name()='default']='true']")
    assert sorted(etree.QName(mark).localname for mark in marks) == ["label-mode", "lsp-operation", "vpn-frr"]
    assert reader.error("<get>" + MODE.format("explicit") + "</get>") == "invalid-value"


def test_a_profile_may_report_explicitly() -> None:
    explicit = Profile("explicit", deviations=ATN.deviations, basic_mode="explicit")
    with Lab(["master"], profile=explicit) as lab:
        lab["master"].load(CONFIG.encode())
        with session(lab["master"]) as client:
            reply = client.call(get_config("running", inside("<instance><name>a</name></instance>")))
            assert "label-mode" not in content(reply)
            assert any("basic-mode=explicit" in uri for uri in client.capabilities)


# state


def state_of(client: Client, name: str) -> dict[str, str]:
    reply = client.call(get(inside(f"<instance><name>{name}</name></instance>")))
    state = reply.find(".//l3vpn:state", NS)
    return {} if state is None else {etree.QName(leaf).localname: str(leaf.text) for leaf in state}


def test_state_tells_the_assigned_label(reader: Client, device: Device) -> None:
    assert state_of(reader, "a") == {"label": "101", "status": "up"}
    device.set_status("a", "down")
    assert state_of(reader, "a") == {"status": "down"}
    device.set_status("a", "up")
    assert state_of(reader, "a") == {"label": "101", "status": "up"}
    assert int(state_of(reader, "c")["label"]) > 32783
    assert state_of(reader, "_public_") == {}


def test_a_label_is_given_once_and_is_free_again(reader: Client, device: Device) -> None:
    reader.ok(edit(vpn("thief", rd="1:4", label=101)))
    reader.ok(COMMIT)
    assert int(state_of(reader, "thief")["label"]) > 32783
    assert state_of(reader, "a")["label"] == "101"
    reader.ok(edit(vpn("a", rd="", extra='<static-label nc:operation="remove"/>')))
    reader.ok(COMMIT)
    assert state_of(reader, "thief")["label"] == "101"


def test_the_effective_route_distinguisher_is_state(reader: Client) -> None:
    reply = reader.call(get(inside("<instance><name>a</name></instance>")))
    assert reply.findtext(".//l3vpn:effect-route-distinguisher", "", NS) == "1:1"
    config = reader.call(get_config("running", inside("<instance><name>a</name></instance>")))
    assert config.find(".//l3vpn:effect-route-distinguisher", NS) is None


def test_state_may_be_absent() -> None:
    with Lab(["master"], switches={"master": ["no-state"]}) as lab:
        lab["master"].load(CONFIG.encode())
        with session(lab["master"]) as client:
            assert state_of(client, "a") == {}


@pytest.mark.parametrize(("profile", "highest"), [("ne40e", 32783), ("atn", 147455)])
def test_label_ranges_come_from_the_profile(profile: str, highest: int) -> None:
    with Lab(["master"], profile=profile) as lab, session(lab["master"]) as client:
        client.ok(edit(vpn(label=highest)))
        assert client.error(edit(vpn(label=highest + 1))) == "invalid-value"
        assert client.error(edit(vpn(label=15))) == "invalid-value"


# what the server says of itself


def test_the_hello(client: Client) -> None:
    assert client.session_id > 0
    for name in (
        "candidate:1.0",
        "confirmed-commit:1.0",
        "confirmed-commit:1.1",
        "rollback-on-error:1.0",
        "validate:1.0",
        "validate:1.1",
        "startup:1.0",
        "with-defaults:1.0?basic-mode=report-all&also-supported=report-all-tagged,trim",
    ):
        assert f"urn:ietf:params:netconf:capability:{name}" in client.capabilities
    l3vpn = next(uri for uri in client.capabilities if uri.startswith(L3VPN + "?"))
    assert "module=huawei-l3vpn&revision=" in l3vpn
    assert "deviations=huawei-l3vpn-deviations-OC-NE-X8X16" in l3vpn
    assert not any(name in uri for uri in client.capabilities for name in ("writable-running", "xpath"))


def test_every_module_of_the_hello_can_be_had(client: Client) -> None:
    names = [
        uri.partition("module=")[2].partition("&")[0] for uri in client.capabilities if "urn:huawei" in uri
    ]
    assert "huawei-l3vpn" in names
    for name in names:
        text = get_schema(client, name)
        assert text.startswith("module " + name)
        assert get_schema(client, name, "<version/>") == text


def get_schema(client: Client, name: str, more: str = "") -> str:
    monitoring = NS["m"]
    reply = client.call(
        f'<get-schema xmlns="{monitoring}"><identifier>{name}</identifier>{more}</get-schema>'
    )
    return str(reply.findtext("m:data", "", NS))


def test_an_unknown_schema_is_invalid_value(client: Client) -> None:
    monitoring = NS["m"]
    assert (
        client.error(f'<get-schema xmlns="{monitoring}"><identifier>x</identifier></get-schema>')
        == "invalid-value"
    )
    assert client.error(f'<get-schema xmlns="{monitoring}"/>') == "missing-element"


def test_netconf_state_tells_locks_and_sessions(client: Client, other: Client) -> None:
    client.ok(LOCK.format("running"))
    reply = other.call(get(f'<netconf-state xmlns="{NS["m"]}"/>'))
    running = reply.xpath("//m:datastore[m:name='running']//m:locked-by-session/text()", namespaces=NS)
    assert running == [str(client.session_id)]
    sessions = reply.xpath("//m:session/m:session-id/text()", namespaces=NS)
    assert sorted(sessions) == sorted([str(client.session_id), str(other.session_id)])


def test_yang_library_has_the_id_of_the_hello(client: Client) -> None:
    reply = client.call(get(f'<modules-state xmlns="{NS["yl"]}"/>'))
    module_set = reply.findtext(".//yl:module-set-id", "", NS)
    assert any(f"module-set-id={module_set}" in uri for uri in client.capabilities)
    deviations = "//yl:module[yl:name='huawei-l3vpn']/yl:deviation/yl:name/text()"
    assert reply.xpath(deviations, namespaces=NS) == ["huawei-l3vpn-deviations-OC-NE-X8X16"]
