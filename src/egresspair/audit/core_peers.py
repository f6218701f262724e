"""Which peer of a MASG is the core ASBR."""

from __future__ import annotations

from collections.abc import Callable

from .check import Finding, Status, unread
from .facts import BgpPeer, Facts, MasgFacts

_BEST_FIRST = (Status.HOLDS, Status.UNKNOWN, Status.FAILS)


def to_core(masg: MasgFacts, facts: Facts, judge: Callable[[BgpPeer], Finding], without: Finding) -> Finding:
    """What is found of the peer that is the core ASBR, by its LSR ID; else the best that is found of a labeled peer.

    A router may peer by other addresses than its LSR ID, and an intent need not name the core ASBR. Where it could have
    been told apart and was not, nothing holds that does not hold of every peer.

    Args:
        without: what is found if there is no such peer.
    """
    unicast = [peer for peer in masg.peers.value or () if peer.labeled_unicast is not None]
    known = facts.asbr.addresses.value if facts.asbr else None
    core = [peer for peer in unicast if peer.address in (known or ())]
    candidates = core or [peer for peer in unicast if peer.labeled_unicast]
    found = [judge(peer) for peer in candidates]
    best = min(found, key=lambda each: _BEST_FIRST.index(each.status), default=without)
    if facts.asbr is None or best.status is not Status.HOLDS:
        return best
    doubt = unread(masg.device, best.subject, facts.asbr.addresses)
    if doubt and any(judge(peer).status is not Status.HOLDS for peer in unicast):
        return doubt
    return best
