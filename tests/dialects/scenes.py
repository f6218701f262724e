"""Routers in any state that a router can be in, with an intent that fits them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from egresspair.configuration import RouterConfig, VpnConfig
from egresspair.dialects import dialect_named
from egresspair.intent import Intent, Role, RouteDistinguisher
from egresspair.netconf.capabilities import GuaranteeLevel
from egresspair.plan import Plan, RouterView, ServerProfile, make_plan, make_removal
from egresspair.policy import Policy
from intent.strategies import octets, vpn_ids, vpn_names
from yang.documents import L3VPN, NETCONF, NI, put

SERVER = ServerProfile(
    guarantee=GuaranteeLevel.A, test_then_set=True, rollback_on_error=True, validates=True, startup=False
)
DIALECT = dialect_named("huawei-vrp")
MODES = (None, "per-instance", "per-route", "per-nexthop")


@dataclass(frozen=True)
class Vpn:
    """A VPN instance on a router: what we look at, and what else may stand beside it.

    Attributes:
        config: what the library knows of it.
        described: it has a description and an IPv6 family too.
        frr: a leaf that the library does not know stands in the IPv4 family.
    """

    config: VpnConfig
    described: bool = False
    frr: bool = False


def document(vpns: Iterable[Vpn]) -> etree._Element:
    """The configuration as a router would report it; written without a look at the library's dialect."""
    config = etree.Element(f"{{{NETCONF}}}config")
    parent = etree.SubElement(etree.SubElement(config, f"{{{NI}}}network-instance"), f"{{{NI}}}instances")
    for vpn in vpns:
        if vpn.config.exists:
            _instance(parent, vpn)
    return config


def _instance(parent: etree._Element, vpn: Vpn) -> None:
    instance = etree.SubElement(parent, f"{{{NI}}}instance")
    put(instance, NI, "name", vpn.config.name)
    if vpn.described:
        put(instance, NI, "description", "not ours")
    families = etree.SubElement(instance, f"{{{L3VPN}}}afs")
    if vpn.described:
        put(etree.SubElement(families, f"{{{L3VPN}}}af"), L3VPN, "type", "ipv6-unicast")
    if vpn.config.family:
        _family(etree.SubElement(families, f"{{{L3VPN}}}af"), vpn)


def _family(family: etree._Element, vpn: Vpn) -> None:
    config = vpn.config
    put(family, L3VPN, "type", "ipv4-unicast")
    label = None if config.static_label is None else str(config.static_label)
    leaves = {
        "route-distinguisher": config.route_distinguisher,
        "label-mode": config.label_mode,
        "static-label": label,
        "vpn-frr": "true" if vpn.frr else None,
    }
    for name, value in leaves.items():
        if value is not None:
            put(family, L3VPN, name, value)
    targets = etree.SubElement(family, f"{{{L3VPN}}}vpn-targets")
    for kind, values in (("import", config.imports), ("export", config.exports)):
        for value in values:
            entry = etree.SubElement(targets, f"{{{L3VPN}}}vpn-target")
            put(entry, L3VPN, "value", value)
            put(entry, L3VPN, "type", f"{kind}-extcommunity")


@dataclass(frozen=True)
class Scene:
    """An intent, and both routers in a state in which it can be planned."""

    intent: Intent
    routers: dict[Role, tuple[Vpn, ...]]

    def view(self, role: Role) -> RouterView:
        """The router as the library reads it."""
        data = document(self.routers[role])
        names = [vpn.name for vpn in self.intent.vpn_instances]
        return RouterView(
            role=role,
            device=self.intent.router(role),
            platform="huawei-vrp",
            host_key=f"SHA256:{role}",
            server=SERVER,
            running=DIALECT.read_config(data, names),
            uses=DIALECT.read_label_uses([data]),
        )

    def plan(self) -> Plan:
        return make_plan(self.intent, self.view(Role.MASTER), self.view(Role.BACKUP), Policy())

    def removal(self) -> Plan:
        return make_removal(self.intent, self.view(Role.MASTER), self.view(Role.BACKUP), Policy())

    def after(self, role: Role, config: RouterConfig) -> tuple[Vpn, ...]:
        """The router with what the plan says of the intent's VPN instances, everything else as it was."""
        present = {vpn.config.name: vpn for vpn in self.routers[role]}
        for name, wanted in config.vpns.items():
            present[name] = replace(present.get(name) or Vpn(wanted), config=wanted)
        return tuple(present.values())


labels = st.integers(8, 500_000).map(lambda number: 2 * number)
"""Labels of intents are even."""
other_labels = st.integers(8, 500_000).map(lambda number: 2 * number + 1)
"""Labels that were there before are odd, or the VPN instance's own."""
targets = st.frozensets(vpn_ids, max_size=3).filter(lambda texts: len({*map(octets, texts)}) == len(texts))
equal_spelling = st.sampled_from([lambda text: text, lambda text: RouteDistinguisher(text).canonical])


@st.composite
def present(draw: st.DrawFn, name: str, distinguisher: str | None, label: int | None) -> Vpn:
    """A VPN instance on a router.

    Args:
        distinguisher: that the intent gives; the router has it or none. None: the router has one of its own.
        label: that the intent wants; the router has it, another or none.
    """
    spelled = distinguisher and draw(equal_spelling)(distinguisher)
    rd = draw(st.sampled_from([spelled, None])) if spelled else draw(vpn_ids)
    family = draw(st.booleans()) if distinguisher else True
    if not family:
        exists = draw(st.booleans())
        return Vpn(VpnConfig(name, exists=exists), described=exists and draw(st.booleans()))
    mode = draw(st.sampled_from(MODES)) if rd else None
    held = st.none() | other_labels | (st.just(label) if label else st.nothing())
    config = VpnConfig(
        name,
        exists=True,
        family=True,
        route_distinguisher=rd,
        label_mode=mode,
        static_label=draw(held) if rd and mode in (None, "per-instance") else None,
        imports=draw(targets) if rd else frozenset(),
        exports=draw(targets) if rd else frozenset(),
    )
    return Vpn(config, described=draw(st.booleans()), frr=bool(rd) and draw(st.booleans()))


@st.composite
def wanted(draw: st.DrawFn, name: str, label: int) -> dict[str, Any]:
    """A VPN instance of an intent, as plain values."""
    values: dict[str, Any] = {"name": name, "static_label": label}
    if draw(st.booleans()):
        values["route_distinguisher"] = {"master": draw(vpn_ids), "backup": draw(vpn_ids)}
    imports, exports = draw(targets), draw(targets)
    if imports or exports:
        values["vpn_targets"] = {"import": sorted(imports), "export": sorted(exports)}
    return values


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """An intent and two routers, with VPN instances beside that no intent names."""
    names = draw(st.lists(vpn_names, min_size=1, max_size=4, unique=True))
    count = draw(st.integers(1, len(names)))
    numbers = draw(st.lists(labels, min_size=count, max_size=count, unique=True))
    vpns = [draw(wanted(name, number)) for name, number in zip(names, numbers, strict=False)]
    intent = Intent.model_validate(
        {"pair": "p", "master": "masg-1", "backup": "masg-2", "vpn_instances": vpns}
    )
    routers = {role: tuple(_router(draw, role, vpns, names[count:])) for role in Role}
    return Scene(intent, routers)


def _router(draw: st.DrawFn, role: Role, vpns: list[dict[str, Any]], others: list[str]) -> Iterable[Vpn]:
    for vpn in vpns:
        rd = vpn.get("route_distinguisher", {}).get(role.value)
        yield draw(present(vpn["name"], rd, vpn["static_label"]))
    for name in others:
        yield draw(present(name, None, None))
