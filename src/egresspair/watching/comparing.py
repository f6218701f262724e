"""What is different between two readings of a router: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..configuration import Change, Node, RouterConfig, VpnConfig, canonical
from .model import RouterState


def changes_between(before: RouterState, after: RouterState, labels: Collection[int]) -> tuple[Change, ...]:
    """What happened to the VPN instances of the intent, and to other VPN instances that hold or held ``labels``."""
    names = [*before.config.vpns, *(name for name in after.config.vpns if name not in before.config.vpns)]
    own = [change for name in names for change in _of_vpn(before.config[name], after.config[name])]
    return tuple(own + list(_of_owners(before, after, set(labels), set(names))))


def labels_in(*configs: RouterConfig) -> frozenset[int]:
    """The static labels that these VPN instances hold."""
    held = (vpn.static_label for config in configs for vpn in config.vpns.values())
    return frozenset(label for label in held if label is not None)


def _of_vpn(before: VpnConfig, after: VpnConfig) -> Iterator[Change]:
    """In the order in which a person configures; a default that a server leaves out is no difference."""
    if before.facts() == after.facts():
        return
    name = after.name
    leaves = (
        (Node.INSTANCE, name if before.exists else None, name if after.exists else None),
        (Node.FAMILY, _family(before), _family(after)),
        (Node.ROUTE_DISTINGUISHER, before.route_distinguisher, after.route_distinguisher),
        (Node.LABEL_MODE, _mode(before), _mode(after)),
        (Node.STATIC_LABEL, _label(before), _label(after)),
    )
    for node, old, new in leaves:
        if (old and canonical(old)) != (new and canonical(new)):
            yield Change(name, node, old, new)
    yield from _of_targets(name, Node.IMPORT_TARGET, before.imports, after.imports)
    yield from _of_targets(name, Node.EXPORT_TARGET, before.exports, after.exports)


def _family(vpn: VpnConfig) -> str | None:
    return "ipv4-unicast" if vpn.family else None


def _mode(vpn: VpnConfig) -> str | None:
    return vpn.effective_label_mode if vpn.family else None


def _label(vpn: VpnConfig) -> str | None:
    return None if vpn.static_label is None else str(vpn.static_label)


def _of_targets(name: str, node: Node, before: frozenset[str], after: frozenset[str]) -> Iterator[Change]:
    old = {canonical(target): target for target in before}
    new = {canonical(target): target for target in after}
    for target in sorted(old.keys() - new.keys()):
        yield Change(name, node, old[target], None)
    for target in sorted(new.keys() - old.keys()):
        yield Change(name, node, None, new[target])


def _of_owners(before: RouterState, after: RouterState, labels: set[int], own: set[str]) -> Iterator[Change]:
    """Who else took or gave back one of the labels."""
    old, new = (
        {(each.vpn, each.label) for each in state.owners if each.vpn not in own and each.label in labels}
        for state in (before, after)
    )
    for vpn, label in sorted(old - new):
        yield Change(vpn, Node.STATIC_LABEL, str(label), None)
    for vpn, label in sorted(new - old):
        yield Change(vpn, Node.STATIC_LABEL, None, str(label))
