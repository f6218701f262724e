"""One transaction under way: its participants, its state and the one way to talk to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..intent import Role
from ..netconf.reply import Answer
from ..netconf.rpc import Rpc
from ..plan import Plan
from .effects import Answers, Collect, Enter, Flow, Send, exchange, now, reopen, wall
from .outcome import Cause, Ending, Result
from .participant import Participant
from .proof import Standing
from .proven import Proven
from .states import State, check_move

NOT_REQUIRED = "what the change promises was looked at, and not required (--no-proof)"


class Run:
    """The context that the flow and the settling share.

    Attributes:
        participants: one for each role.
        state: see `State`.
        attempt: 1, or 2 when the change is repeated for a server that lied; each has a decision of its own.
        ended: its end was written down.
        committing: confirmed commits of this attempt may have been sent.
        lied: the participants whose commit answered ok and applied nothing.
        with_checks: the caller has checks of their own.
        unproven: why what the change promises is only told, and not required; empty if it must hold.
        checks: of the audit, as they stood last in the confirm window.
        standing: what they are compared with; None if nobody looked under the locks.
    """

    def __init__(
        self, plan: Plan, *, soak: float | None = None, proof: bool = True, with_checks: bool = True
    ) -> None:
        self.plan = plan
        self.policy = plan.policy if soak is None else replace(plan.policy, soak=soak)
        self.unproven = "" if proof else NOT_REQUIRED
        self.with_checks = with_checks
        self.checks: tuple[Proven, ...] = ()
        self.standing: Standing | None = None
        self.participants = {
            router.role: Participant(router, validates=router.view.server.validates)
            for router in plan.routers
        }
        self.state = State.PLANNED
        self.lied: list[Participant] = []
        self.attempt = 1
        self.committing = False
        self.flights = 0
        self.ended = False
        self.started = 0.0

    def __iter__(self) -> Iterator[Participant]:
        return iter(self.participants.values())

    @property
    def changing(self) -> list[Participant]:
        """The participants that are edited; the others are read, and held still by a lock."""
        return [participant for participant in self if participant.changes]

    def enter(self, state: State, why: str = "") -> Flow[None]:
        """Move to a state."""
        self.state = check_move(self.state, state)
        yield Enter(state, why)

    def send(self, flight: str, batches: Mapping[Role, Sequence[Rpc]]) -> Flow[Answers]:
        """Send to all at once, and take note of lost sessions."""
        answers = yield from exchange(flight, batches, self.policy.rpc_timeout)
        self.flights += bool(answers)
        return self._heard(answers)

    def send_ahead(self, flight: str, batches: Mapping[Role, Sequence[Rpc]]) -> Flow[None]:
        """Send to all at once, and do something else before `collect`: not to be left without it."""
        self.flights += 1
        yield Send(flight, {role: tuple(rpcs) for role, rpcs in batches.items()}, self.policy.rpc_timeout)

    def collect(self) -> Flow[Answers]:
        """What became of it; see `send`."""
        return self._heard((yield Collect()))

    def _heard(self, answers: Answers) -> Answers:
        for role, of_role in answers.items():
            self.participants[role].hear(of_role)
        return answers

    def send_to(self, flight: str, participant: Participant, *rpcs: Rpc) -> Flow[tuple[Answer, ...]]:
        """Send to one."""
        answers = yield from self.send(flight, {participant.role: rpcs})
        return answers.get(participant.role, ())

    def reopen(self, participant: Participant) -> Flow[None]:
        """Have a live session again, if the router can be reached."""
        why = yield from reopen(participant.role)
        participant.locks.clear()
        participant.alive = not why
        participant.unreached = why or participant.unreached

    def forget(self) -> None:
        """Begin anew with the same sessions: what the first try asked and saw does not count any more."""
        self.attempt += 1
        self.committing = False
        self.checks, self.standing = (), None
        for old in list(self):
            fresh = Participant(old.plan, validates=old.validates, alive=old.alive, notes=old.notes)
            self.participants[old.role] = fresh

    def result(self, ending: Ending, cause: Cause | None = None) -> Flow[Result]:
        """The result as of now."""
        seconds = (yield from now()) - self.started
        clock = yield from wall()
        return Result(
            ending=ending,
            plan=self.plan,
            master=self.participants[Role.MASTER].result(clock),
            backup=self.participants[Role.BACKUP].result(clock),
            cause=cause,
            seconds=seconds,
            flights=self.flights,
            attempt=self.attempt,
            notes=(self.unproven,) if self.unproven and self.committing else (),
            checks=self.checks,
        )
