"""Whoever took a label since the plan was made is seen under the lock, in the flight that takes the lock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egresspair.errors import RefusalReason, Refused
from egresspair.intent import Role
from egresspair.netconf.reply import Reply
from egresspair.plan import Plan
from egresspair.transaction import Ending, Result, apply_plan
from toy import plans, xml
from toy.network import Fault, ToyNetwork

PLAN, IDLE = plans.asking(plans.plan())
BOTH = tuple(Role)


def network(plan: Plan, replies: dict[Role, Reply], **how: object) -> ToyNetwork:
    toy = ToyNetwork(plan, **how)  # type: ignore[arg-type]  # whatever a test says
    for role, reply in replies.items():
        toy.routers[role].label_replies[IDLE.body] = reply
    return toy


def run(toy: ToyNetwork) -> Result:
    result = toy.run(apply_plan(toy.plan))
    assert isinstance(result, Result)
    return result


@pytest.mark.parametrize("reply", [xml.nothing, lambda: xml.idle((16, 32783)), lambda: xml.idle((16, 1999))])
def test_an_idle_label_is_given_and_so_is_one_of_which_nothing_is_known(reply: Callable[[], Reply]) -> None:
    toy = network(PLAN, dict.fromkeys(BOTH, reply()))
    assert run(toy).ending is Ending.COMMITTED


@pytest.mark.parametrize("role", BOTH)
def test_a_label_that_is_in_use_now_is_refused_before_any_edit(role: Role) -> None:
    toy = network(PLAN, {role: xml.idle((16, 2000), (2002, 32783))})
    with pytest.raises(
        Refused, match="label 2001 has been taken since the plan was made: it is in use"
    ) as caught:
        run(toy)
    assert caught.value.reason is RefusalReason.STALE
    assert caught.value.where == PLAN[role].device
    assert [exchange.flight for exchange in toy.exchanges] == ["lock", "unlock"]
    assert not any(router.locks for router in toy.routers.values())


@pytest.mark.parametrize("kind", ["refused", "lost before", "hang"])
def test_a_router_that_does_not_tell_any_more_is_left_as_it_is(kind: str) -> None:
    """After lock, lock, running and static labels this is the fifth operation."""
    toy = network(PLAN, {}, faults=(Fault(Role.BACKUP, 5, kind),))
    result = run(toy)
    assert result.ending is Ending.ABORTED
    assert "edit-config" not in toy.routers[Role.BACKUP].executed
    assert "the reading of the labels in use" in str(result.cause)
