"""The fault matrix: every fault at every step, alone and in pairs, with every client dying, sleeping or racing.

A case is one story; `judge` says what is wrong with its end. Nothing is sampled.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from egresspair.errors import Refused
from egresspair.intent import Role
from egresspair.transaction import Ending, Result, apply_plan
from egresspair.transaction.recovery import recover_plan

from . import plans
from .network import HANGS, JOURNAL_KINDS, KINDS, Fault, Running, ToyNetwork, World
from .router import FOREIGN, NEW, OLD, Config, Habits

FOREVER = 100_000.0
THEIRS = "elsewhere"


@dataclass(frozen=True)
class Case:
    """One story.

    Attributes:
        faults: what goes wrong for the client that applies.
        dies: before which of its effects it dies; None if it lives.
        lingering: seconds until the routers notice that its sessions are dead.
        sleeps: before which effect it is suspended, until a recovery has done ``recovered`` effects (None: all).
        recovery_faults: what goes wrong for the recovery.
        recovery_dies: before which of its effects the recovery dies; another one follows.
        racing: a second recovery runs whole, after so many effects of the first.
        slow: a flight that takes so many seconds longer.
        check: what comes of the caller's check, empty if it passes or there is none.
        told: when the plan was made, the routers told of the state of the VPN instance.
        third: before which effect somebody else changes the same nodes on a router, or something elsewhere on it.
    """

    habits: tuple[tuple[Role, Habits], ...] = ()
    faults: tuple[Fault, ...] = ()
    journal_fault: str = ""
    dies: int | None = None
    lingering: float = 0.0
    sleeps: int | None = None
    recovered: int | None = None
    recovery_faults: tuple[Fault, ...] = ()
    recovery_dies: int | None = None
    racing: int | None = None
    third: tuple[int, Role, str] | None = None
    slow: tuple[str, float] = ("", 0.0)
    check: str = ""
    told: bool = False

    @property
    def proven(self) -> bool:
        """What the change promises holds on both routers, and the check passes."""
        return not self.check and not any(habits in UNPROVEN for _, habits in self.habits)


@dataclass
class Story:
    """What came of a case."""

    case: Case
    world: World
    results: list[Result] = field(default_factory=list)
    refused: bool = False
    meddled: bool = False
    effects: int = 0

    @property
    def words(self) -> list[str]:
        return [router.running for router in self.world.routers.values()]

    @property
    def last(self) -> Ending | None:
        return self.results[-1].ending if self.results else None


PLAN = plans.plan()
TOLD = plans.told(PLAN)


def tell(case: Case) -> Story:
    """Play a case to its end: apply, whatever goes wrong, and recovery until nothing is in doubt."""
    plan = TOLD if case.told else PLAN
    story = Story(case, World(plan, dict(case.habits)))
    client = ToyNetwork(
        plan,
        world=story.world,
        faults=case.faults,
        journal_fault=case.journal_fault,
        meddle=_third_party(story),
        slow=case.slow,
        check_failures=tuple(filter(None, [case.check])),
        ended=lambda result: _heard(story, result),
    )
    running = Running(apply_plan(plan))
    try:
        stop = case.dies if case.dies is not None else case.sleeps
        client.go(running, stop)
        alive = running.flow.gi_frame is not None
        if case.dies is not None and alive:
            client.die(lingering=case.lingering)
        if case.sleeps is not None and alive:
            _while_asleep(story, client, running)
    except Refused:
        story.refused = True
    story.effects = client.effects
    client.die()
    _recover_until_known(story)
    story.world.pass_time(FOREVER)
    return story


def _heard(story: Story, result: Result | None) -> None:
    """A client that ends writes its end down, unless a later attempt is under way."""
    if result is None:
        return
    story.results.append(result)
    if result.ending is not Ending.IN_DOUBT and result.attempt == story.world.unfinished().attempt:
        story.world.ended = True


def _while_asleep(story: Story, client: ToyNetwork, running: Running) -> None:
    """A recovery begins while the client is suspended; then the client goes on as if nothing had happened."""
    if story.world.ended:  # nothing is left to recover
        client.go(running, None)
        return
    recovery, rest = _recovery(story), story.case.recovered
    other = Running(recover_plan(story.world.unfinished()))
    _heard(story, recovery.go(other, rest))
    try:
        client.go(running, None)
    except Refused:
        story.refused = True
    if rest is not None:
        _heard_if_running(story, recovery, other)
    recovery.die()


def _heard_if_running(story: Story, recovery: ToyNetwork, running: Running) -> None:
    """A flow that had ended already is left alone."""
    if running.flow.gi_frame is not None:
        _heard(story, recovery.go(running, None))


def _recovery(story: Story, faults: tuple[Fault, ...] = ()) -> ToyNetwork:
    return ToyNetwork(story.world.plan, world=story.world, faults=faults, connected=False)


def _needs_recovery(story: Story) -> bool:
    """What the journal would call unfinished: no result, or the last one in doubt."""
    return not story.refused and story.last in (None, Ending.IN_DOUBT)


def _recover_until_known(story: Story) -> None:
    case = story.case
    if _needs_recovery(story) and (case.recovery_dies is not None or case.racing is not None):
        first = _recovery(story, case.recovery_faults)
        running = Running(recover_plan(story.world.unfinished()))
        stop = case.racing if case.racing is not None else case.recovery_dies
        _heard(story, first.go(running, stop))
        if case.racing is not None:
            second = _recovery(story)
            _heard(story, second.run(recover_plan(story.world.unfinished())))
            second.die()
            _heard_if_running(story, first, running)
        first.die()
    elif _needs_recovery(story) and case.recovery_faults:
        first = _recovery(story, case.recovery_faults)
        _heard(story, first.run(recover_plan(story.world.unfinished())))
        first.die()
    for _ in range(3):
        if not _needs_recovery(story):
            return
        again = _recovery(story)
        _heard(story, again.run(recover_plan(story.world.unfinished())))
        again.die()
        story.world.pass_time(200.0)


def _third_party(story: Story) -> Callable[[ToyNetwork, object], None] | None:
    if story.case.third is None:
        return None
    when, role, what = story.case.third

    def meddle(network: ToyNetwork, _effect: object) -> None:
        if network.effects != when:
            return
        router = story.world.routers[role]
        stranger = router.open()
        if router.may_write(stranger):
            story.meddled = True
            present = router.config
            router.config = (
                Config(present.word, present.elsewhere + 1)
                if what == THEIRS
                else Config(FOREIGN, present.elsewhere)
            )
        router.close(stranger)

    return meddle


def judge(story: Story) -> list[str]:
    """What is wrong with the end of a story; empty if nothing is."""
    wrong = _reported(story)
    if story.case.slow[0] and story.case.dies is None and story.world.reverted_after_commit:
        wrong.append("a timer fired between the decision and its confirmation")
    for role, router in story.world.routers.items():
        if router.locks:
            wrong.append(f"lock left on {role}: {router.locks}")
        if router.candidates:
            wrong.append(f"candidate left dirty on {role}")
    return wrong + _lost(story)


def _reported(story: Story) -> list[str]:
    """Whether the reported outcome is the true one."""
    wrong = []
    words, last = story.words, story.last
    if story.refused and NEW in words:
        wrong.append("refused, and yet changed")
    if last is Ending.COMMITTED and words != [NEW, NEW] and not story.meddled:
        wrong.append(f"reported COMMITTED, is {words}")
    if last is Ending.COMMITTED and not story.case.proven:
        wrong.append("confirmed what was not proven")
    if last is Ending.ABORTED and NEW in words:
        wrong.append(f"reported ABORTED, is {words}")
    if last is Ending.IN_DOUBT:
        wrong.append("still in doubt after the recovery")
    if len(set(words)) > 1 and last is not Ending.DIVERGED and not story.meddled:
        wrong.append(f"silent split: reported {last}, is {words}")
    if last is Ending.DIVERGED and not story.meddled:
        wrong.append("reported DIVERGED, and nobody else was there")
    return wrong


def _lost(story: Story) -> list[str]:
    """Another party's change elsewhere may only vanish with a word about it."""
    case = story.case
    if case.third is None or case.third[2] != THEIRS or not story.meddled:
        return []
    router = story.world.routers[case.third[1]]
    told = any("rolled back" in note for result in story.results for note in result[case.third[1]].notes)
    return (
        []
        if router.config.elsewhere or told
        else [f"somebody's change on {case.third[1]} vanished without a word"]
    )


@dataclass
class Figures:
    """What a run of the matrix came to."""

    runs: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Case, list[str]]] = field(default_factory=list)

    def add(self, story: Story) -> None:
        self.runs += 1
        self.endings["REFUSED" if story.refused else str(story.last)] += 1
        faults = judge(story)
        if faults:
            self.wrong.append((story.case, faults))

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.endings.items()))
        others = len(self.wrong) - self.splits
        return f"{self.runs} runs: {kinds}; silent splits {self.splits}; other violations {others}"

    @property
    def splits(self) -> int:
        """Stories whose routers ended differently without anybody being told."""
        return sum(any("silent split" in text for text in texts) for _, texts in self.wrong)


def run(cases: Iterator[Case]) -> Figures:
    """Play all cases; where coverage is measured, it is measured in every tenth, which is enough and far quicker."""
    figures = Figures()
    tracer = sys.gettrace()
    try:
        for number, case in enumerate(cases):
            sys.settrace(None if number % 10 else tracer)
            figures.add(tell(case))
    finally:
        sys.settrace(tracer)
    return figures


def _length() -> tuple[int, Mapping[Role, int]]:
    """How many effects and operations an undisturbed apply has."""
    client = ToyNetwork(PLAN)
    client.run(apply_plan(PLAN))
    return client.effects, dict(client.sent)


EFFECTS, OPERATIONS = _length()


LOCKS = (1, 2, 15)


def single_faults(kinds: tuple[str, ...] = KINDS) -> list[Fault]:
    """Every kind at every operation of either router."""
    found = [
        Fault(role, nth, kind) for role in Role for nth in range(1, OPERATIONS[role] + 1) for kind in kinds
    ]
    # A lock that is said to be granted and is not cannot be told from one that is, by anybody.
    return [fault for fault in found if not (fault.kind == "ok, not done" and fault.nth in LOCKS)]


def one_fault(habits: tuple[tuple[Role, Habits], ...] = ()) -> Iterator[Case]:
    """One fault anywhere, one journal fault, or none."""
    yield Case(habits)
    yield from (Case(habits, (fault,)) for fault in single_faults())
    yield from (Case(habits, journal_fault=kind) for kind in JOURNAL_KINDS)


def client_dies(habits: tuple[tuple[Role, Habits], ...] = ()) -> Iterator[Case]:
    """The client dies before each effect; its sessions are noticed at once or late; the recovery may die as well."""
    for dies in range(EFFECTS + 1):
        for lingering in (0.0, 30.0, 500.0):
            yield Case(habits, dies=dies, lingering=lingering)
        for recovery_dies in range(1, 14):
            yield Case(habits, dies=dies, recovery_dies=recovery_dies)


def fault_and_death(habits: tuple[tuple[Role, Habits], ...] = ()) -> Iterator[Case]:
    """A fault, and the client dies some effects later; the recovery dies in between as well."""
    for fault in single_faults():
        for dies in range(0, EFFECTS + 6, 2):
            yield Case(habits, (fault,), dies=dies, recovery_dies=3)


PAIRED = ("refused", "ok, not done", "lost before", "lost after", "restart", "delayed")


def two_faults(kinds: tuple[str, ...] = PAIRED) -> Iterator[Case]:
    """All pairs of faults, with a recovery that dies in between where one is needed."""
    for first, second in combinations(single_faults(kinds), 2):
        if (first.role, first.nth) != (second.role, second.nth):
            yield Case(faults=(first, second), recovery_dies=2)


def death_and_recovery_fault() -> Iterator[Case]:
    """The client dies, and something goes wrong for the recovery."""
    for dies in range(EFFECTS + 1):
        for role in Role:
            for nth in range(1, 7):
                for kind in KINDS:
                    yield Case(dies=dies, recovery_faults=(Fault(role, nth, kind),))


def suspended() -> Iterator[Case]:
    """The client is suspended, a recovery runs in part or whole, and the client goes on."""
    for sleeps in range(EFFECTS + 1):
        for recovered in (None, *range(1, 14)):
            yield Case(sleeps=sleeps, recovered=recovered)


def races() -> Iterator[Case]:
    """Two recoveries at once."""
    for dies in range(EFFECTS + 1):
        for racing in range(1, 14):
            yield Case(dies=dies, racing=racing)


def third_parties() -> Iterator[Case]:
    """Somebody else changes the same nodes, or others, whenever the router lets them."""
    for when in range(EFFECTS + 1):
        for role in Role:
            for what in (THEIRS, FOREIGN):
                yield Case(third=(when, role, what))
                for fault in single_faults(("lost before", "lost after", "restart")):
                    yield Case(faults=(fault,), third=(when, role, what))


_SLOW_COMMITS = tuple((role, Habits(commit_seconds=4.0)) for role in Role)


def slow_flights() -> Iterator[Case]:
    """A flight takes so long that the timers come near, or fire."""
    for flight in ("lock", "edit", "commit", "read again"):
        for seconds in (1.0, 60.0, 100.0, 110.0, 114.0, 114.9, 115.1, 119.0, 119.9, 119.97, 120.1, 500.0):
            yield Case(slow=(flight, seconds))
            yield Case(_SLOW_COMMITS, slow=(flight, seconds))


def slow_edits() -> Iterator[Case]:
    """An edit takes long, the client dies, and a router says that it has confirmed and has not: what a recovery knows
    of the timers must be true.
    """
    for role in Role:
        for seconds in (0.0, 4.0, 10.0, 60.0):
            for dies in range(EFFECTS + 1):
                yield Case(((role, Habits(never_confirms=True)),), slow=("edit", seconds), dies=dies)


HABITS = (
    Habits(private_candidate=True),
    Habits(no_candidate_lock_while_pending=True),
    Habits(lock_blocks_rollback=True),
    Habits(validate_spoils_commit=True),
    Habits(error_arms_timer=True),
    Habits(error_but_confirmed=True),
    Habits(no_state=True),
    Habits(refuses_edit=True),
)


def other_servers() -> Iterator[Case]:
    """Every habit on one router or both, with one fault anywhere or a client that dies."""
    for habit in HABITS:
        for roles in ((Role.MASTER,), (Role.BACKUP,), tuple(Role)):
            habits = tuple((role, habit) for role in roles)
            yield from one_fault(habits)
            yield from client_dies(habits)


UNPROVEN = (Habits(down=True), Habits(wrong_label=48000), Habits(hides_state_when_new=True))


def unproven() -> Iterator[Case]:
    """A label is not given, a VPN instance is down, state is hidden, or a check of the caller fails or hangs; and one
    fault anywhere, or a client that dies.
    """
    stories = [
        *(Case(check=check) for check in ("fails", HANGS)),
        *(Case(((Role.BACKUP, habits),), told=True) for habits in UNPROVEN),
    ]
    for story in stories:
        for case in one_fault(story.habits):
            yield replace(case, check=story.check, told=story.told)
        for dies in range(EFFECTS + 35):  # a label is waited for
            yield replace(story, dies=dies)


def two_faults_elsewhere() -> Iterator[Case]:
    """All pairs of the plainer faults on servers with habits."""
    for habit in HABITS:
        for first, second in combinations(single_faults(("refused", "lost after")), 2):
            if (first.role, first.nth) != (second.role, second.nth):
                yield Case(tuple((role, habit) for role in Role), (first, second), recovery_dies=2)


LONG: dict[str, Callable[[], Iterator[Case]]] = {
    "all pairs of faults of every kind": lambda: two_faults(KINDS),
    "pairs of faults on other servers": two_faults_elsewhere,
}
GROUPS: dict[str, Callable[[], Iterator[Case]]] = {
    "one fault anywhere": one_fault,
    "the client dies": client_dies,
    "the client is suspended, and resumed after a recovery began": suspended,
    "two recoveries at once": races,
    "the client dies, and the recovery meets a fault": death_and_recovery_fault,
    "a flight is slow": slow_flights,
    "an edit is slow, and the client dies": slow_edits,
    "a fault, then the client dies, then the recovery": fault_and_death,
    "somebody else writes meanwhile": third_parties,
    "what was promised does not hold, or a check fails": unproven,
    "other servers": other_servers,
    "all pairs of faults": two_faults,
}

__all__ = ["GROUPS", "LONG", "OLD", "Case", "Figures", "judge", "run", "tell"]
