"""Huawei VRP8 in its YANG mode.

Everything lives below
``/ni:network-instance/ni:instances/ni:instance/l3vpn:afs/l3vpn:af[l3vpn:type='ipv4-unicast']``, with one
``xmlns`` where a module begins: ``network-instance`` and, inside the instance, the augmenting ``afs``.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from lxml import etree

from ..configuration import (
    Address,
    Change,
    Direction,
    LabelOwner,
    Node,
    Reference,
    RouterConfig,
    Setting,
    Trial,
    VpnConfig,
    VpnState,
    is_setting,
)
from ..label_space import LabelUses
from ..netconf.instance_path import Step
from ..netconf.rpc import BASE
from . import huawei_flow, huawei_labels, huawei_paths, huawei_schema, huawei_trial
from ._auditing import AuditDialect
from ._numbers import whole_number
from ._paths import steps
from ._protocol import LabelRead, UnreadableReply
from .huawei_references import IPV4, L3VPN, NI, bindings_filter, instances_filter, references
from .huawei_settings import MODULES, read_settings, schema_path, setting_at
from .huawei_settings_edit import settings_filters, write_settings

_OPERATION = f"{{{BASE}}}operation"
_INSTANCES = steps(NI, "network-instance/instances/instance")
_FAMILIES = steps(L3VPN, "afs/af")
_NAME = steps(NI, "name")
_TARGET_TYPES = {Direction.IMPORT: "import-extcommunity", Direction.EXPORT: "export-extcommunity"}
_LEAVES = {
    Node.ROUTE_DISTINGUISHER: "route-distinguisher",
    Node.LABEL_MODE: "label-mode",
    Node.STATIC_LABEL: "static-label",
}
_TARGETS = {Node.IMPORT_TARGET: Direction.IMPORT, Node.EXPORT_TARGET: Direction.EXPORT}
_CONFIG_LEAVES = ("route-distinguisher", "label-mode", "static-label", "vpn-targets")


class HuaweiVrp:
    """The dialect ``huawei-vrp``."""

    name = "huawei-vrp"
    subject = huawei_schema.SUBJECT
    prerequisite_modules = MODULES

    def kind_of(self, revisions: Mapping[str, str]) -> tuple[str, str]:
        """See `Dialect.kind_of`."""
        return huawei_schema.kind_of(revisions)

    def checked_filter(self, vpns: Sequence[str], leaves: Sequence[str], *, automatic_rd: bool) -> bytes:
        """See `Dialect.checked_filter`."""
        return huawei_schema.checked_filter(vpns, leaves, automatic_rd=automatic_rd)

    def has_automatic_rd(self, data: etree._Element | None) -> bool:
        """See `Dialect.has_automatic_rd`."""
        return huawei_schema.has_automatic_rd(data)

    def other_families(
        self, data: etree._Element | None, vpns: Sequence[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """See `Dialect.other_families`."""
        return huawei_schema.other_families(data, vpns)

    @property
    def audit(self) -> AuditDialect:
        """What is read of these routers to audit a pair."""
        from .huawei_audit import AUDIT  # noqa: PLC0415  (only an audit pays for it)

        return AUDIT

    def config_filter(self, vpns: Sequence[str]) -> bytes:
        """One ``instance`` for each VPN: VRP filters on keys only, and refuses two values of one key in an
        entry.
        """
        root = _Tree()
        for vpn in vpns:
            family = root.family(vpn)
            for leaf in _CONFIG_LEAVES:
                _add(family, L3VPN, leaf)
        return root.serialised()

    def labels_filter(self) -> bytes:
        """Name, type and static label of every VPN instance."""
        root = _Tree()
        instance = _add(root.instances, NI, "instance")
        _add(instance, NI, "name")
        family = _add(_begin(instance, L3VPN, "afs"), L3VPN, "af")
        _add(family, L3VPN, "type")
        _add(family, L3VPN, "static-label")
        return root.serialised()

    def label_reads(self, modules: Container[str]) -> tuple[LabelRead, ...]:
        """See `huawei_labels`."""
        return huawei_labels.label_reads(modules)

    def state_filter(self, vpns: Sequence[str]) -> bytes:
        """The ``state`` container of each VPN's IPv4 family."""
        root = _Tree()
        for vpn in vpns:
            _add(root.family(vpn), L3VPN, "state")
        return root.serialised()

    def references_filters(self, vpns: Sequence[str]) -> tuple[bytes, ...]:
        """The instances whole, and the interfaces with what they are bound to."""
        return instances_filter(tuple(vpns)), bindings_filter()

    def trial_filter(self) -> bytes:
        """See `Dialect.trial_filter`."""
        return huawei_trial.trial_filter()

    def tells_trial(self, modules: Container[str]) -> bool:
        """See `Dialect.tells_trial`."""
        return huawei_trial.MODULE in modules

    def read_trial(self, data: etree._Element | None) -> Trial | None:
        """See `Dialect.read_trial`."""
        return huawei_trial.read_trial(data)

    def change_number_filter(self) -> bytes:
        """See `Dialect.change_number_filter`."""
        return huawei_flow.flow_filter()

    def tells_change_number(self, modules: Container[str]) -> bool:
        """See `Dialect.tells_change_number`."""
        return huawei_trial.MODULE in modules

    def read_change_number(self, data: etree._Element | None) -> str | None:
        """See `Dialect.read_change_number`."""
        return huawei_flow.read_flow(data)

    def read_config(self, data: etree._Element | None, vpns: Sequence[str]) -> RouterConfig:
        """An instance without an IPv4 family, or no instance at all, is a value as well."""
        found = {name: _vpn_config(name, instances) for name, instances in _by_name(data).items()}
        return RouterConfig.of(found.get(vpn) or VpnConfig(vpn) for vpn in vpns)

    def read_labels(self, data: etree._Element | None) -> tuple[LabelOwner, ...]:
        """Of every family that has one."""
        return tuple(
            LabelOwner(name, _text(family, "type") or "", label)
            for name, instance in _instances(data)
            for family in instance.iterfind(_FAMILIES)
            if (label := _number(family, "static-label", name)) is not None
        )

    def read_label_uses(self, data: Sequence[etree._Element]) -> LabelUses:
        """See `huawei_labels`; a label that is configured is not told again as assigned."""
        static = tuple(dict.fromkeys(owner for each in data for owner in self.read_labels(each)))
        others = huawei_labels.label_owners(data, static)
        return LabelUses((*static, *others), huawei_labels.idle_labels(data))

    def read_state(self, data: etree._Element | None, vpns: Sequence[str]) -> tuple[VpnState, ...]:
        """``state/label`` and ``state/status``; None where the server has no such state."""
        instances = _by_name(data)
        return tuple(_vpn_state(vpn, instances.get(vpn, [])) for vpn in vpns)

    def read_references(
        self, data: etree._Element | None, removed: Mapping[str, Node]
    ) -> tuple[Reference, ...]:
        """See `Dialect.read_references`; a subtree without any value is none."""
        return () if data is None else tuple(references(data, removed))

    def settings_filters(self, settings: Collection[Setting]) -> tuple[bytes, ...]:
        """See `Dialect.settings_filters`."""
        return settings_filters(settings)

    def read_settings(
        self, data: etree._Element | None, settings: Mapping[Setting, str | None]
    ) -> Mapping[Setting, str | None]:
        """See `Dialect.read_settings`."""
        return read_settings(data, settings)

    def schema_path(self, setting: Setting) -> str:
        """See `Dialect.schema_path`."""
        return schema_path(setting)

    def config(self, changes: Sequence[Change], *, blind: bool = False) -> etree._Element:
        """See `Dialect.config`."""
        config = etree.Element(etree.QName(BASE, "config"), nsmap={None: BASE, "nc": BASE})
        of_vpns = [change for change in changes if not is_setting(change)]
        if of_vpns:
            tree = _Tree(config)
            for vpn, of_vpn in groupby(of_vpns, key=lambda change: change.vpn):
                _VpnEdit(tree, vpn, tuple(of_vpn), blind=blind).write()
        write_settings(config, list(filter(is_setting, changes)), blind=blind)
        return config

    def address_of(self, path: Sequence[Step]) -> Address | None:
        """See `Dialect.address_of`."""
        return setting_at(path) or huawei_paths.address_of(path)


class _Tree:
    """The two containers above every instance."""

    def __init__(self, parent: etree._Element | None = None) -> None:
        name, nsmap = etree.QName(NI, "network-instance"), {None: NI}
        self.root = (
            etree.Element(name, nsmap=nsmap)
            if parent is None
            else etree.SubElement(parent, name, nsmap=nsmap)
        )
        self.instances = _add(self.root, NI, "instances")

    def instance(self, vpn: str) -> etree._Element:
        instance = _add(self.instances, NI, "instance")
        _add(instance, NI, "name", vpn)
        return instance

    def family(self, vpn: str) -> etree._Element:
        return _family(self.instance(vpn))

    def serialised(self) -> bytes:
        return etree.tostring(self.root)


def _family(instance: etree._Element) -> etree._Element:
    family = _add(_begin(instance, L3VPN, "afs"), L3VPN, "af")
    _add(family, L3VPN, "type", IPV4)
    return family


class _VpnEdit:
    """The changes of one VPN instance on their way to XML."""

    def __init__(self, tree: _Tree, vpn: str, changes: Sequence[Change], *, blind: bool) -> None:
        self.instance = tree.instance(vpn)
        self.changes = changes
        self.create = "merge" if blind else "create"

    def write(self) -> None:
        """An operation on an entry covers what is inside: below a created or removed entry no leaf needs
        its own.
        """
        whole_instance = self._whole(Node.INSTANCE)
        if whole_instance is not None:
            self.instance.set(_OPERATION, whole_instance)
            if whole_instance == "remove":
                return
        family = _family(self.instance)
        whole_family = self._whole(Node.FAMILY) if whole_instance is None else None
        if whole_family is not None:
            family.set(_OPERATION, whole_family)
            if whole_family == "remove":
                return
        self._leaves(family, explicit=whole_instance is None and whole_family is None)
        self._targets(family, explicit=whole_instance is None and whole_family is None)

    def _whole(self, node: Node) -> str | None:
        for change in self.changes:
            if change.node is node:
                return self.create if change.after else "remove"
        return None

    def _leaves(self, family: etree._Element, *, explicit: bool) -> None:
        for change in sorted(self._of(_LEAVES), key=lambda change: list(Node).index(change.node)):
            # A removed leaf carries its value: some servers refuse an empty number even there.
            leaf = _add(family, L3VPN, _LEAVES[change.node], change.after or change.before)
            if explicit:
                leaf.set(_OPERATION, self._leaf_operation(change))

    def _leaf_operation(self, change: Change) -> str:
        if change.after is None:
            return "remove"
        if change.before is not None:
            return "replace"
        # A server that hides defaults would call the label mode there already; merge suits either kind (RFC
        # 6243).
        return "merge" if change.node is Node.LABEL_MODE else self.create

    def _targets(self, family: etree._Element, *, explicit: bool) -> None:
        changes = sorted(
            self._of(_TARGETS), key=lambda change: (change.after or change.before or "", change.node)
        )
        if not changes:
            return
        targets = _add(family, L3VPN, "vpn-targets")
        for change in changes:
            entry = _add(targets, L3VPN, "vpn-target")
            _add(entry, L3VPN, "value", change.after or change.before)
            _add(entry, L3VPN, "type", _TARGET_TYPES[_TARGETS[change.node]])
            if explicit:
                entry.set(_OPERATION, self.create if change.after else "remove")

    def _of(self, nodes: Iterable[Node]) -> list[Change]:
        return [change for change in self.changes if change.node in nodes]


def _add(parent: etree._Element, namespace: str, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, etree.QName(namespace, name))
    child.text = text
    return child


def _begin(parent: etree._Element, namespace: str, name: str) -> etree._Element:
    """The first element of an augmenting module: it declares the module's namespace, once."""
    return etree.SubElement(parent, etree.QName(namespace, name), nsmap={None: namespace})


def _by_name(data: etree._Element | None) -> dict[str, list[etree._Element]]:
    """The instances by name. A server may split one over several entries when several filters select it."""
    found: dict[str, list[etree._Element]] = {}
    for name, instance in _instances(data):
        found.setdefault(name, []).append(instance)
    return found


def _instances(data: etree._Element | None) -> Iterator[tuple[str, etree._Element]]:
    """Every instance with its name, in the order of the document."""
    if data is not None:
        for instance in data.iterfind(_INSTANCES):
            yield (instance.findtext(_NAME) or "").strip(), instance


def _families(instances: Iterable[etree._Element]) -> Iterator[etree._Element]:
    for instance in instances:
        yield from instance.iterfind(_FAMILIES)


def _ipv4(instances: Iterable[etree._Element]) -> etree._Element | None:
    return next((family for family in _families(instances) if _text(family, "type") == IPV4), None)


def _text(element: etree._Element, path: str) -> str | None:
    """The text of a descendant, a local path in the l3vpn module; a prefixed identity or enum loses nothing
    here.
    """
    found = element.findtext(steps(L3VPN, path))
    return None if found is None else found.strip()


def _number(element: etree._Element, path: str, vpn: str) -> int | None:
    text = _text(element, path)
    if text is None or text == "":
        return None
    found = whole_number(text)
    if found is None:
        raise UnreadableReply(f"VPN instance {vpn}: {path} is {text[:40]!r}, not a number")
    return found


def _vpn_config(name: str, instances: Sequence[etree._Element]) -> VpnConfig:
    family = _ipv4(instances)
    if family is None:
        return VpnConfig(name, exists=True)
    return VpnConfig(
        name,
        exists=True,
        family=True,
        route_distinguisher=_text(family, "route-distinguisher") or None,
        label_mode=_text(family, "label-mode") or None,
        static_label=_number(family, "static-label", name),
        imports=_read_targets(family, Direction.IMPORT),
        exports=_read_targets(family, Direction.EXPORT),
    )


def _read_targets(family: etree._Element, direction: Direction) -> frozenset[str]:
    entries = family.iterfind(f"{{{L3VPN}}}vpn-targets/{{{L3VPN}}}vpn-target")
    wanted = _TARGET_TYPES[direction]
    return frozenset(_text(entry, "value") or "" for entry in entries if _text(entry, "type") == wanted)


def _vpn_state(name: str, instances: Sequence[etree._Element]) -> VpnState:
    family = _ipv4(instances)
    if family is None:
        return VpnState(name)
    return VpnState(name, _number(family, "state/label", name), _text(family, "state/status") or None)


DIALECT = HuaweiVrp()
