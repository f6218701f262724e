"""Whether a pair is whole: pure, from what both routers are configured to do.

The conditions are those that can be seen in the configuration of the two MASGs (docs/egress-protection.md): the VPN
instance and its IPv4 family exist, have a route distinguisher, label mode per-instance and the same static label,
import the same routes, no other VPN instance on either router holds that label, and route distinguishers and VPN
targets are the intent's where it names them. It is less than an audit: sessions, routes and forwarding are not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..configuration import PER_INSTANCE, Direction, VpnConfig, canonical
from ..intent import Intent, VpnInstance
from .model import Finding, PairState, RouterState


def judge_pair(intent: Intent, state: PairState) -> tuple[Finding, ...]:
    """Every reason why the pair is not whole as far as a watch sees, in the order of the intent; none if it is.

    Two equal labels other than the intent's are whole: traffic arrives where it should.
    """
    return tuple(finding for vpn in intent.vpn_instances for finding in _of_vpn(vpn, state))


def _of_vpn(vpn: VpnInstance, state: PairState) -> Iterator[Finding]:
    missing = [finding for router in state for finding in _missing(vpn.name, router)]
    if missing:
        yield from missing
        return
    yield from _distinguishers(vpn, state)
    yield from _labels(vpn.name, state)
    yield from _targets(vpn, state)


def _missing(name: str, router: RouterState) -> Iterator[Finding]:
    """What a VPN instance lacks on one router; the first thing only, the rest follows from it."""
    config = router.config[name]
    if not config.exists:
        yield Finding(name, "vpn-instance", f"there is no such VPN instance on {router.device}")
    elif not config.family:
        yield Finding(name, "ipv4-family", f"has no IPv4 family on {router.device}")
    elif config.route_distinguisher is None:
        what = f"has no route distinguisher on {router.device}: it can have no static label"
        yield Finding(name, "route-distinguisher", what)
    elif config.effective_label_mode != PER_INSTANCE:
        what = f"has label mode {config.label_mode} on {router.device}: it can have no static label"
        yield Finding(name, "label-mode", what)
    elif config.static_label is None:
        what = f"has no static label on {router.device}: traffic that comes there after a failure is dropped"
        yield Finding(name, "static-label", what)


def _distinguishers(vpn: VpnInstance, state: PairState) -> Iterator[Finding]:
    for router in state:
        present = router.config[vpn.name].route_distinguisher or ""
        wanted = vpn.route_distinguisher and str(vpn.route_distinguisher.of(router.role))
        if wanted and canonical(present) != canonical(wanted):
            what = f"route distinguisher {present} on {router.device}, the intent says {wanted}"
            yield Finding(vpn.name, "route-distinguisher", what)


def _labels(name: str, state: PairState) -> Iterator[Finding]:
    labels = [router.config[name].static_label for router in state]
    if labels[0] != labels[1]:
        told = " and ".join(
            f"{label} on {router.device}" for label, router in zip(labels, state, strict=True)
        )
        what = f"static label {told}: after a failure of the master its traffic is dropped or misdelivered"
        yield Finding(name, "static-label", what)
    for router in state:
        for owner in router.owners:
            if owner.label in labels and owner.vpn != name:
                what = f"{owner.label} is the static label of {owner.vpn} on {router.device} as well"
                yield Finding(name, "label-owner", f"{what}: one's traffic may arrive in the other")


def _targets(vpn: VpnInstance, state: PairState) -> Iterator[Finding]:
    master, backup = (router.config[vpn.name] for router in state)
    if _canonical(master, Direction.IMPORT) != _canonical(backup, Direction.IMPORT):
        what = f"{state.master.device} and {state.backup.device} import by different VPN targets"
        yield Finding(vpn.name, "vpn-targets", f"{what}: the backup may lack a route to the customer")
    if vpn.vpn_targets is None:
        return
    wanted = {Direction.IMPORT: vpn.vpn_targets.import_, Direction.EXPORT: vpn.vpn_targets.export}
    for router in state:
        for direction, targets in wanted.items():
            present = _canonical(router.config[vpn.name], direction)
            lacking = [str(target) for target in targets if canonical(str(target)) not in present]
            if lacking:
                what = f"{direction} target {', '.join(lacking)} is missing on {router.device}"
                yield Finding(vpn.name, "vpn-targets", what)


def _canonical(config: VpnConfig, direction: Direction) -> frozenset[str]:
    return frozenset(map(canonical, config.targets(direction)))
