"""What a device family has to know."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from ..configuration import (
    Address,
    Change,
    LabelOwner,
    Node,
    Reference,
    RouterConfig,
    Setting,
    Trial,
    VpnState,
)
from ..device_schema import Subject
from ..label_space import LabelUses
from ..netconf.instance_path import Step


class UnreadableReply(ValueError):
    """A router's data has a shape or a value that its model does not allow."""


@dataclass(frozen=True, slots=True)
class LabelRead:
    """One question about the use of labels.

    Attributes:
        what: what it shows, for people, e.g. ``static LSPs``.
        subtree: the subtree filter.
        state: it is asked with ``<get>``; else with ``<get-config>`` of running.
    """

    what: str
    subtree: bytes
    state: bool = False


class Dialect(Protocol):
    """A device family. Every method is a pure function; XML in and out are lxml elements or their bytes."""

    @property
    def name(self) -> str:
        """The word of the inventory's ``platform``."""
        ...

    @property
    def subject(self) -> Subject:
        """What it wants to know of a router's schema."""
        ...

    def kind_of(self, revisions: Mapping[str, str]) -> tuple[str, str]:
        """Platform and release of a router, as far as the names and revisions of its YANG modules tell them."""
        ...

    def checked_filter(self, vpns: Sequence[str], leaves: Sequence[str], *, automatic_rd: bool) -> bytes:
        """The subtree filter that selects what a change of these VPN instances is validated with.

        Args:
            leaves: the nodes right below the IPv4 family that the router has.
            automatic_rd: the router has the node of `Subject.automatic_rd`.
        """
        ...

    def has_automatic_rd(self, data: etree._Element | None) -> bool:
        """Whether a ``<data>`` element shows that the router makes up route distinguishers by itself."""
        ...

    def other_families(
        self, data: etree._Element | None, vpns: Sequence[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """The address families beside IPv4 of these VPN instances, out of what `labels_filter` selects."""
        ...

    def config_filter(self, vpns: Sequence[str]) -> bytes:
        """The subtree filter that selects what `read_config` needs of these VPN instances, and no more."""
        ...

    def labels_filter(self) -> bytes:
        """The subtree filter that selects the static labels of all VPN instances, and nothing else."""
        ...

    def label_reads(self, modules: Container[str]) -> tuple[LabelRead, ...]:
        """What else shows who uses a label, on a router that announces these YANG modules.

        A router may still not know what a filter names; it then has nothing of that kind.
        """
        ...

    def state_filter(self, vpns: Sequence[str]) -> bytes:
        """The subtree filter that selects what `read_state` needs of these VPN instances."""
        ...

    def references_filters(self, vpns: Sequence[str]) -> tuple[bytes, ...]:
        """The subtree filters, one for each read, that select what `read_references` needs of these VPN instances.

        A router may not know the module that a filter names; it then has nothing of that kind.
        """
        ...

    def trial_filter(self) -> bytes:
        """The subtree filter that selects what `read_trial` needs."""
        ...

    def tells_trial(self, modules: Container[str]) -> bool:
        """True if a router that announces these YANG modules may tell whether a confirmed commit is pending."""
        ...

    def read_trial(self, data: etree._Element | None) -> Trial | None:
        """Whether a confirmed commit is pending; None where the router does not tell."""
        ...

    def change_number_filter(self) -> bytes:
        """The subtree filter that selects what `read_change_number` needs: one leaf."""
        ...

    def tells_change_number(self, modules: Container[str]) -> bool:
        """True if a router that announces these YANG modules may number the changes of running."""
        ...

    def read_change_number(self, data: etree._Element | None) -> str | None:
        """The number of the last change of running, whatever was changed; None where the router does not tell.

        Good for nothing but *the same as before*: it may begin anew.
        """
        ...

    def read_config(self, data: etree._Element | None, vpns: Sequence[str]) -> RouterConfig:
        """The configuration of these VPN instances out of a ``<data>`` or ``<config>`` element.

        Raises:
            UnreadableReply: a value that the model does not allow.
        """
        ...

    def read_labels(self, data: etree._Element | None) -> tuple[LabelOwner, ...]:
        """Who holds which static label, in document order."""
        ...

    def read_label_uses(self, data: Sequence[etree._Element]) -> LabelUses:
        """Who holds which label and which are idle, out of the ``<data>`` of `labels_filter` and of `label_reads`.

        Raises:
            UnreadableReply: a value that the model does not allow.
        """
        ...

    def read_state(self, data: etree._Element | None, vpns: Sequence[str]) -> tuple[VpnState, ...]:
        """What the router says about these VPN instances at work, in the order of ``vpns``."""
        ...

    def read_references(
        self, data: etree._Element | None, removed: Mapping[str, Node]
    ) -> tuple[Reference, ...]:
        """What is below the VPN instances that egress protection did not put there, and what refers to them.

        ``removed`` says of each VPN instance whether it goes as a whole or only its IPv4 family. What `read_config`
        reads is not reported.
        """
        ...

    @property
    def prerequisite_modules(self) -> tuple[str, ...]:
        """The YANG modules that hold the prerequisites, beside those of `subject`."""
        ...

    def settings_filters(self, settings: Collection[Setting]) -> tuple[bytes, ...]:
        """The subtree filters, to stand side by side, that select what `read_settings` needs of these settings, and
        what a change of them is validated with.
        """
        ...

    def read_settings(
        self, data: etree._Element | None, settings: Mapping[Setting, str | None]
    ) -> Mapping[Setting, str | None]:
        """The values of these settings out of a ``<data>`` or ``<config>`` element; None is not there, or the default.

        Raises:
            UnreadableReply: a value that the model does not allow.
        """
        ...

    def schema_path(self, setting: Setting) -> str:
        """The schema path of a setting's node, each step with its module's name where that is another than before."""
        ...

    def config(self, changes: Sequence[Change], *, blind: bool = False) -> etree._Element:
        """The ``<config>`` element of an edit-config that makes the changes, with an explicit operation on
        each.

        ``blind`` is for a router whose configuration is not known: what would be created is merged instead.
        """
        ...

    def address_of(self, path: Sequence[Step]) -> Address | None:
        """What a path means that a server or a schema names, absolute or from any node on; None if it is not about
        VPN instances.
        """
        ...
