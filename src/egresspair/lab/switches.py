"""Standing habits of a device of the lab, as against `faults`, which happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

SWITCHES: Final[Mapping[str, str]] = {
    "dirty-candidate": "somebody left an edit in the candidate",
    "locked": "another session holds the lock of running and never ends",
    "candidate-locked": "another session holds the lock of the candidate and never ends",
    "rollback-blocked-by-lock": "a timer that fires while running is locked reverts nothing (netconfd)",
    "validate-breaks-commit": (
        "a commit after <validate> of the candidate answers ok, but only empties the candidate (netconfd)"
    ),
    "no-candidate": "no candidate datastore",
    "no-confirmed-commit": "no confirmed commit",
    "no-persist": "confirmed-commit:1.0 only: no persist, no persist-id, no cancel-commit",
    "no-validate": "no <validate> and no test-option",
    "no-get-schema": "no ietf-netconf-monitoring: it gives no YANG modules and does not say who holds a lock",
    "no-startup": "no separate startup datastore",
    "no-state": "the state of VPN instances is absent",
    "vpn-down": "no interface of any VPN instance is up: all of them are down, and no label is in use",
    "notifications": "subscriptions (RFC 5277) to what happens to running (RFC 6470)",
    "writable-running": "running can be edited directly",
    "private-candidate": "each session has a candidate of its own, as VRP documents it",
    "base-1.0": "only base:1.0, so end-of-message framing",
    "restart-keeps-running": "after a restart running is what it was, not startup",
}
"""Every switch and what it does."""


def known_switches(names: Iterable[str]) -> frozenset[str]:
    """The names as a set.

    Raises:
        ValueError: there is no such switch.
    """
    found = frozenset(names)
    for name in sorted(found - SWITCHES.keys()):
        raise ValueError(f"no switch {name!r}; there are {', '.join(SWITCHES)}")
    return found
