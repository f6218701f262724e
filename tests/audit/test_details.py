"""Other ways in which networks are built, and other ways in which they break."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from egresspair.audit.check import Check, Status
from egresspair.audit.facts import Evidence, Fact, PolicyNode, RoutePolicy
from egresspair.audit.policies import labels
from egresspair.audit.report import AuditReport

from .breaks import AF, FROM_BACKUP, NETWORK, PUBLIC, ROUTE
from .paper import Paper, broken, intent

BGP = "urn:huawei:yang:huawei-bgp"
RTP = "urn:huawei:yang:huawei-routing-policy"
IMPORT = (
    f'<import-routes xmlns="{BGP}"><import-route><protocol>{{}}</protocol><process-id>1</process-id>'
    "<policy-name>loopbacks</policy-name><non-relay-tunnel>true</non-relay-tunnel></import-route></import-routes>"
)
FILTER = (
    f'<ipv4-prefix-filters xmlns="{RTP}"><ipv4-prefix-filter><name>lo</name><nodes><node><sequence>10</sequence>'
    "<match-mode>permit</match-mode><ip-address>{}</ip-address><masklength>32</masklength></node></nodes>"
    "</ipv4-prefix-filter></ipv4-prefix-filters>"
)
LOOPBACKS = (
    f'<policy-definition xmlns="{RTP}"><name>loopbacks</name><nodes><node><sequence>10</sequence>'
    "<match-mode>permit</match-mode><conditions><match-ipv4-prefix><prefix-filter-ref>lo</prefix-filter-ref>"
    "</match-ipv4-prefix></conditions></node></nodes></policy-definition>"
)


def of(report: AuditReport, name: str, device: str = "", subject: str = "") -> Check:
    """The one check of that name there."""
    found = [c for c in report if c.name == name and device in (c.device, "") and subject in (c.subject, "")]
    assert len(found) == 1, found
    return found[0]


def imported(protocol: str, prefix: str = "192.0.2.5") -> Paper:
    """The backup originates the master's loopback by ``import-route`` with a policy."""
    paper = Paper.healthy()
    paper["masg-2"].drop(NETWORK)
    paper["masg-2"].add(
        "//bgp:af[bgp:type='ipv4uni']/bgp:ipv4-unicast[bgp:network-routes]", IMPORT.format(protocol)
    )
    paper["masg-2"].add("//rtp:routing-policy", FILTER.format(prefix))
    paper["masg-2"].add("//rtp:policy-definitions", LOOPBACKS)
    return paper


def test_a_host_route_may_be_imported_instead() -> None:
    assert imported("ospf").audit().protected


@pytest.mark.parametrize(("protocol", "prefix"), [("isis", "192.0.2.5"), ("ospf", "192.0.2.99")])
def test_an_import_of_something_else_originates_nothing(protocol: str, prefix: str) -> None:
    check = of(imported(protocol, prefix).audit(), "originated", "masg-2", "192.0.2.5/32")
    assert check.status is Status.FAILS


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ("<masklength-lower>24</masklength-lower>", Status.HOLDS),
        ("<masklength-upper>31</masklength-upper>", Status.FAILS),
        ("<match-network>true</match-network>", Status.UNKNOWN),
    ],
)
def test_a_prefix_filter_may_cover_a_range(changes: str, status: Status) -> None:
    paper = imported("ospf", "192.0.2.0")
    paper["masg-2"].set("//rtp:ipv4-prefix-filter//rtp:masklength", "24")
    leaf = changes.replace(">", f' xmlns="{RTP}">', 1)
    paper["masg-2"].add("//rtp:ipv4-prefix-filter//rtp:node", leaf)
    assert of(paper.audit(), "originated", "masg-2", "192.0.2.5/32").status is status


def test_a_filter_that_denies_something_is_not_understood() -> None:
    paper = imported("ospf")
    paper["masg-2"].set("//rtp:ipv4-prefix-filter//rtp:match-mode", "deny")
    assert of(paper.audit(), "originated", "masg-2", "192.0.2.5/32").status is Status.UNKNOWN


def test_whether_an_import_lets_it_pass_is_unknown_without_its_policy() -> None:
    paper = imported("ospf", "192.0.2.99")
    paper["masg-2"].dumb.add("policies")
    check = of(paper.audit(), "originated", "masg-2", "192.0.2.5/32")
    assert check.status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("mode", "more", "status"),
    [
        ("permit", "", Status.HOLDS),
        ("deny", "", Status.FAILS),
        ("deny", "<conditions><match-tag><value>7</value></match-tag></conditions>", Status.FAILS),
        ("permit", "<conditions><match-tag><value>7</value></match-tag></conditions>", Status.UNKNOWN),
    ],
)
def test_the_policy_of_a_network_statement_has_to_let_it_pass(mode: str, more: str, status: Status) -> None:
    paper = Paper.healthy()
    paper["masg-2"].add(NETWORK, f'<policy-name xmlns="{BGP}">guard</policy-name>')
    guard = (
        f'<policy-definition xmlns="{RTP}"><name>guard</name><nodes><node><sequence>10</sequence>'
        f"<match-mode>{mode}</match-mode>{more}</node></nodes></policy-definition>"
    )
    paper["masg-2"].add("//rtp:policy-definitions", guard)
    check = of(paper.audit(), "originated", "masg-2", "192.0.2.5/32")
    assert check.status is status
    assert ("guard" in check.finding.seen) == (status is Status.FAILS)


def grouped(capability: str) -> Paper:
    """The backup's peer has what matters from its group."""
    paper = Paper.healthy()
    peer = "//bgp:peer[bgp:address='192.0.2.4']"
    paper["masg-2"].set(f"{peer}//bgp:label-route-capability", "false")
    paper["masg-2"].drop(f"{peer}//bgp:export-policy")
    paper["masg-2"].add(f"{peer}//bgp:ipv4-unicast", f'<group-name xmlns="{BGP}">core</group-name>')
    paper["masg-2"].add(
        "//bgp:base-process[bgp:peers]",
        f'<peer-groups xmlns="{BGP}"><peer-group><name>core</name><afs><af><type>ipv4uni</type><ipv4-unicast>'
        f"<label-route-capability>{capability}</label-route-capability><export-policy>label-out</export-policy>"
        "</ipv4-unicast></af></afs></peer-group></peer-groups>",
    )
    return paper


def test_a_peer_has_what_its_group_says_though_all_defaults_are_reported() -> None:
    assert grouped("true").audit().protected
    assert of(grouped("false").audit(), "masg-session", "masg-2").status is Status.FAILS


STATIC_LSP = (
    '<static xmlns="urn:huawei:yang:huawei-mpls-static"><lsps><lsp><lsp-name>to-lab</lsp-name>'
    "<lsr-type>egress</lsr-type><egress><in-label>2001</in-label></egress></lsp></lsps></static>"
)
ENGINEERED = (
    f'<egress-engineer-peer-sets xmlns="{BGP}"><egress-engineer-peer-set><peer-set-name>transit</peer-set-name>'
    "<static-label>2001</static-label></egress-engineer-peer-set></egress-engineer-peer-sets>"
)


@pytest.mark.parametrize(
    ("parent", "owner", "name"),
    [
        ("//mpls:mpls", STATIC_LSP, "static LSP to-lab"),
        ("//bgp:base-process[bgp:peers]", ENGINEERED, "BGP egress peer engineering transit"),
        (
            "//bgp:peer[bgp:address='192.0.2.4']",
            f'<egress-engineer-parameter xmlns="{BGP}"><static-label>2001</static-label></egress-engineer-parameter>',
            "BGP egress peer engineering 192.0.2.4",
        ),
    ],
)
def test_a_label_can_be_held_by_other_services(parent: str, owner: str, name: str) -> None:
    paper = Paper.healthy()
    paper["masg-2"].add(parent, owner)
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:label", "48333")
    report = paper.audit()
    assert [(cause.check.name, cause.check.device) for cause in report.causes] == [("label-owner", "masg-2")]
    assert name in report.causes[0].check.finding.seen


@pytest.mark.parametrize(("label", "status"), [("15", Status.FAILS), ("2001", Status.HOLDS)])
def test_range_of_a_label_that_was_not_given(label: str, status: Status) -> None:
    paper = Paper.healthy()
    paper["masg-2"].set(f"{AF}/l3vpn:static-label", label)
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:label", "48333")
    assert of(paper.audit(), "label-range", "masg-2").status is status


def test_the_range_is_unknown_where_the_release_does_not_tell() -> None:
    paper = Paper.healthy()
    paper["masg-2"].set(f"{AF}/l3vpn:state/l3vpn:label", "48333")
    paper["masg-2"].drop("//mpls-res:mpls-label-statistics")
    assert of(paper.audit(), "label-range", "masg-2").status is Status.UNKNOWN


def policed(*nodes: PolicyNode) -> RoutePolicy:
    return RoutePolicy("p", nodes, Evidence("masg-1", "/p"))


HERE, ELSEWHERE = frozenset({"192.0.2.5/32"}), frozenset({"192.0.2.9/32"})
PLAIN = PolicyNode(10, permit=True)
LABELING = PolicyNode(20, permit=True, applies_label=True)
FOREIGN = PolicyNode(10, permit=True, matches=1)
"""Its condition is of a kind that nobody here understands."""


@pytest.mark.parametrize(
    ("nodes", "answer"),
    [
        ([LABELING], True),
        ([], False),
        ([PLAIN, LABELING], False),
        ([PolicyNode(5, permit=False), LABELING], False),
        ([PolicyNode(5, permit=True, matches=1, prefixes=HERE, applies_label=True)], True),
        ([PolicyNode(5, permit=True, matches=1, prefixes=ELSEWHERE, applies_label=True)], False),
        ([PolicyNode(5, permit=False, matches=1, prefixes=ELSEWHERE), LABELING], True),
        (
            [
                PolicyNode(5, permit=True, matches=1, prefixes=frozenset({"192.0.2.0/24 ge 30 le 32"})),
                LABELING,
            ],
            False,
        ),
        (
            [
                PolicyNode(5, permit=True, matches=1, prefixes=frozenset({"192.0.2.0/24 ge 25 le 30"})),
                LABELING,
            ],
            True,
        ),
        (
            [PolicyNode(5, permit=True, matches=1, prefixes=frozenset({"nonsense ge 1 le 32"})), LABELING],
            True,
        ),
        ([PolicyNode(5, permit=True, matches=1, matches_label=True), LABELING], True),
        ([FOREIGN, LABELING], None),
        ([FOREIGN], False),
        ([PolicyNode(5, permit=True, matches=1, applies_label=True)], None),
        ([PolicyNode(5, permit=True, matches=1, applies_label=True), LABELING], True),
        ([PolicyNode(5, permit=True, matches=2, prefixes=HERE, applies_label=True), PLAIN], None),
    ],
)
def test_the_first_node_that_matches_decides(nodes: list[PolicyNode], answer: bool | None) -> None:
    assert labels(policed(*nodes), "192.0.2.5/32") is answer


def test_a_labeled_route_meets_conditions_on_labels() -> None:
    relay = PolicyNode(10, permit=True, matches=1, matches_label=True, applies_label=True)
    assert labels(policed(relay), "192.0.2.5/32", labeled=True) is True
    assert labels(policed(relay), "192.0.2.5/32") is False


def _bare_first(paper: Paper) -> None:
    """A node without a label before the one that labels."""
    node = f'<node xmlns="{RTP}"><sequence>5</sequence><match-mode>permit</match-mode></node>'
    paper["masg-2"].add("//rtp:policy-definition[rtp:name='label-out']/rtp:nodes", node)


def _foreign_condition(paper: Paper) -> None:
    node = (
        f'<node xmlns="{RTP}"><sequence>5</sequence><match-mode>permit</match-mode>'
        "<conditions><match-tag><value>7</value></match-tag></conditions></node>"
    )
    for name, policy in (("masg-2", "label-out"), ("asbr-1", "label-relay")):
        paper[name].add(f"//rtp:policy-definition[rtp:name='{policy}']/rtp:nodes", node)


def _xpl(paper: Paper) -> None:
    for name in ("masg-2", "asbr-1"):
        for unicast in paper[name].find("//bgp:export-policy/.."):
            unicast.append(
                etree.fromstring(f'<export-filter xmlns="{BGP}"><name>xpl-out</name></export-filter>')
            )
        paper[name].drop("//bgp:export-policy")


TE = (
    '<all-sessions xmlns="urn:huawei:yang:huawei-bfd"><all-session><name>te</name><link-type>te-tunnel</link-type>'
    "<destination-address>192.0.2.5</destination-address><min-tx-interval>10</min-tx-interval>"
    "<detect-multiplier>3</detect-multiplier><running><state>{}</state></running></all-session>"
    "<all-session><name>ip</name><link-type>ip</link-type><destination-address>192.0.2.5</destination-address>"
    "<running><state>up</state></running></all-session></all-sessions>"
)


@pytest.mark.parametrize(
    ("state", "status"), [("up", Status.HOLDS), ("down", Status.FAILS), ("", Status.UNKNOWN)]
)
def test_bfd_for_te_serves_as_well_and_single_hop_bfd_does_not(state: str, status: Status) -> None:
    paper = Paper.healthy()
    paper["asbr-1"].drop("//mpls-ldp:bfd")
    paper["asbr-1"].add("//bfd:bfd", TE.format(state))
    report = paper.audit()
    assert of(report, "bfd-started").status is Status.HOLDS
    check = of(report, "bfd-up", "asbr-1", "192.0.2.5/32")
    assert check.status is status
    fast = of(report, "bfd-fast", "asbr-1", "192.0.2.5/32")
    assert fast.status is (Status.HOLDS if state == "up" else Status.NOT_APPLICABLE)
    assert ("30 ms" in fast.finding.seen) == (state == "up")


@pytest.mark.parametrize(
    ("multiplier", "status"), [("20", Status.HOLDS), ("21", Status.FAILS), (None, Status.UNKNOWN)]
)
def test_bfd_has_to_notice_a_death_within_a_second(multiplier: str | None, status: Status) -> None:
    paper = Paper.healthy()
    leaf = "//mpls-ldp:session/mpls-ldp:detect-multi"
    if multiplier is None:
        paper["asbr-1"].drop(leaf)
    else:
        paper["asbr-1"].set(leaf, multiplier)
    report = paper.audit()
    assert of(report, "bfd-fast", "asbr-1", "192.0.2.5/32").status is status
    assert report.protected is report.walk.protected is (status is Status.HOLDS)


def test_slow_bfd_is_a_root_cause_of_its_own_and_delays_the_walk() -> None:
    paper = Paper.healthy()
    paper["asbr-1"].set("//mpls-ldp:session/mpls-ldp:min-tx-int", "20000")
    paper["asbr-1"].set("//mpls-ldp:session/mpls-ldp:detect-multi", "50")
    report = paper.audit()
    assert {cause.check.name for cause in report.causes} == {"bfd-fast"}
    assert "BFD takes 1000000 ms" in str(report.walk)


def _unspoken(paper: Paper) -> None:
    paper["masg-2"].drop("//bgp:current-state")
    paper["asbr-1"].drop("//bgp:current-state")


def _no_labeled_peer(paper: Paper) -> None:
    paper["masg-2"].set("//bgp:label-route-capability", "false")


def _no_policy(paper: Paper) -> None:
    paper["masg-2"].set("//bgp:export-policy", "gone")


def _no_export(paper: Paper) -> None:
    paper["masg-2"].drop("//bgp:export-policy")


def _foreign_peers(paper: Paper) -> None:
    paper["asbr-1"].set("//bgp:peer[bgp:address='192.0.2.6']/bgp:address", "192.0.2.99")


def _no_ce(paper: Paper) -> None:
    for name in ("masg-1", "masg-2"):
        paper[name].drop(f"{AF}//rt:ipv4-unicast-route")


def _reversed(paper: Paper) -> None:
    for sender, preference, flags in (("192.0.2.5", "50", "*"), ("192.0.2.6", "300", "*>")):
        paper["asbr-1"].set(f"{ROUTE}[bgp-rt:from='{sender}']/bgp-rt:local-preference", preference)
        paper["asbr-1"].set(f"{ROUTE}[bgp-rt:from='{sender}']/bgp-rt:flag-string", flags)


def _only_one_sender(paper: Paper) -> None:
    paper["asbr-1"].set(f"{FROM_BACKUP}/bgp-rt:nexthop", "192.0.2.77")
    paper["asbr-1"].set(f"{FROM_BACKUP}/bgp-rt:from", "192.0.2.77")


def _silent_choice(paper: Paper) -> None:
    paper["asbr-1"].drop("//bgp-rt:local-preference")


def _quiet_tunnel(paper: Paper) -> None:
    paper["asbr-1"].drop("//rt:tunnel-type")


def _nothing_pushed(paper: Paper) -> None:
    paper["csg-1"].drop("//l3vpn-mpls:ipv4-vpn-label-stack")


def _own_as_unknown(paper: Paper) -> None:
    paper["masg-2"].dumb.add("as")


def _no_routes_at_all(paper: Paper) -> None:
    paper["asbr-1"].drop("//bgp-rt:route")
    paper["asbr-1"].drop("//bgp-lsp:state")


def _no_other_labeled_peer(paper: Paper) -> None:
    paper["asbr-1"].set("//bgp:label-route-capability", "false")


def _nobodys_loopback(paper: Paper) -> None:
    for name in ("masg-1", "masg-2"):
        paper[name].set("//mpls:lsr-id", f"192.0.2.4{name[-1]}")
        paper[name].set(f"{PUBLIC}//rt:protocol-type", "ospf")


CASES: list[tuple[Callable[[Paper], None], str, str, str, Status]] = [
    (_unspoken, "masg-session", "masg-2", "", Status.UNKNOWN),
    (_unspoken, "asbr-session", "asbr-1", "masg-2", Status.UNKNOWN),
    (_no_labeled_peer, "masg-session", "masg-2", "", Status.FAILS),
    (_no_labeled_peer, "masg-label-policy", "masg-2", "192.0.2.5/32", Status.HOLDS),
    (_no_policy, "masg-label-policy", "masg-2", "192.0.2.5/32", Status.FAILS),
    (_no_export, "masg-label-policy", "masg-2", "192.0.2.5/32", Status.FAILS),
    (_bare_first, "masg-label-policy", "masg-2", "192.0.2.5/32", Status.FAILS),
    (_foreign_condition, "masg-label-policy", "masg-2", "192.0.2.5/32", Status.UNKNOWN),
    (_foreign_condition, "asbr-label-policy", "asbr-1", "", Status.UNKNOWN),
    (_xpl, "masg-label-policy", "masg-2", "192.0.2.5/32", Status.UNKNOWN),
    (_xpl, "asbr-label-policy", "asbr-1", "", Status.UNKNOWN),
    (_foreign_peers, "asbr-session", "asbr-1", "masg-2", Status.FAILS),
    (_no_ce, "own-link", "masg-2", "", Status.FAILS),
    (_reversed, "preference", "asbr-1", "192.0.2.5/32", Status.FAILS),
    (_only_one_sender, "two-routes", "asbr-1", "192.0.2.5/32", Status.FAILS),
    (_silent_choice, "preference", "asbr-1", "192.0.2.5/32", Status.UNKNOWN),
    (_quiet_tunnel, "no-gre", "asbr-1", "192.0.2.5/32", Status.UNKNOWN),
    (_nothing_pushed, "label-kept", "csg-1", "", Status.FAILS),
    (_own_as_unknown, "local-ifnet", "masg-2", "", Status.UNKNOWN),
    (_no_routes_at_all, "bfd-up", "asbr-1", "192.0.2.5/32", Status.FAILS),
    (_no_other_labeled_peer, "asbr-label-policy", "asbr-1", "", Status.FAILS),
    (_nobodys_loopback, "loopback", "", "192.0.2.5/32", Status.FAILS),
]


@pytest.mark.parametrize(
    ("damage", "name", "device", "subject", "status"), CASES, ids=[f"{c[0].__name__} {c[1]}" for c in CASES]
)
def test_what_one_check_says(
    damage: Callable[[Paper], None], name: str, device: str, subject: str, status: Status
) -> None:
    check = of(broken(damage).audit(), name, device, subject)
    assert check.status is status
    assert check.finding.evidence


def test_non_relay_tunnel_is_not_needed_where_no_tunnel_leads_to_the_partner() -> None:
    paper = Paper.healthy()
    paper["masg-2"].set(f"{NETWORK}/bgp:non-relay-tunnel", "false")
    paper["masg-2"].set("//tnlm:destination", "192.0.2.50")
    report = paper.audit()
    assert of(report, "non-relay-tunnel", "masg-2", "192.0.2.5/32").status is Status.NOT_APPLICABLE
    assert report.protected


def test_direct_mp_ebgp_peers_need_no_local_ifnet_switch() -> None:
    paper = Paper.healthy()
    for name in ("masg-1", "masg-2", "csg-1"):
        paper[name].set("//bgp:ebgp-max-hop", "1")
        paper[name].set("//bgp:local-ifnet-disable", "false")
    report = paper.audit()
    assert {check.status for check in report.condition(19)} == {Status.NOT_APPLICABLE}
    assert report.protected


@pytest.mark.parametrize("own", ["1.34464", "100000"])
def test_an_as_number_may_be_written_in_two_ways(own: str) -> None:
    paper = Paper.healthy()
    paper["masg-2"].set("/*/bgp:bgp//bgp:as", own)
    paper["masg-2"].set("//bgp:remote-as", "100000")
    paper["masg-2"].set("//bgp:local-ifnet-disable", "false")
    assert of(paper.audit(), "local-ifnet", "masg-2").status is Status.NOT_APPLICABLE


def test_a_link_to_the_ce_counts_only_where_nothing_is_learned_from_it() -> None:
    paper = Paper.healthy()
    for name in ("masg-1", "masg-2"):
        paper[name].drop(f"{AF}//rt:ipv4-unicast-route[rt:prefix='10.7.0.0']")
    assert paper.audit().protected
    paper["masg-2"].set(f"{AF}//rt:ipv4-unicast-route[rt:prefix='203.0.113.0']/rt:prefix", "203.0.113.128")
    assert of(paper.audit(), "own-link", "masg-2").status is Status.FAILS


def test_facts_say_what_they_are_in_words() -> None:
    evidence = Evidence("masg-1", "/a/b", "7")
    assert str(Fact(7, evidence)) == "masg-1: /a/b = 7"
    assert str(Fact.unknown("masg-1", "/a/b", "no answer")) == "masg-1: /a/b: not known (no answer)"
    absent: Fact[int] = Fact(None, Evidence("masg-1", "/a/b"))
    assert (absent.absent, absent.known, str(absent)) == (True, True, "masg-1: /a/b = (none)")


def test_facts_of_a_vpn_that_the_intent_lacks_are_a_key_error() -> None:
    facts = Paper.healthy().facts(intent())
    assert facts.csg is not None
    for router in (facts.master, facts.csg):
        with pytest.raises(KeyError):
            router.vpn("vpnz")
