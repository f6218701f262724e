"""How fast the core ASBR switches over, and what happens when the master comes back."""

from __future__ import annotations

from collections.abc import Sequence

from ..records import SLOWEST_DETECTION_MS
from .tables import Bfd, CoreTables, LspEntry, Scene, Unknown


def switching(scene: Scene) -> tuple[tuple[str, ...], tuple[str, ...], int | None]:
    """What delays the switch-over, what is not known of it, and the detection time in milliseconds."""
    core = scene.core
    if isinstance(core, Unknown):
        return (), (not_known(core),), None
    delays, gaps = _backup_entry(core, scene.master.device)
    if isinstance(core.installed, tuple) and _needs_no_switch(core.installed, scene.master.device):
        return delays, gaps, None
    slow, untold, detection = _detecting(core, scene.master.device)
    return (*delays, *slow), (*gaps, *untold), detection


def _detecting(core: CoreTables, master: str) -> tuple[tuple[str, ...], tuple[str, ...], int | None]:
    """As of `switching`, by what BFD does."""
    bfd = core.bfd
    if isinstance(bfd, Unknown):
        return (), (not_known(bfd),), None
    if bfd is None or not bfd.up:
        return (_undetected(core, bfd, master),), (), None
    detection = bfd.detection_ms
    if detection is None:
        return (), (f"not known: {core.device}: interval and multiplier of BFD",), None
    if detection > SLOWEST_DETECTION_MS:
        return (f"{core.device}: BFD takes {detection} ms to notice the death of {master}",), (), detection
    return (), (), detection


def returning(scene: Scene) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What goes wrong when the master comes back, and what is not known of it."""
    core = scene.core
    if isinstance(core, Unknown):
        return (), ()
    if isinstance(core.waits_for_tunnel, Unknown):
        return (), (not_known(core.waits_for_tunnel),)
    if core.waits_for_tunnel:
        return (), ()
    why = f"{core.device} goes back to it before there is a tunnel to it: packets are lost until then"
    return (why,), ()


def _backup_entry(core: CoreTables, master: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if isinstance(core.installed, Unknown):
        return (), (not_known(core.installed),)
    primary = [entry.towards for entry in core.installed if not entry.backup]
    if len(primary) > 1:
        return (f"{core.device} shares the load between {' and '.join(primary)}: neither is the backup",), ()
    if any(entry.towards != master for entry in core.installed):
        return (), ()
    return (f"{core.device} has no BGP FRR backup entry: BGP has to converge first",), ()


def _needs_no_switch(installed: Sequence[LspEntry], master: str) -> bool:
    """The master carries nothing."""
    return bool(installed) and all(entry.towards != master for entry in installed if not entry.backup)


def _undetected(core: CoreTables, bfd: Bfd | None, master: str) -> str:
    state = "no BFD" if bfd is None else "BFD is down"
    return f"{core.device}: {state} to {master}: its death is noticed by IGP and BGP timers only"


def not_known(unknown: Unknown) -> str:
    """In words."""
    return f"not known: {unknown.fact}"
