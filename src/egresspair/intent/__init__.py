"""The intent: what the operator wants of a pair, and the rules that it must keep. Knows no device."""

from .model import Intent, Role, RouteDistinguishers, VpnInstance, VpnTargets
from .vpn_id import RouteDistinguisher, RouteTarget

__all__ = [
    "Intent",
    "Role",
    "RouteDistinguisher",
    "RouteDistinguishers",
    "RouteTarget",
    "VpnInstance",
    "VpnTargets",
]
