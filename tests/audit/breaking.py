"""Ways to break the facts of a healthy pair, each as the routers would tell it; they can be combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from audit.pair_facts import (
    ASBR,
    BACKUP,
    CSG,
    LABEL,
    MASTER,
    csg_route,
    customer_route,
    fact,
    seen,
    transit,
    unknown,
)
from egresspair.audit.facts import (
    BfdSession,
    BgpPeer,
    Facts,
    FrrType,
    IpRoute,
    LabelStackEntry,
    LabelUse,
    LspRole,
    MasgFacts,
    VpnFamily,
)

Break = Callable[[Facts], Facts]

_IPV4: Final = "ipv4-unicast"


def _of_backup(change: Callable[[MasgFacts], MasgFacts]) -> Break:
    return lambda facts: replace(facts, backup=change(facts.backup))


def _of_master(change: Callable[[MasgFacts], MasgFacts]) -> Break:
    return lambda facts: replace(facts, master=change(facts.master))


def _vpn(**changes: Any) -> Callable[[MasgFacts], MasgFacts]:
    """The first VPN instance."""

    def change(masg: MasgFacts) -> MasgFacts:
        first, *others = masg.vpns
        return replace(masg, vpns=(replace(first, **changes), *others))

    return change


def _label(configured: int | None, assigned: int | None) -> Callable[[MasgFacts], MasgFacts]:
    """Of the first VPN instance, wherever the router tells it."""

    def change(masg: MasgFacts) -> MasgFacts:
        device = masg.device
        changed = _vpn(static_label=fact(device, configured), assigned_label=fact(device, assigned))(masg)
        return replace(changed, families=fact(device, tuple(_relabelled(masg, configured, assigned))))

    return change


def _relabelled(masg: MasgFacts, configured: int | None, assigned: int | None) -> list[VpnFamily]:
    first = masg.vpns[0].name
    return [
        replace(family, static_label=configured, assigned_label=assigned) if family.vpn == first else family
        for family in masg.families.value or ()
    ]


def _foreign(masg: MasgFacts) -> MasgFacts:
    """The label belongs to another VPN instance."""
    changed = _label(LABEL + 1, LABEL + 1)(masg)
    other = VpnFamily("vpnz", _IPV4, seen(masg.device), LABEL, LABEL)
    return replace(changed, families=fact(masg.device, (*(changed.families.value or ()), other)))


def _held_twice(masg: MasgFacts) -> MasgFacts:
    """No YANG forbids it."""
    other = VpnFamily("vpnz", _IPV4, seen(masg.device), LABEL, LABEL)
    return replace(masg, families=fact(masg.device, (*(masg.families.value or ()), other)))


def _in_use(masg: MasgFacts) -> MasgFacts:
    use = LabelUse("static LSP", "to-p1", LABEL, seen(masg.device))
    return replace(_label(LABEL, None)(masg), label_uses=fact(masg.device, (use,)))


def _by_partner(masg: MasgFacts) -> MasgFacts:
    return _vpn(
        routes=fact(masg.device, (customer_route(masg.device, MASTER, tunnel_type="ldp", out_label=LABEL),))
    )(masg)


def _with_ipv6(masg: MasgFacts) -> MasgFacts:
    """A family that no static label can protect; its label is the router's own choice."""
    label = 48006 if masg.device == "masg-1" else 48017
    family = VpnFamily("vpna", "ipv6-unicast", seen(masg.device), assigned_label=label)
    return replace(masg, families=fact(masg.device, (*(masg.families.value or ()), family)))


def _others_label(
    static: int | None, given: int | None, status: str | None
) -> Callable[[MasgFacts], MasgFacts]:
    """Another VPN instance than the intent's, with what it was configured with and given."""

    def change(masg: MasgFacts) -> MasgFacts:
        other = VpnFamily("vpny", _IPV4, seen(masg.device), static, given, status)
        return replace(masg, families=fact(masg.device, (*(masg.families.value or ()), other)))

    return change


def _another(backup: Callable[[MasgFacts], MasgFacts]) -> Break:
    """It is as it should be on the master."""
    master = _others_label(LABEL + 5, LABEL + 5, "up")
    return lambda facts: replace(facts, master=master(facts.master), backup=backup(facts.backup))


def _stitched(masg: MasgFacts) -> MasgFacts:
    lsps = tuple(
        replace(lsp, role=LspRole.TRANSIT, operation="swappush", nexthop=MASTER, out_label=48011)
        for lsp in masg.lsps.value or ()
    )
    return replace(masg, lsps=fact(masg.device, lsps))


def _of_asbr(**changes: Callable[[Facts], Any]) -> Break:
    def change(facts: Facts) -> Facts:
        if facts.asbr is None:
            return facts
        made = {name: value(facts) for name, value in changes.items()}
        return replace(facts, asbr=replace(facts.asbr, **made))

    return change


def _entries(*entries: tuple[str, FrrType]) -> Callable[[Facts], Any]:
    return lambda _: fact("asbr-1", tuple(transit("asbr-1", nexthop, kind) for nexthop, kind in entries))


def _changed(frr_type: FrrType, **changes: Any) -> Callable[[Facts], Any]:
    """One of the two entries is another."""

    def change(facts: Facts) -> Any:
        assert facts.asbr is not None
        lsps = facts.asbr.lsps.value or ()
        return fact("asbr-1", tuple(replace(e, **changes) if e.frr_type is frr_type else e for e in lsps))

    return change


def _swapped(facts: Facts) -> Any:
    """Either entry leads to the other MASG, with the label of the first."""
    assert facts.asbr is not None
    other = {MASTER: BACKUP, BACKUP: MASTER}
    lsps = facts.asbr.lsps.value or ()
    return fact("asbr-1", tuple(replace(entry, nexthop=other.get(entry.nexthop, "")) for entry in lsps))


def _first_route(facts: Facts) -> Any:
    assert facts.asbr is not None
    return fact("asbr-1", (facts.asbr.routes.value or ())[:1])


def _equal_routes(facts: Facts) -> Any:
    assert facts.asbr is not None
    return fact(
        "asbr-1", tuple(replace(route, local_preference=100) for route in facts.asbr.routes.value or ())
    )


def _bfd(**changes: Any) -> Callable[[Facts], Any]:
    session = BfdSession("ldp-lsp", MASTER, seen("asbr-1"), MASTER, up=True, interval_ms=50, multiplier=3)
    return lambda _: fact("asbr-1", (replace(session, **changes),))


def _over_gre(facts: Facts) -> Any:
    assert facts.asbr is not None
    return fact("asbr-1", tuple(replace(route, tunnel_type="gre") for route in facts.asbr.rib.value or ()))


def _distant(device: str, address: str) -> Any:
    peer = BgpPeer(address, seen(device), vpnv4=True, external=True, max_hops=10, local_ifnet_disable=False)
    return fact(device, (peer,))


def _of_csg(**changes: Any) -> Break:
    def change(facts: Facts) -> Facts:
        return facts if facts.csg is None else replace(facts, csg=replace(facts.csg, **changes))

    return change


def _relabelled_on_the_way(facts: Facts) -> Facts:
    if facts.csg is None:
        return facts
    first, *others = facts.csg.vpns
    stack = (LabelStackEntry(first.name, "203.0.113.0", 24, 1, 2, seen("csg-1"), "vpn", 30017),)
    return replace(
        facts, csg=replace(facts.csg, vpns=(replace(first, label_stack=fact("csg-1", stack)), *others))
    )


def _routed(*routes: IpRoute) -> Break:
    """The CSG has other routes in the first VPN instance."""

    def change(facts: Facts) -> Facts:
        if facts.csg is None:
            return facts
        first, *others = facts.csg.vpns
        changed = replace(first, routes=fact("csg-1", routes))
        return replace(facts, csg=replace(facts.csg, vpns=(changed, *others)))

    return change


def _unknown_stack(facts: Facts) -> Facts:
    if facts.csg is None:
        return facts
    first, *others = facts.csg.vpns
    return replace(
        facts, csg=replace(facts.csg, vpns=(replace(first, label_stack=unknown("csg-1")), *others))
    )


_PRIMARY, _STANDBY = (MASTER, FrrType.PRIMARY), (BACKUP, FrrType.BACKUP)

BREAKS: Final[Mapping[str, Break]] = {
    "label differs": _of_backup(_label(LABEL + 1, LABEL + 1)),
    "label of another": _of_backup(_foreign),
    "label held twice": _of_backup(_held_twice),
    "label in use": _of_backup(_in_use),
    "label not assigned": _of_backup(_label(LABEL, None)),
    "another label assigned": _of_backup(_label(LABEL, 33000)),
    "no label": _of_backup(_label(None, None)),
    "no label on the master": _of_master(_label(None, None)),
    "backup down": _of_backup(_vpn(status=fact("masg-2", "down"))),
    "master down": _of_master(_vpn(status=fact("masg-1", "down"))),
    "no route": _of_backup(_vpn(routes=fact("masg-2", ()))),
    "route by the partner": _of_backup(_by_partner),
    "stitched": _of_backup(_stitched),
    "one route": _of_asbr(lsps=_entries(_PRIMARY), routes=_first_route),
    "no backup entry": _of_asbr(lsps=_entries(_PRIMARY)),
    "shared load": _of_asbr(lsps=_entries(_PRIMARY, (BACKUP, FrrType.PRIMARY)), routes=_equal_routes),
    "backup entry to nobody": _of_asbr(lsps=_changed(FrrType.BACKUP, nexthop="192.0.2.55")),
    "backup entry with a strange label": _of_asbr(lsps=_changed(FrrType.BACKUP, out_label=49999)),
    "backup entry without a label": _of_asbr(lsps=_changed(FrrType.BACKUP, out_label=None)),
    "primary entry with a strange label": _of_asbr(lsps=_changed(FrrType.PRIMARY, out_label=49999)),
    "next hops swapped": _of_asbr(lsps=_swapped),
    "no BFD": _of_asbr(bfd_sessions=lambda _: fact("asbr-1", ())),
    "BFD down": _of_asbr(bfd_sessions=_bfd(up=False)),
    "BFD slow": _of_asbr(bfd_sessions=_bfd(interval_ms=20000, multiplier=50)),
    "BFD of an untold interval": _of_asbr(bfd_sessions=_bfd(interval_ms=None)),
    "BFD to another": _of_asbr(bfd_sessions=_bfd(destination=ASBR)),
    "GRE": _of_asbr(rib=_over_gre),
    "by another address": _routed(csg_route(nexthop="192.0.2.99")),
    "by another address as well": _routed(csg_route(), csg_route(nexthop="192.0.2.99")),
    "no route at the CSG": _routed(),
    "label changed on the way": _relabelled_on_the_way,
    "local-ifnet at the CSG": _of_csg(peers=_distant("csg-1", MASTER)),
    "local-ifnet at the backup": _of_backup(
        lambda masg: replace(
            masg, peers=fact(masg.device, (*(masg.peers.value or ()), *_distant(masg.device, CSG).value))
        )
    ),
    "labels not handed on": _of_asbr(policies=lambda _: fact("asbr-1", ())),
    "chosen before its tunnel": _of_asbr(nexthop_select=lambda _: fact("asbr-1", "depend-ip")),
    "an IPv6 family": lambda facts: replace(
        facts, master=_with_ipv6(facts.master), backup=_with_ipv6(facts.backup)
    ),
    "another VPN is down": _another(_others_label(LABEL + 5, None, "down")),
    "another VPN has another label": _another(_others_label(LABEL + 5, 48300, "up")),
    "another VPN does not tell": _another(_others_label(LABEL + 5, None, None)),
    "another VPN is missing": _another(lambda masg: masg),
    "no core ASBR": lambda facts: replace(facts, asbr=None),
    "no CSG": lambda facts: replace(facts, csg=None),
    "unknown label": _of_backup(_vpn(assigned_label=unknown("masg-2"))),
    "unknown status": _of_backup(_vpn(status=unknown("masg-2"))),
    "unknown routes": _of_backup(_vpn(routes=unknown("masg-2"))),
    "unknown LSPs of the backup": _of_backup(lambda masg: replace(masg, lsps=unknown("masg-2"))),
    "unknown families": _of_backup(lambda masg: replace(masg, families=unknown("masg-2"))),
    "unknown peers": _of_backup(lambda masg: replace(masg, peers=unknown("masg-2"))),
    "unknown LSPs": _of_asbr(lsps=lambda _: unknown("asbr-1")),
    "unknown routes at the ASBR": _of_asbr(routes=lambda _: unknown("asbr-1")),
    "unknown BFD": _of_asbr(bfd_sessions=lambda _: unknown("asbr-1")),
    "unknown policies": _of_asbr(policies=lambda _: unknown("asbr-1")),
    "unknown choice": _of_asbr(nexthop_select=lambda _: unknown("asbr-1")),
    "unknown stack": _unknown_stack,
}
"""What is wrong, in words, to the facts with it."""
