"""Keeping an eye on a pair: what was changed on either router, by whom, and whether the pair is still whole.

`Watch` iterates; what decides is pure: `attention` (when a router is read), `comparing`, `judge` and `ledger`.
"""

from .codec import event_facts
from .judge import judge_pair
from .link import Link
from .model import Back, Drift, Finding, Judge, Lost, PairState, RouterState, Source, Standing, Watched
from .text import event_line
from .watch import INTERVAL, Watch, links_to, watch_pair

__all__ = [
    "INTERVAL",
    "Back",
    "Drift",
    "Finding",
    "Judge",
    "Link",
    "Lost",
    "PairState",
    "RouterState",
    "Source",
    "Standing",
    "Watch",
    "Watched",
    "event_facts",
    "event_line",
    "judge_pair",
    "links_to",
    "watch_pair",
]
