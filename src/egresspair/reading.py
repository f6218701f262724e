"""Reading both routers of a pair for a plan: at the same time, each in one write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from .configuration import Reference, RouterConfig
from .dialects import AuditRead, Dialect, UnreadableReply, audit_dialect_named, dialect_named
from .errors import PlanError, Problem, UsageError
from .events import Event, FlightSent
from .intent import Role
from .label_space import LabelReport, Ranges, RouterLabels
from .netconf import rpc
from .netconf.capabilities import GuaranteeLevel
from .netconf.device import Device, Peer
from .netconf.quirks import ServerMemory, behaviour_of
from .netconf.reply import Answer
from .netconf.rpc import Rpc
from .plan import RouterPlan, RouterView, ServerProfile
from .plan.label_reads import LabelQuestions, data_of
from .plan.model import read_running, running_filters
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
    scopes: Mapping[Role, RouterConfig],
    schemas: Mapping[Role, RouterSchema],
    memory: ServerMemory,
    tell: Tell,
) -> tuple[Reading, Reading]:
    """Both routers, as far as they are asked for.

    Args:
        scopes: what is read of either router: the names of VPN instances and the settings count, not the values.

    Raises:
        ProtocolError: a router does not answer, or without data.
        PlanError: its data cannot be read.
    """
    dialects = {role: dialect_named(sessions.entry(role).platform) for role in Role}
    batches = {
        role: _reads(dialects[role], scopes[role], sessions[role].peer, schemas[role]) for role in Role
    }
    answers = _send(sessions, "read", batches, tell)
    master, backup = (
        _reading(
            role,
            sessions[role],
            dialects[role],
            answers[role],
            scope=scopes[role],
            memory=memory,
            schema=schemas[role],
        )
        for role in Role
    )
    return master, backup


def read_label_space(sessions: PairSessions, schemas: Mapping[Role, RouterSchema], tell: Tell) -> LabelReport:
    """The labels of both routers.

    Raises:
        ProtocolError, PlanError: as for `read_pair`.
    """
    dialects = {role: dialect_named(sessions.entry(role).platform) for role in Role}
    asked = {
        role: LabelQuestions.of(dialects[role], _modules(sessions[role].peer, schemas[role])) for role in Role
    }
    batches = {role: (_static_labels(dialects[role]), *asked[role].rpcs) for role in Role}
    answers = _send(sessions, "labels", batches, tell)
    routers: list[RouterLabels] = []
    gaps: list[str] = []
    for role in Role:
        device, (static, *others) = sessions[role], answers[role]
        found = asked[role].read(device.name, data_of(device.name, static), others)
        ranges = schemas[role].facts.label_ranges
        legal = None if ranges is None else Ranges.of(ranges)
        routers.append(RouterLabels(device.name, legal, found.uses))
        gaps += found.gaps
    return LabelReport(routers[0], routers[1], tuple(gaps))


def read_references(sessions: PairSessions, tell: Tell, router: RouterPlan) -> tuple[Reference, ...]:
    """What refers to something that a plan deletes on a router.

    Raises:
        ProtocolError, PlanError: as for `read_pair`.
    """
    answers = _send(sessions, "references", {router.role: router.references}, tell)
    return references_in(router, answers[router.role])


def _send(
    sessions: PairSessions, flight: str, batches: Mapping[Role, tuple[Rpc, ...]], tell: Tell
) -> dict[Role, tuple[Answer, ...]]:
    """One flight, to all of them at the same time."""
    tell(FlightSent(flight, tuple((sessions[r].name, tuple(map(str, rpcs))) for r, rpcs in batches.items())))
    pending = {role: sessions[role].send(rpcs) for role, rpcs in batches.items()}
    return {role: pending[role].wait(sessions.timeout(role)) for role in batches}


def _reading(
    role: Role,
    device: Device,
    dialect: Dialect,
    answers: Sequence[Answer],
    *,
    scope: RouterConfig,
    memory: ServerMemory,
    schema: RouterSchema,
) -> Reading:
    names = tuple(scope.vpns)
    modules = _modules(device.peer, schema)
    questions = LabelQuestions.of(dialect, modules)
    asked = len(answers) - len(questions.reads)
    config, labels, state = (data_of(device.name, answer) for answer in answers[:3])
    found = questions.read(device.name, labels, answers[asked:])
    try:
        running = read_running(dialect, config, scope)
        view = RouterView(
            role=role,
            device=device.name,
            platform=dialect.name,
            host_key=device.peer.host_key,
            server=_profile(device.peer, memory, tells_trial=dialect.tells_trial(modules)),
            running=running,
            saved=_saved(dialect, answers[3:asked], running),
            uses=found.uses,
            label_reads=found.again,
            label_gaps=found.gaps,
            states=dialect.read_state(state, names),
            schema=schema.facts,
            automatic_rd=dialect.has_automatic_rd(config),
            other_families=dialect.other_families(labels, names),
            **_proof_reads(dialect.name, names, device.peer),
        )
    except UnreadableReply as error:
        raise PlanError([Problem(str(error), device.name, hint="Nothing was changed.")]) from error
    return Reading(view, config)


def _proof_reads(platform: str, names: Sequence[str], peer: Peer) -> dict[str, tuple[AuditRead, ...]]:
    """What the router can be asked in the confirm window, by the fields of a view; nothing without an audit dialect."""
    try:
        audit = audit_dialect_named(platform)
    except UsageError:
        return {}
    modules = peer.capabilities.modules
    found = {"proof_reads": audit.proof_reads(), "route_reads": audit.route_reads(names)}
    return {
        field: tuple(read for read in reads if modules.keys() >= set(read.modules))
        for field, reads in found.items()
    }


def _reads(dialect: Dialect, scope: RouterConfig, peer: Peer, schema: RouterSchema) -> tuple[Rpc, ...]:
    names = tuple(scope.vpns)
    config, *more = running_filters(dialect, scope)
    return (
        rpc.get_config("running", subtree=_checked_filter(dialect, names, schema) or config, more=more),
        _static_labels(dialect),
        rpc.get(subtree=dialect.state_filter(names)),
        *([rpc.get_config("startup", subtree=config, more=more)] if peer.capabilities.startup else []),
        *LabelQuestions.of(dialect, _modules(peer, schema)).rpcs,
    )


def _modules(peer: Peer, schema: RouterSchema) -> frozenset[str]:
    """All that the router advertises: some name most modules in their library only."""
    return schema.offers | peer.capabilities.modules.keys()


def _checked_filter(dialect: Dialect, names: Sequence[str], schema: RouterSchema) -> bytes | None:
    """What a change is validated with, as far as the router's schema has it; None without a schema."""
    leaves = schema.config_children(dialect.subject.family)
    automatic = bool(dialect.subject.automatic_rd) and schema.has(dialect.subject.automatic_rd)
    return dialect.checked_filter(names, leaves, automatic_rd=automatic) if leaves else None


def _static_labels(dialect: Dialect) -> Rpc:
    return rpc.get_config("running", subtree=dialect.labels_filter())


def _saved(dialect: Dialect, startup: Sequence[Answer], running: RouterConfig) -> bool | None:
    """Whether startup holds the same; not known where the router does not let it be read."""
    for answer in startup:
        if answer.ok and answer.reply is not None:
            return read_running(dialect, answer.reply.data, running).same_as(running)
    return None


def _profile(peer: Peer, memory: ServerMemory, *, tells_trial: bool) -> ServerProfile:
    """What matters of a server: its hello, and what was learned of it."""
    capabilities = peer.capabilities
    return ServerProfile(
        guarantee=GuaranteeLevel.offered_by(capabilities),
        test_then_set=capabilities.validate,
        rollback_on_error=capabilities.rollback_on_error,
        validates=capabilities.validate and behaviour_of(peer, memory).validate_trusted,
        startup=capabilities.startup,
        monitoring=capabilities.monitoring,
        tells_trial=tells_trial,
    )
