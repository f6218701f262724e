"""What the routers themselves show of the numbers that a saving is computed from."""

from __future__ import annotations

from ..errors import UsageError
from .facts import Facts
from .savings import BfdTimers, Savings, savings_of


def savings_shown(
    facts: Facts,
    *,
    csgs: int | None = None,
    masgs: int | None = None,
    asbrs: int | None = None,
    end_to_end: BfdTimers | None = None,
    core: BfdTimers | None = None,
) -> Savings:
    """Compare the BFD without egress protection and with it; what is not given is taken from the routers.

    Args:
        csgs: if not given, the VPNv4 peers of the master: right where CSGs or AGGs peer with the MASGs directly.
        masgs: two if not given.
        asbrs: one if not given.
        end_to_end: if not given, as fast as the core, so that both detect equally fast.
        core: if not given, the timers of the core ASBR's BFD sessions.

    Raises:
        UsageError: the number of CSGs is neither given nor shown, or a number is below 1.
    """
    counted = csgs if csgs is not None else _vpnv4_peers(facts)
    if not counted and csgs is None:
        raise UsageError(
            "the routers do not show how many CSGs there are", where="csgs", hint="Give it with --csgs N."
        )
    fast = core or _core_timers(facts) or end_to_end
    return savings_of(
        csgs=counted,
        masgs=2 if masgs is None else masgs,
        asbrs=1 if asbrs is None else asbrs,
        end_to_end=end_to_end or fast,
        core=fast,
    )


def _vpnv4_peers(facts: Facts) -> int:
    return sum(peer.vpnv4 for peer in facts.master.peers.value or ())


def _core_timers(facts: Facts) -> BfdTimers | None:
    """Of the first session that tells them."""
    sessions = facts.asbr.bfd_sessions.value if facts.asbr else None
    for session in sessions or ():
        if session.interval_ms and session.multiplier:
            return BfdTimers(session.interval_ms, session.multiplier)
    return None
