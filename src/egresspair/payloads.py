"""Payloads without devices: for review, for a change board, for other tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from lxml import etree

from .audit.facts import Facts
from .configuration import RouterConfig, VpnConfig
from .dialects import AuditAnswer, Dialect, UnreadableReply, audit_dialect_named, dialect_named
from .diff import protect
from .errors import PlanError, Problem, UsageError
from .intent import Intent, Role, refuse_no_intent
from .label_space import LabelUses
from .netconf.capabilities import GuaranteeLevel
from .netconf.reply import xml_to_dict
from .plan import Action, Plan, RouterPlan, RouterView, ServerProfile, make_plan, make_removal
from .plan.make import edit_rpc
from .plan.model import read_running
from .policy import Policy
from .stages import make_stages, make_stages_removal, scopes_of

# What VRP8 announces; the options of the edit-config depend on it.
_ASSUMED = ServerProfile(
    guarantee=GuaranteeLevel.A, test_then_set=True, rollback_on_error=True, validates=True, startup=True
)


@dataclass(frozen=True, slots=True)
class Payload:
    """What one router would be sent.

    Attributes:
        edit_config: the ``<edit-config>`` element, as it would be sent; None if nothing has to change.
        inverse: the ``<edit-config>`` that takes it back; None if nothing changes or the router is not known.
    """

    edit_config: str | None
    inverse: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The edit-config as plain values, for exploration: names without prefix, attributes as ``@name``."""
        return {} if self.edit_config is None else xml_to_dict(self.edit_config.encode())

    def __str__(self) -> str:
        return self.edit_config or ""


def render(
    intent: Intent,
    *,
    running: Mapping[str, str | bytes] | None = None,
    action: Action | str = Action.PROTECT,
    platform: str = "huawei-vrp",
) -> dict[str, Payload]:
    """The payload of each router, by device name, without contacting any: that of the labels, in one transaction.

    Args:
        intent: what is wanted; for its prerequisites see `render_stages`.
        running: the running configuration of both routers, a ``<config>`` or ``<data>`` element each, by
            device name. Without it nothing is taken for granted: everything is merged, and there is no inverse.
        action: ``protect``, or ``remove``, which needs `running`.
        platform: the dialect.

    Raises:
        PlanError: the intent and the running configurations do not fit.
        UsageError: this is no intent, a running configuration is missing or not XML, or there is no such dialect or
            action.
    """
    refuse_no_intent(intent)
    dialect = dialect_named(platform)
    if action not in (Action.PROTECT, Action.REMOVE):  # the other actions start from what was recorded
        raise UsageError(
            f"{str(action)!r} cannot be rendered", where="action", hint="The actions are protect and remove."
        )
    if running is None:
        return {intent.router(role): _blind(intent, dialect, role, Action(action)) for role in Role}
    views = [_view(intent, role, dialect, running) for role in Role]
    make = make_plan if action == Action.PROTECT else make_removal
    plan: Plan = make(intent, views[0], views[1], Policy())
    return {router.device: _payload(router) for router in plan}


def render_stages(
    intent: Intent,
    *,
    running: Mapping[str, str | bytes],
    action: Action | str = Action.PROTECT,
    platform: str = "huawei-vrp",
) -> dict[str, dict[str, Payload]]:
    """The payloads of each stage, by its name and then by device name, without contacting any.

    Args:
        running: of both routers, with what the prerequisites are about.
        intent, action, platform: as for `render`.

    Raises:
        PlanError, UsageError: as for `render`.
    """
    dialect = dialect_named(platform)
    if action not in (Action.PROTECT, Action.REMOVE):
        raise UsageError(f"{str(action)!r} cannot be rendered", hint="The actions are protect and remove.")
    scopes = scopes_of(intent)
    views = {role: _view(intent, role, dialect, running, scopes[role]) for role in Role}
    make = make_stages if action == Action.PROTECT else make_stages_removal
    staged = make(intent, views, Policy(), partial(_facts, intent, platform, running))
    return {stage.name: {router.device: _payload(router) for router in stage.plan} for stage in staged}


def _facts(intent: Intent, platform: str, running: Mapping[str, str | bytes]) -> Facts:
    """Which host routes either router owns and originates, as far as its configuration tells."""
    audit, vpns = audit_dialect_named(platform), [vpn.name for vpn in intent.vpn_instances]
    master, backup = (
        audit.read_masg(name, role, vpns, {"": AuditAnswer(_parsed(name, running))})
        for role, name in ((role, intent.router(role)) for role in Role)
    )
    return Facts(master, backup)


def _blind(intent: Intent, dialect: Dialect, role: Role, action: Action) -> Payload:
    if action is Action.REMOVE:
        raise UsageError(
            "what to remove is not known without the running configurations",
            where="running",
            hint="Give those of both routers.",
        )
    if problems := tuple(_unsettled(intent)):
        raise PlanError(problems)
    difference = protect(intent, role, intent.router(role), RouterConfig(), LabelUses())
    if difference.problems:
        raise PlanError(difference.problems)
    return Payload(edit_rpc(dialect, difference.changes, _ASSUMED, blind=True).body.decode())


def _unsettled(intent: Intent) -> Iterator[Problem]:
    hint = "Use plan, which looks at both, or give the label as a number."
    for index, vpn in enumerate(intent.vpn_instances):
        if vpn.static_label == "auto":
            what = f"which label 'auto' is for {vpn.name} depends on what is free on the routers"
            yield intent.problem(f"vpn_instances[{index}].static_label", what, hint=hint)


def _payload(router: RouterPlan) -> Payload:
    edit, inverse = (None if rpc is None else rpc.body.decode() for rpc in (router.edit, router.inverse))
    return Payload(edit, inverse)


def _view(
    intent: Intent,
    role: Role,
    dialect: Dialect,
    running: Mapping[str, str | bytes],
    scope: RouterConfig | None = None,
) -> RouterView:
    device = intent.router(role)
    data = _parsed(device, running)
    wanted = scope or RouterConfig.of(VpnConfig(vpn.name) for vpn in intent.vpn_instances)
    try:
        return RouterView(
            role=role,
            device=device,
            platform=dialect.name,
            host_key="",
            server=_ASSUMED,
            running=read_running(dialect, data, wanted),
            uses=dialect.read_label_uses([data]),
        )
    except UnreadableReply as error:
        raise PlanError([Problem(str(error), device)]) from error


def _parsed(device: str, running: Mapping[str, str | bytes]) -> etree._Element:
    if device not in running:
        raise UsageError(
            "its running configuration is missing", where=device, hint="Give it for both routers."
        )
    document = running[device]
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(document.encode() if isinstance(document, str) else document, parser)
    except etree.XMLSyntaxError as error:
        hint = "Give what the router answers to <get-config>: a <config> or <data> element."
        what = f"its running configuration is not XML: {error.msg or 'it is empty'}"
        raise UsageError(what, where=device, hint=hint) from error
    if root.getroottree().docinfo.doctype:  # an entity would stand for a value that we do not see
        raise UsageError(
            "its running configuration has a document type, which NETCONF forbids",
            where=device,
            hint="See RFC 6241, section 3.2.",
        )
    return root
