"""The transaction: two-phase commit over two routers, with the routers' confirm timers as the guard."""

from .driver import Driver
from .flow import apply_plan
from .outcome import Cause, Ending, Holds, Result, RouterResult
from .states import MOVES, State

__all__ = [
    "MOVES",
    "Cause",
    "Driver",
    "Ending",
    "Holds",
    "Result",
    "RouterResult",
    "State",
    "apply_plan",
]
