"""Running configurations of MASGs with BGP, and intents that ask for prerequisites."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import egresspair as ep

MASTER, BACKUP, ASBR = "192.0.2.5", "192.0.2.6", "192.0.2.4"
OWN = {"master": MASTER, "backup": BACKUP}
HOST_ROUTES = [f"{MASTER}/32", f"{BACKUP}/32"]

_POLICY = (
    "<policy-definition><name>{}</name><nodes><node><sequence>10</sequence><match-mode>permit</match-mode>"
    "{}</node></nodes></policy-definition>"
)
_LABELS = "<actions><apply-mpls-label><mpls-label/></apply-mpls-label></actions>"
_LOOPBACK = (
    "<interface><name>{name}</name><class>main-interface</class><type>LoopBack</type><number>{number}</number>"
    '<ipv4 xmlns="urn:huawei:yang:huawei-ip"><addresses><address><ip>{address}</ip>'
    "<mask>255.255.255.255</mask><type>main</type></address></addresses></ipv4></interface>"
)


def module(name: str, element: str, content: str) -> str:
    """An element in which a module of the vendor begins."""
    return f'<{element} xmlns="urn:huawei:yang:huawei-{name}">{content}</{element}>'


def network(route: str, *leaves: tuple[str, str]) -> str:
    """One ``network-route``."""
    address, _, length = route.partition("/")
    said = "".join(f"<{name}>{value}</{name}>" for name, value in leaves)
    return f"<network-route><address>{address}</address><mask-length>{length}</mask-length>{said}</network-route>"


def imported(protocol: str, process: int, *leaves: tuple[str, str]) -> str:
    """One ``import-route``."""
    said = "".join(f"<{name}>{value}</{name}>" for name, value in leaves)
    keys = f"<protocol>{protocol}</protocol><process-id>{process}</process-id>"
    return f"<import-route>{keys}{said}</import-route>"


NON_RELAY = ("non-relay-tunnel", "true")


def running(
    *,
    label: int | None = None,
    loopbacks: Iterable[tuple[str, str]] = (),
    networks: str = "",
    imports: str = "",
    peer: str | None = "",
    policies: Iterable[tuple[str, bool]] = (),
    bgp: bool = True,
) -> bytes:
    """The ``<config>`` of a MASG with vpna, whose BGP session to the core ASBR is there.

    Args:
        label: of vpna.
        loopbacks: interface and address of each.
        networks, imports: the entries of BGP's lists.
        peer: the leaves of the peer's IPv4 unicast family; None: no such family.
        policies: name of each, and whether it applies a label.
        bgp: there is a BGP process.
    """
    parts = [_instances(_process(networks, imports, peer) if bgp else "", label)]
    if bgp:
        parts.append(module("bgp", "bgp", "<base-process><enable>true</enable><as>200</as></base-process>"))
    if entries := "".join(
        _LOOPBACK.format(name=name, number=name.removeprefix("LoopBack"), address=address)
        for name, address in loopbacks
    ):
        parts.append(module("ifm", "ifm", f"<interfaces>{entries}</interfaces>"))
    if defined := "".join(_POLICY.format(name, _LABELS if labels else "") for name, labels in policies):
        content = f"<policy-definitions>{defined}</policy-definitions>"
        parts.append(module("routing-policy", "routing-policy", content))
    return f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{"".join(parts)}</config>'.encode()


def _process(networks: str, imports: str, peer: str | None) -> str:
    families = f"<afs><af><type>ipv4uni</type><ipv4-unicast>{peer}</ipv4-unicast></af></afs>"
    content = (
        "<base-process><afs><af><type>ipv4uni</type><ipv4-unicast>"
        f"<import-routes>{imports}</import-routes><network-routes>{networks}</network-routes>"
        "</ipv4-unicast></af></afs>"
        f"<peers><peer><address>{ASBR}</address><remote-as>200</remote-as>"
        f"{'' if peer is None else families}</peer></peers></base-process>"
    )
    return module("bgp", "bgp", content)


def _instances(process: str, label: int | None) -> str:
    labelled = "" if label is None else f"<static-label>{label}</static-label>"
    public = module("l3vpn", "afs", "<af><type>ipv4-unicast</type></af>")
    leaves = f"<type>ipv4-unicast</type><route-distinguisher>200:1</route-distinguisher>{labelled}"
    vpna = module("l3vpn", "afs", f"<af>{leaves}</af>")
    content = (
        f"<instances><instance><name>_public_</name>{public}{process}</instance>"
        f"<instance><name>vpna</name>{vpna}</instance></instances>"
    )
    return module("network-instance", "network-instance", content)


LOOPBACKS = {role: {"interface": "LoopBack1", "address": f"{address}/32"} for role, address in OWN.items()}
PEERS: dict[str, Any] = {"export_policy": "label-out", "master_peers": [ASBR], "backup_peers": [ASBR]}
ALL_PARTS: dict[str, Any] = {"loopbacks": LOOPBACKS, "originate": "network", **PEERS}


def intent(label: int = 2001, **prerequisites: Any) -> ep.Intent:
    """vpna, both host routes, and these prerequisites; all parts if none are given, none with ``no=True``."""
    values: dict[str, Any] = {
        "pair": "metro-7",
        "master": "masg-1",
        "backup": "masg-2",
        "protected_host_routes": HOST_ROUTES,
        "vpn_instances": [{"name": "vpna", "static_label": label, "route_distinguisher": "200:1"}],
    }
    if not prerequisites.pop("no", False):
        values["prerequisites"] = prerequisites or ALL_PARTS
    return ep.Intent.model_validate(values)
