"""The data model of a device: which nodes there are, what they hold, which are in force."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

from yangson.datamodel import DataModel
from yangson.enumerations import ContentType
from yangson.exceptions import YangsonException
from yangson.instance import InstanceNode, RootNode
from yangson.instvalue import ArrayValue, ObjectValue
from yangson.schemanode import CaseNode, ContainerNode, DataNode, LeafListNode, LeafNode, ListNode

from .errors import Step
from .modules import Module, expression_names, expressions, module_set, module_set_id, yang_library
from .names import clark, split_clark
from .profiles import Profile
from .tree import CONFIG, Node

SchemaNode: TypeAlias = Any
"""A node of yangson's schema tree; yangson has no types to import."""


class Schema:
    """The compiled modules of a profile. Compiled once: use `schema_of`."""

    def __init__(self, profile: Profile) -> None:
        self.modules: tuple[Module, ...] = module_set(profile)
        self.set_id = module_set_id(self.modules)
        folders = sorted({str(module.path.parent) for module in self.modules})
        self.model = DataModel(yang_library(self.modules), folders)
        self.root: SchemaNode = self.model.schema
        self._module_of = {module.namespace: module for module in self.modules}
        self._namespace_of = {module.name: module.namespace for module in self.modules}
        self._children: dict[tuple[int, str], SchemaNode | None] = {}
        self._order: dict[int, dict[str, int]] = {}
        self._rivals: dict[int, frozenset[str]] = {}
        self.separable = tuple(self._find_separable())

    # names

    def knows(self, namespace: str) -> bool:
        """True if nodes of that namespace are implemented."""
        module = self._module_of.get(namespace)
        return module is not None and module.implemented

    def child(self, parent: SchemaNode, tag: str) -> SchemaNode:
        """The data node of that name below a node (choices and cases are looked through), or None."""
        key = (id(parent), tag)
        if key not in self._children:
            namespace, name = split_clark(tag)
            module = self._module_of.get(namespace)
            self._children[key] = None if module is None else parent.get_data_child(name, module.name)
        return self._children[key]

    def tag(self, node: SchemaNode) -> str:
        """The name of a node in Clark notation."""
        return clark(self._namespace_of[node.ns], node.name)

    def step(self, node: SchemaNode, keys: tuple[tuple[str, str], ...] = ()) -> Step:
        """The node as a step of an error-path."""
        namespace = self._namespace_of[node.ns]
        return Step(self._module_of[namespace].prefix, namespace, node.name, keys)

    def key_tags(self, node: SchemaNode) -> tuple[str, ...]:
        """The names of a list's keys; empty for anything else."""
        if not isinstance(node, ListNode):
            return ()
        return tuple(clark(self._namespace_of[module], name) for name, module in node.keys)

    def keys(self, node: SchemaNode, entry: Node) -> tuple[tuple[str, str], ...]:
        """An entry's keys as (local name, value)."""
        return tuple((split_clark(tag)[1], entry.leaf(tag)) for tag in self.key_tags(node))

    def position(self, parent: SchemaNode, tag: str) -> int:
        """Where a child stands among its siblings: keys first, then as the module has it."""
        if id(parent) not in self._order:
            keys = self.key_tags(parent)
            others = [self.tag(child) for child in parent.data_children()]
            order = [*keys, *(other for other in others if other not in keys)]
            self._order[id(parent)] = {name: at for at, name in enumerate(order)}
        return self._order[id(parent)].get(tag, len(self._order[id(parent)]))

    def rivals(self, node: SchemaNode) -> frozenset[str]:
        """The siblings that cannot stand beside a node: those of other cases of its choices."""
        if id(node) not in self._rivals:
            self._rivals[id(node)] = frozenset(self._other_cases(node))
        return self._rivals[id(node)]

    def _other_cases(self, node: SchemaNode) -> Iterator[str]:
        while node.parent is not None and not isinstance(node.parent, DataNode):
            if isinstance(node, CaseNode):
                mine = {id(child) for child in node.data_children()}
                yield from (self.tag(c) for c in node.parent.data_children() if id(c) not in mine)
            node = node.parent

    # kinds

    @staticmethod
    def is_leaf(node: SchemaNode) -> bool:
        """True for leaves and leaf-lists."""
        return isinstance(node, LeafNode | LeafListNode)

    @staticmethod
    def is_leaf_list(node: SchemaNode) -> bool:
        return isinstance(node, LeafListNode)

    @staticmethod
    def is_list(node: SchemaNode) -> bool:
        return isinstance(node, ListNode)

    @staticmethod
    def is_plain_container(node: SchemaNode) -> bool:
        """True for a container that means nothing by itself (RFC 7950, section 7.5.1)."""
        return isinstance(node, ContainerNode) and not node.presence

    @staticmethod
    def is_config(node: SchemaNode) -> bool:
        return bool(node.content_type().value & ContentType.config.value)

    def canonical(self, node: SchemaNode, text: str) -> str:
        """A leaf's value in canonical form.

        Raises:
            ValueError: the text is not a value of the leaf's type.
        """
        value = node.type.parse_value(text)
        if value is None or value not in node.type:
            raise ValueError(node.type.error_message if value is not None else f"expected {node.type}")
        return str(node.type.canonical_string(value))

    def range_of(self, *names: str) -> tuple[int, int] | None:
        """Lowest and highest value of the integer leaf at the end of a way, deviations included."""
        node = self.root
        for name in names:
            node = None if node is None else self.child(node, name)
        intervals = None if node is None else getattr(node.type, "range", None)
        return None if intervals is None else (intervals.intervals[0][0], intervals.intervals[-1][-1])

    # instances

    def instance(self, config: Node) -> InstanceNode:
        """A configuration as an instance of the model, with the defaults that are in force filled in."""
        value = self._object(config, self.root)
        root = RootNode(value, self.root, self.model.schema_data, value.timestamp)
        return root.add_defaults(ContentType.config)

    def _object(self, node: Node, schema: SchemaNode) -> ObjectValue:
        members: dict[str, Any] = {}
        for child in node.children:
            child_schema = self.child(schema, child.tag)
            if child_schema is None:
                raise KeyError(child.tag)
            self._add_member(members, child, child_schema)
        return ObjectValue(members)

    def _add_member(self, members: dict[str, Any], child: Node, schema: SchemaNode) -> None:
        name = schema.iname()
        value = schema.type.parse_value(child.text) if self.is_leaf(schema) else self._object(child, schema)
        if self.is_list(schema) or self.is_leaf_list(schema):
            members.setdefault(name, ArrayValue([])).append(value)
        else:
            members[name] = value

    def node(self, instance: InstanceNode) -> Node:
        """An instance tree as a `Node` again."""
        return Node(CONFIG, children=tuple(self._nodes(instance)))

    def _nodes(self, instance: InstanceNode) -> Iterator[Node]:
        schema = instance.schema_node
        members = sorted(instance, key=lambda name: self._member_position(schema, instance, name))
        for name in members:
            member = instance[name]
            if isinstance(member.value, ArrayValue):
                yield from (self._node(entry) for entry in member)
            elif member.value or not self.is_plain_container(member.schema_node):
                node = self._node(member)
                if node.children or not self.is_plain_container(member.schema_node):
                    yield node

    def _member_position(self, schema: SchemaNode, instance: InstanceNode, name: str) -> int:
        return self.position(schema, self.tag(instance._member_schema_node(name)))  # noqa: SLF001

    def _node(self, instance: InstanceNode) -> Node:
        schema = instance.schema_node
        if self.is_leaf(schema):
            return Node(self.tag(schema), str(schema.type.canonical_string(instance.value)))
        return Node(self.tag(schema), children=tuple(self._nodes(instance)))

    # what can be checked apart

    def _find_separable(self) -> Iterator[tuple[str, ...]]:
        """The ways to lists whose entries no expression relates to one another: each can be checked alone."""
        names = [expression_names(text) for module in self.modules for text in expressions(module)]
        mentioned = set().union(*names)
        if "*" in mentioned:
            return
        todo: list[tuple[SchemaNode, tuple[str, ...]]] = [(self.root, ())]
        while todo:
            node, way = todo.pop()
            for child in node.data_children():
                if self.is_list(child) and child.name not in mentioned and not child.unique:
                    yield (*way, self.tag(child))
                elif isinstance(child, ContainerNode) and self.is_config(child):
                    todo.append((child, (*way, self.tag(child))))


@cache
def schema_of(profile: Profile) -> Schema:
    """The schema of a profile, compiled the first time that it is asked for.

    Raises:
        ModuleError: a module is missing or cannot be read.
        ValueError: the modules do not fit together.
    """
    try:
        return Schema(profile)
    except YangsonException as error:
        raise ValueError(f"profile {profile.name}: the modules do not compile: {error!r}") from error
