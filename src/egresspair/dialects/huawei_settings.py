"""Where the prerequisites are in Huawei's model: the entry that holds a setting, and the setting in it.

What holds a setting is named by its kind and its key, as in ``network 192.0.2.5/32``; see `configuration.Setting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ..configuration import Address, Node, Setting
from ..netconf.instance_path import Step as PathStep
from .huawei_audit_tree import each, flag, has, qualified, word

Keys = tuple[tuple[str, str], ...]
"""The keys of a list entry, with their values, in the module of the entry."""

MODULES: Final = ("huawei-ifm", "huawei-ip", "huawei-bgp", "huawei-routing-policy")
"""The modules that hold them, beside those of VPN instances."""

_UNICAST: Final = "afs/af[ipv4uni]/ipv4-unicast"
_PROCESS: Final = "ni:network-instance/instances/instance[_public_]/bgp:bgp/base-process"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of holder.

    Attributes:
        path: of the list; an entry on the way to it has the value of its key in brackets.
        keys: of the list.
        entry: the setting that says whether the entry is there.
        leaves: paths of the others below the entry.
    """

    path: str
    keys: tuple[str, ...]
    entry: Node
    leaves: Mapping[Node, str]


KINDS: Final[Mapping[str, _Kind]] = {
    "interface": _Kind(
        "ifm:ifm/interfaces/interface",
        ("name",),
        Node.INTERFACE,
        {Node.BINDING: "ifm:vrf-name", Node.ADDRESS: "ip:ipv4/addresses/address"},
    ),
    "bgp": _Kind(f"{_PROCESS}/afs/af", ("type",), Node.BGP_FAMILY, {}),
    "network": _Kind(
        f"{_PROCESS}/{_UNICAST}/network-routes/network-route",
        ("address", "mask-length"),
        Node.NETWORK,
        {Node.POLICY: "bgp:policy-name", Node.NON_RELAY_TUNNEL: "bgp:non-relay-tunnel"},
    ),
    "import-route": _Kind(
        f"{_PROCESS}/{_UNICAST}/import-routes/import-route",
        ("protocol", "process-id"),
        Node.IMPORT_ROUTE,
        {Node.POLICY: "bgp:policy-name", Node.NON_RELAY_TUNNEL: "bgp:non-relay-tunnel"},
    ),
    "route-policy": _Kind(
        "rtp:routing-policy/policy-definitions/policy-definition",
        ("name",),
        Node.ROUTE_POLICY,
        {Node.LABELING: "rtp:nodes/node"},
    ),
    "peer": _Kind(
        f"{_PROCESS}/peers/peer",
        ("address",),
        Node.PEER,
        {
            Node.BGP_FAMILY: "bgp:afs/af/type",
            Node.LABELED: f"bgp:{_UNICAST}/label-route-capability",
            Node.EXPORT_POLICY: f"bgp:{_UNICAST}/export-policy",
            Node.EXPORT_FILTER: f"bgp:{_UNICAST}/export-filter",
        },
    ),
}

_KEY_OF: Final = {"instance": "name", "af": "type"}
"""The key of the lists that a path leads through."""

BOOLEANS: Final = frozenset({Node.NON_RELAY_TUNNEL, Node.LABELED})
"""False unless they are said to be true: false is the same as nothing."""

_LABELING: Final = "rtp:actions/apply-mpls-label/mpls-label"


@dataclass(frozen=True, slots=True)
class Step:
    """One element on the way to an entry.

    Attributes:
        tag: ``{namespace}name``.
        keys: of the entry of a list, with their values.
    """

    tag: str
    keys: Keys = ()


def steps(path: str, keys: Keys = ()) -> tuple[Step, ...]:
    """A path as elements; the last has these keys."""
    bare = "/".join(step.partition("[")[0] for step in path.split("/"))
    tags = qualified(bare)
    values = [step.partition("[")[2].rstrip("]") for step in path.split("/")]
    found = [Step(tag, _key(tag, value)) for tag, value in zip(tags, values, strict=True)]
    return (*found[:-1], Step(tags[-1], keys or found[-1].keys))


def _key(tag: str, value: str) -> Keys:
    return ((_KEY_OF[etree.QName(tag).localname], value),) if value else ()


def kind_of(holder: str) -> _Kind:
    """The kind of what holds a setting."""
    return KINDS[holder.partition(" ")[0]]


def entry_steps(holder: str) -> tuple[Step, ...]:
    """The way to the entry that a holder names."""
    kind = kind_of(holder)
    values = holder.partition(" ")[2].replace("/", " ").split(" ")
    if holder.startswith("bgp "):
        values = ["ipv4uni"]
    return steps(kind.path, tuple(zip(kind.keys, values, strict=True)))


def setting_at(path: Sequence[PathStep]) -> Address | None:
    """What a path means that leads into an entry which holds settings; None if it does not, or gives no keys."""
    for depth, step in enumerate(path):
        for name, kind in KINDS.items():
            if step.name != kind.path.rpartition("/")[2] or name == "bgp":
                continue
            keys = [step.key(key) for key in kind.keys]
            if all(keys):
                joint = "/" if name == "network" else " "
                below = {each.name for each in path[depth + 1 :]}
                named = {
                    node
                    for node, way in kind.leaves.items()
                    if way.rpartition("/")[2].rpartition(":")[2] in below
                }
                return Address(
                    f"{name} {joint.join(map(str, keys))}", frozenset(named or {kind.entry, *kind.leaves})
                )
    return None


def schema_path(setting: Setting) -> str:
    """Of the node of a setting, each step with the name of its module where that changes."""
    holder, node = setting
    kind = kind_of(holder)
    way = kind.path if node is kind.entry or node is Node.OTHER else f"{kind.path}/{kind.leaves[node]}"
    tags = [etree.QName(step.tag) for step in steps(way)]
    shown, last = "", ""
    for tag in tags:
        module = (tag.namespace or "").rpartition(":")[2]
        shown += f"/{tag.localname}" if module == last else f"/{module}:{tag.localname}"
        last = module
    return shown


def read_settings(
    data: etree._Element | None, wanted: Mapping[Setting, str | None]
) -> dict[Setting, str | None]:
    """The values of these settings; None where a node is not there, or says what is the default.

    Raises:
        UnreadableReply: a value that the model does not allow.
    """
    return {setting: _value(_entries(data, setting[0]), setting) for setting in wanted}


def _entries(data: etree._Element | None, holder: str) -> list[etree._Element]:
    """A server may split one entry over several when several filters select it."""
    found = [] if data is None else [data]
    for step in entry_steps(holder):
        namespace = etree.QName(step.tag).namespace
        found = [
            child
            for parent in found
            for child in parent.iterchildren(step.tag)
            if all(
                (child.findtext(f"{{{namespace}}}{key}") or "").strip() == value for key, value in step.keys
            )
        ]
    return found


def _value(entries: list[etree._Element], setting: Setting) -> str | None:
    holder, node = setting
    kind, key = kind_of(holder), holder.partition(" ")[2]
    if not entries:
        return None
    if node is kind.entry:
        return kind.entry.value if holder.startswith("bgp ") else key
    if node is Node.OTHER:
        return " ".join(sorted({name for entry in entries for name in _others(entry, kind)})) or None
    found = next(filter(None, (_leaf(entry, node, kind.leaves[node]) for entry in entries)), None)
    return None if node is Node.BINDING and found == "_public_" else found


def _leaf(entry: etree._Element, node: Node, path: str) -> str | None:
    plain = path.replace("[ipv4uni]", "")
    if node in BOOLEANS:
        return "true" if flag(entry, plain) else None
    if node is Node.BGP_FAMILY:
        names = [word(family, "bgp:type") for family in each(entry, "bgp:afs/af")]
        return node.value if node.value in names else None
    if node is Node.ADDRESS:
        return next(
            (_address(found) for found in each(entry, path) if word(found, "ip:type") == "main"), None
        )
    if node is Node.LABELING:
        return ", ".join(_labeling(entry)) or None
    if node is Node.EXPORT_FILTER:
        return next((_said(found) for found in each(entry, plain)), None)
    return word(entry, plain) or None


def _said(element: etree._Element) -> str | None:
    return " ".join("".join(map(str, element.itertext())).split()) or None


def _address(entry: etree._Element) -> str:
    address, mask = word(entry, "ip:ip"), word(entry, "ip:mask")
    return f"{address}/32" if mask in ("255.255.255.255", "32") else f"{address} {mask}"


def _labeling(policy: etree._Element) -> Iterator[str]:
    """The permitting nodes of a route policy that apply a label, by sequence."""
    for node in each(policy, "rtp:nodes/node"):
        if word(node, "rtp:match-mode") == "permit" and has(node, _LABELING):
            yield word(node, "rtp:sequence")


def _others(entry: etree._Element, kind: _Kind) -> Iterator[str]:
    """What an entry says beside its keys and the settings that are known of it."""
    known = {*kind.keys, *(path.partition(":")[2] for path in kind.leaves.values())}
    for child in entry.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if name not in known and _said(child):
            yield name
