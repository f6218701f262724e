"""What a configuration is once an edit-config is done (RFC 6241, section 7.2), so that the outcome can be judged."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree
from yangson import DataModel
from yangson.schemanode import LeafListNode, ListNode, TerminalNode

from ..netconf.rpc import BASE
from .elements import Modules, child_node, modules_by_namespace, name_of

__all__ = ["apply_edit"]

_OPERATION = f"{{{BASE}}}operation"


def apply_edit(model: DataModel, config: etree._Element, edit: etree._Element) -> etree._Element:
    """The content of a datastore after an edit.

    Nothing is refused here: what exists is merged into, what is to be removed may be absent. A node that the schema
    does not have is taken along, so that the validation can name it.

    Args:
        model: tells the keys of lists.
        config: the ``<config>`` or ``<data>`` element that holds the top-level nodes. It stays as it is.
        edit: the ``<config>`` element of the edit-config.
    """
    after = deepcopy(config)
    _Edit(modules_by_namespace(model)).children(after, edit, model.schema)
    return after


class _Edit:
    def __init__(self, modules: Modules) -> None:
        self.modules = modules

    def children(self, present: etree._Element, edit: etree._Element, schema: Any) -> None:
        for wanted in edit.iterchildren(etree.Element):
            self._node(present, wanted, child_node(schema, wanted, self.modules))

    def _node(self, parent: etree._Element, wanted: etree._Element, schema: Any) -> None:
        operation = wanted.get(_OPERATION, "merge")
        found = _counterpart(parent, wanted, schema)
        if operation in ("delete", "remove") or (operation == "replace" and found is not None):
            if found is not None:
                parent.remove(found)
                found = None
            if operation != "replace":
                return
        if found is None:
            found = etree.SubElement(parent, wanted.tag)
        if schema is None or isinstance(schema, TerminalNode):
            found.text = wanted.text
        self.children(found, wanted, schema)


def _counterpart(parent: etree._Element, wanted: etree._Element, schema: Any) -> etree._Element | None:
    """The node that an edit means: a list entry by its keys, a leaf-list entry by its value."""
    for each in parent.iterchildren(str(wanted.tag)):
        if _identity(each, schema) == _identity(wanted, schema):
            return each
    return None


def _identity(element: etree._Element, schema: Any) -> tuple[str, ...]:
    if isinstance(schema, LeafListNode):
        return ((element.text or "").strip(),)
    if isinstance(schema, ListNode):
        namespace, _ = name_of(element)
        return tuple((element.findtext(f"{{{namespace}}}{name}") or "").strip() for name, _ in schema.keys)
    return ()
