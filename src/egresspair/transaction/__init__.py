"""The transaction: two-phase commit over two routers, with the routers' confirm timers as the guard."""

from .checking import Check
from .driver import Driver
from .flow import apply_plan
from .outcome import Cause, Ending, Holds, Result, RouterResult
from .proven import Proven
from .seen import Seen
from .states import MOVES, State

__all__ = [
    "MOVES",
    "Cause",
    "Check",
    "Driver",
    "Ending",
    "Holds",
    "Proven",
    "Result",
    "RouterResult",
    "Seen",
    "State",
    "apply_plan",
]
