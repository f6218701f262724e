"""Real packets through a real MPLS forwarding plane: Open vSwitch on its userspace datapath.

    entries = Entries(
        AsbrEntries(primary_label=48120, backup_label=48205, detection=Detection(50, 3)),
        master=MasgEntries(frozenset({48120}), {2001: Customer("vpna")}),
        backup=MasgEntries(frozenset({48205}), {2001: Customer("vpna")}),
        streams={"vpna": 2001},
    )
    run = run_packets(entries, Death.KILLED)
    run.settled("vpna")  # {("vpna", "backup"): 600}

One bridge a router, each with processes and a network namespace of its own. Root only; see `why_unavailable`.
"""

from __future__ import annotations

from .chart import runs_svg
from .entries import AsbrEntries, Customer, Detection, Entries, MasgEntries
from .network import RigUnavailable, why_unavailable
from .outcome import PacketRun, StreamOutcome
from .run import Death, Timing, run_packets

__all__ = [
    "AsbrEntries",
    "Customer",
    "Death",
    "Detection",
    "Entries",
    "MasgEntries",
    "PacketRun",
    "RigUnavailable",
    "StreamOutcome",
    "Timing",
    "run_packets",
    "runs_svg",
    "why_unavailable",
]
