"""What ``egresspair audit --watch`` does: one line for each thing that happens, until Ctrl-C.

A watch sees labels, route distinguishers and VPN targets only. So the verdict of a whole audit comes first, and again
behind each change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import EgressPairError
from .audit import NOT_PROTECTED
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from rich.text import Text

    from ..audit.report import AuditReport
    from ..intent import Intent
    from ..inventory import Inventory
    from ..watching import Watched


def watch(
    file: Path, inventory: Path, speaker: Speaker, *, interval: float | None = None, verbose: bool = False
) -> int:
    """Watch the pair of an intent and tell what happens.

    Args:
        file: the intent.
        inventory: how to reach the routers.
        interval: seconds; each router is read at least this often.
        verbose: tell of each session that is opened.

    Returns:
        The exit status: 0 if labels, route distinguishers and targets matched when Ctrl-C came or nobody read any
        more, else 8. It is not that of the audit: what a watch does not see may have changed since.

    Raises:
        IntentError, InventoryError, UsageError: a document is wrong or missing.
        DeviceUnreachable, ProtocolError: a router cannot be reached or read at the beginning, or is another one later.
    """
    from ..intent import load_intent  # noqa: PLC0415  (heavy)
    from ..inventory import load_inventory  # noqa: PLC0415
    from ..watching import INTERVAL, watch_pair  # noqa: PLC0415
    from .terminal.progress import Progress  # noqa: PLC0415

    state = _State()
    progress = [Progress(speaker.say, confirm_timeout=0, verbose=True)] if verbose else []
    seconds = INTERVAL if interval is None else interval
    intent, devices = load_intent(file), load_inventory(inventory)
    watching = watch_pair(intent, inventory=devices, interval=seconds, observers=progress)
    with _until_interrupted(), closing(watching.events()) as events:
        for event in events:
            state.take(event)
            _tell_audited(event, speaker, intent, devices)
            if speaker.unheard:
                break
    return state.exit_status


class _State:
    """How the pair stands, as far as was told."""

    def __init__(self) -> None:
        self._whole = False
        self._lost: set[str] = set()

    def take(self, event: Watched) -> None:
        """Something happened."""
        if event.kind == "lost":
            self._lost.add(event.device)
            return
        if event.kind == "back":
            self._lost.discard(event.device)
        self._whole = not event.findings

    @property
    def exit_status(self) -> int:
        """What is not known counts as not protected."""
        return 0 if self._whole and not self._lost else NOT_PROTECTED


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """Ctrl-C is how a watch ends, not a failure."""
    try:
        yield
    except KeyboardInterrupt:
        return


def _tell_audited(event: Watched, speaker: Speaker, intent: Intent, devices: Inventory) -> None:
    """The verdict stands first at the beginning, and behind what happens later. A router that is lost is not audited:
    that would wait for it.
    """
    if event.kind == "standing":
        _tell_verdict(speaker, intent, devices)
    _tell(event, speaker)
    if event.kind in ("drift", "back"):
        _tell_verdict(speaker, intent, devices)


def _tell_verdict(speaker: Speaker, intent: Intent, devices: Inventory) -> None:
    from ..auditing import audit_pair  # noqa: PLC0415  (heavy)
    from ..events import log_event  # noqa: PLC0415
    from ..watching.text import moment  # noqa: PLC0415
    from .terminal.show import text  # noqa: PLC0415

    at = datetime.now(UTC)
    facts = {"event": "audit", "at": at.isoformat()}
    try:
        report = audit_pair(intent, devices, log_event)
    except (
        EgressPairError
    ) as error:  # e.g. a core ASBR that is not in the inventory, which a watch does not need
        speaker.answer(text(f"{moment(at)} audit: cannot be made: {error}", "bold yellow"))
        speaker.document_line({**facts, "protected": False, "verdict": None, "error": str(error)})
        return
    line = f"{moment(at)} audit: {_verdict(report)}"
    speaker.answer(text(line, "bold green" if report.protected else "bold red"))
    speaker.document_line({**facts, **_verdict_facts(report)})


def _verdict(report: AuditReport) -> str:
    """``Pair metro-7: NOT PROTECTED (1 root cause): asbr-1: BGP FRR is on …: auto-frr is off``."""
    from ..audit.text import headline  # noqa: PLC0415

    causes = (str(cause.check) for cause in report.causes)
    return ": ".join(filter(None, (headline(report), "; ".join(causes))))


def _verdict_facts(report: AuditReport) -> dict[str, Any]:
    return {
        "protected": report.protected,
        "verdict": report.verdict.value,
        "root_causes": [cause.check.to_dict() for cause in report.causes],
        "error": None,
    }


def _tell(event: Watched, speaker: Speaker) -> None:
    from ..watching import event_facts  # noqa: PLC0415

    speaker.answer(_line(event))
    speaker.document_line(event_facts(event))


def _line(event: Watched) -> Text:
    from ..watching import event_line  # noqa: PLC0415
    from .terminal.show import text  # noqa: PLC0415

    if event.kind == "lost":
        return text(event_line(event), "bold yellow")
    return text(event_line(event), "bold red" if event.findings else "green")
