"""The first look at a configuration: are these nodes known, and can they hold these values?"""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree
from yangson import DataModel
from yangson.datatype import IntegralType, StringType
from yangson.exceptions import YangsonException
from yangson.schemanode import LeafListNode, ListNode, TerminalNode

from .elements import modules_by_namespace, name_of
from .violation import Rule, Violation

__all__ = ["Syntax"]

_DECIMAL = re.compile(r"\s*[+-]?[0-9]+\s*")


class Syntax:
    """The nodes of a configuration with their paths, and what is wrong with each by itself.

    Attributes:
        config: the element that holds the top-level nodes.
        violations: in the order of the document.
    """

    def __init__(self, model: DataModel, config: etree._Element) -> None:
        self.config = config
        self.violations: list[Violation] = []
        self._elements: dict[str, etree._Element] = {}
        self._modules = modules_by_namespace(model)
        self._children(config, model.schema, "")

    def remove(self, path: str) -> bool:
        """Take a node out of the configuration. False if there is none with this path."""
        element = self._elements.get(path)
        parent = None if element is None else element.getparent()
        if element is None or parent is None:
            return False
        parent.remove(element)
        return True

    def add(self, path: str, container: Any) -> bool:
        """Put an empty container into the node with this path. False if it is there already."""
        parent = self.config if path == "/" else self._elements[path]
        namespaces = {module: namespace for namespace, module in self._modules.items()}
        tag = f"{{{namespaces[container.ns]}}}{container.name}"
        if parent.find(tag) is not None:
            return False
        etree.SubElement(parent, tag)
        return True

    def _report(self, path: str, rule: Rule, message: str) -> None:
        self.violations.append(Violation(path, rule, message))

    def _children(self, element: etree._Element, node: Any, path: str) -> None:
        seen: set[str] = set()
        for child in element:
            child_path, child_node = self._identify(child, node, path)
            if child_node is None:
                self._report(child_path, Rule.UNKNOWN, f"the schema has no such node{_where(node)}")
            elif child_path in seen and not isinstance(child_node, ListNode):
                self._report(child_path, Rule.DUPLICATE, "stands here twice")
            else:
                seen.add(child_path)
                self._elements[child_path] = child
                self._node(child, child_node, child_path)

    def _identify(self, child: etree._Element, parent: Any, path: str) -> tuple[str, Any]:
        """The path of an element, and its schema node if there is one."""
        namespace, name = name_of(child)
        module = self._modules.get(namespace)
        if module is None:
            return f"{path}/{{{namespace}}}{name}", None
        step = name if module == parent.ns else f"{module}:{name}"
        node = parent.get_data_child(name, module)
        return f"{path}/{step}{_predicate(child, node)}", node

    def _node(self, element: etree._Element, node: Any, path: str) -> None:
        if any(etree.QName(name).localname == "operation" for name in element.attrib):
            self._report(path, Rule.OPERATION, "an operation belongs in an edit, not in a datastore")
        if not node.config:
            self._report(path, Rule.STATE, "is state; it cannot be configured")
        elif isinstance(node, TerminalNode):
            self._value(element, node.type, path)
        else:
            self._children(element, node, path)

    def _value(self, element: etree._Element, leaf_type: Any, path: str) -> None:
        if len(element):
            self._report(path, Rule.TYPE, "is a leaf; it holds a value and no elements")
            return
        if isinstance(leaf_type, StringType) and element.text is None:
            element.text = ""  # an empty string is a string
        value = None
        if not isinstance(leaf_type, IntegralType) or _DECIMAL.fullmatch(element.text or ""):
            value = _cooked(leaf_type, element)
        if value is None:
            self._report(path, Rule.TYPE, f"{element.text!r} is no {leaf_type.yang_type()}")
        elif value not in leaf_type:
            self._report(path, *_refusal(leaf_type, value))


def _cooked(leaf_type: Any, element: etree._Element) -> Any:
    try:
        return leaf_type.from_xml(element)
    except (YangsonException, ValueError):
        return None


def _refusal(leaf_type: Any, value: Any) -> tuple[Rule, str]:
    """Which restriction of its type a value breaks."""
    if getattr(leaf_type, "range", None) is not None:
        return Rule.RANGE, f"{value} is outside {leaf_type.range}"
    length = getattr(leaf_type, "length", None)
    if length is not None and len(value) not in length:
        return Rule.LENGTH, f"{value!r} is {len(value)} characters long; {length} are allowed"
    if getattr(leaf_type, "patterns", None):
        return Rule.PATTERN, f"{value!r} is not of the right form"
    if getattr(leaf_type, "enum", None):
        return Rule.TYPE, f"{value!r} is none of {', '.join(leaf_type.enum)}"
    return Rule.TYPE, f"{value!r} is no {leaf_type.yang_type()}"


def _predicate(element: etree._Element, node: Any) -> str:
    """The keys of a list entry, or the value of a leaf-list entry, as they stand in a path."""
    if isinstance(node, LeafListNode):
        return f"[.={json.dumps(element.text or '', ensure_ascii=False)}]"
    if not isinstance(node, ListNode):
        return ""
    keys = {name_of(child)[1]: child.text or "" for child in element}
    names = [name for name, _ in node.keys if name in keys]
    return "".join(f"[{name}={json.dumps(keys[name], ensure_ascii=False)}]" for name in names)


def _where(node: Any) -> str:
    return f" under {node.name}" if node.name else ""
