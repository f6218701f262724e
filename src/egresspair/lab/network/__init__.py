"""A network of four routers on paper: what they run, what can go wrong, and the state that follows. No I/O."""

from __future__ import annotations

from .documents import NAMES, VPNA, Document, VpnInstance
from .nodes import overlaid
from .paths import NAMESPACES
from .routing import ROLES, Mishaps
from .scenarios import HEALTHY, SCENARIOS, Play, Scenario, played, scenario_named
from .situation import Situation

__all__ = [
    "HEALTHY",
    "NAMES",
    "NAMESPACES",
    "ROLES",
    "SCENARIOS",
    "VPNA",
    "Document",
    "Mishaps",
    "Play",
    "Scenario",
    "Situation",
    "VpnInstance",
    "overlaid",
    "played",
    "scenario_named",
]
