"""Settling forwards, after the decision to commit: to both-new, or back if one router cannot follow."""

from __future__ import annotations

from lxml import etree

from ..netconf import rpc
from ..netconf.reply import Answer
from .effects import Flow, Sleep, now, wall
from .looking import let_go, look, pursue, put
from .outcome import Cause, Ending, Holds
from .participant import Participant
from .run import Run
from .verdict import diverged, doubt


def forward(run: Run, *, again: bool = False) -> Flow[tuple[Ending, Cause | None]]:
    """After the decision to commit: confirm what is still pending, and make the best of what is not.

    ``again``: where no router was confirmed and all are back at their pre-image, apply the change anew. By default that
    is an abort: hours later it would be an interruption that nobody expects.
    """
    yield from pursue(run, run.changing, _try_forward)
    yield from _outlast(run)
    reverted = [p for p in run.changing if p.holds is Holds.OLD]
    if reverted and (again or any(p.holds is Holds.NEW for p in run.changing)):
        yield from _again(run, reverted)
    return (yield from _forward_ending(run))


def _try_forward(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from _may_confirm(run, participant)):
        return False
    (confirm,) = yield from run.send_to(
        "confirm", participant, rpc.commit_confirming(persist_id=participant.token)
    )
    participant.confirmed = participant.confirmed or confirm.ok
    known = yield from look(run, participant)
    if known:
        yield from let_go(run, participant)
    return known


def _outlast(run: Run) -> Flow[None]:
    """Somebody keeps running locked, so that it cannot be proven: what outlasts its timer is confirmed."""
    waiting = [p for p in run.changing if not p.certain and p.alive and p.confirmed]
    if not waiting:
        return
    fires = max(p.commit_sent for p in waiting) + run.policy.confirm_timeout + run.policy.margin
    yield Sleep(max(0.0, fires - (yield from now())))
    for participant in waiting:
        (read,) = yield from run.send_to("read back", participant, participant.plan.read)
        participant.certain = participant.read(read) is not None and participant.is_new


def _may_confirm(run: Run, participant: Participant) -> Flow[bool]:
    """A confirming commit from another session also commits what stands in a shared candidate: take its
    lock first.

    A server may refuse that lock while a commit is pending even when the candidate is clean; then the
    candidate must equal running.
    """
    if "candidate" in participant.locks:
        return True
    (lock,) = yield from run.send_to("lock candidate", participant, rpc.lock("candidate"))
    if lock.ok:
        participant.locks.add("candidate")
        return True
    if not participant.alive:
        return False
    reads = rpc.get_config("candidate"), rpc.get_config("running")
    candidate, running = yield from run.send_to("compare", participant, *reads)
    return candidate.ok and running.ok and _same(candidate, running)


def _same(candidate: Answer, running: Answer) -> bool:
    texts = [
        etree.canonicalize(etree.tostring(answer.reply.data, encoding="unicode"), strip_text=True)
        for answer in (candidate, running)
        if answer.reply is not None and answer.reply.data is not None
    ]
    return len(texts) == 2 and texts[0] == texts[1]  # noqa: PLR2004  (both of them)


def _again(run: Run, reverted: list[Participant]) -> Flow[None]:
    """One router is confirmed and the other reverted meanwhile: apply there again, or take the confirmed one back."""
    clock = yield from wall()
    for participant in reverted:
        participant.note_rollback(clock)
        participant.certain = False
    yield from pursue(run, reverted, _try_again)
    if any(p.holds is Holds.OLD for p in reverted):
        confirmed = [p for p in run.changing if p.holds is Holds.NEW]
        for participant in confirmed:
            participant.certain = False
        yield from pursue(run, confirmed, _try_inverse)


def _try_again(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from look(run, participant)):
        return False
    if (
        participant.is_old
        and participant.plan.edit is not None
        and (yield from _label_free(run, participant))
    ):
        yield from put(run, participant, participant.plan.edit)
    yield from let_go(run, participant)
    return participant.certain


def _label_free(run: Run, participant: Participant) -> Flow[bool]:
    """The check of the plan, repeated under the lock: nobody else has taken the label meanwhile."""
    labels = yield from run.send_to("labels", participant, *participant.label_reads)
    unread = participant.read_owners(labels)  # of a lost session there may be no answer at all
    for owner in participant.strangers:
        participant.note(f"label {owner.label} is {owner.held} now")
    return bool(labels) and unread is None and not participant.strangers


def _try_inverse(run: Run, participant: Participant) -> Flow[bool]:
    if not (yield from look(run, participant)):
        return False
    if participant.is_new and participant.plan.inverse is not None:
        yield from put(run, participant, participant.plan.inverse)
        if participant.is_old:
            participant.took = False  # it was compensated, nothing was rolled back
            participant.note(
                "was confirmed, and was taken back with the inverse because the other could not follow"
            )
    yield from let_go(run, participant)
    return participant.certain


def _why_aborted(run: Run) -> Cause:
    if any(participant.confirmed for participant in run.changing):
        return Cause("one router reverted before its confirmation and did not take the change again")
    return Cause("no router could be confirmed before its timer reverted the change")


def _forward_ending(run: Run) -> Flow[tuple[Ending, Cause | None]]:
    held = {participant.holds for participant in run.changing}
    if held == {Holds.NEW}:
        return Ending.COMMITTED, None
    if held == {Holds.OLD}:
        return Ending.ABORTED, _why_aborted(run)
    if Holds.UNKNOWN in held:
        return Ending.IN_DOUBT, (yield from doubt(run))
    return Ending.DIVERGED, diverged(run)
