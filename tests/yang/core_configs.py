"""Configurations of the core as hypothesis draws them: most leaves are allowed somewhere, some break a rule."""

from __future__ import annotations

from hypothesis import strategies as st


def leaf(name: str, *good: str, bad: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """A leaf with one of some values, or none at all. Those that break a rule alone are drawn less often."""
    drawn = st.sampled_from(("", *good) * 4 + bad)
    return drawn.map(lambda value: f"<{name}>{value}</{name}>" if value else "")


SPEAKING = ("base-process", "apply-local-preference")
"""Containers with presence: they are written though there is nothing in them."""


def inside(name: str, *parts: st.SearchStrategy[str], xmlns: str = "") -> st.SearchStrategy[str]:
    """A container with these parts; nothing if it would be empty and say nothing."""
    head = f'<{name} xmlns="urn:huawei:yang:huawei-{xmlns}">' if xmlns else f"<{name}>"
    texts = st.tuples(*parts).map("".join)
    return texts.map(lambda text: f"{head}{text}</{name}>" if text or name in SPEAKING else "")


def maybe(part: st.SearchStrategy[str], *, often: bool = False) -> st.SearchStrategy[str]:
    """With it or without it."""
    return st.integers(0, 7 if often else 1).flatmap(lambda number: part if number else st.just(""))


always = st.just
BOOLEAN = ("true", "false")

COMMON = inside(
    "common",
    leaf("auto-frr", *BOOLEAN),
    leaf("nexthop-select-depend-type", "depend-ip", "depend-tunnel"),
    leaf("nexthop-inherit-ip-cost", bad=BOOLEAN),
    leaf("maximum-load-balancing", "1", "8", bad=("9", "128", "129")),
    leaf("maximum-load-balancing-ibgp", "1", bad=("2",)),
    leaf("load-balancing-eibgp-enable", bad=BOOLEAN),
    leaf("route-select-delay", "0", "3600", bad=("3601",)),
)
IMPORT = inside(
    "import-routes",
    inside(
        "import-route",
        st.sampled_from(("direct", "ospf", "static")).map(lambda name: f"<protocol>{name}</protocol>"),
        st.sampled_from(("0", "2")).map(lambda number: f"<process-id>{number}</process-id>"),
        leaf("policy-name", "lets-through", bad=("nobody-wrote-it",)),
        leaf("non-relay-tunnel", *BOOLEAN),
    ),
)
NETWORK = inside(
    "network-routes",
    inside(
        "network-route",
        always("<address>192.0.2.5</address>"),
        st.sampled_from(("32", "32", "32", "33")).map(lambda bits: f"<mask-length>{bits}</mask-length>"),
        leaf("policy-name", "lets-through", bad=("nobody-wrote-it",)),
        leaf("non-relay-tunnel", *BOOLEAN),
    ),
)
LSP_OPTIONS = inside(
    "lsp-options",
    leaf("ingress-protect-mode-bgp-frr", *BOOLEAN),
    leaf("maximum-load-balancing-ingress", "1", bad=("2",)),
)
UNICAST = inside("ipv4-unicast", maybe(COMMON), maybe(IMPORT), maybe(NETWORK), maybe(LSP_OPTIONS))
FAMILIES = inside(
    "afs",
    maybe(inside("af", always("<type>ipv4uni</type>"), maybe(UNICAST))),
    maybe(always("<af><type>ipv4vpn</type></af>")),
)
UNICAST_OF_BOTH = (
    leaf("label-route-capability", *BOOLEAN),
    leaf("import-policy", "lets-through", bad=("nobody-wrote-it",)),
    leaf("export-policy", "lets-through", bad=("nobody-wrote-it",)),
)
"""Of peers and of groups."""
UNICAST_OF_A_PEER = (
    leaf("group-name", bad=("core", "nobody")),
    leaf("check-tunnel-reachable", bad=BOOLEAN),
    leaf("preferred-value", "65535", bad=("65536",)),
)


def families_of(*unicast: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inside(
        "afs",
        maybe(inside("af", always("<type>ipv4uni</type>"), maybe(inside("ipv4-unicast", *unicast)))),
        maybe(always("<af><type>ipv4vpn</type></af>")),
    )


GROUPS = inside(
    "peer-groups",
    inside(
        "peer-group",
        always("<name>core</name>"),
        st.sampled_from(("<type>ebgp</type>", "<type>ebgp</type>", "<type>ibgp</type>", "")),
        leaf("ebgp-max-hop", "255"),
        leaf("peer-establish-mode", "static", bad=("dynamic",)),
        maybe(families_of(*UNICAST_OF_BOTH)),
    ),
)
PEERS = inside(
    "peers",
    inside(
        "peer",
        always("<address>192.0.2.4</address>"),
        st.sampled_from(("<remote-as>200</remote-as>",) * 4 + ("<remote-as>3.5</remote-as>", "")),
        leaf("group-name", bad=("core", "nobody")),
        leaf("local-if-name", "LoopBack1", bad=("LoopBack9",)),
        leaf("ebgp-max-hop", "255", bad=("256",)),
        leaf("local-ifnet-disable", *BOOLEAN),
        maybe(families_of(*UNICAST_OF_BOTH, *UNICAST_OF_A_PEER)),
    ),
)
PROCESS = inside("bgp", inside("base-process", maybe(FAMILIES), maybe(GROUPS), maybe(PEERS)), xmlns="bgp")


def instance(name: str, family: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inside("instance", always(f"<name>{name}</name>"), family, maybe(PROCESS))


def family_of(*leaves: str) -> str:
    return f'<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af>{"".join(leaves)}</af></afs>'


IPV4 = "<type>ipv4-unicast</type>"
BGP = inside(
    "bgp",
    inside("base-process", leaf("enable", *BOOLEAN), leaf("as", "200", "70000", "1.10")),
    xmlns="bgp",
)  # fmt: skip
STARTED = always(
    '<bgp xmlns="urn:huawei:yang:huawei-bgp"><base-process><enable>true</enable><as>200</as></base-process></bgp>'
)
INSTANCES = inside(
    "network-instance",
    inside(
        "instances",
        instance("_public_", st.sampled_from((*(family_of(IPV4),) * 5, ""))),
        maybe(instance("vpna", always(family_of(IPV4, "<route-distinguisher>200:1</route-distinguisher>")))),
    ),
    xmlns="network-instance",
)
POLICIES = inside(
    "routing-policy",
    maybe(
        inside(
            "ipv4-prefix-filters",
            inside(
                "ipv4-prefix-filter",
                always("<name>hosts</name>"),
                inside(
                    "nodes",
                    inside(
                        "node",
                        always(
                            "<sequence>10</sequence><match-mode>permit</match-mode><ip-address>192.0.2.0</ip-address>"
                        ),
                        st.sampled_from(("<masklength>24</masklength>",) * 4 + ("",)),
                        leaf("match-network", "false", bad=("true",)),
                        leaf("masklength-lower", bad=("16", "28")),
                        leaf("masklength-upper", bad=("26", "32")),
                    ),
                ),
            ),
        )
    ),
    inside(
        "policy-definitions",
        inside(
            "policy-definition",
            always("<name>lets-through</name>"),
            maybe(
                inside(
                    "nodes",
                    inside(
                        "node",
                        always("<sequence>10</sequence>"),
                        st.sampled_from(("<match-mode>permit</match-mode>",) * 4 + ("",)),
                        maybe(
                            always(
                                "<conditions><match-ipv4-prefix><prefix-filter-ref>hosts</prefix-filter-ref>"
                                "</match-ipv4-prefix></conditions>"
                            )
                        ),
                        inside(
                            "actions",
                            maybe(
                                inside(
                                    "apply-local-preference",
                                    leaf("operation", "replace", "add"),
                                    leaf("value", "200"),
                                )
                            ),
                            leaf("apply-preferred", "<value>65535</value>", bad=("<value>65536</value>",)),
                        ),
                    ),
                )
            ),
        ),
    ),
    xmlns="routing-policy",
)
ADDRESS = inside(
    "address",
    st.sampled_from(("<ip>192.0.2.5</ip>", "<ip>192.0.2.7</ip>")),
    st.sampled_from((*("<mask>255.255.255.255</mask>",) * 4, "")),
    st.sampled_from((*("<type>main</type>",) * 4, "<type>sub</type>")),
)
INTERFACES = inside(
    "ifm",
    inside(
        "interfaces",
        inside(
            "interface",
            always(
                "<name>LoopBack1</name><class>main-interface</class><type>LoopBack</type><number>1</number>"
            ),
            leaf("vrf-name", "_public_", bad=("vpna",)),
            maybe(inside("ipv4", inside("addresses", ADDRESS), xmlns="ip")),
        ),
    ),
    xmlns="ifm",
)
BFD = st.sampled_from(
    (
        '<bfd xmlns="urn:huawei:yang:huawei-bfd"/>',
        '<bfd xmlns="urn:huawei:yang:huawei-bfd"><global><mpls-passive>true</mpls-passive></global></bfd>',
        "",
    )
)
STATIC_LSP = inside(
    "lsp",
    always("<lsp-name>a</lsp-name>"),
    st.sampled_from(("transit", "egress")).map(lambda role: f"<lsr-type>{role}</lsr-type>"),
    maybe(
        inside(
            "transit",
            leaf("next-hop", "198.51.100.1"),
            leaf("in-label", "16", bad=("15", "65551", "147455", "147456")),
            leaf("out-label", "1048575"),
        )
    ),
    maybe(inside("egress", leaf("in-label", "16", bad=("65552",)))),
)
MPLS = inside(
    "mpls",
    inside(
        "common",
        inside(
            "global",
            leaf("mpls-enable", "true", bad=("false",)),
            leaf("lsr-id", "192.0.2.5", bad=("192.0.2",)),
        ),
    ),
    maybe(
        inside(
            "ldp",
            leaf("enable", *BOOLEAN),
            maybe(
                inside(
                    "bfd",
                    inside(
                        "p2p",
                        leaf("enable", *BOOLEAN),
                        leaf("min-tx", "3", bad=("2", "20001")),
                        leaf("detect-multiplier", "50", bad=("51",)),
                        leaf("trigger", "host", "none"),
                    ),
                )
            ),
            xmlns="mpls-ldp",
        )
    ),
    maybe(inside("static", inside("lsps", STATIC_LSP), xmlns="mpls-static")),
    xmlns="mpls",
)

CONFIGS = st.tuples(
    maybe(STARTED, often=True) | BGP,
    INSTANCES,
    maybe(POLICIES, often=True),
    maybe(INTERFACES, often=True),
    BFD,
    maybe(MPLS),
).map(lambda nodes: f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{"".join(nodes)}</config>')
"""Whole ``<config>`` elements. About every fifth is valid."""
