"""What `apply`, `remove` and `undo` share: plan, show, ask, do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ..intent import Intent
from ..inventory import load_inventory
from ..journal import Journal
from ..opening import open_pair
from ..pair import Pair
from ..plan import Plan
from ..policy import Policy
from ..stages import StagedPlan
from ..transaction import Result
from .staged import applied, plans_of, results_document, results_shown, shown
from .terminal.ask import accepted_kinds, ask_for, open_kinds
from .terminal.failure import reported
from .terminal.progress import Progress
from .terminal.show import text
from .terminal.speaker import Speaker
from .unfinished import naming_unfinished, unfinished_notes

Planner = Callable[[Pair, Intent], Plan | StagedPlan]


def carry_out(
    speaker: Speaker,
    load: Callable[[], Intent],
    make: Planner,
    *,
    inventory: Path,
    accept: Iterable[str],
    policy: Policy,
    proof: bool,
    journal: Journal | str | None,
    verbose: bool,
    debug: bool,
) -> None:
    """Do a change and tell how it goes; whatever interrupts it, how the routers stand then is told as well."""
    progress = Progress(speaker.say, confirm_timeout=policy.confirm_timeout, verbose=verbose)
    with reported(speaker, debug=debug, standing=progress):
        Change(load, inventory, make, accept, policy, proof, journal, progress).run(speaker)


@dataclass(frozen=True)
class Change:
    """One change of a pair, as it was asked for on the command line.

    Attributes:
        load: gives the intent, which names the routers.
        make: what plans it.
        accept: the words of --accept.
        proof: see `Pair.apply`.
        journal: see `egresspair.open_pair`.
        progress: told of everything that happens.
    """

    load: Callable[[], Intent]
    inventory_file: Path
    make: Planner
    accept: Iterable[str]
    policy: Policy
    proof: bool
    journal: Journal | str | None
    progress: Progress

    def run(self, speaker: Speaker) -> None:
        """Do it, and show how it ended.

        Raises:
            EgressPairError: as `open_pair`, `Pair.plan` and `Pair.apply`.
        """
        plan, results = self._results(speaker)
        speaker.answer(*results_shown(plan, results))
        speaker.document(results_document(plan, results))

    def _results(self, speaker: Speaker) -> tuple[Plan | StagedPlan, tuple[Result, ...]]:
        accepted = accepted_kinds(self.accept)
        intent = self.load()
        inventory = load_inventory(self.inventory_file)

        def opened() -> Pair:
            with naming_unfinished(intent, self.journal, self.inventory_file):
                return open_pair(
                    intent,
                    inventory=inventory,
                    policy=self.policy,
                    observers=[self.progress],
                    journal=self.journal,
                )

        with opened() as pair:
            plan = self.make(pair, intent)
            speaker.say(*shown(plan))
            notes = unfinished_notes(plans_of(plan)[0], self.journal, self.inventory_file)
            speaker.say(*(text(f"Note: {note}", "bold red") for note in notes))
            questions = open_kinds(plan, accepted) if speaker.interactive else ()
            if not questions:
                return plan, applied(pair, plan, accepted, proof=self.proof)
        ask_for(speaker, questions)  # no session stays open while a person thinks
        with opened() as pair:
            return plan, applied(pair, plan, {*accepted, *questions}, proof=self.proof)
