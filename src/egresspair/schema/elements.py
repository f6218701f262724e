"""Elements of a configuration and the schema nodes that they are instances of."""

from __future__ import annotations

from typing import Any

from lxml import etree
from yangson import DataModel
from yangson.datatype import LeafrefType
from yangson.schemanode import ListNode, TerminalNode

__all__ = ["Modules", "child_node", "modules_by_namespace", "name_of", "remove_references"]

Modules = dict[str, str]


def modules_by_namespace(model: DataModel) -> Modules:
    """The names of a model's modules by XML namespace."""
    return {
        data.xml_namespace: data.main_module[0]
        for data in model.schema_data.modules.values()
        if data.xml_namespace
    }


def name_of(element: etree._Element) -> tuple[str, str]:
    """Namespace (empty if there is none) and local name. An `etree.QName` for each element would take most of the time
    of a look at a configuration.
    """
    namespace, brace, name = str(element.tag).rpartition("}")
    return (namespace[1:], name) if brace else ("", name)


def child_node(parent: Any, element: etree._Element, modules: Modules) -> Any:
    """The schema node of an element below an instance of ``parent``; None if the schema has none."""
    namespace, name = name_of(element)
    module = modules.get(namespace)
    return parent.get_data_child(name, module) if module and parent is not None else None


def remove_references(model: DataModel, config: etree._Element) -> None:
    """Take every leafref leaf out of a configuration, keys excepted.

    Args:
        config: the element that holds the top-level nodes, without comments.
    """
    _remove_references(config, model.schema, modules_by_namespace(model))


def _remove_references(parent: etree._Element, schema: Any, modules: Modules) -> None:
    for element in list(parent):
        node = child_node(schema, element, modules)
        if isinstance(node, TerminalNode):
            if isinstance(node.type, LeafrefType) and not _is_key(node):
                parent.remove(element)
        elif node is not None:
            _remove_references(element, node, modules)


def _is_key(node: Any) -> bool:
    return isinstance(node.parent, ListNode) and (node.name, node.ns) in node.parent.keys
