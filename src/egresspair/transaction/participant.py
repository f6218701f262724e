"""One router during one transaction: what was asked of it, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..configuration import LabelOwner, Reference, RouterConfig, VpnState
from ..dialects import AuditAnswer, UnreadableReply
from ..errors import sentence
from ..intent import Role
from ..netconf.reply import Answer, Outcome
from ..netconf.rpc import Datastore, Rpc
from ..plan import RouterPlan, Saving
from .effects import utc
from .outcome import Cause, Holds, RouterResult
from .proof import Look, tells

_JUDGING = frozenset({"edit-config", "validate", "commit"})
"""Operations to which a router answers what is wrong with the change."""
_CHANGING = frozenset({"edit-config", "commit", "cancel-commit", "copy-config", "discard-changes"})


class Stop(Exception):
    """The transaction cannot go on; `cause` says why. Raised and caught inside the flow."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(str(cause))
        self.cause = cause

    @classmethod
    def together(cls, stops: Sequence[Stop]) -> Stop:
        """One for all: two routers that stop for the same reason are named in one breath."""
        causes = [stop.cause for stop in stops]
        problems = tuple(problem for cause in causes for problem in cause.problems)
        first = causes[0]
        if len({(cause.what, cause.place) for cause in causes}) == 1:
            return cls(replace(first, where=" and ".join(cause.where for cause in causes), problems=problems))
        whats = [*map(str, causes[:-1]), sentence(causes[-1].what, where=causes[-1].full_where)]
        return cls(Cause("; ".join(whats), hint=causes[-1].hint, problems=problems))


@dataclass
class Participant:
    """What is known of one router. Only the flow writes here.

    Attributes:
        validates: ``<validate>`` is sent to it.
        locks: the datastores whose lock its present session holds.
        alive: its session has answered everything so far.
        unreached: why a new session could not be opened, if that ever happened.
        edited: an edit was sent to its candidate.
        token: the persist token of its confirmed commit.
        commit: what came of the confirmed commit; None if none was ever sent.
        commit_sent: when, on the clock of `Now`.
        commit_wall: when, in seconds since the epoch.
        confirmed: a confirming commit was answered ok.
        took: the read-back behind the commit showed the new configuration; None if there was none.
        seen: running as last read.
        states: what it said last of its VPN instances at work.
        state_unread: why that came to nothing; empty if it did not.
        told: it has shown some such state.
        before: what it said under the locks, as far as the confirm window is compared with it.
        answers: to the reads of `RouterPlan.proof`, as last read.
        strangers: others that hold a label of the plan, as last read.
        references: what refers to something that the plan deletes, as last read.
        unreadable: why the last reading came to nothing.
        certain: `seen` is what the router holds for good: nothing is pending and nothing of ours can
            still arrive.
    """

    plan: RouterPlan
    validates: bool
    locks: set[Datastore] = field(default_factory=set)
    alive: bool = True
    unreached: str = ""
    edited: bool = False
    token: str = ""
    commit: Answer | None = None
    commit_sent: float = 0.0
    commit_wall: float = 0.0
    confirmed: bool = False
    took: bool | None = None
    seen: RouterConfig | None = None
    unreadable: str = ""
    certain: bool = False
    states: tuple[VpnState, ...] = ()
    state_unread: str = ""
    told: bool = False
    before: Look | None = None
    answers: Mapping[str, AuditAnswer] = field(default_factory=dict)
    strangers: tuple[LabelOwner, ...] = ()
    references: tuple[Reference, ...] = ()
    saving: Saving | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def role(self) -> Role:
        return self.plan.role

    @property
    def device(self) -> str:
        return self.plan.device

    @property
    def changes(self) -> bool:
        """True if this router is edited at all."""
        return self.plan.edit is not None

    @property
    def may_hold_new(self) -> bool:
        """A commit went out; whatever was answered, the router may have taken it."""
        return self.commit is not None and self.commit.outcome is not Outcome.NOT_SENT

    @property
    def in_doubt(self) -> bool:
        """A commit went out and no answer came."""
        return self.commit is not None and self.commit.outcome is Outcome.UNKNOWN

    def hear(self, answers: Iterable[Answer]) -> None:
        """Take note of a lost session. A session with an unanswered operation is closed, and its locks go
        with it.
        """
        for answer in answers:
            if not answer.answered:
                self.alive = False
                self.locks.clear()

    def read(self, answer: Answer) -> RouterConfig | None:
        """Running out of the answer to `RouterPlan.read`, remembered as `seen`; None if it shows nothing readable."""
        self.unreadable = ""
        if not answer.ok or answer.reply is None:
            return None
        if answer.reply.data is None:  # an ok says nothing: it must not be taken for an empty configuration
            self.unreadable = "a reply without data"
            return None
        try:
            self.seen = self.plan.running_in(answer.reply.data)
        except UnreadableReply as error:
            self.unreadable = str(error)
            return None
        return self.seen

    def read_states(self, answer: Answer, *others: Answer) -> None:
        """The assigned labels out of the answer to `RouterPlan.read_state`; a server without such state tells nothing.

        ``others`` are the answers to `RouterPlan.proof`; none if it was not asked.
        """
        found = AuditAnswer.of(answer)
        self.states, self.state_unread = (), found.reason
        if found.data is not None:
            try:
                self.states = self.plan.view.dialect.read_state(found.data, self._vpns)
            except UnreadableReply as error:
                self.state_unread = str(error)
        self.told = self.told or any(map(tells, self.states))
        self.answers = {
            read.name: AuditAnswer.of(other) for read, other in zip(self.plan.proof, others, strict=False)
        }

    @property
    def promise_reads(self) -> tuple[Rpc, ...]:
        """What shows whether the change does what it is for, of its own VPN instances alone."""
        return (self.plan.read_state,)

    @property
    def state_reads(self) -> tuple[Rpc, ...]:
        """What shows whether the change does what it is for, and nothing else gets worse."""
        return self.plan.read_state, *(read.rpc for read in self.plan.proof)

    @property
    def look(self) -> Look:
        """What it said last."""
        config = self.seen or RouterConfig()
        return Look(config, self.states, self.state_unread, self.answers, told=self.told)

    @property
    def label_reads(self) -> tuple[Rpc, ...]:
        """What shows who holds which label."""
        return self.plan.read_labels, *self.plan.view.label_reads

    def read_owners(self, answers: Sequence[Answer]) -> Answer | None:
        """Who holds which label, out of the answers to `label_reads`; the one that shows nothing, if there is one."""
        self.unreadable = ""
        data = []
        for answer in answers:
            if not answer.ok or answer.reply is None or answer.reply.data is None:
                self.unreadable = "a reply without data"
                return answer
            data.append(answer.reply.data)
        try:
            uses = self.plan.view.dialect.read_label_uses(data)
        except UnreadableReply as error:
            self.unreadable = str(error)
            return answers[0]
        self.strangers = uses.strangers(self.plan.labels)
        return None

    @property
    def _vpns(self) -> tuple[str, ...]:
        return tuple(self.plan.before.vpns)

    @property
    def is_new(self) -> bool:
        """`seen` is what the plan wants."""
        return self.seen is not None and self.seen.same_as(self.plan.after)

    @property
    def is_old(self) -> bool:
        """`seen` is what the plan started from."""
        return self.seen is not None and self.seen.same_as(self.plan.before)

    @property
    def holds(self) -> Holds:
        """What may be claimed."""
        if self.certain and self.is_new and self.may_hold_new:
            return Holds.NEW
        if self.certain and self.is_old:
            return Holds.OLD
        if self.certain:
            return Holds.OTHER
        return Holds.UNKNOWN if self.may_hold_new else Holds.NOT_READ

    def note(self, text: str) -> None:
        """Something for the operator; said once, however often it happens."""
        if text not in self.notes:
            self.notes.append(text)

    def note_rollback(self, wall: float) -> None:
        """Say that others may have lost something: a rollback restores all of running. It is said once."""
        if self.may_hold_new and self.took is not False:
            self.took = False
            self.note(
                "rolled back, and with it whatever others changed in its running configuration between "
                f"{utc(self.commit_wall)} and {utc(wall)}"
            )

    def result(self, wall: float) -> RouterResult:
        """What is said of this router at the end, at wall time ``wall``."""
        if self.holds is Holds.OLD:
            self.note_rollback(wall)
        if self.unreached:
            self.note(f"{'for a while not reached' if self.alive else 'not reached again'}: {self.unreached}")
        return RouterResult(
            role=self.role,
            device=self.device,
            holds=self.holds,
            saving=self.saving or self._saving,
            states=() if self.may_hold_new and self.holds is not Holds.NEW else self.states,
            digest=self.seen.digest if self.seen else "",
            notes=tuple(self.notes),
        )

    @property
    def _saving(self) -> Saving:
        """What a reboot would do, where saving was not even tried."""
        return self.plan.saving(save=False) if self.holds is Holds.NEW else Saving.UNCHANGED

    def stop(self, answer: Answer, doing: str) -> Stop:
        """The reason to stop that an answer gives."""
        if answer.answered:
            if answer.ok:
                what = f"{doing} ({answer.rpc}) came to nothing: {self.unreadable or 'an empty reply'}"
                return Stop(Cause(what, where=self.device))
            return Stop(self._refusal(answer, f"refused {doing} ({answer.rpc})"))
        changes = answer.rpc.name in _CHANGING and answer.outcome is not Outcome.NOT_SENT
        hint = "It may have been executed." if changes else ""
        return Stop(
            Cause(f"no answer to {doing} ({answer.rpc}): {answer.reason}", where=self.device, hint=hint)
        )

    def _refusal(self, answer: Answer, refused: str) -> Cause:
        """Why this router refused, with the field of the intent where it was the change that it refused."""
        if answer.rpc.name not in _JUDGING:
            return Cause(f"{refused}: {'; '.join(map(str, answer.errors))}", where=self.device)
        found = tuple(map(self.plan.attribution.of_error, answer.errors))
        problems = tuple(each.problem for each in found)
        if len({each.place for each in found}) == 1:
            said = "; ".join(dict.fromkeys(each.what for each in found))
            place, hint = found[0].place, found[0].hint
        else:  # each with its own field
            said = "; ".join(sentence(each.what, where=each.place) for each in found)
            place, hint = "", found[-1].hint
        return Cause(f"{refused}: {said}", self.device, hint, place, problems)


def batch(*rpcs: Rpc | None) -> tuple[Rpc, ...]:
    """The operations that there are, in order."""
    return tuple(rpc for rpc in rpcs if rpc is not None)
