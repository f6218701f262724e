"""Checking a configuration against its YANG modules, fast: what has not changed is not checked again.

Entries of lists that no XPath expression relates to one another (`Schema.separable`) are checked one at a
time, each together with all that lies outside such lists. As configurations share what they have in common,
the result for an entry is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from yangson.exceptions import SchemaError, SemanticError, ValidationError, YangTypeError
from yangson.instance import ArrayEntry, InstanceNode, RootNode
from yangson.instvalue import ArrayValue

from .errors import Path, RpcError
from .schema import Schema, SchemaNode
from .tree import Node, to_bytes

Way = tuple[str, ...]
"""Clark names from the root of a datastore to a list."""

_SEMANTIC_TAGS = {"instance-required": "data-missing"}
_SCHEMA_TAGS = {
    "missing-data": "data-missing",
    "list-key-missing": "missing-element",
    "config member-not-allowed": "unknown-element",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What checking found.

    Attributes:
        config: the configuration without the nodes whose ``when`` is false.
        vanished: the error-paths of the nodes that were dropped for it.
        reported: the configuration with the defaults that are in force.
        errors: what is wrong with it.
    """

    config: Node
    vanished: tuple[Path, ...]
    reported: Node
    errors: tuple[RpcError, ...]


_REMEMBERED = 8
"""Configurations: running, startup and candidates of a device, before and after a change."""


class Validator:
    """Checks the configurations of one kind of device."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._entries: WeakKeyDictionary[Node, tuple[bytes, Findings]] = WeakKeyDictionary()
        self._rest: tuple[bytes, Findings] | None = None
        self._recent: dict[Node, Findings] = {}

    def examine(self, config: Node) -> Findings:
        """Check a whole configuration. One that does not change is checked once, however often it is read."""
        found = self._recent.pop(config, None) or self._examine_whole(config)
        self._recent[config] = found  # the last one used is the last one to go
        while len(self._recent) > _REMEMBERED:
            del self._recent[next(iter(self._recent))]
        return found

    def _examine_whole(self, config: Node) -> Findings:
        rest, entries = self._apart(config)
        whole = self._examine_rest(rest)
        key = to_bytes(whole.config)
        checked = {
            way: [self._examine_entry(whole.config, key, way, entry) for entry in group]
            for way, group in entries.items()
        }
        every = [finding for group in checked.values() for finding in group]
        return Findings(
            config=self._together(whole.config, {w: [f.config for f in fs] for w, fs in checked.items()}),
            vanished=whole.vanished + tuple(path for finding in every for path in finding.vanished),
            reported=self._together(
                whole.reported, {w: [f.reported for f in fs] for w, fs in checked.items()}
            ),
            errors=whole.errors + tuple(error for finding in every for error in finding.errors),
        )

    # taking apart and putting together

    def _apart(self, config: Node) -> tuple[Node, dict[Way, tuple[Node, ...]]]:
        entries: dict[Way, tuple[Node, ...]] = {}
        for way in self._schema.separable:
            parent = config.at(*way[:-1])
            found = tuple(parent.all(way[-1])) if parent else ()
            if found:
                entries[way] = found
                config = self._holding(config, self._schema.root, way, ())
        return config, entries

    def _together(self, config: Node, entries: Mapping[Way, Iterable[Node]]) -> Node:
        for way, group in entries.items():
            config = self._holding(config, self._schema.root, way, tuple(group))
        return config

    def _holding(self, node: Node, schema: SchemaNode, way: Way, entries: tuple[Node, ...]) -> Node:
        """The node with exactly these entries at the end of the way."""
        others = [child for child in node.children if child.tag != way[0]]
        if len(way) == 1:
            new = list(entries)
        else:
            inner_schema = self._schema.child(schema, way[0])
            inner = self._holding(node.child(way[0]) or Node(way[0]), inner_schema, way[1:], entries)
            new = [inner] if inner.children else []
        children = sorted([*others, *new], key=lambda child: self._schema.position(schema, child.tag))
        return node.holding(children)

    # checking

    def _examine_rest(self, rest: Node) -> Findings:
        key = to_bytes(rest)
        if self._rest is None or self._rest[0] != key:
            self._rest = (key, self._examine(rest))
        return self._rest[1]

    def _examine_entry(self, rest: Node, rest_key: bytes, way: Way, entry: Node) -> Findings:
        known = self._entries.get(entry)
        if known is None or known[0] != rest_key:
            findings = self._examine(self._holding(rest, self._schema.root, way, (entry,)))
            own = Findings(
                config=_entry(findings.config, way, entry),
                vanished=findings.vanished,
                reported=_entry(findings.reported, way, entry),
                errors=findings.errors if not self._rest or findings.errors != self._rest[1].errors else (),
            )
            known = (rest_key, own)
            self._entries[entry] = known
            self._entries.setdefault(
                own.config, (rest_key, Findings(own.config, (), own.reported, own.errors))
            )
        return known[1]

    def _examine(self, config: Node) -> Findings:
        vanished: list[Path] = []
        while True:
            instance = self._schema.instance(config)
            dropped: list[Path] = []
            settled = self._drop(config, instance, (), dropped)
            if not dropped:
                break
            vanished += dropped
            config = settled
        reported = _mark_defaults(self._schema.node(instance), config)
        return Findings(config, tuple(vanished), reported, self._errors(instance))

    def _drop(self, node: Node, instance: InstanceNode, path: Path, dropped: list[Path]) -> Node:
        """The node without descendants whose ``when`` is false."""
        seen: dict[str, int] = {}
        kept = []
        for child in node.children:
            member = instance[self._member(instance, child.tag)]
            index = seen[child.tag] = seen.get(child.tag, -1) + 1
            found = member[index] if isinstance(member.value, ArrayValue) else member
            schema = found.schema_node
            here = (*path, self._schema.step(schema, self._schema.keys(schema, child)))
            if not _in_force(found, instance):
                dropped.append(here)
            elif child.children:
                kept.append(self._drop(child, found, here, dropped))
            else:
                kept.append(child)
        return node if tuple(kept) == node.children else node.holding(kept)

    def _member(self, instance: InstanceNode, tag: str) -> str:
        schema: SchemaNode = self._schema.child(instance.schema_node, tag)
        own = isinstance(instance, RootNode) or schema.ns != instance.schema_node.ns
        return f"{schema.ns}:{schema.name}" if own else str(schema.name)

    def _errors(self, instance: InstanceNode) -> tuple[RpcError, ...]:
        try:
            instance.validate()
        except ValidationError as error:
            return (_rpc_error(error, self._path(error.instance)),)
        return ()

    def _path(self, instance: Any) -> Path:
        steps: list[Any] = []
        while not isinstance(instance, RootNode):
            schema = instance.schema_node
            keys: tuple[tuple[str, str], ...] = ()
            if isinstance(instance, ArrayEntry):
                keys = tuple(
                    (key, str(instance.value.get(key, ""))) for key in getattr(schema, "_key_members", ())
                )
                instance = instance.up()
            steps.insert(0, self._schema.step(schema, keys))
            instance = instance.up()
        return tuple(steps)


def _entry(config: Node, way: Way, default: Node) -> Node:
    parent = config.at(*way[:-1])
    found = parent.child(way[-1]) if parent else None
    return found or default


def _in_force(found: Any, parent: Any) -> bool:
    """True if neither the node's ``when`` nor that of a choice, case, uses or augment around it is false."""
    schema = found.schema_node
    if schema.when and not schema.when.evaluate(found):
        return False
    around = schema.parent
    while around is not None and around is not parent.schema_node:
        if around.when and not around.when.evaluate(parent):
            return False
        around = around.parent
    return True


def _mark_defaults(reported: Node, config: Node) -> Node:
    """The reported tree with `Node.is_default` set where the configuration says nothing."""
    seen: dict[str, int] = {}
    children = []
    for child in reported.children:
        index = seen[child.tag] = seen.get(child.tag, -1) + 1
        given = config.all(child.tag)
        if index < len(given):
            children.append(_mark_defaults(child, given[index]))
        elif child.children:
            children.append(_mark_defaults(child, Node(child.tag)))
        else:
            children.append(Node(child.tag, child.text, is_default=True))
    return reported.holding(children)


def _rpc_error(error: ValidationError, path: Path) -> RpcError:
    message = error.message or error.tag or "the configuration is not valid"
    match error:
        case YangTypeError():
            return RpcError("invalid-value", message, path=path)
        case SchemaError():
            return RpcError(_SCHEMA_TAGS.get(str(error.tag), "operation-failed"), message, path=path)
        case SemanticError():
            tag = _SEMANTIC_TAGS.get(str(error.tag), "operation-failed")
            return RpcError(tag, message, app_tag=str(error.tag), path=path)
    return RpcError("operation-failed", str(error), path=path)
