"""Replies as a router of the vendor would word them, written independently of the dialect under test."""

from __future__ import annotations

from functools import cache

from lxml.builder import ElementMaker
from lxml.etree import _Element, tostring

from egresspair.configuration import RouterConfig, VpnConfig
from egresspair.netconf.reply import Reply

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
NC = ElementMaker(namespace=BASE, nsmap={None: BASE})
NI = ElementMaker(
    namespace="urn:huawei:yang:huawei-network-instance",
    nsmap={None: "urn:huawei:yang:huawei-network-instance"},
)
L3 = ElementMaker(namespace="urn:huawei:yang:huawei-l3vpn", nsmap={None: "urn:huawei:yang:huawei-l3vpn"})


def reply(*children: _Element) -> Reply:
    return Reply.parse(tostring(NC("rpc-reply", *children)))


@cache
def ok() -> Reply:
    return reply(NC.ok())


@cache
def nothing() -> Reply:
    """An empty ``<data>``."""
    return reply(NC.data())


@cache
def trial(status: str) -> Reply:
    """The reply to a get of the trial status."""
    namespace = "urn:huawei:yang:huawei-cfg"
    cfg = ElementMaker(namespace=namespace, nsmap={None: namespace})
    return reply(NC.data(cfg.cfg(cfg("trial-status", cfg.status(status)))))


def idle(*segments: tuple[int, int]) -> Reply:
    """The reply to a get of the idle labels: the first label and the last of each segment."""
    namespace = "urn:huawei:yang:huawei-mpls-res"
    res = ElementMaker(namespace=namespace, nsmap={None: namespace})
    entries = [
        res(
            "static-label-segment",
            res.index(str(index)),
            res("label-begin", str(first)),
            res("label-end", str(last)),
        )
        for index, (first, last) in enumerate(segments)
    ]
    return reply(NC.data(res("mpls-res", res("static-label-segments", *entries))))


@cache
def error(tag: str, message: str = "", session_id: str = "", severity: str = "error") -> Reply:
    parts = [NC("error-type", "protocol"), NC("error-tag", tag), NC("error-severity", severity)]
    if message:
        parts.append(NC("error-message", message))
    if session_id:
        parts.append(NC("error-info", NC("session-id", session_id)))
    return reply(NC("rpc-error", *parts))


def running(config: RouterConfig) -> Reply:
    """The reply to a get-config of these VPN instances."""
    return _data(
        [NI.instance(NI.name(vpn.name), *_family(vpn)) for vpn in config.vpns.values() if vpn.exists]
    )


def states(labels: dict[str, int | None], status: str | None = "up") -> Reply:
    """The reply to a get of assigned labels."""
    return _data(
        [
            NI.instance(
                NI.name(name),
                L3.afs(
                    L3.af(
                        L3.type("ipv4-unicast"),
                        L3.state(*_leaves(label=label, status=status)),
                    )
                ),
            )
            for name, label in labels.items()
        ]
    )


def _leaves(**values: object) -> list[_Element]:
    return [L3(name, str(value)) for name, value in values.items() if value is not None]


def _data(instances: list[_Element]) -> Reply:
    inner = [NI("network-instance", NI.instances(*instances))] if instances else []
    return reply(NC.data(*inner))


def _family(vpn: VpnConfig) -> list[_Element]:
    if not vpn.family:
        return []
    leaves = [L3.type("ipv4-unicast")]
    if vpn.route_distinguisher:
        leaves.append(L3("route-distinguisher", vpn.route_distinguisher))
    if vpn.label_mode:
        leaves.append(L3("label-mode", vpn.label_mode))
    if vpn.static_label is not None:
        leaves.append(L3("static-label", str(vpn.static_label)))
    entries = [(value, "import-extcommunity") for value in sorted(vpn.imports)]
    entries += [(value, "export-extcommunity") for value in sorted(vpn.exports)]
    if entries:
        leaves.append(
            L3("vpn-targets", *(L3("vpn-target", L3.value(value), L3.type(kind)) for value, kind in entries))
        )
    return [L3.afs(L3.af(*leaves))]
