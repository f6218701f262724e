"""What a route policy does with a host route: the first node that matches decides, and without one it is denied.

Three-valued: a node whose conditions are not all understood may match or not.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from .facts import PolicyNode, RoutePolicy

_RANGE = re.compile(r"(?P<network>\S+) ge (?P<lower>\d{1,2}) le (?P<upper>\d{1,2})")


def decides(
    policy: RoutePolicy, host_route: str, wanted: Callable[[PolicyNode], bool], *, labeled: bool = False
) -> bool | None:
    """Whether the node that decides about a host route is as wanted; None if it is not known which one decides.

    Args:
        labeled: the route comes with a label; a MASG's own routes have none before a policy gives them one.
    """
    answers = set()
    for node in policy.nodes:
        matches = _matches(node, host_route, labeled=labeled)
        if matches is not False:
            answers.add(wanted(node))
        if matches:
            return None if len(answers) > 1 else wanted(node)
    return None if any(answers) else False  # no node need match, and then it is denied


def permits(policy: RoutePolicy, host_route: str) -> bool | None:
    """Whether a host route passes."""
    return decides(policy, host_route, lambda node: node.permit)


def labels(policy: RoutePolicy, host_route: str, *, labeled: bool = False) -> bool | None:
    """Whether a host route passes with a label."""
    return decides(policy, host_route, lambda node: node.permit and node.applies_label, labeled=labeled)


def _matches(node: PolicyNode, host_route: str, *, labeled: bool) -> bool | None:
    if node.prefixes is not None and not any(_covers(entry, host_route) for entry in node.prefixes):
        return False
    if node.matches_label and not labeled:
        return False
    understood = (node.prefixes is not None) + node.matches_label
    return True if node.matches == understood else None


def _covers(entry: str, host_route: str) -> bool:
    found = _RANGE.fullmatch(entry)
    if found is None:
        return entry == host_route
    try:
        route, network = (
            ipaddress.IPv4Network(each, strict=False) for each in (host_route, found["network"])
        )
    except ValueError:
        return False
    return route.subnet_of(network) and int(found["lower"]) <= route.prefixlen <= int(found["upper"])
