"""The elements of an edit-config, told apart by the data model (RFC 7950, section 8.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

from .errors import Path, RpcError, RpcFailed
from .names import BASE, clark, split_clark
from .schema import Schema, SchemaNode

Operation = Literal["merge", "replace", "create", "delete", "remove", "none"]
OPERATION: Final = clark(BASE, "operation")
_OPERATIONS: Final = {"merge", "replace", "create", "delete", "remove"}


@dataclass(frozen=True, slots=True)
class Item:
    """One element and what it means.

    Attributes:
        schema: its node of the data model.
        operation: its own or inherited operation.
        path: the way to it, keys included.
        keys: the keys of a list entry as (local name, canonical value).
    """

    element: etree._Element
    schema: SchemaNode
    operation: Operation
    path: Path
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def tag(self) -> str:
        """Its name in Clark notation."""
        return str(self.element.tag)

    @property
    def name(self) -> str:
        """Its local name."""
        return split_clark(self.tag)[1]


@dataclass(frozen=True, slots=True)
class PayloadReader:
    """Reads elements by a data model. Every method raises `RpcFailed` for what does not fit it."""

    schema: Schema

    def item(
        self,
        parent: SchemaNode,
        element: etree._Element,
        inherited: Operation,
        path: Path,
        *,
        state: bool = False,
    ) -> Item:
        """What an element below a node means; state is refused unless it may be there."""
        schema = self._schema_of(parent, element, path, state=state)
        operation = _operation(element, inherited, path)
        keys = self._keys(schema, element, path)
        return Item(element, schema, operation, (*path, self.schema.step(schema, keys)), keys)

    def refuse_repetition(self, item: Item, given: set[str]) -> None:
        """A leaf or container may be given once, and only one case of a choice."""
        repeatable = self.schema.is_list(item.schema) or self.schema.is_leaf_list(item.schema)
        if item.tag in given and not repeatable:
            raise refusal("bad-element", f"{item.name} is given twice", item.path, ("bad-element", item.name))
        if given & self.schema.rivals(item.schema):
            what = f"{item.name} stands beside another case of its choice"
            raise refusal("bad-element", what, item.path, ("bad-element", item.name))
        given.add(item.tag)

    def value(self, schema: SchemaNode, element: etree._Element, path: Path) -> str:
        """A leaf's value in canonical form; space around it does no harm."""
        if len(element):
            name = split_clark(str(element[0].tag))[1]
            raise refusal("unknown-element", f"a leaf holds {name}", path, ("bad-element", name))
        text = element.text or ""
        problem = ""
        for candidate in dict.fromkeys((text, text.strip())):
            try:
                return self.schema.canonical(schema, candidate)
            except ValueError as error:
                problem = str(error)
        raise refusal("invalid-value", f"{text!r}: {problem}", path)

    def _schema_of(
        self, parent: SchemaNode, element: etree._Element, path: Path, *, state: bool
    ) -> SchemaNode:
        namespace, name = split_clark(str(element.tag))
        schema = self.schema.child(parent, str(element.tag))
        if schema is not None and (state or self.schema.is_config(schema)):
            return schema
        if schema is not None:
            what = f"{name} is state and cannot be configured"
            raise refusal("invalid-value", what, path, ("bad-element", name))
        if not self.schema.knows(namespace):
            details = (("bad-element", name), ("bad-namespace", namespace))
            raise refusal("unknown-namespace", f"namespace {namespace!r} is not known", path, *details)
        raise refusal("unknown-element", f"there is no {name} here", path, ("bad-element", name))

    def _keys(self, schema: SchemaNode, element: etree._Element, path: Path) -> tuple[tuple[str, str], ...]:
        here = (*path, self.schema.step(schema))
        return tuple(self._key(schema, tag, element, here) for tag in self.schema.key_tags(schema))

    def _key(self, schema: SchemaNode, tag: str, element: etree._Element, path: Path) -> tuple[str, str]:
        name = split_clark(tag)[1]
        leaves = list(element.iterchildren(tag))
        if not leaves:
            raise refusal("missing-element", f"key {name} is missing", path, ("bad-element", name))
        if len(leaves) > 1:
            raise refusal("bad-element", f"key {name} is given twice", path, ("bad-element", name))
        below = self.schema.child(schema, tag)
        return name, self.value(below, leaves[0], (*path, self.schema.step(below)))


def _operation(element: etree._Element, inherited: Operation, path: Path) -> Operation:
    for name in element.attrib:
        if split_clark(str(name))[0] == BASE and name != OPERATION:
            raise _attribute_refusal("unknown-attribute", str(name), element, path)
    text = element.get(OPERATION)
    if text is None:
        return inherited
    if text not in _OPERATIONS:
        raise _attribute_refusal("bad-attribute", OPERATION, element, path)
    return text  # type: ignore[return-value]  # one of _OPERATIONS


def _attribute_refusal(tag: str, attribute: str, element: etree._Element, path: Path) -> RpcFailed:
    name = split_clark(attribute)[1]
    details = (("bad-attribute", name), ("bad-element", split_clark(str(element.tag))[1]))
    return refusal(tag, f"{name}={element.get(attribute)!r}", path, *details)


def refusal(tag: str, message: str, path: Path, *info: tuple[str, str]) -> RpcFailed:
    """The exception for one error about a node."""
    return RpcFailed((RpcError(tag, message, path=path, info=info),))
