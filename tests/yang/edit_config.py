"""The edit-config operation on trees of elements, as RFC 6241, section 7.2 defines it.

Written for the tests, from the RFC, without a look at how the product renders or simulates edits.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree
from yangson.schemanode import LeafListNode, ListNode, TerminalNode

NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
_OPERATION = f"{{{NETCONF}}}operation"
_PARSER = etree.XMLParser(remove_comments=True, remove_blank_text=True, resolve_entities=False)

Element = etree._Element
Canonical = tuple[str, str, frozenset[Any]]


class EditError(Exception):
    """What a server would answer: an error-tag, and where."""

    def __init__(self, tag: str, element: Element) -> None:
        super().__init__(f"{tag} at {etree.QName(element).localname}")
        self.tag = tag


def parse(document: bytes) -> Element:
    """An XML document without comments and layout."""
    return etree.fromstring(document, _PARSER)


def content(document: Element) -> Element:
    """The element that holds the top-level nodes: a ``<config>`` or ``<data>`` inside, or one put around."""
    for name in ("config", "data"):
        found = next(document.iter(f"{{*}}{name}"), None)
        if found is not None:
            return found
    around = etree.Element(f"{{{NETCONF}}}config")
    around.append(deepcopy(document))
    return around


def apply_edit(model: Any, config: Element, edit: Element) -> Element:
    """The configuration that results from an ``<edit-config>`` on ``config``, which stays as it is.

    Raises:
        EditError: as a server would refuse it.
    """
    result = deepcopy(content(config))
    default = edit.findtext("{*}default-operation") or "merge"
    for child in content(edit):
        _edit(model, result, child, model.schema, default)
    return result


def _edit(model: Any, parent: Element, wanted: Element, parent_node: Any, inherited: str) -> None:
    node = _schema_node(model, wanted, parent_node)
    operation = wanted.get(_OPERATION, inherited)
    present = _find(parent, wanted, node)
    if operation in ("delete", "remove"):
        _take_out(parent, wanted, present, operation)
        return
    if operation == "create" and present is not None:
        raise EditError("data-exists", wanted)
    if operation == "none" and present is None:
        raise EditError("data-missing", wanted)
    if operation == "replace" and present is not None:
        parent.remove(present)
        present = None
    if present is None:
        present = etree.SubElement(parent, wanted.tag)
    if isinstance(node, TerminalNode):
        if operation != "none":
            present.text = wanted.text
        return
    for child in wanted:
        # what stands inside something new is new as well, whatever word brought it there
        _edit(
            model,
            present,
            child,
            node,
            "none" if operation == "none" and not _is_key(child, node) else "merge",
        )


def _take_out(parent: Element, wanted: Element, present: Element | None, operation: str) -> None:
    if present is not None:
        parent.remove(present)
    elif operation == "delete":
        raise EditError("data-missing", wanted)


def _schema_node(model: Any, element: Element, parent_node: Any) -> Any:
    name = etree.QName(element)
    modules = {data.xml_namespace: data.main_module[0] for data in model.schema_data.modules.values()}
    module = modules.get(name.namespace)
    node = parent_node.get_data_child(name.localname, module) if module else None
    if node is None:
        raise EditError("unknown-element", element)
    return node


def _is_key(element: Element, node: Any) -> bool:
    return isinstance(node, ListNode) and etree.QName(element).localname in {name for name, _ in node.keys}


def _find(parent: Element, wanted: Element, node: Any) -> Element | None:
    identity = _identity(wanted, node)
    return next(
        (each for each in parent if each.tag == wanted.tag and _identity(each, node) == identity), None
    )


def _identity(element: Element, node: Any) -> tuple[str | None, ...]:
    """What tells an entry from its siblings: the keys of a list, the value of a leaf-list."""
    if isinstance(node, LeafListNode):
        return (element.text,)
    if isinstance(node, ListNode):
        return tuple(element.findtext(f"{{*}}{name}") for name, _ in node.keys)
    return ()


def canonical(element: Element) -> Canonical:
    """A value that is equal for equal content: order, prefixes, layout and empty containers do not count."""
    children = (canonical(child) for child in element if isinstance(child.tag, str))
    held = frozenset(child for child in children if child[1] or child[2])
    return (str(element.tag), "" if len(element) else (element.text or "").strip(), held)
