"""Copying running to startup, once both routers are confirmed."""

from __future__ import annotations

from ..netconf import rpc
from ..plan import Saving
from .effects import Flow
from .run import Run


def save(run: Run) -> Flow[None]:
    """Never rolls back: both routers hold the new configuration, and the result says what a reboot would
    do.
    """
    for participant in run:
        participant.saving = participant.plan.saving(save=False)
    if not run.policy.save:
        return
    copy = rpc.copy_config("running", "startup")
    savers = [p for p in run if p.plan.view.server.startup and p.alive]
    answers = yield from run.send("save", {p.role: (copy,) for p in savers})
    for participant in savers:
        (answer,) = answers[participant.role]
        participant.saving = Saving.SAVED if answer.ok else Saving.NOT_SAVED
        if not answer.ok:
            participant.notes.append(f"not saved: {answer}")
