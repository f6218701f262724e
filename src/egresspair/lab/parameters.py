"""The parameters of an operation, read strictly (RFC 7950, section 8.3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from .errors import failed
from .names import BASE, split_clark
from .router import Datastore, Router

DATASTORES = ("running", "candidate", "startup")


@dataclass(frozen=True, slots=True)
class Request:
    """One operation as it came.

    Attributes:
        element: the operation element.
    """

    element: etree._Element
    children: dict[str, etree._Element] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's local name."""
        return split_clark(str(self.element.tag))[1]

    @property
    def namespace(self) -> str:
        """The operation's namespace."""
        return split_clark(str(self.element.tag))[0]

    def parameters(self, *allowed: str) -> Parameters:
        """The parameters, none of which may be unknown or given twice.

        Args:
            allowed: local names in the operation's own namespace; Clark names for others.

        Raises:
            RpcFailed: unknown-element, unknown-namespace or bad-element.
        """
        own = {f"{{{self.namespace}}}{name}" if not name.startswith("{") else name for name in allowed}
        found: dict[str, etree._Element] = {}
        for child in self.element.iterchildren(etree.Element):
            _namespace, name = split_clark(str(child.tag))
            if str(child.tag) not in own:
                raise failed(
                    "unknown-element", f"{self.name} has no parameter {name}", info=(("bad-element", name),)
                )
            if name in found:
                raise failed("bad-element", f"{name} is given twice", info=(("bad-element", name),))
            found[name] = child
        return Parameters(self.name, found)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one operation by local name."""

    operation: str
    elements: dict[str, etree._Element]

    def get(self, name: str) -> etree._Element | None:
        """A parameter, or None."""
        return self.elements.get(name)

    def text(self, name: str) -> str | None:
        """A leaf's text without space around it, or None."""
        element = self.elements.get(name)
        return None if element is None else (element.text or "").strip()

    def required(self, name: str) -> etree._Element:
        """A parameter that has to be there.

        Raises:
            RpcFailed: missing-element.
        """
        if name not in self.elements:
            raise failed("missing-element", f"{self.operation} needs {name}", info=(("bad-element", name),))
        return self.elements[name]

    def choice(self, name: str, values: Sequence[str], default: str) -> str:
        """An enumeration.

        Raises:
            RpcFailed: invalid-value.
        """
        text = self.text(name)
        if text is not None and text not in values:
            raise failed(
                "invalid-value",
                f"{name} is {text!r}, not one of {', '.join(values)}",
                info=(("bad-element", name),),
            )
        return default if text is None else text

    def store_or_config(self, role: str, router: Router) -> Datastore | etree._Element:
        """What a ``source`` or ``target`` names: a datastore, or an inline ``<config>``.

        Raises:
            RpcFailed: missing-element, bad-element, or one that the device does not have.
        """
        children = list(self.required(role).iterchildren(etree.Element))
        if len(children) != 1:
            tag = "bad-element" if children else "missing-element"
            raise failed(
                tag, f"{role} holds {len(children)} elements, not one", info=(("bad-element", role),)
            )
        namespace, name = split_clark(str(children[0].tag))
        if namespace == BASE and name == "config":
            return children[0]
        if namespace != BASE or name not in DATASTORES or router.has(f"no-{name}"):
            raise failed("unknown-element", f"{name} cannot be the {role}", info=(("bad-element", name),))
        return cast("Datastore", name)

    def store(self, role: str, router: Router) -> Datastore:
        """A ``source`` or ``target`` that has to be a datastore.

        Raises:
            RpcFailed: it is none.
        """
        named = self.store_or_config(role, router)
        if not isinstance(named, str):
            raise failed("unknown-element", f"config cannot be the {role}", info=(("bad-element", "config"),))
        return named
