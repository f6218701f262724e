"""A label of a pair that the core may already switch over: what the routers originate is told as a risk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.pair_facts import HOST_ROUTE, MASTER, fact, masg_facts, seen, unknown
from egresspair.audit.facts import Facts, Origination
from egresspair.intent import Role
from egresspair.plan.in_service import in_service_risks, is_relabelling

from .views import intent, plan, vpn

WANTED = intent(3001, protected_host_routes=[HOST_ROUTE])


def facts(master: tuple[str, ...] = (HOST_ROUTE,), backup: tuple[str, ...] = ()) -> Facts:
    """A pair whose routers originate these host routes by `network`; the master owns `HOST_ROUTE`."""

    def masg(device: str, role: Role, address: str, routes: tuple[str, ...]) -> object:
        found = tuple(Origination(seen(device), route, non_relay_tunnel=True) for route in routes)
        return replace(masg_facts(device, role, address, ()), originations=fact(device, found))

    return Facts(
        masg("masg-1", Role.MASTER, MASTER, master),  # type: ignore[arg-type]
        masg("masg-2", Role.BACKUP, "192.0.2.6", backup),  # type: ignore[arg-type]
    )


def test_the_host_route_of_the_partner_makes_a_relabelling_a_risk() -> None:
    (risk,) = in_service_risks(WANTED, facts(backup=(HOST_ROUTE,)))
    assert risk.kind == "in-service"
    assert risk.what.startswith(f"masg-2: originates {HOST_ROUTE}, the host route of masg-1")
    assert "--staged" in risk.what


@pytest.mark.parametrize("backup", [(), ("192.0.2.9/32",), ("192.0.2.6/32",)])
def test_what_is_its_own_or_not_protected_is_no_risk(backup: tuple[str, ...]) -> None:
    assert in_service_risks(WANTED, facts(backup=backup)) == ()


def test_a_host_route_that_both_share_is_a_risk_as_long_as_both_originate_it() -> None:
    shared = facts(backup=(HOST_ROUTE,))
    nobody = replace(shared, master=replace(shared.master, addresses=fact("masg-1", frozenset())))
    (risk,) = in_service_risks(WANTED, nobody)
    assert risk.what.startswith(f"masg-1 and masg-2: originates {HOST_ROUTE}, which both routers share")
    alone = replace(nobody, backup=facts().backup)
    assert in_service_risks(WANTED, alone) == ()


def test_what_could_not_be_read_counts_as_originated() -> None:
    silent = facts()
    silent = replace(
        silent,
        backup=replace(
            silent.backup,
            originations=unknown("masg-2"),
        ),
    )
    (risk,) = in_service_risks(WANTED, silent)
    assert risk.what.startswith("masg-2: perhaps originates")


def test_without_host_routes_there_is_nothing_to_say() -> None:
    assert in_service_risks(intent(3001), facts(backup=(HOST_ROUTE,))) == ()


def test_only_a_pair_with_one_label_is_relabelled() -> None:
    both = vpn(static_label=2001)
    assert is_relabelling(plan(WANTED, both, both))
    assert not is_relabelling(plan(WANTED, both, vpn(static_label=2009)))
    assert not is_relabelling(plan(WANTED))
