"""What ``egresspair audit --watch`` does: one line for each thing that happens, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .audit import NOT_PROTECTED
from .terminal.speaker import Speaker

if TYPE_CHECKING:
    from rich.text import Text

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
        The exit status: 0 if the pair was whole when Ctrl-C came or nobody read any more, else 8.

    Raises:
        IntentError, InventoryError, UsageError: a document is wrong or missing.
        DeviceUnreachable, ProtocolError: a router cannot be reached or read at the beginning, or is another one later.
    """
    from ..intent import load_intent  # noqa: PLC0415  (heavy)
    from ..watching import INTERVAL, watch_pair  # noqa: PLC0415
    from .terminal.progress import Progress  # noqa: PLC0415

    state = _State()
    progress = [Progress(speaker.say, confirm_timeout=0, verbose=True)] if verbose else []
    seconds = INTERVAL if interval is None else interval
    watching = watch_pair(load_intent(file), inventory=inventory, interval=seconds, observers=progress)
    with _until_interrupted(), closing(watching.events()) as events:
        for event in events:
            state.take(event)
            _tell(event, speaker)
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
