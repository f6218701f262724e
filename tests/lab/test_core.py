"""A router that also speaks BGP, MPLS and the rest of the core: what it announces, takes, and shows as state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import egresspair as ep
from audit.paper import HOST_ROUTES, NAMES, ROUTERS, VPNS, Paper, intent
from egresspair.audit.facts import AsbrFacts, CsgFacts, MasgFacts
from egresspair.dialects import AuditAnswer, AuditRead
from egresspair.dialects.huawei_audit import AUDIT
from egresspair.lab import ATN, NE40E, Device, Lab, Profile, RpcFailed
from egresspair.lab.operational import told
from egresspair.lab.profiles import CORE
from egresspair.lab.schema import schema_of
from egresspair.lab.tree import config_element, to_bytes

from .client import BASE, NI, NS, Client, session
from .documents import COMMIT, get, get_config, raw_edit

BGP, BGP_LSP, TUNNELS = (f"urn:huawei:yang:huawei-{name}" for name in ("bgp", "bgp-lsp", "tunnel-management"))
WITH_DEFAULTS = "urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults"
TAGGED = f'<with-defaults xmlns="{WITH_DEFAULTS}">report-all-tagged</with-defaults>'
IS_DEFAULT = "{urn:ietf:params:xml:ns:netconf:default:1.0}default"
ROLES = ("master", "backup", "asbr", "csg")


@pytest.fixture(scope="module")
def network() -> Iterator[Lab]:
    """The four routers of the audit's tests, with what those documents say of them."""
    with Lab(ROLES, names={"asbr": "asbr-1", "csg": "csg-1"}, profile="ne40e-core") as lab:
        for device in lab:
            device.load_data((ROUTERS / f"{device.name}.xml").read_bytes())
        yield lab


@pytest.fixture
def core() -> Iterator[Device]:
    with Lab(["master"], profile="ne40e-core") as lab:
        lab["master"].load_data((ROUTERS / "masg-1.xml").read_bytes())
        yield lab["master"]


@pytest.fixture
def speaker(core: Device) -> Iterator[Client]:
    with session(core) as client:
        yield client


# what it announces


@pytest.mark.parametrize("profile", [NE40E, ATN], ids=lambda profile: profile.name)
def test_every_module_is_announced_and_given(profile: Profile) -> None:
    chosen = profile.with_core()
    with Lab(["master"], profile=chosen) as lab, session(lab["master"]) as client:
        announced = " ".join(client.capabilities)
        for name in (*CORE, *chosen.deviations):
            assert f"module={name}&" in announced
            reply = client.call(f'<get-schema xmlns="{NS["m"]}"><identifier>{name}</identifier></get-schema>')
            assert reply.findtext("m:data", "", NS).startswith(f"module {name} {{")


def test_a_router_without_the_core_knows_nothing_of_it() -> None:
    with Lab(["master"]) as lab, session(lab["master"]) as client:
        assert "huawei-bgp" not in " ".join(client.capabilities)
        assert client.error(raw_edit(f'<bgp xmlns="{BGP}"/>')) == "unknown-namespace"


# whole documents


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_router_is_read_back_as_it_was_loaded(network: Lab, name: str) -> None:
    with session(network[name]) as client:
        loaded = etree.parse(ROUTERS / f"{name}.xml").getroot()
        wanted = "".join(
            f'<{etree.QName(top).localname} xmlns="{etree.QName(top).namespace}"/>' for top in loaded
        )
        reply = client.call(f"<get><filter>{wanted}</filter>{TAGGED}</get>")
    data = reply.find("nc:data", NS)
    assert data is not None
    for path in ("//ni:vrf-id", *(BY_ITSELF if name == "csg-1" else ())):
        for made in data.xpath(path, namespaces=NS):
            made.getparent().remove(made)
    _keep_what_was_set(data)
    assert _content(data) == _content(loaded)


BY_ITSELF = (
    "//ni:instance[ni:name = '_public_']/l3vpn:afs",
    "//l3vpn:af/l3vpn:state",
    "//l3vpn:af/l3vpn:effect-route-distinguisher",
)
"""What a router has though the document of the CSG does not say so."""
PRESENT = "{urn:huawei:yang:huawei-bfd}bfd"
"""Says something though nothing in it was set."""

Content = tuple[str, str, tuple["Content", ...]]


def _content(element: etree._Element) -> Content:
    """The element with what is in it, whatever the order."""
    return str(element.tag), (element.text or "").strip(), tuple(sorted(map(_content, element)))


def _keep_what_was_set(element: etree._Element) -> None:
    for child in list(element):
        was_empty = len(child) == 0
        _keep_what_was_set(child)
        if child.get(IS_DEFAULT) or (len(child) == 0 and not was_empty and child.tag != PRESENT):
            element.remove(child)


def _answer(client: Client, read: AuditRead) -> AuditAnswer:
    subtree = read.subtree.decode()
    rpc = get(subtree) if read.source == "state" else get_config(read.source, subtree)
    reply = client.call(rpc)
    assert reply.find("nc:rpc-error", NS) is None, etree.tostring(reply)
    return AuditAnswer(reply.find("nc:data", NS))


def _facts(name: str, answers: dict[str, AuditAnswer]) -> MasgFacts | AsbrFacts | CsgFacts:
    match name:
        case "asbr-1":
            return AUDIT.read_asbr(name, answers)
        case "csg-1":
            return AUDIT.read_csg(name, VPNS, answers)
    return AUDIT.read_masg(name, ep.Role.MASTER, VPNS, answers)


READS = {
    "masg-1": AUDIT.masg_reads(VPNS, HOST_ROUTES),
    "masg-2": AUDIT.masg_reads(VPNS, HOST_ROUTES),
    "asbr-1": AUDIT.asbr_reads(HOST_ROUTES),
    "csg-1": AUDIT.csg_reads(VPNS),
}


@pytest.mark.parametrize("name", NAMES)
def test_every_read_of_an_audit_is_answered_as_on_paper(network: Lab, name: str) -> None:
    with session(network[name]) as client:
        answers = {read.name: _answer(client, read) for read in READS[name]}
    on_paper = _facts(name, Paper.healthy()[name].answers(READS[name]))
    assert _unordered(_facts(name, answers)) == _unordered(on_paper)


def _unordered(facts: MasgFacts | AsbrFacts | CsgFacts) -> dict[str, object]:
    """The facts, whatever the order in which the router lists entries."""
    values = {each.name: getattr(facts, each.name) for each in fields(facts)}
    return {
        name: sorted(map(repr, fact.value)) if isinstance(getattr(fact, "value", None), tuple) else repr(fact)
        for name, fact in values.items()
    }


def test_an_audit_finds_the_network_protected(network: Lab, tmp_path: Path) -> None:
    with ep.open_pair(intent(), inventory=network.write_inventory(tmp_path / "inventory.yaml")) as pair:
        report = pair.audit(intent())
    assert report.protected, str(report)


# configuration


PUBLIC_FAMILY = (
    f'<network-instance xmlns="{NI}"><instances><instance><name>_public_</name>'
    f'<bgp xmlns="{BGP}"><base-process><afs><af><type>ipv4uni</type><ipv4-unicast>{{}}</ipv4-unicast></af></afs>'
    "</base-process></bgp></instance></instances></network-instance>"
)
ROUTE = (
    "<network-routes><network-route><address>192.0.2.7</address><mask-length>32</mask-length>"
    "<non-relay-tunnel>true</non-relay-tunnel></network-route></network-routes>"
)


def test_a_route_is_originated(core: Device, speaker: Client) -> None:
    speaker.ok(raw_edit(PUBLIC_FAMILY.format(ROUTE)))
    assert b"192.0.2.7" not in core.running
    speaker.ok(COMMIT)
    assert b"<address>192.0.2.7</address><mask-length>32</mask-length>" in core.running


LOOPBACK = (
    '<ifm xmlns="urn:huawei:yang:huawei-ifm"><interfaces><interface><name>LoopBack1</name>'
    "<class>main-interface</class><type>LoopBack</type><number>1</number>"
    '<ipv4 xmlns="urn:huawei:yang:huawei-ip"><addresses><address><ip>192.0.2.5</ip>'
    "<mask>255.255.255.255</mask><type>{}</type></address></addresses></ipv4>"
    "</interface></interfaces></ifm>"
)


def test_a_loopback_gets_its_address_and_belongs_to_the_public_instance(speaker: Client) -> None:
    speaker.ok(raw_edit(LOOPBACK.format("main")))
    speaker.ok(COMMIT)
    asked = (
        '<ifm xmlns="urn:huawei:yang:huawei-ifm"><interfaces><interface><name/><vrf-name/></interface>'
        "</interfaces></ifm>"
    )
    reply = speaker.call(get_config(subtree=asked))
    assert [leaf.text for leaf in reply.iter("{*}name", "{*}vrf-name")] == ["LoopBack1", "_public_"]


@pytest.mark.parametrize(
    ("config", "tag", "path"),
    [
        (LOOPBACK.format("sub"), "operation-failed", "/ip:ipv4/ip:addresses"),
        (
            PUBLIC_FAMILY.format("<common><auto-frr>yes</auto-frr></common>"),
            "invalid-value",
            "/bgp:auto-frr",
        ),
        (
            PUBLIC_FAMILY.format(
                "<import-routes><import-route><protocol>ospf</protocol><process-id>0</process-id>"
                "</import-route></import-routes>"
            ),
            "operation-failed",
            "/bgp:process-id",
        ),
        (
            PUBLIC_FAMILY.format(
                "<network-routes><network-route><address>192.0.2.5</address><mask-length>32</mask-length>"
                "<policy-name>nobody-has-written-it</policy-name></network-route></network-routes>"
            ),
            "data-missing",
            "/bgp:policy-name",
        ),
        (
            f'<bgp-lsp xmlns="{BGP_LSP}"><states/></bgp-lsp>',
            "invalid-value",
            "/bgp-lsp:bgp-lsp",
        ),
    ],
    ids=["no main address", "no boolean", "ospf without a process", "no such policy", "state"],
)
def test_what_the_modules_forbid_is_refused(speaker: Client, config: str, tag: str, path: str) -> None:
    reply = speaker.call(raw_edit(config))
    if reply.find("nc:ok", NS) is not None:
        reply = speaker.call("<validate><source><candidate/></source></validate>")
    assert [error.text for error in reply.iterfind(".//nc:error-tag", NS)] == [tag]
    assert reply.findtext(".//nc:error-path", "", NS).endswith(path)


PEER = (
    f'<network-instance xmlns="{NI}"><instances><instance><name>_public_</name><bgp xmlns="{BGP}"><base-process>'
    "<peers><peer{}><address>192.0.2.4</address>{}</peer></peers></base-process></bgp></instance></instances>"
    "</network-instance>"
)
INTERFACE = (
    '<ifm xmlns="urn:huawei:yang:huawei-ifm"><interfaces><interface><name>LoopBack1</name>'
    "<class>main-interface</class><type>LoopBack</type><number>{}</number></interface></interfaces></ifm>"
)


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("", f'<bgp xmlns="{BGP}"><base-process><as>300</as></base-process></bgp>', "/bgp:as"),
        ("", PEER.format("", "<remote-as>300</remote-as>"), "/bgp:remote-as"),
        (INTERFACE.format(1), INTERFACE.format(2), "/ifm:number"),
    ],
    ids=["AS", "AS of a peer", "interface"],
)
def test_what_was_set_for_good_cannot_be_modified(
    core: Device, speaker: Client, before: str, after: str, path: str
) -> None:
    if before:
        core.edit_as_other(before.encode())
    ((tag, where),) = speaker.errors(raw_edit(after))
    assert (tag, where.endswith(path)) == ("operation-failed", True)


# state


LSP = (
    "<state><vrf-name>_public_</vrf-name><af>ipv4uni</af><destination-address>{}</destination-address>"
    "<prefix-length>32</prefix-length><index>1</index><type>egress</type><indirect-id>0x1</indirect-id>"
    "<frr-type>primary</frr-type><in-label>{}</in-label></state>"
)
ALL_LSPS = f'<bgp-lsp xmlns="{BGP_LSP}"/>'


def _lsps(*told: tuple[str, object]) -> bytes:
    inside = "".join(LSP.format(*each) for each in told)
    return f'<bgp-lsp xmlns="{BGP_LSP}"><states>{inside}</states></bgp-lsp>'.encode()


def _labels(client: Client, subtree: str = ALL_LSPS) -> list[str]:
    return [leaf.text or "" for leaf in client.call(get(subtree)).iter(f"{{{BGP_LSP}}}in-label")]


def test_state_that_is_told_replaces_what_was_told_before(core: Device, speaker: Client) -> None:
    assert _labels(speaker) == ["48120", "48121"]
    core.set_state(_lsps(("192.0.2.9", 1001), ("192.0.2.8", 1002)))
    assert _labels(speaker) == ["1001", "1002"]
    one = "<states><state><destination-address>192.0.2.8</destination-address></state></states>"
    assert _labels(speaker, f'<bgp-lsp xmlns="{BGP_LSP}">{one}</bgp-lsp>') == ["1002"]
    core.set_state(f'<data xmlns="{BASE}"/>'.encode())
    assert _labels(speaker) == []


def test_state_is_no_part_of_running(core: Device, speaker: Client) -> None:
    core.set_state(_lsps(("192.0.2.9", 1001)))
    assert b"bgp-lsp" not in core.running
    assert b"<in-label>1001</in-label>" in core.state
    reply = speaker.call(get_config(subtree=ALL_LSPS))
    assert list(reply.iter(f"{{{BGP_LSP}}}*")) == []


SESSION = PEER.format("", "<afs><af><type>ipv4uni</type><state><current-state/></state></af></afs>")


def _states(client: Client) -> list[str]:
    return [leaf.text or "" for leaf in client.call(get(SESSION)).iter("{*}current-state")]


def test_a_peer_that_is_gone_has_no_state(speaker: Client) -> None:
    assert _states(speaker) == ["established"]
    speaker.ok(raw_edit(PEER.format(f' xmlns:nc="{BASE}" nc:operation="delete"', "")))
    assert _states(speaker) == ["established"]
    speaker.ok(COMMIT)
    assert _states(speaker) == []


def test_what_is_told_of_a_label_counts_before_what_the_router_works_out(
    core: Device, speaker: Client
) -> None:
    family = (
        f'<network-instance xmlns="{NI}"><instances><instance><name>vpna</name>'
        '<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type>{}</af></afs>'
        "</instance></instances></network-instance>"
    )
    core.set_state(family.format("<state><label>48001</label></state>").encode())
    reply = speaker.call(get(family.format("<state/>")))
    assert [leaf.text for leaf in reply.iter("{*}label", "{*}status")] == ["48001", "up"]


def test_a_router_that_shows_no_state_shows_none_of_it(core: Device, speaker: Client) -> None:
    core.switch("no-state")
    assert (_labels(speaker), _states(speaker)) == ([], [])


def test_state_outlives_a_restart(core: Device) -> None:
    core.stop()
    core.start()
    with session(core) as client:
        assert _labels(client) == ["48120", "48121"]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (b"nonsense", r"(?i)start tag"),
        (PEER.format("", "<remote-as>200</remote-as>").encode(), r"remote-as is configuration: load it"),
        (_lsps(("192.0.2.9", "many")), r"invalid-value: 'many'.*/bgp-lsp:in-label"),
        (f'<bgp-lsp xmlns="{BGP_LSP}"><ways/></bgp-lsp>'.encode(), "there is no ways here"),
        (b'<ways xmlns="urn:example"/>', "namespace 'urn:example' is not known"),
        (
            f'<tunnel-management xmlns="{TUNNELS}"><tunnel-infos><tunnel-info><name>a</name></tunnel-info>'
            "</tunnel-infos></tunnel-management>".encode(),
            "key id is missing",
        ),
        (
            _lsps(("192.0.2.9", 1)).replace(b"<in-label>", b"<in-label>2</in-label><in-label>"),
            "in-label is given twice",
        ),
    ],
)
def test_state_that_does_not_fit_is_refused_and_changes_nothing(
    core: Device, document: bytes, complaint: str
) -> None:
    before = core.state
    with pytest.raises((ValueError, RpcFailed), match=complaint):
        core.set_state(document)
    assert core.state == before


def test_a_document_that_does_not_fit_changes_neither_configuration_nor_state(core: Device) -> None:
    running, state = core.running, core.state
    with pytest.raises(RpcFailed, match="invalid-value"):
        core.load_data(_lsps(("192.0.2.9", "many")))
    with pytest.raises(RpcFailed, match="operation-failed"):
        core.load_data(LOOPBACK.format("sub").encode())
    assert (core.running, core.state) == (running, state)


@settings(deadline=None)  # the first example compiles the modules
@given(
    st.lists(
        st.tuples(st.ip_addresses().map(str), st.integers(0, 2**32 - 1)),
        unique_by=lambda each: each[0],
        max_size=6,
    )
)
def test_whatever_fits_is_held_as_it_was_told(entries: list[tuple[str, int]]) -> None:
    state = told(schema_of(NE40E.with_core()), config_element(_lsps(*entries)))
    held = etree.fromstring(to_bytes(state))
    assert [leaf.text for leaf in held.iter("{*}destination-address")] == [address for address, _ in entries]
    assert [leaf.text for leaf in held.iter("{*}in-label")] == [str(label) for _, label in entries]
