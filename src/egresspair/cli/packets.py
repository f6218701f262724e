"""Real packets through the tables that the routers told: ``egresspair lab --packets``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import UsageError
from .own_file import refuse_unwritable, unwritable

if TYPE_CHECKING:
    from ..audit.report import AuditReport
    from ..audit.walk import Scene
    from ..lab.packets import PacketRun
    from .terminal.speaker import Speaker


DISAGREES: Final = 1
"""The exit status where packets went elsewhere than the walk says: one of the two is wrong, and both are ours."""


def refuse_without_packets(svg: Path | None = None) -> None:
    """Say it before anything is started.

    Args:
        svg: where to write the drawing, if anywhere.

    Raises:
        UsageError: real packets cannot be sent on this machine, or the drawing cannot be written there.
    """
    from ..lab.packets import why_unavailable  # noqa: PLC0415  (heavy)

    if reason := why_unavailable():
        raise UsageError(
            reason,
            where="--packets",
            hint="Run it as root on a machine with Debian's openvswitch-switch.",
        )
    if svg is not None:
        refuse_unwritable(svg, "--packets-svg")


def show_packets(report: AuditReport, speaker: Speaker, svg: Path | None = None) -> dict[str, Any]:
    """Let the master die twice, by its link and by SIGKILL, and show where packets arrive.

    Args:
        report: of the routers whose tables are programmed.
        svg: where to write the drawing, if anywhere.

    Returns:
        The runs as plain values.

    Raises:
        UsageError: real packets cannot be sent here, the tables are not known, or the drawing cannot be written.
    """
    from ..audit.walk import scenes_of  # noqa: PLC0415  (heavy)

    refuse_without_packets()
    scene = scenes_of(report.facts, report.host_routes)[0]
    runs = []
    for run in _runs(scene, speaker):
        runs.append(run)
        speaker.answer(*str(run).splitlines(), *_compared(scene, run), "")
    if svg is not None:
        _write(svg, runs)
    return {"runs": [{**run.to_dict(), "agrees": not _unlike(scene, run)} for run in runs]}


def _runs(scene: Scene, speaker: Speaker) -> Iterator[PacketRun]:
    from ..lab.packets import Death, run_packets  # noqa: PLC0415
    from ..rehearsal import entries_of  # noqa: PLC0415

    entries = entries_of(scene)
    for death in Death:
        yield run_packets(entries, death, say=lambda words: speaker.say(f"  {words}"))


def _compared(scene: Scene, run: PacketRun) -> list[str]:
    unlike = _unlike(scene, run)
    return [f"DISAGREES: {words}" for words in unlike] or ["That is what the walk on paper says."]


def _unlike(scene: Scene, run: PacketRun) -> tuple[str, ...]:
    from ..rehearsal import unlike  # noqa: PLC0415

    return unlike(scene, run)


def _write(path: Path, runs: list[PacketRun]) -> None:
    from ..lab.packets import runs_svg  # noqa: PLC0415

    try:
        path.write_text(runs_svg(runs), encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
