"""VPN instances on a MASG as VRP8 tells them: configuration, labels, state, and who holds which label."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from lxml import etree

from ..audit.facts import Evidence, Fact, IpRoute, LabelRange, LabelUse, VpnFacts, VpnFamily
from ..configuration import Direction, VpnConfig, canonical
from ._protocol import UnreadableReply
from .huawei_audit_routes import family_path, ip_routes, ipv4_families, routes_path
from .huawei_audit_tree import NI, Answered, each, needed, number, text, word
from .huawei_vrp import DIALECT

T = TypeVar("T")

_INSTANCE: Final = "ni:network-instance/instances/instance"
_INTERNAL: Final = frozenset(
    {
        "_public_",
        "__LOCAL_OAM_VPN__",
        "__dcn_vpn__",
        "__mpp_vpn_inner__",
        "__mpp_vpn_inner_server__",
        "__mpp_vpn_outer__",
    }
)
"""The router's own instances by their names: VRP makes them itself. Any other ``__name__`` is an operator's."""


class VpnReader:
    """One VPN instance, out of four answers."""

    def __init__(
        self, vpn: str, config: Answered, state: Answered, effective: Answered, routes: Answered
    ) -> None:
        self._vpn = vpn
        self._config = config
        self._state = state
        self._effective = effective
        self._routes = routes
        self._family = family_path(vpn)

    def read(self) -> VpnFacts:
        """All facts of the instance."""
        return VpnFacts(
            name=self._vpn,
            exists=self._configured("type", lambda vpn: vpn.family),
            route_distinguisher=self._distinguisher(),
            label_mode=self._configured(
                "label-mode", lambda vpn: vpn.effective_label_mode if vpn.family else None
            ),
            static_label=self._configured("static-label", lambda vpn: vpn.static_label),
            imports=self._targets(Direction.IMPORT),
            exports=self._targets(Direction.EXPORT),
            assigned_label=self._shown("label", lambda family: number(family, "l3vpn:state/label")),
            status=self._shown("status", lambda family: text(family, "l3vpn:state/status") or None),
            routes=routes_of(self._vpn, self._routes),
        )

    def _configured(self, leaf: str, take: Callable[[VpnConfig], T | None]) -> Fact[T]:
        path = f"{self._family}/{leaf}"
        return self._config.fact(path, lambda data: take(DIALECT.read_config(data, [self._vpn])[self._vpn]))

    def _distinguisher(self) -> Fact[str]:
        """As configured; else the one in force, which may be automatic."""
        configured = self._configured("route-distinguisher", lambda vpn: vpn.route_distinguisher)
        if not configured.absent:
            return configured
        automatic = self._effective.fact(f"{self._family}/effect-route-distinguisher", self._effect)
        return automatic if automatic.known and automatic.value else configured

    def _effect(self, data: etree._Element) -> str | None:
        found = (text(family, "l3vpn:effect-route-distinguisher") for family in self._families(data))
        return next((value for value in found if value), None)

    def _targets(self, direction: Direction) -> Fact[frozenset[str]]:
        path = f"{self._family}/vpn-targets/vpn-target[type='{direction}-extcommunity']"
        return self._config.fact(
            path,
            lambda data: frozenset(
                map(canonical, DIALECT.read_config(data, [self._vpn])[self._vpn].targets(direction))
            ),
            lambda targets: ", ".join(sorted(targets)),
        )

    def _shown(self, leaf: str, read: Callable[[etree._Element], T | None]) -> Fact[T]:
        """A leaf of the state. A router that shows no state at all tells nothing; one that shows some, tells all."""
        return self._state.fact(f"{self._family}/state/{leaf}", lambda data: self._in_state(data, read))

    def _in_state(self, data: etree._Element, read: Callable[[etree._Element], T | None]) -> T | None:
        shown = [
            family for family in self._families(data) if any(True for _ in each(family, "l3vpn:state/*"))
        ]
        if not shown:
            raise UnreadableReply("the router shows no state of this VPN instance")
        return next((value for family in shown if (value := read(family)) is not None), None)

    def _families(self, data: etree._Element) -> Iterator[etree._Element]:
        return ipv4_families(data, self._vpn)


def routes_of(vpn: str, answered: Answered) -> Fact[tuple[IpRoute, ...]]:
    """The routing table of a VPN instance."""
    return answered.entries(routes_path(vpn), lambda data, device: ip_routes(data, device, vpn))


def families(data: etree._Element, device: str) -> Iterator[VpnFamily]:
    """Every address family of every VPN instance, the router's own included: those hold labels as well."""
    for instance in each(data, _INSTANCE):
        name = word(instance, "ni:name")
        for family in each(instance, "l3vpn:afs/af"):
            yield _family(name, family, device)


def _family(vpn: str, family: etree._Element, device: str) -> VpnFamily:
    kind = word(family, "l3vpn:type")
    static, assigned = number(family, "l3vpn:static-label"), number(family, "l3vpn:state/label")
    status = text(family, "l3vpn:state/status") or None
    shown = f"static-label {static or '(none)'}, state/label {assigned or '(none)'}"
    evidence = Evidence(device, f"{NI}[name='{vpn}']/l3vpn:afs/af[type='{kind}']", shown)
    return VpnFamily(
        vpn,
        kind,
        evidence,
        static_label=static,
        assigned_label=assigned,
        status=status,
        internal=vpn in _INTERNAL,
    )


def static_lsps(data: etree._Element, device: str) -> Iterator[LabelUse]:
    """Incoming labels of static LSPs."""
    for lsp in each(data, "mpls:mpls/mpls-static:static/lsps/lsp"):
        name = word(lsp, "mpls-static:lsp-name")
        for place in ("transit", "egress"):
            label = number(lsp, f"mpls-static:{place}/in-label")
            if label is not None:
                path = f"/mpls:mpls/mpls-static:static/lsps/lsp[lsp-name='{name}']/{place}/in-label"
                yield LabelUse("static LSP", name, label, Evidence(device, path, str(label)))


def engineering_labels(data: etree._Element, device: str) -> Iterator[LabelUse]:
    """Labels of BGP egress peer engineering."""
    kind = "BGP egress peer engineering"
    for instance in each(data, _INSTANCE):
        for peer in each(instance, "bgp:bgp/base-process/peers/peer"):
            yield from _engineered(
                peer, "bgp:address", "bgp:egress-engineer-parameter/static-label", kind, device
            )
        sets = "bgp:bgp/base-process/egress-engineer-peer-sets/egress-engineer-peer-set"
        for group in each(instance, sets):
            yield from _engineered(group, "bgp:peer-set-name", "bgp:static-label", kind, device)


def _engineered(element: etree._Element, key: str, leaf: str, kind: str, device: str) -> Iterator[LabelUse]:
    label = number(element, leaf)
    if label is not None:
        name = word(element, key)
        path = f"{NI}[name='_public_']/bgp:bgp/base-process//{leaf.removeprefix('bgp:')} of {name}"
        yield LabelUse(kind, name, label, Evidence(device, path, str(label)))


def idle_labels(data: etree._Element, _device: str) -> Iterator[LabelRange]:
    """The ranges of static labels that nobody holds.

    Raises:
        UnreadableReply: the router lists none, which no router does that knows of them.
    """
    found = [
        LabelRange(needed(entry, "mpls-res:label-begin"), needed(entry, "mpls-res:label-end"))
        for entry in each(data, "mpls-res:mpls-res/static-label-segments/static-label-segment")
    ]
    if not found:
        raise UnreadableReply("the router lists no idle static labels")
    yield from found


def label_range(data: etree._Element) -> LabelRange | None:
    """The range of static labels; None where the release does not tell."""
    for entry in each(data, "mpls-res:mpls-res/mpls-label-statisticss/mpls-label-statistics"):
        if word(entry, "mpls-res:type") == "static":
            return LabelRange(needed(entry, "mpls-res:min-value"), needed(entry, "mpls-res:max-value"))
    return None
