"""What may be said at the end of a settled transaction, and what is left to do."""

from __future__ import annotations

from .effects import Flow, now, utc, wall
from .outcome import Cause, Ending, Holds
from .run import Run


def aborted_ending(run: Run) -> Ending:
    """What may be said after an abort."""
    held = {participant.holds for participant in run}
    if held <= {Holds.OLD, Holds.NOT_READ}:
        return Ending.ABORTED
    return Ending.IN_DOUBT if Holds.UNKNOWN in held else Ending.DIVERGED


def doubt(run: Run) -> Flow[Cause]:
    """What is not known of whom, and when the routers' own timers will have decided."""
    unknown = [p for p in run if p.holds is Holds.UNKNOWN]
    present, clock = (yield from now()), (yield from wall())
    fires = clock + max(p.commit_sent for p in unknown) + run.policy.confirm_timeout - present
    return Cause(
        "whether it holds the old or the new configuration is not known",
        where=" and ".join(participant.device for participant in unknown),
        hint=f"Its confirm timer will have fired by {utc(fires)}. Run egresspair recover.",
    )


def diverged(run: Run) -> Cause:
    """Who holds something that this transaction did not put there."""
    others = [p for p in run if p.holds is Holds.OTHER]
    if others:
        return Cause(
            "somebody else changed the same nodes meanwhile",
            where=" and ".join(participant.device for participant in others),
            hint="Compare the routers; the inverse payloads are in the plan. With unequal labels a failover may "
            "deliver to the wrong VPN.",
        )
    return Cause(
        "the routers could not be brought to the same state",
        hint="Compare them by hand; with unequal labels a failover may deliver to the wrong VPN.",
    )
