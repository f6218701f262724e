"""The values that a plan is made of. What a plan shows is byte for byte what is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from lxml import etree

from ..configuration import Change, RouterConfig, VpnState, digest_of
from ..device_schema import SchemaFacts
from ..dialects import AuditRead, Dialect, dialect_named
from ..intent import Intent, Role, parse_intent
from ..label_space import LabelUses, Ranges, RouterLabels
from ..netconf.capabilities import GuaranteeLevel
from ..netconf.rpc import Rpc
from ..policy import Policy
from .attribution import Attribution
from .origins import Origin


class Action(StrEnum):
    """What a plan is for."""

    PROTECT = "protect"
    REMOVE = "remove"
    UNDO = "undo"


class Saving(StrEnum):
    """Whether a change outlives a reboot of the router."""

    SAVED = "saved to startup"
    NOT_SAVED = "not saved to startup"
    NO_STARTUP = "no separate startup: what is committed stays"
    UNCHANGED = "startup left as it is"


class RiskKind(StrEnum):
    """The words by which a risk is accepted."""

    INTERRUPTION = "interruption"
    RELABEL = "relabel"
    IN_SERVICE = "in-service"
    SESSION_RESET = "session-reset"


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that the operator has to accept before the plan is applied."""

    kind: RiskKind
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


@dataclass(frozen=True, slots=True)
class ServerProfile:
    """What matters of a server's capabilities and known behaviour.

    Attributes:
        guarantee: see `GuaranteeLevel`.
        test_then_set: an edit is validated before it enters the candidate (``:validate:1.1``).
        rollback_on_error: an edit is done whole or not at all.
        validates: ``<validate>`` of the candidate can be trusted. There is a server that loses the
            candidate by it.
        startup: a startup datastore of its own: what is committed is lost at a reboot until it is copied
            there.
        monitoring: it tells who holds a lock and since when (RFC 6022).
        tells_trial: it may tell whether a confirmed commit is pending; see `Dialect.tells_trial`.
        software: what the server says that it is, empty if it says nothing.
    """

    guarantee: GuaranteeLevel
    test_then_set: bool
    rollback_on_error: bool
    validates: bool
    startup: bool
    monitoring: bool = False
    tells_trial: bool = False
    software: str = ""


@dataclass(frozen=True, slots=True)
class RouterView:
    """One router as it was read: all that a plan is made from, beside the intent.

    Attributes:
        host_key: fingerprint; it tells that a later session reached the same router.
        saved: startup holds of these VPN instances what running holds; None if that is not known.
        uses: who holds which label on it.
        label_reads: the operations that showed `uses`, besides that of the static labels; they are repeated under the
            lock.
        label_gaps: what could not be read of the use of labels, for people.
        schema: what the router's own schema says.
        proof_reads, route_reads: see `AuditDialect`; those that the router can be asked.
        automatic_rd: it makes up route distinguishers by itself where a VPN instance has none.
        other_families: the address families beside IPv4, by VPN instance, that this function cannot protect.
    """

    role: Role
    device: str
    platform: str
    host_key: str
    server: ServerProfile
    running: RouterConfig
    saved: bool | None = None
    uses: LabelUses = field(default_factory=LabelUses)
    label_reads: tuple[Rpc, ...] = ()
    label_gaps: tuple[str, ...] = ()
    states: tuple[VpnState, ...] = ()
    schema: SchemaFacts = field(default_factory=SchemaFacts)
    automatic_rd: bool = False
    other_families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proof_reads: tuple[AuditRead, ...] = ()
    route_reads: tuple[AuditRead, ...] = ()

    @property
    def dialect(self) -> Dialect:
        return dialect_named(self.platform)

    @property
    def labels(self) -> RouterLabels:
        """Its label space."""
        legal = None if self.schema.label_ranges is None else Ranges.of(self.schema.label_ranges)
        return RouterLabels(self.device, legal, self.uses)


def read_running(dialect: Dialect, data: etree._Element | None, scope: RouterConfig) -> RouterConfig:
    """What data show of all that a configuration is about.

    Raises:
        UnreadableReply: a value that the model does not allow.
    """
    found = dialect.read_config(data, tuple(scope.vpns))
    if not scope.settings:
        return found
    return replace(found, settings=dialect.read_settings(data, scope.settings))


def running_filters(dialect: Dialect, scope: RouterConfig) -> tuple[bytes, ...]:
    """The subtree filters, to stand side by side, for `read_running`."""
    more = dialect.settings_filters(scope.settings) if scope.settings else ()
    return dialect.config_filter(tuple(scope.vpns)), *more


@dataclass(frozen=True, slots=True)
class RouterPlan:
    """What is sent to one router, and what it is expected to hold before and after.

    Attributes:
        edit: the edit-config operation; None if the router already holds what is wanted.
        inverse: the edit-config that takes the change back, captured now.
        read: the filtered get-config that shows `before` and `after`.
        read_labels: the get-config that shows who holds which static label; `RouterView.label_reads` show the rest.
        read_state: the get that shows the assigned labels.
        references: the get-configs that show what else is below the VPN instances and families that `edit` removes,
            and what refers to them; see `Dialect.references_filters`.
        read_trial: the get that tells whether a confirmed commit is pending; None where the router tells no such thing.
        labels: the labels that the change promises, by VPN instance.
        proof: what is read before the change and in the confirm window, to see that nothing else gets worse.
        origins: the fields of the intent that the edit comes from; none where it comes from no intent (undo). They
            decide nothing that is sent, and the digest leaves them out.
    """

    view: RouterView
    changes: tuple[Change, ...]
    after: RouterConfig
    edit: Rpc | None
    inverse: Rpc | None
    read: Rpc
    read_labels: Rpc
    read_state: Rpc
    labels: Mapping[str, int] = field(default_factory=dict)
    references: tuple[Rpc, ...] = ()
    read_trial: Rpc | None = None
    origins: tuple[Origin, ...] = ()
    proof: tuple[AuditRead, ...] = ()

    @property
    def role(self) -> Role:
        return self.view.role

    @property
    def device(self) -> str:
        return self.view.device

    @property
    def before(self) -> RouterConfig:
        return self.view.running

    def running_in(self, data: etree._Element) -> RouterConfig:
        """What the answer to `read` shows.

        Raises:
            UnreadableReply: a value that the model does not allow.
        """
        return read_running(self.view.dialect, data, self.before)

    @property
    def attribution(self) -> Attribution:
        """Leads from what this router complains about to the fields of the intent."""
        return Attribution(self.device, self.view.dialect, self.origins)

    def saving(self, *, save: bool) -> Saving:
        """What becomes of the change at a reboot if all goes well."""
        if not self.view.server.startup:
            return Saving.NO_STARTUP
        if save:
            return Saving.SAVED
        if self.edit is None and self.view.saved is not False:
            return Saving.SAVED if self.view.saved else Saving.UNCHANGED
        return Saving.NOT_SAVED

    def facts(self) -> dict[str, Any]:
        """What the plan's digest covers of this router."""
        return {
            "device": self.device,
            "host-key": self.view.host_key,
            "validates": self.view.server.validates,
            "labels": dict(self.labels),
            "before": self.before.digest,
            "after": self.after.digest,
            "edit": self.edit.body.decode() if self.edit else None,
            "inverse": self.inverse.body.decode() if self.inverse else None,
        }


@dataclass(frozen=True)
class Plan:
    """A change of both routers, ready to be shown, accepted and applied. Nothing has been changed yet.

    Attributes:
        pair: the name of the pair.
        action: protect, remove or undo.
        intent_digest: of the intent that it was made from.
        master, backup: one router each.
        risks: what has to be accepted.
        notes: what the operator should know beside.
        policy: the numbers that it will be applied with.
        intent_text: that intent as YAML, for whoever reads the journal; `intent_digest` vouches for it.
        stage: which part of a sequence it is, in words; empty if it is the whole.
        written: that intent itself, where it is at hand.
    """

    pair: str
    action: Action
    intent_digest: str
    master: RouterPlan
    backup: RouterPlan
    risks: tuple[Risk, ...]
    notes: tuple[str, ...]
    policy: Policy
    intent_text: str = ""
    stage: str = ""
    written: Intent | None = field(default=None, compare=False, repr=False)

    @cached_property
    def intent(self) -> Intent:
        """The intent that it was made from.

        Raises:
            IntentError: there is none (an undo of what an earlier version did).
        """
        return self.written or parse_intent(self.intent_text, name="the plan's intent")

    @property
    def routers(self) -> tuple[RouterPlan, RouterPlan]:
        return self.master, self.backup

    def __getitem__(self, role: Role) -> RouterPlan:
        return self.master if role is Role.MASTER else self.backup

    def __iter__(self) -> Iterator[RouterPlan]:
        return iter(self.routers)

    @property
    def is_empty(self) -> bool:
        """Both routers already hold what is wanted."""
        return all(router.edit is None for router in self.routers)

    @property
    def unsaved(self) -> tuple[str, ...]:
        """The routers that a reboot would take back to the old state although the change succeeded."""
        return tuple(
            router.device
            for router in self.routers
            if router.saving(save=self.policy.save) is Saving.NOT_SAVED
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that decides what is sent."""
        return digest_of(
            {
                "pair": self.pair,
                "action": self.action,
                "intent": self.intent_digest,
                "routers": [router.facts() for router in self.routers],
                "risks": [str(risk) for risk in self.risks],
                "policy": self.policy.facts(),
                **({"stage": self.stage} if self.stage else {}),
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain values, ready for JSON."""
        from .text import plan_dict  # noqa: PLC0415  (presentation is loaded when something is shown)

        return plan_dict(self)

    def __str__(self) -> str:
        from .text import plan_text  # noqa: PLC0415

        return plan_text(self)

    def _repr_html_(self) -> str:
        from .page import plan_html  # noqa: PLC0415

        return plan_html(self)
