"""What the dialect reads out of the replies of real servers, and what it asks them for."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.configuration import Change, LabelOwner, Node, VpnConfig, VpnState
from egresspair.dialects import UnreadableReply, dialect_named

DIALECT = dialect_named("huawei-vrp")
NI = "urn:huawei:yang:huawei-network-instance"
L3VPN = "urn:huawei:yang:huawei-l3vpn"


def data(*instances: str) -> etree._Element:
    inside = "".join(f"<instance>{instance}</instance>" for instance in instances)
    return etree.fromstring(
        f'<data><network-instance xmlns="{NI}"><instances>{inside}</instances></network-instance></data>'
    )


def families(*inside: str) -> str:
    return f'<afs xmlns="{L3VPN}">' + "".join(f"<af>{family}</af>" for family in inside) + "</afs>"


IPV4 = "<type>ipv4-unicast</type>"
IPV6 = "<type>ipv6-unicast</type>"


def one(instance: str) -> VpnConfig:
    return DIALECT.read_config(data(instance), ["a"])["a"]


@pytest.mark.parametrize("nothing", [None, etree.Element("data"), data()])
def test_a_reply_without_anything_is_a_router_without_the_vpn(nothing: etree._Element | None) -> None:
    assert DIALECT.read_config(nothing, ["a"]).vpns == {"a": VpnConfig("a")}
    assert DIALECT.read_labels(nothing) == ()
    assert DIALECT.read_state(nothing, ["a"]) == (VpnState("a"),)


def test_an_instance_without_the_family_exists() -> None:
    for instance in ("<name>a</name>", f"<name>a</name>{families(IPV6)}"):
        assert one(instance) == VpnConfig("a", exists=True)


def test_layout_prefixes_and_empty_leaves_do_not_matter() -> None:
    reply = etree.fromstring(
        f"""<data xmlns:n="{NI}" xmlns:v="{L3VPN}"><n:network-instance><n:instances><n:instance>
          <n:name> a </n:name>
          <v:afs><v:af><v:type>ipv4-unicast</v:type>
            <v:route-distinguisher> 1:1
            </v:route-distinguisher><v:label-mode/><v:static-label/>
          </v:af></v:afs>
        </n:instance></n:instances></n:network-instance></data>"""
    )
    expected = VpnConfig("a", exists=True, family=True, route_distinguisher="1:1")
    assert DIALECT.read_config(reply, ["a"])["a"] == expected


def test_an_instance_that_a_server_splits_is_put_together() -> None:
    reply = data("<name>a</name>", f"<name>a</name>{families(IPV4 + '<static-label>2001</static-label>')}")
    assert DIALECT.read_config(reply, ["a"])["a"].static_label == 2001


def test_the_same_names_of_other_modules_are_not_taken() -> None:
    foreign = '<afs xmlns="urn:other"><af><type>ipv4-unicast</type></af></afs>'
    assert one(f"<name>a</name>{foreign}") == VpnConfig("a", exists=True)


def test_targets_are_told_apart_by_direction() -> None:
    targets = "".join(
        f"<vpn-target><value>{value}</value><type>{kind}-extcommunity</type></vpn-target>"
        for value, kind in (("1:1", "import"), ("1:1", "export"), ("2:2", "export"))
    )
    found = one(f"<name>a</name>{families(f'{IPV4}<vpn-targets>{targets}</vpn-targets>')}")
    assert (found.imports, found.exports) == (frozenset({"1:1"}), frozenset({"1:1", "2:2"}))


@pytest.mark.parametrize("text", ["x", "-1", "2001.0", "0x7d1", "٢٠٠١", "2 001", "9" * 5000])
def test_a_label_that_is_no_number_is_not_guessed(text: str) -> None:
    instance = f"<name>a</name>{families(f'{IPV4}<static-label>{text}</static-label>')}"
    with pytest.raises(UnreadableReply, match=r"VPN instance a: static-label is .* not a number"):
        one(instance)
    with pytest.raises(UnreadableReply):
        DIALECT.read_labels(data(instance))


def test_a_state_label_that_is_no_number_is_not_guessed() -> None:
    instance = f"<name>a</name>{families(f'{IPV4}<state><label>none</label></state>')}"
    with pytest.raises(UnreadableReply, match="state/label"):
        DIALECT.read_state(data(instance), ["a"])


def test_labels_are_those_of_every_instance_and_family() -> None:
    reply = data(
        f"<name>a</name>{families(IPV4 + '<static-label>2001</static-label>')}",
        f"<name>b</name>{families(IPV4)}",
        f"<name>c</name>{families(IPV6 + '<static-label>2003</static-label>')}",
    )
    assert DIALECT.read_labels(reply) == (
        LabelOwner("a", "ipv4-unicast", 2001),
        LabelOwner("c", "ipv6-unicast", 2003),
    )


def test_states_come_in_the_order_asked_for() -> None:
    reply = data(
        f"<name>b</name>{families(IPV4 + '<state><label>2002</label><status>down</status></state>')}",
        f"<name>a</name>{families(IPV4 + '<state><status>up</status></state>')}",
    )
    assert DIALECT.read_state(reply, ["a", "b", "c"]) == (
        VpnState("a", None, "up"),
        VpnState("b", 2002, "down"),
        VpnState("c"),
    )


# filters


def paths(subtree: bytes) -> list[str]:
    root = etree.fromstring(subtree)
    tree = root.getroottree()
    return [etree.QName(leaf).localname for leaf in root.iter() if len(leaf) == 0 and tree is not None]


def test_a_filter_selects_by_key_and_asks_for_what_is_read() -> None:
    subtree = DIALECT.config_filter(["a", "b"])
    root = etree.fromstring(subtree)
    assert [name.text for name in root.iter(f"{{{NI}}}name")] == ["a", "b"]
    assert [kind.text for kind in root.iter(f"{{{L3VPN}}}type")] == ["ipv4-unicast"] * 2
    wanted = ["name", "type", "route-distinguisher", "label-mode", "static-label", "vpn-targets"]
    assert paths(subtree) == wanted * 2
    assert all(leaf.text is None for leaf in root.iter(f"{{{L3VPN}}}static-label"))


def test_the_filter_of_labels_names_no_instance() -> None:
    subtree = DIALECT.labels_filter()
    assert paths(subtree) == ["name", "type", "static-label"]
    assert not any((element.text or "").strip() for element in etree.fromstring(subtree).iter())


def test_the_filter_of_states_asks_for_the_state_alone() -> None:
    assert paths(DIALECT.state_filter(["a"])) == ["name", "type", "state"]


def test_names_are_escaped() -> None:
    name = "<a>&amp;"
    root = etree.fromstring(DIALECT.config_filter([name]))
    assert root.findtext(f".//{{{NI}}}name") == name
    config = DIALECT.config([Change(name, Node.INSTANCE, None, name)])
    assert config.findtext(f".//{{{NI}}}name") == name


# edits


def test_each_module_declares_its_namespace_once_where_it_begins() -> None:
    changes = [
        Change("a", Node.STATIC_LABEL, None, "2001"),
        Change("b", Node.STATIC_LABEL, "16", "2002"),
    ]
    text = etree.tostring(DIALECT.config(changes)).decode()
    assert text.count(f'xmlns="{NI}"') == 1
    assert text.count(f'xmlns="{L3VPN}"') == 2
    assert "xmlns:ns" not in text


def test_nothing_is_said_of_leaves_that_do_not_change() -> None:
    config = DIALECT.config([Change("a", Node.STATIC_LABEL, "16", None)])
    names = [etree.QName(element).localname for element in config.iter()]
    assert names == [
        "config",
        "network-instance",
        "instances",
        "instance",
        "name",
        "afs",
        "af",
        "type",
        "static-label",
    ]


def test_a_family_that_goes_takes_everything_with_it() -> None:
    changes = [
        Change("a", Node.STATIC_LABEL, "2001", None),
        Change("a", Node.FAMILY, "ipv4-unicast", None),
    ]
    config = DIALECT.config(changes)
    (family,) = config.iter(f"{{{L3VPN}}}af")
    assert [etree.QName(child).localname for child in family] == ["type"]
    assert list(family.attrib.values()) == ["remove"]
