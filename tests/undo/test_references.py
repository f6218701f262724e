"""What would go with a VPN instance, read from replies of routers that know more modules than the lab."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.configuration import Node, Reference
from egresspair.dialects import dialect_named

NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"
IFM = "urn:huawei:yang:huawei-ifm"
BGP = "urn:huawei:yang:huawei-bgp"
QOS = "urn:huawei:yang:huawei-qos"

OURS = """<type>ipv4-unicast</type><route-distinguisher>200:1</route-distinguisher>
    <label-mode>per-instance</label-mode><static-label>2001</static-label>
    <vpn-targets><vpn-target><value>1:1</value><type>import-extcommunity</type></vpn-target></vpn-targets>"""
DEFAULTS = """<lsp-operation>pop</lsp-operation><vpn-frr>false</vpn-frr><transit-vpn>false</transit-vpn>
    <export-policy-add-ert-first>false</export-policy-add-ert-first>"""
BGP_FAMILY = f"""<bgp xmlns="{BGP}"><base-process><afs><af><type>ipv4uni</type><ipv4-unicast><import-routes>
    <import-route><protocol>direct</protocol><process-id>0</process-id></import-route></import-routes>
    </ipv4-unicast></af></afs></base-process></bgp>"""


def found(
    *, inside: str = "", in_family: str = "", families: str = "", other: str = "", node: Node = Node.INSTANCE
) -> list[str]:
    """What is reported when vpna (or its IPv4 family) is to go."""
    data = etree.fromstring(
        f"""<data><network-instance xmlns="{NI}"><instances><instance><name>vpna</name>{inside}
        <afs xmlns="{L3VPN}"><af>{OURS}{in_family}</af>{families}</afs></instance>
        <instance><name>vpnb</name><description>of somebody else</description></instance></instances>
        </network-instance>{other}</data>"""
    )
    references = dialect_named("huawei-vrp").read_references(data, {"vpna": node})
    assert {each.vpn for each in references} <= {"vpna"}
    return [each.what for each in references]


def interface(name: str, vpn: str | None) -> str:
    bound = "" if vpn is None else f"<vrf-name>{vpn}</vrf-name>"
    return f"<interface><name>{name}</name>{bound}</interface>"


def interfaces(*each: str) -> str:
    return f'<ifm xmlns="{IFM}"><interfaces>{"".join(each)}</interfaces></ifm>'


@pytest.mark.parametrize("node", [Node.INSTANCE, Node.FAMILY])
def test_what_egress_protection_put_there_and_defaults_are_none(node: Node) -> None:
    assert found(node=node) == []
    assert found(in_family=DEFAULTS, node=node) == []


def test_a_leaf_that_is_not_at_its_default_is_one() -> None:
    assert found(in_family="<vpn-frr>true</vpn-frr>") == [
        "its ipv4-unicast family: it has vpn-frr true (huawei-l3vpn)"
    ]
    assert found(in_family="<tunnel-policy>gold</tunnel-policy>", node=Node.FAMILY) == [
        "its ipv4-unicast family: it has tunnel-policy gold (huawei-l3vpn)"
    ]


@pytest.mark.parametrize("node", [Node.INSTANCE, Node.FAMILY])
def test_a_bgp_family(node: Node) -> None:
    assert found(inside=BGP_FAMILY, node=node) == ["it has bgp ipv4uni (huawei-bgp)"]


def test_containers_without_a_value_are_none() -> None:
    assert found(inside=f'<bgp xmlns="{BGP}"><base-process><afs/></base-process></bgp>') == []


def test_a_module_that_nobody_here_knows() -> None:
    assert found(inside=f'<qos xmlns="{QOS}"><car>10</car></qos>') == ["it has qos (huawei-qos)"]


def test_what_only_the_instance_carries_stays_with_it() -> None:
    inside, families = "<description>keep</description>", "<af><type>ipv6-unicast</type></af>"
    assert found(inside=inside, families=families) == [
        "it has description keep (huawei-network-instance)",
        "it has the address family ipv6-unicast",
    ]
    assert found(inside=inside, families=families, node=Node.FAMILY) == []


def test_bound_interfaces_by_name() -> None:
    listed = interfaces(
        interface("GE0/1/0", "vpna"), interface("GE0/1/1", "_public_"), interface("LoopBack20", "vpna")
    )
    assert found(other=listed) == ["interface GE0/1/0 is bound to it", "interface LoopBack20 is bound to it"]
    assert found(other=interfaces(interface("GE0/1/1", None), interface("GE0/1/2", "vpnb"))) == []


def test_a_comment_is_nothing() -> None:
    assert found(inside="<!-- by hand --><?by hand?>") == []


def test_no_reply_data_and_another_vpn() -> None:
    dialect = dialect_named("huawei-vrp")
    assert dialect.read_references(None, {"vpna": Node.INSTANCE}) == ()
    data = etree.fromstring(f"<data>{interfaces(interface('GE0/1/0', 'vpnb'))}</data>")
    assert dialect.read_references(data, {"vpna": Node.INSTANCE}) == ()
    assert dialect.read_references(data, {"vpnb": Node.FAMILY}) == (
        Reference("vpnb", "interface GE0/1/0 is bound to it"),
    )


def test_the_filters_ask_for_whole_instances_and_for_bindings_by_key() -> None:
    instances, bindings = (
        etree.fromstring(each) for each in dialect_named("huawei-vrp").references_filters(["vpna", "vpnb"])
    )
    names = [each.text for each in instances.iter(f"{{{NI}}}name")]
    assert names == ["vpna", "vpnb"]
    assert {len(each) for each in instances.iter(f"{{{NI}}}instance")} == {1}
    (asked,) = bindings.iter(f"{{{IFM}}}interface")
    assert [(etree.QName(each).localname, each.text) for each in asked] == [
        ("name", None),
        ("vrf-name", None),
    ]
