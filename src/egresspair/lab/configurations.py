"""Making and checking whole configurations of one kind of router."""

from __future__ import annotations

from lxml import etree

from .edit import Edit
from .errors import RpcError, RpcFailed, path_text
from .payload import Operation
from .profiles import Profile
from .rules import SYSTEM, modified, protected
from .schema import schema_of
from .tree import EMPTY, Node, append_xml, config_element
from .validation import Findings, Validator


class Configurations:
    """Edits and checks by the modules of a profile; what was checked once is remembered."""

    def __init__(self, profile: Profile) -> None:
        self.basic_mode = profile.basic_mode
        self.schema = schema_of(profile)
        self.validator = Validator(self.schema)
        self.protected = protected(self.schema)

    def edited(
        self, config: Node, edit: etree._Element, default: Operation, *, keep_going: bool = False
    ) -> Node:
        """A configuration after an edit that succeeds as a whole.

        Raises:
            RpcFailed: it does not.
        """
        new, errors = self.try_edit(config, edit, default, keep_going=keep_going)
        if errors:
            raise RpcFailed(errors)
        return new

    def try_edit(
        self, config: Node, edit: etree._Element, default: Operation, *, keep_going: bool = False
    ) -> tuple[Node, tuple[RpcError, ...]]:
        """A configuration after an edit so far as it could be applied, and the errors."""
        work = Edit(self.schema, self.protected, keep_going, self._counted_as_there(config))
        new = self._with_system(work.apply(config, edit, default))
        findings = self.validator.examine(new)
        missing = (path for path in findings.vanished if path_text(path) in work.touched)
        refused = [
            RpcError("unknown-element", f"{path[-1].name} is not in force here: its when condition is false",
                     path=path, info=(("bad-element", path[-1].name),))
            for path in missing
        ]  # fmt: skip
        return findings.config, (*work.errors, *refused)

    def _counted_as_there(self, config: Node) -> Node | None:
        return self.reported(config) if self.basic_mode == "report-all" else None

    def _with_system(self, config: Node) -> Node:
        """The configuration with what the router generates."""
        element = etree.Element("config")
        append_xml(element, SYSTEM.children)
        return Edit(self.schema).apply(config, element, "merge")

    def generated(self) -> Node:
        """The configuration of a router that nobody has configured."""
        return self.validator.examine(SYSTEM).config

    def read(self, document: bytes) -> Node:
        """A whole configuration from XML.

        Raises:
            NotXml: it is not XML.
            RpcFailed: it does not fit the modules.
        """
        return self.read_element(config_element(document))

    def read_element(self, element: etree._Element) -> Node:
        """A whole configuration from a ``<config>`` element.

        Raises:
            RpcFailed: it does not fit the modules.
        """
        config = self.edited(EMPTY, element, "merge", keep_going=True)
        self.check(config)
        return config

    def check(self, config: Node) -> Findings:
        """Check a whole configuration against the modules.

        Raises:
            RpcFailed: it is not valid.
        """
        findings = self.validator.examine(config)
        if findings.errors:
            raise RpcFailed(findings.errors)
        return findings

    def check_change(self, running: Node, config: Node) -> Findings:
        """Check a configuration that is to replace running: the modules, and the rules of the router itself.

        Raises:
            RpcFailed: it cannot.
        """
        findings = self.check(config)
        errors = tuple(modified(self.schema, running, config))
        if errors:
            raise RpcFailed(errors)
        return findings

    def reported(self, config: Node) -> Node:
        """A configuration with its defaults."""
        return self.validator.examine(config).reported
