"""Reading both routers of a pair for a plan: at the same time, each in one write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from .configuration import Reference, RouterConfig
from .dialects import Dialect, UnreadableReply, dialect_named
from .errors import PlanError, Problem, ProtocolError
from .events import Event, FlightSent
from .intent import Role
from .netconf import rpc
from .netconf.capabilities import GuaranteeLevel
from .netconf.device import Device, Peer
from .netconf.quirks import ServerMemory, behaviour_of
from .netconf.reply import Answer
from .netconf.rpc import Rpc
from .plan import RouterPlan, RouterView, ServerProfile
from .plan.references import references_in
from .schema import RouterSchema, Violation, violations_of_change
from .sessions import PairSessions

Tell = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one router.

    Attributes:
        view: what a plan is made from.
        config: the running configuration that a change is validated with.
    """

    view: RouterView
    config: etree._Element

    def judge(self, schema: RouterSchema, edit: Rpc) -> tuple[Violation, ...]:
        """What an edit-config would make wrong by the router's schema; nothing if that is not known."""
        if schema.model is None:
            return ()
        content = etree.fromstring(edit.body).find(f"{{{rpc.BASE}}}config")
        return () if content is None else violations_of_change(schema.model, self.config, content)


def read_pair(
    sessions: PairSessions,
    names: Sequence[str],
    schemas: Mapping[Role, RouterSchema],
    memory: ServerMemory,
    tell: Tell,
) -> tuple[Reading, Reading]:
    """Both routers, as far as these VPN instances are concerned.

    Raises:
        ProtocolError: a router does not answer, or without data.
        PlanError: its data cannot be read.
    """
    dialects = {role: dialect_named(sessions.entry(role).platform) for role in Role}
    batches = {role: _reads(dialects[role], names, sessions[role].peer, schemas[role]) for role in Role}
    tell(FlightSent("read", tuple((sessions[role].name, tuple(map(str, batches[role]))) for role in Role)))
    pending = {role: sessions[role].send(batches[role]) for role in Role}
    answers = {role: pending[role].wait(sessions.timeout(role)) for role in Role}
    master, backup = (
        _reading(
            role,
            sessions[role],
            dialects[role],
            answers[role],
            names=names,
            memory=memory,
            schema=schemas[role],
        )
        for role in Role
    )
    return master, backup


def read_references(sessions: PairSessions, tell: Tell, router: RouterPlan) -> tuple[Reference, ...]:
    """What refers to something that a plan deletes on a router.

    Raises:
        ProtocolError, PlanError: as for `read_pair`.
    """
    tell(FlightSent("references", ((router.device, tuple(map(str, router.references))),)))
    pending = sessions[router.role].send(router.references)
    return references_in(router, pending.wait(sessions.timeout(router.role)))


def _reading(
    role: Role,
    device: Device,
    dialect: Dialect,
    answers: Sequence[Answer],
    *,
    names: Sequence[str],
    memory: ServerMemory,
    schema: RouterSchema,
) -> Reading:
    needed, startup = answers[:3], answers[3:]
    config, labels, state = (_data(device.name, answer) for answer in needed)
    try:
        running = dialect.read_config(config, names)
        view = RouterView(
            role=role,
            device=device.name,
            platform=dialect.name,
            host_key=device.peer.host_key,
            server=_profile(device.peer, memory, dialect),
            running=running,
            saved=_saved(dialect, names, startup, running),
            owners=dialect.read_labels(labels),
            states=dialect.read_state(state, names),
            schema=schema.facts,
            automatic_rd=dialect.has_automatic_rd(config),
            other_families=dialect.other_families(labels, names),
        )
    except UnreadableReply as error:
        raise PlanError([Problem(str(error), device.name, hint="Nothing was changed.")]) from error
    return Reading(view, config)


def _data(device: str, answer: Answer) -> etree._Element:
    """An ok without data says nothing: it must not be taken for an empty configuration."""
    data = answer.reply.data if answer.ok and answer.reply is not None else None
    if data is None:
        what = f"{answer} without data" if answer.ok else str(answer)
        raise ProtocolError(what, where=device, hint="Nothing was changed.")
    return data


def _reads(dialect: Dialect, names: Sequence[str], peer: Peer, schema: RouterSchema) -> tuple[Rpc, ...]:
    config = dialect.config_filter(names)
    return (
        rpc.get_config("running", subtree=_checked_filter(dialect, names, schema) or config),
        rpc.get_config("running", subtree=dialect.labels_filter()),
        rpc.get(subtree=dialect.state_filter(names)),
        *([rpc.get_config("startup", subtree=config)] if peer.capabilities.startup else []),
    )


def _checked_filter(dialect: Dialect, names: Sequence[str], schema: RouterSchema) -> bytes | None:
    """What a change is validated with, as far as the router's schema has it; None without a schema."""
    leaves = schema.config_children(dialect.subject.family)
    automatic = bool(dialect.subject.automatic_rd) and schema.has(dialect.subject.automatic_rd)
    return dialect.checked_filter(names, leaves, automatic_rd=automatic) if leaves else None


def _saved(
    dialect: Dialect, names: Sequence[str], startup: Sequence[Answer], running: RouterConfig
) -> bool | None:
    """Whether startup holds the same; not known where the router does not let it be read."""
    for answer in startup:
        if answer.ok and answer.reply is not None:
            return dialect.read_config(answer.reply.data, names).same_as(running)
    return None


def _profile(peer: Peer, memory: ServerMemory, dialect: Dialect) -> ServerProfile:
    """What matters of a server: its hello, and what was learned of it."""
    capabilities = peer.capabilities
    return ServerProfile(
        guarantee=GuaranteeLevel.offered_by(capabilities),
        test_then_set=capabilities.validate,
        rollback_on_error=capabilities.rollback_on_error,
        validates=capabilities.validate and behaviour_of(peer, memory).validate_trusted,
        startup=capabilities.startup,
        monitoring=capabilities.monitoring,
        tells_trial=dialect.tells_trial(capabilities.modules),
    )
