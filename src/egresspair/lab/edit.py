"""The ``<config>`` of an edit-config applied to a configuration (RFC 6241, section 7.2; RFC 7950, sections 7 and 8)."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from .errors import Path, RpcError, RpcFailed, path_text
from .names import BASE, clark, split_clark
from .schema import Schema, SchemaNode
from .tree import Node

Operation = Literal["merge", "replace", "create", "delete", "remove", "none"]
OPERATION: Final = clark(BASE, "operation")
_OPERATIONS: Final = {"merge", "replace", "create", "delete", "remove"}


@dataclass
class Edit:
    """One edit-config on its way through a configuration.

    Attributes:
        schema: the device's data model.
        protected: error-paths of nodes that the system owns: they cannot be deleted.
        keep_going: go on after an error (continue-on-error).
        errors: what went wrong so far.
        touched: error-paths of the nodes that the edit sets.
    """

    schema: Schema
    protected: frozenset[str] = frozenset()
    keep_going: bool = False
    errors: list[RpcError] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def apply(self, config: Node, edit: etree._Element, default: Operation) -> Node:
        """The configuration after the edit, so far as it could be applied; look at `errors`."""
        base = config.holding(()) if default == "replace" else config
        return self._children(base, self.schema.root, edit, default, ())

    def _children(
        self, node: Node, schema: SchemaNode, edit: etree._Element, inherited: Operation, path: Path
    ) -> Node:
        keys = self.schema.key_tags(schema)
        given: set[str] = set()
        for element in edit.iterchildren(etree.Element):
            if element.tag in keys:
                continue
            if self.errors and not self.keep_going:
                break
            try:
                node = self._child(node, schema, element, inherited, path, given)
            except RpcFailed as failure:
                self.errors += failure.errors
        return node

    def _child(
        self,
        parent: Node,
        parent_schema: SchemaNode,
        element: etree._Element,
        inherited: Operation,
        path: Path,
        given: set[str],
    ) -> Node:
        schema = self._schema_of(parent_schema, element, path)
        operation = _operation(element, inherited, path)
        self._refuse_twice(schema, element, given, path)
        keys = self._keys(schema, element, path)
        here = (*path, self.schema.step(schema, keys))
        existing = self._existing(parent, schema, element, keys, here)
        if self.schema.is_leaf(schema):
            new = self._leaf(existing, schema, element, operation, here)
        else:
            new = self._inner(existing, schema, element, operation, here, keys)
        return self._put(parent, parent_schema, schema, existing, new)

    # what the element is

    def _schema_of(self, parent: SchemaNode, element: etree._Element, path: Path) -> SchemaNode:
        tag = str(element.tag)
        namespace, name = split_clark(tag)
        schema = self.schema.child(parent, tag)
        if schema is not None and self.schema.is_config(schema):
            return schema
        if schema is not None:
            raise _error(
                "invalid-value", f"{name} is state and cannot be configured", path, ("bad-element", name)
            )
        if not self.schema.knows(namespace):
            details = (("bad-element", name), ("bad-namespace", namespace))
            raise _error("unknown-namespace", f"namespace {namespace!r} is not known", path, *details)
        raise _error("unknown-element", f"there is no {name} here", path, ("bad-element", name))

    def _refuse_twice(self, schema: SchemaNode, element: etree._Element, given: set[str], path: Path) -> None:
        """A leaf or container may be given once, and only one case of a choice."""
        tag, name = str(element.tag), split_clark(str(element.tag))[1]
        if tag in given and not (self.schema.is_list(schema) or self.schema.is_leaf_list(schema)):
            raise _error("bad-element", f"{name} is given twice", path, ("bad-element", name))
        if given & self.schema.rivals(schema):
            raise _error("bad-element", f"{name} stands beside another case", path, ("bad-element", name))
        given.add(tag)

    def _keys(self, schema: SchemaNode, element: etree._Element, path: Path) -> tuple[tuple[str, str], ...]:
        keys = []
        for tag in self.schema.key_tags(schema):
            name = split_clark(tag)[1]
            leaves = list(element.iterchildren(tag))
            here = (*path, self.schema.step(schema))
            if not leaves:
                raise _error("missing-element", f"key {name} is missing", here, ("bad-element", name))
            if len(leaves) > 1:
                raise _error("bad-element", f"key {name} is given twice", here, ("bad-element", name))
            key_schema = self.schema.child(schema, tag)
            keys.append((name, self._value(key_schema, leaves[0], (*here, self.schema.step(key_schema)))))
        return tuple(keys)

    def _value(self, schema: SchemaNode, element: etree._Element, path: Path) -> str:
        if len(element):
            name = split_clark(str(element[0].tag))[1]
            raise _error("unknown-element", f"a leaf holds {name}", path, ("bad-element", name))
        text = element.text or ""
        for candidate in dict.fromkeys((text, text.strip())):
            try:
                return self.schema.canonical(schema, candidate)
            except ValueError as error:
                problem = error
        raise _error("invalid-value", f"{text!r}: {problem}", path)

    # what stands there

    def _existing(
        self,
        parent: Node,
        schema: SchemaNode,
        element: etree._Element,
        keys: tuple[tuple[str, str], ...],
        path: Path,
    ) -> Node | None:
        tag = str(element.tag)
        if self.schema.is_list(schema):
            values = [value for _, value in keys]
            return next(
                (n for n in parent.children if n.tag == tag and _leading(n, len(values)) == values), None
            )
        if self.schema.is_leaf_list(schema):
            value = self._value(schema, element, path)
            return next((n for n in parent.all(tag) if n.text == value), None)
        return parent.child(tag)

    # what becomes of it

    def _leaf(
        self,
        existing: Node | None,
        schema: SchemaNode,
        element: etree._Element,
        operation: Operation,
        path: Path,
    ) -> Node | None:
        if operation in ("delete", "remove"):
            return self._gone(existing, operation, path)
        if operation == "none":
            return self._required(existing, path)
        self._refuse_existing(existing, operation, path)
        self._touch(path)
        value = self._value(schema, element, path)
        return existing if existing is not None and existing.text == value else Node(str(element.tag), value)

    def _inner(
        self,
        existing: Node | None,
        schema: SchemaNode,
        element: etree._Element,
        operation: Operation,
        path: Path,
        keys: tuple[tuple[str, str], ...],
    ) -> Node | None:
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            raise _error("bad-element", "text between elements", path, ("bad-element", path[-1].name))
        if operation in ("delete", "remove"):
            return self._gone(existing, operation, path)
        if operation == "none" and not self.schema.is_plain_container(schema):
            self._required(existing, path)
        self._refuse_existing(existing, operation, path)
        self._touch(path)
        fresh = Node(
            str(element.tag),
            children=tuple(Node(t, v) for t, (_, v) in zip(self.schema.key_tags(schema), keys, strict=True)),
        )
        base = fresh if existing is None or operation == "replace" else existing
        below: Operation = "merge" if operation == "create" else operation
        new = self._children(base, schema, element, below, path)
        return None if self.schema.is_plain_container(schema) and not new.children else new

    def _gone(self, existing: Node | None, operation: Operation, path: Path) -> None:
        if existing is None and operation == "delete":
            raise _error("data-missing", f"{path[-1].name} does not exist", path)
        if existing is not None and path_text(path) in self.protected:
            raise _error("operation-failed", f"{path[-1].name} is generated by the system", path)

    @staticmethod
    def _required(existing: Node | None, path: Path) -> Node:
        if existing is None:
            raise _error("data-missing", f"{path[-1].name} does not exist", path)
        return existing

    @staticmethod
    def _refuse_existing(existing: Node | None, operation: Operation, path: Path) -> None:
        if existing is not None and operation == "create":
            raise _error("data-exists", f"{path[-1].name} exists already", path)

    def _touch(self, path: Path) -> None:
        self.touched.add(path_text(path))

    def _put(
        self,
        parent: Node,
        parent_schema: SchemaNode,
        schema: SchemaNode,
        existing: Node | None,
        new: Node | None,
    ) -> Node:
        """The parent with the child put in, replaced or taken out; a new case of a choice displaces the others."""
        if new is existing:
            return parent
        if existing is not None and new is not None:
            return parent.holding(new if child is existing else child for child in parent.children)
        kept = [child for child in parent.children if child is not existing]
        if new is None:
            return parent.holding(kept)
        rivals = self.schema.rivals(schema)
        kept = [child for child in kept if child.tag not in rivals]
        insort(kept, new, key=lambda child: self._rank(parent_schema, schema, child))
        return parent.holding(kept)

    def _rank(self, parent: SchemaNode, schema: SchemaNode, child: Node) -> tuple[int, list[str]]:
        """Where a child stands: in the order of the module; entries of a list that the system orders, by their keys."""
        ordered = (
            child.tag == self.schema.tag(schema) and self.schema.is_list(schema) and not schema.user_ordered
        )
        return self.schema.position(parent, child.tag), _leading(child, len(schema.keys)) if ordered else []


def _operation(element: etree._Element, inherited: Operation, path: Path) -> Operation:
    for name in element.attrib:
        if split_clark(str(name))[0] == BASE and name != OPERATION:
            raise _attribute_error("unknown-attribute", str(name), element, path)
    text = element.get(OPERATION)
    if text is None:
        return inherited
    if text not in _OPERATIONS:
        raise _attribute_error("bad-attribute", OPERATION, element, path)
    return text  # type: ignore[return-value]  # one of _OPERATIONS


def _attribute_error(tag: str, attribute: str, element: etree._Element, path: Path) -> RpcFailed:
    name = split_clark(attribute)[1]
    details = (("bad-attribute", name), ("bad-element", split_clark(str(element.tag))[1]))
    return _error(tag, f"{name}={element.get(attribute)!r}", path, *details)


def _leading(entry: Node, count: int) -> list[str]:
    """The values of an entry's keys: its first children."""
    return [child.text for child in entry.children[:count]]


def _error(tag: str, message: str, path: Path, *info: tuple[str, str]) -> RpcFailed:
    return RpcFailed((RpcError(tag, message, path=path, info=info),))
