"""The intent: what the operator wants of a pair, and the rules that it must keep. Knows no device."""

from .dump import dump_intent
from .load import Format, load_intent, parse_intent
from .model import Intent, Role, RouteDistinguishers, VpnInstance, VpnTargets, refuse_no_intent
from .prerequisites import ImportRoute, Loopback, Loopbacks, Prerequisites
from .vpn_id import RouteDistinguisher, RouteTarget

__all__ = [
    "Format",
    "ImportRoute",
    "Intent",
    "Loopback",
    "Loopbacks",
    "Prerequisites",
    "Role",
    "RouteDistinguisher",
    "RouteDistinguishers",
    "RouteTarget",
    "VpnInstance",
    "VpnTargets",
    "dump_intent",
    "load_intent",
    "parse_intent",
    "refuse_no_intent",
]
