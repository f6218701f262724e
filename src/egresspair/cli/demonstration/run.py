"""The steps of the demo."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...audit.walk import Verdict
from ...errors import TransactionAborted, UsageError
from ...intent import Intent, Role, load_intent
from ...journal import MemoryJournal, open_journal
from ...netconf.quirks import ShortMemory
from ...opening import open_pair
from ...pair import Pair
from ...plan import Plan, RouterView
from ...policy import Policy
from ...transaction import Ending, Holds, Result
from ..presets import running_network
from ..program import program
from ..terminal.progress import Progress
from ..terminal.show import audit_lines, plan_lines, result_lines, text
from ..terminal.speaker import Speaker
from .script import CHANGED, DRAWING, ENDED, INTENT, JOURNAL, PRESETS, REFUSAL
from .transcript import Transcript

if TYPE_CHECKING:
    from ...lab import Device, Lab  # needs an extra; `running_network` says so

_CONFIRM_TIMEOUT = 120
_SUMMARY = (
    "both routers got the same labels; a second run changed nothing; a refusal left both as they were; "
    "the pair is protected. All as promised."
)


def demonstrate(speaker: Speaker, keep: Path | None, *, verbose: bool) -> None:
    """Show everything.

    Raises:
        Unexpected: something is not as it must be.
        UsageError: asyncssh is missing, or the files cannot be kept where they should be.
    """
    transcript = Transcript(speaker)
    with _folder(keep) as folder, running_network(PRESETS, protected=False) as lab:
        with closing(_Demo(lab, folder, transcript, kept=keep is not None, verbose=verbose)) as demo:
            demo.show_the_start()
            demo.apply()
            demo.apply_again()
            demo.be_refused()
            demo.audit()
        transcript.end(_SUMMARY, *_next_steps(keep))


class _Demo:
    def __init__(self, lab: Lab, folder: Path, transcript: Transcript, *, kept: bool, verbose: bool) -> None:
        self._lab = lab
        self._folder = folder
        self._say = transcript
        self._inventory = lab.write_inventory(folder / "inventory.yaml")
        self._memory = ShortMemory()
        self._journal = open_journal(folder / JOURNAL) if kept else MemoryJournal()
        self._kept = kept
        self._verbose = verbose

    def close(self) -> None:
        """What is kept of the inventory says that nobody answers there any more."""
        text = self._inventory.read_text(encoding="utf-8")
        self._inventory.write_text(ENDED + text, encoding="utf-8")

    def show_the_start(self) -> None:
        self._say.headline("Two routers that carry VPN instances, but no static label; a core ASBR and a CSG")
        intent = self._intent("intent.yaml", INTENT)
        for device in self._lab:
            self._say.tell(
                text(f"{device.name} ({device.role}): NETCONF over SSH at {device.host}:{device.port}")
            )
        views = self._read_back(intent)
        self._tell_vpns(views)
        self._say.expect(not any(_labels(view) for view in views), "no VPN instance has a static label")
        self._say.tell("", text("What is wanted, in intent.yaml:"))
        self._say.tell(*(text(line, indent=2) for line in INTENT.splitlines()))
        self._say.note(intent=INTENT)

    def apply(self) -> None:
        self._say.headline("One transaction gives both routers the same labels")
        intent = load_intent(self._folder / "intent.yaml")
        with self._pair(intent, Policy(save=True)) as pair:
            plan = self._planned(pair, intent)
            result = self._shown(pair.apply(plan, accept=self._accepted(plan)))
        self._say.tell("", *result_lines(result))
        self._say.note(result=result.to_dict())
        self._say.expect(result.ending is Ending.COMMITTED, "the transaction ended COMMITTED")
        views = self._read_back(intent)
        self._say.tell("", text("Read back over new sessions:"))
        self._tell_vpns(views)
        wanted = {vpn.name: vpn.static_label for vpn in intent.vpn_instances}
        self._say.expect(
            all(_labels(view) == wanted for view in views),
            "both routers are configured with the intent's labels",
        )
        self._say.expect(
            all(_assigned(view) == wanted for view in views), "both routers have assigned these very labels"
        )

    def apply_again(self) -> None:
        self._say.headline("The same once more changes nothing")
        intent = load_intent(self._folder / "intent.yaml")
        before = self._running()
        for device in self._lab:
            device.forget_received()
        with self._pair(intent) as pair:
            plan = self._planned(pair, intent)
            result = pair.apply(plan)
        self._say.tell("", *result_lines(result))
        self._say.note(result=result.to_dict())
        self._say.expect(result.ending is Ending.NO_CHANGE, "the transaction ended NO_CHANGE")
        edits = [
            message for device in self._lab for message in device.received if message.name == "edit-config"
        ]
        self._say.expect(not edits, "no edit-config was on the wire")
        self._say.expect(self._running() == before, "both routers hold what they held")

    def be_refused(self) -> None:
        self._say.headline("Another label for vpna, and the backup refuses to commit it")
        intent = self._intent("changed.yaml", CHANGED)
        before = self._running()
        self._lab.fault(REFUSAL)
        try:
            with self._pair(intent) as pair:
                plan = self._planned(pair, intent)
                result = pair.apply(plan, accept=self._accepted(plan))
        except TransactionAborted as aborted:
            result = self._shown(aborted.result)
            self._say.tell("", *result_lines(result), text(f"because {aborted}", indent=2))
        self._say.note(result=result.to_dict())
        self._say.expect(result.ending is Ending.ABORTED, "the transaction ended ABORTED")
        self._say.expect(
            all(router.holds is Holds.OLD for router in result), "both routers were read back, unchanged"
        )
        self._say.tell("", text("Read back over new sessions:"))
        self._tell_vpns(self._read_back(intent))
        self._say.expect(self._running() == before, "both routers hold what they held")
        self._say.expect(not any(map(_held, self._lab)), "no lock and no commit on trial is left on either")

    def audit(self) -> None:
        self._say.headline("Is the pair really protected? All four routers are read")
        intent = load_intent(self._folder / "intent.yaml")
        with self._pair(intent) as pair:
            report = pair.audit(intent)
        shown = replace(report.walk, walks=(report.walk["vpna"],))
        self._say.tell(
            "", *audit_lines(report), "", text("A packet of vpna, before the master dies and after:")
        )
        self._say.tell(*(text(line, indent=2) for line in str(shown).splitlines()))
        self._say.note(audit=report.to_dict(), walk=report.walk.to_dict())
        if self._kept:
            (self._folder / DRAWING).write_text(report.walk._repr_svg_(), encoding="utf-8")
        self._say.expect(report.protected, "every check holds: the pair is protected")
        self._say.expect(
            all(walk.verdict is Verdict.DELIVERED for walk in report.walk),
            "the packets of every VPN instance go on by the backup",
        )

    # parts of steps

    def _intent(self, name: str, content: str) -> Intent:
        file = self._folder / name
        file.write_text(content, encoding="utf-8")
        return load_intent(file)

    def _pair(self, intent: Intent, policy: Policy | None = None) -> Pair:
        progress = Progress(self._say.tell, confirm_timeout=_CONFIRM_TIMEOUT, verbose=self._verbose)
        return open_pair(
            intent,
            inventory=self._inventory,
            policy=policy,
            observers=[progress],
            memory=self._memory,
            journal=self._journal,
        )

    def _shown(self, result: Result) -> Result:
        """The result without the id of its transaction, if the journal goes with the demo."""
        return result if self._kept else replace(result, transaction="")

    def _planned(self, pair: Pair, intent: Intent) -> Plan:
        plan = pair.plan(intent)
        self._say.tell("", *plan_lines(plan))
        self._say.note(plan=plan.to_dict())
        return plan

    def _accepted(self, plan: Plan) -> frozenset[str]:
        kinds = frozenset(risk.kind.value for risk in plan.risks)
        options = " ".join(f"--accept {kind}" for kind in sorted(kinds))
        self._say.tell("", text(f"You would be asked now; the demo accepts: {options}"), "")
        self._say.note(accepted=sorted(kinds))
        return kinds

    def _read_back(self, intent: Intent) -> tuple[RouterView, ...]:
        """Both routers over sessions that are opened for it and closed again."""
        with open_pair(intent, inventory=self._inventory, memory=self._memory) as pair:
            plan = pair.plan(intent)
        return tuple(plan[role].view for role in Role)

    def _tell_vpns(self, views: tuple[RouterView, ...]) -> None:
        self._say.note(routers=[_view_dict(view) for view in views])
        for view in views:
            self._say.tell(*(text(line, indent=2) for line in _vpn_lines(view)))

    def _running(self) -> tuple[bytes, ...]:
        return tuple(device.running for device in self._lab)


def _next_steps(keep: Path | None) -> Iterator[str]:
    name = program()
    if keep is not None:
        yield f"Kept in {keep}: the intents, the inventory, the drawing of the walk ({DRAWING}), and the journal:"
        yield f"  {name} history --journal {shlex.quote(str(keep / JOURNAL))}"
    yield "See what an audit says when protection is lost without any error: run one of these networks:"
    yield f"  {name} lab --scenario list"
    yield "Next, do it yourself. In one terminal a pair of lab routers, in another a plan and the change:"
    yield f"  {name} lab --inventory-out lab.yaml --intent-out lab-intent.yaml"
    yield f"  {name} plan lab-intent.yaml -i lab.yaml"
    yield f"  {name} apply lab-intent.yaml -i lab.yaml"


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="egresspair-demo-") as name:
            yield Path(name)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        taken = any(keep.iterdir())
    except OSError as error:
        raise UsageError(
            f"cannot be used: {error.strerror}", where=f"--keep {keep}", hint="Give a new folder."
        ) from error
    if taken:
        raise UsageError("is not empty", where=f"--keep {keep}", hint="Give a new folder.")
    yield keep


def _held(device: Device) -> bool:
    return bool(device.locks) or device.pending


def _labels(view: RouterView) -> dict[str, int]:
    return {vpn.name: vpn.static_label for vpn in view.running.vpns.values() if vpn.static_label is not None}


def _assigned(view: RouterView) -> dict[str, int | None]:
    return {state.name: state.assigned_label for state in view.states}


def _vpn_lines(view: RouterView) -> Iterator[str]:
    for fact in _view_dict(view)["vpn_instances"]:
        if not fact["exists"]:
            yield f"{view.device} {fact['name']}: not there"
            continue
        label = "no static label" if fact["static_label"] is None else f"static label {fact['static_label']}"
        yield (
            f"{view.device} {fact['name']}: RD {fact['route_distinguisher']}, {fact['label_mode']}, {label}, "
            f"assigned {fact['assigned_label']}, {fact['status']}"
        )


def _view_dict(view: RouterView) -> dict[str, Any]:
    states = {state.name: state for state in view.states}
    return {
        "device": view.device,
        "vpn_instances": [
            {
                "name": vpn.name,
                "exists": vpn.exists,
                "route_distinguisher": vpn.route_distinguisher,
                "label_mode": vpn.effective_label_mode,
                "static_label": vpn.static_label,
                "assigned_label": states[vpn.name].assigned_label if vpn.name in states else None,
                "status": states[vpn.name].status if vpn.name in states else None,
            }
            for vpn in view.running.vpns.values()
        ],
    }
