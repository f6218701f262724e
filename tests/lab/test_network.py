"""Four routers as one network: what they show follows from what they run, and what a client changes changes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from audit.paper import documents_of
from egresspair.lab import SCENARIOS, Lab
from egresspair.lab.network import HEALTHY, NAMESPACES, VpnInstance, played
from egresspair.lab.network.policies import Covered
from egresspair.lab.profiles import ATN, NE40E

from .client import session
from .documents import COMMIT, confirmed, edit, get, get_config, raw_edit, vpn

AF = "//ni:instance[ni:name='{}']/l3vpn:afs/l3vpn:af[l3vpn:type='ipv4-unicast']"
LABEL = f"{AF}/l3vpn:state/l3vpn:label"
ROUTES = f"{AF}//rt:ipv4-unicast-route/rt:prefix"
ASBR_ROUTES = "//bgp-rt:route[bgp-rt:prefix='192.0.2.5'][bgp-rt:out-label]/bgp-rt:from"
STANDING_BY = "//bgp-lsp:state[bgp-lsp:frr-type='backup']/bgp-lsp:destination-address"
PUSHED = AF + "//l3vpn-mpls:ipv4-vpn-label-stack[l3vpn-mpls:type='VPN']/l3vpn-mpls:label"
IDLE = "//mpls-res:static-label-segment/*[not(self::mpls-res:index)]"

TOPS = "".join(
    f'<{name} xmlns="{NAMESPACES[prefix]}"/>'
    for prefix, name in (
        ("ni", "network-instance"),
        ("bgp", "bgp"),
        ("bgp-lsp", "bgp-lsp"),
        ("mpls", "mpls"),
        ("mpls-res", "mpls-res"),
        ("tnlm", "tunnel-management"),
    )
)


@pytest.fixture(scope="module")
def started() -> Iterator[Lab]:
    with Lab(core=True) as lab:
        yield lab


@pytest.fixture
def network(started: Lab) -> Lab:
    """Healthy, whatever a test before has done to it."""
    started.play(HEALTHY)
    return started


def shown(lab: Lab, device: str, path: str) -> list[str]:
    """What a router answers a plain client, at the end of a path."""
    with session(lab[device]) as client:
        reply = client.call(get(TOPS))
    found = reply.xpath(path, namespaces=dict(NAMESPACES))
    assert isinstance(found, list)
    return [str(each.text) for each in found if isinstance(each, etree._Element)]


def commit(lab: Lab, device: str, config: str) -> None:
    """What a client has changed over NETCONF."""
    with session(lab[device]) as client:
        client.ok(config)
        client.ok(COMMIT)


def bgp(inside: str) -> str:
    """An edit of the public instance's BGP."""
    nc = "urn:ietf:params:xml:ns:netconf:base:1.0"
    return raw_edit(
        f'<network-instance xmlns="{NAMESPACES["ni"]}" xmlns:nc="{nc}"><instances><instance>'
        f'<name>_public_</name><bgp xmlns="{NAMESPACES["bgp"]}"><base-process>{inside}'
        "</base-process></bgp></instance></instances></network-instance>"
    )


def unicast(inside: str) -> str:
    return f"<afs><af><type>ipv4uni</type><ipv4-unicast>{inside}</ipv4-unicast></af></afs>"


WITHDRAW = unicast(
    '<network-routes><network-route nc:operation="delete"><address>192.0.2.5</address>'
    "<mask-length>32</mask-length></network-route></network-routes>"
)


def test_a_withdrawn_host_route_is_gone_from_the_core_until_it_is_restored(network: Lab) -> None:
    assert shown(network, "core_asbr", ASBR_ROUTES) == ["192.0.2.5", "192.0.2.6"]
    commit(network, "backup", bgp(WITHDRAW))
    assert shown(network, "core_asbr", ASBR_ROUTES) == ["192.0.2.5"]
    assert shown(network, "core_asbr", STANDING_BY) == ["192.0.2.6"]
    assert shown(network, "backup", "//bgp-lsp:state/bgp-lsp:destination-address") == ["192.0.2.6"]
    again = unicast(
        "<network-routes><network-route><address>192.0.2.5</address><mask-length>32</mask-length>"
        "<non-relay-tunnel>true</non-relay-tunnel></network-route></network-routes>"
    )
    commit(network, "backup", bgp(again))
    assert shown(network, "core_asbr", STANDING_BY) == ["192.0.2.5", "192.0.2.6"]


@pytest.mark.parametrize(
    ("permitted", "senders"),
    [("192.0.2.0/24 ge 32", ["192.0.2.5", "192.0.2.6"]), ("203.0.113.0/24 ge 32", ["192.0.2.5"])],
)
def test_an_imported_host_route_is_originated_if_its_policy_lets_it_pass(
    network: Lab, permitted: str, senders: list[str]
) -> None:
    network_address, length = permitted.removesuffix(" ge 32").split("/")
    policy = (
        f'<routing-policy xmlns="{NAMESPACES["rtp"]}"><ipv4-prefix-filters><ipv4-prefix-filter><name>own</name>'
        f"<nodes><node><sequence>10</sequence><match-mode>permit</match-mode><ip-address>{network_address}"
        f"</ip-address><masklength>{length}</masklength><masklength-lower>32</masklength-lower>"
        "<masklength-upper>32</masklength-upper></node></nodes></ipv4-prefix-filter></ipv4-prefix-filters>"
        "<policy-definitions><policy-definition><name>own</name><nodes><node><sequence>10</sequence>"
        "<match-mode>permit</match-mode><conditions><match-ipv4-prefix><prefix-filter-ref>own"
        "</prefix-filter-ref></match-ipv4-prefix></conditions></node></nodes></policy-definition>"
        "</policy-definitions></routing-policy>"
    )
    imported = unicast(
        "<import-routes><import-route><protocol>ospf</protocol><process-id>1</process-id>"
        "<policy-name>own</policy-name><non-relay-tunnel>true</non-relay-tunnel></import-route></import-routes>"
    )
    commit(network, "backup", bgp(WITHDRAW))
    commit(network, "backup", raw_edit(policy))
    commit(network, "backup", bgp(imported))
    assert shown(network, "core_asbr", ASBR_ROUTES) == senders


def test_a_network_statement_whose_policy_denies_originates_nothing(network: Lab) -> None:
    policy = (
        f'<routing-policy xmlns="{NAMESPACES["rtp"]}"><policy-definitions><policy-definition><name>own</name><nodes>'
        "<node><sequence>10</sequence><match-mode>deny</match-mode></node></nodes></policy-definition>"
        "</policy-definitions></routing-policy>"
    )
    named = WITHDRAW.replace(' nc:operation="delete"', "").replace(
        "</mask-length>", "</mask-length><policy-name>own</policy-name>"
    )
    commit(network, "backup", raw_edit(policy))
    commit(network, "backup", bgp(named))
    assert shown(network, "core_asbr", ASBR_ROUTES) == ["192.0.2.5"]


def test_a_relayed_host_route_is_stitched_to_the_tunnel_of_the_partner(network: Lab) -> None:
    relayed = WITHDRAW.replace(' nc:operation="delete"', "").replace(
        "</mask-length>", "</mask-length><non-relay-tunnel>false</non-relay-tunnel>"
    )
    operation = "//bgp-lsp:state[bgp-lsp:destination-address='192.0.2.5']/bgp-lsp:label-operation"
    assert shown(network, "backup", operation) == ["pop"]
    commit(network, "backup", bgp(relayed))
    assert shown(network, "backup", operation) == ["swappush"]


def test_a_masg_without_its_loopback_is_reached_by_nobody(network: Lab) -> None:
    gone = (
        f'<ifm xmlns="{NAMESPACES["ifm"]}"><interfaces><interface '
        'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"><name>LoopBack1</name>'
        "</interface></interfaces></ifm>"
    )
    commit(network, "master", raw_edit(gone))
    assert shown(network, "backup", "//tnlm:tunnel-info") == []
    assert shown(network, "core_asbr", ASBR_ROUTES) == []
    assert shown(network, "core_asbr", "//mpls-ldp:fec-address") == ["192.0.2.6"]
    assert shown(network, "csg", PUSHED.format("vpna")) == []


def test_labels_follow_the_configuration_as_far_as_the_csg(network: Lab) -> None:
    assert shown(network, "csg", PUSHED.format("vpna")) == ["2001"]
    commit(network, "master", edit(vpn("vpna", rd="", label=3001)))
    assert shown(network, "master", LABEL.format("vpna")) == ["3001"]
    assert shown(network, "master", IDLE) == ["16", "3000", "3002", "32783"]
    assert shown(network, "csg", PUSHED.format("vpna")) == ["3001"]
    assert shown(network, "backup", LABEL.format("vpna")) == ["2001"]


def test_a_vpn_instance_that_is_removed_leaves_nothing(network: Lab) -> None:
    assert "10.7.0.0" in shown(network, "master", ROUTES.format("vpna"))
    gone = '<instance nc:operation="delete"><name>vpna</name></instance>'
    commit(network, "master", edit(gone))
    assert shown(network, "master", AF.format("vpna")) == []
    assert shown(network, "csg", PUSHED.format("vpna")) == []
    commit(network, "master", edit(vpn("vpna", rd="200:101", label=2001)))
    assert shown(network, "csg", PUSHED.format("vpna")) == ["2001"]


def test_the_customers_routes_are_imported_by_their_targets(network: Lab) -> None:
    other = "<vpn-targets><vpn-target><value>9:9</value><type>export-extcommunity</type></vpn-target></vpn-targets>"
    commit(network, "master", edit(vpn("vpna", rd="", extra=other)))
    assert "10.7.0.0" in shown(network, "backup", ROUTES.format("vpna"))  # it still has 1:1 among its targets
    only = (
        '<vpn-targets><vpn-target nc:operation="delete"><value>1:1</value>'
        "<type>export-extcommunity</type></vpn-target></vpn-targets>"
    )
    commit(network, "master", edit(vpn("vpna", rd="", extra=only)))
    assert "10.7.0.0" not in shown(network, "backup", ROUTES.format("vpna"))


def test_a_vpn_instance_that_is_down_has_neither_label_nor_routes(network: Lab) -> None:
    network["backup"].set_status("vpna", "down")
    status = AF.format("vpna") + "/l3vpn:state/l3vpn:status"
    assert shown(network, "backup", status) == ["down"]
    assert shown(network, "backup", LABEL.format("vpna")) == []
    assert shown(network, "backup", ROUTES.format("vpna")) == []
    network["backup"].set_status("vpna", "up")
    assert shown(network, "backup", LABEL.format("vpna")) == ["2001"]


def test_a_trial_that_reverts_takes_the_state_back(network: Lab) -> None:
    with session(network["backup"]) as client:
        client.ok(bgp(WITHDRAW))
        client.ok(confirmed(60))
        assert shown(network, "core_asbr", ASBR_ROUTES) == ["192.0.2.5"]
    network["backup"].wait_for(lambda device: not device.pending)  # its session has ended
    assert shown(network, "core_asbr", ASBR_ROUTES) == ["192.0.2.5", "192.0.2.6"]


def test_state_that_is_told_counts_before_what_follows(network: Lab) -> None:
    told = (
        f'<bgp-lsp xmlns="{NAMESPACES["bgp-lsp"]}"><states><state><vrf-name>_public_</vrf-name><af>ipv4uni</af>'
        "<destination-address>198.51.100.1</destination-address><prefix-length>32</prefix-length><index>9</index>"
        "<type>egress</type><indirect-id>0x1</indirect-id><frr-type>primary</frr-type></state></states></bgp-lsp>"
    )
    network["csg"].set_state(told.encode())
    found = shown(network, "csg", "//bgp-lsp:state/bgp-lsp:destination-address")
    network["csg"].set_state(b"<data xmlns='urn:ietf:params:xml:ns:netconf:base:1.0'/>")
    assert found == ["198.51.100.1"]


def test_a_scenario_begins_anew(network: Lab) -> None:
    with session(network["backup"]) as client:
        client.ok(edit(vpn("vpnx", rd="1:7")))
        client.ok(confirmed(60, persist="t"))
        client.ok(edit(vpn("vpny", rd="1:8")))
    network.play("no-bfd")
    assert network.scenario == "no-bfd"
    assert not network["backup"].pending
    assert network["backup"].candidate == network["backup"].running == network["backup"].startup
    assert b"vpnx" not in network["backup"].running
    assert shown(network, "core_asbr", "//mpls-ldp:session") == []
    network.play(HEALTHY)
    assert shown(network, "core_asbr", "//mpls-ldp:session-state") == ["up", "up"]


def test_what_is_not_saved_is_in_running_only(network: Lab) -> None:
    network.play("not-saved")
    with session(network["backup"]) as client:
        stores = [etree.tostring(client.call(get_config(store))) for store in ("running", "startup")]
    assert [b"<static-label>2001<" in store for store in stores] == [True, False]


@pytest.mark.parametrize("profile", [NE40E, ATN], ids=lambda profile: profile.name)
def test_routers_show_no_node_that_they_do_not_have(profile: object) -> None:
    with Lab(core=True, profile=profile.name) as lab:  # type: ignore[attr-defined]
        largest = shown(lab, "master", "//mpls-res:max-value")
        effective = shown(lab, "master", "//l3vpn:effect-route-distinguisher")
    assert (largest, effective) == ((["32783"], ["200:101"]) if profile is NE40E else (["147455"], []))


def test_other_vpn_instances_can_be_there() -> None:
    both = [
        VpnInstance("vpnx", ("1:1", "1:2"), ("1:1",)),
        VpnInstance("vpny", ("2:1", "2:2"), on_masgs=False),
    ]
    with Lab(core=True, vpns=both) as lab:
        assert shown(lab, "master", LABEL.format("vpnx")) == ["32784"]
        assert shown(lab, "csg", PUSHED.format("vpnx")) == ["32784"]
        assert shown(lab, "csg", PUSHED.format("vpny")) == []
        commit(lab, "master", edit(vpn("vpny", rd="2:1", label=2002)))
        assert shown(lab, "csg", PUSHED.format("vpny")) == ["2002"]
        with pytest.raises(LookupError, match="vpna"):
            lab.play("labels-differ")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"scenario": "labels-are-fine"}, "no scenario 'labels-are-fine'; there are healthy, labels-differ"),
        ({"devices": ["master"], "core": True}, "devices: with core they are master, backup, core_asbr, csg"),
    ],
)
def test_wrong_calls(how: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Lab(**how)  # type: ignore[arg-type]


def test_a_pair_alone_plays_nothing() -> None:
    with Lab() as lab, pytest.raises(ValueError, match="core=True"):
        lab.play("healthy")


# whatever happens together


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(SCENARIOS)), max_size=4))
def test_no_label_is_given_twice_or_idle_though_it_is_given(names: set[str]) -> None:
    try:
        play = played(*sorted(names))
    except LookupError:  # two that damage the same node
        return
    for name, (document, _) in documents_of(play).items():
        given = [int(label) for label in _words(document, "//l3vpn:state/l3vpn:label")]
        assert len(set(given)) == len(given), name
        edges = [int(word) for word in _words(document, IDLE)]
        idle = [range(first, last + 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]
        assert not any(label in each for label in given for each in idle), name


def _words(document: etree._Element, path: str) -> list[str]:
    found = document.xpath(path, namespaces=dict(NAMESPACES))
    assert isinstance(found, list)
    return [str(each.text) for each in found if isinstance(each, etree._Element)]


@pytest.mark.parametrize(
    ("covered", "prefix", "is_covered"),
    [
        (Covered("192.0.2.5/32", 32, 32), "192.0.2.5/32", True),
        (Covered("192.0.2.5/32", 32, 32), "192.0.2.6/32", False),
        (Covered("192.0.2.0/24", 32, 32), "192.0.2.6/32", True),
        (Covered("192.0.2.0/24", 24, 31), "192.0.2.6/32", False),
    ],
)
def test_a_prefix_filter_covers_networks_and_lengths(covered: Covered, prefix: str, is_covered: bool) -> None:
    assert covered.has(prefix) is is_covered
