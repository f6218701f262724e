"""From what fails to what is to be mended: the root causes, and what follows from each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .check import Check, Status
from .rules import RULES

_FOLLOWS = {rule.name: rule.follows_from for rule in RULES}


@dataclass(frozen=True, slots=True)
class RootCause:
    """A broken condition that no other broken condition explains.

    Attributes:
        consequences: what fails because of it, in the order of the checks.
    """

    check: Check
    consequences: tuple[Check, ...] = ()


def root_causes(checks: Sequence[Check], masgs: Collection[str]) -> tuple[RootCause, ...]:
    """The root causes of everything that fails, in the order of the checks.

    Args:
        masgs: the names of the two MASGs: what one lacks explains nothing of the other.
    """
    failing = [check for check in checks if check.status is Status.FAILS]
    explained = _Explained(failing, frozenset(masgs))
    roots = [check for check in failing if not explained.causes(check)]
    return tuple(RootCause(root, explained.following(root)) for root in roots)


class _Explained:
    """What fails, and what of it explains what."""

    def __init__(self, failing: Sequence[Check], masgs: frozenset[str]) -> None:
        self._failing = failing
        self._masgs = masgs

    def causes(self, check: Check) -> list[Check]:
        return [other for other in self._failing if self._explains(other, check)]

    def following(self, root: Check) -> tuple[Check, ...]:
        """All that fails because of it, by way of others as well."""
        reached, fresh = {id(root)}, [root]
        while fresh:
            cause = fresh.pop()
            new = [c for c in self._failing if id(c) not in reached and self._explains(cause, c)]
            reached.update(map(id, new))
            fresh += new
        return tuple(check for check in self._failing if id(check) in reached and check is not root)

    def _explains(self, cause: Check, check: Check) -> bool:
        if cause is check or check.finding.in_itself or cause.name not in _FOLLOWS.get(check.name, ()):
            return False
        return _same_subject(cause, check) and self._same_masg(cause, check)

    def _same_masg(self, cause: Check, check: Check) -> bool:
        masgs = {cause.device, check.device, check.subject} & self._masgs
        return cause.device not in self._masgs or len(masgs) == 1


def _same_subject(cause: Check, check: Check) -> bool:
    """About the same VPN instance or host route; what is about neither bears on all of its kind."""
    if not (cause.subject and check.subject) or not {cause.name, check.name} <= _BY_SUBJECT:
        return True
    return cause.subject == check.subject


_VPN = {"label-configured", "same-label", "label-mode", "label-owner", "label-range", "label-assigned"}
_VPN |= {"same-imports", "own-link", "vpn-up", "label-kept", "next-hop"}
_VPN |= {"intended-distinguisher", "intended-targets"}
_HOST = {"masg-label-policy", "originated", "two-routes", "preference", "backup-entry", "bfd-up", "bfd-fast"}
_HOST |= {"non-relay-tunnel", "ends-here", "no-gre", "loopback"}
_BY_SUBJECT = frozenset(_VPN | _HOST)
"""Rules whose subject is a VPN instance or a host route; of others it is a peer or nothing."""
