"""From facts to a walk: each way in which protection is broken, as the routers would tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.pair_facts import (
    ASBR,
    BACKUP,
    CSG,
    HOST_ROUTE,
    MASTER,
    asbr_facts,
    customer_route,
    fact,
    healthy,
    seen,
    transit,
    unknown,
)
from egresspair.audit.facts import BgpPeer, Facts, FrrType, LabelStackEntry, LabelUse, LspRole, VpnFamily
from egresspair.audit.walk import Verdict, Walk, scenes_of, walks_of

HEALTHY = healthy()


def walked(facts: Facts) -> Walk:
    return walks_of(scenes_of(facts, [HOST_ROUTE]))["vpna"]


def with_backup(**changes: Any) -> Facts:
    return replace(HEALTHY, backup=replace(HEALTHY.backup, **changes))


def with_backups_vpn(**changes: Any) -> Facts:
    return with_backup(vpns=(replace(HEALTHY.backup.vpns[0], **changes),))


def with_asbr(**changes: Any) -> Facts:
    return replace(HEALTHY, asbr=replace(asbr_facts(), **changes))


def with_csg(**changes: Any) -> Facts:
    assert HEALTHY.csg is not None
    return replace(HEALTHY, csg=replace(HEALTHY.csg, **changes))


def pushing(label: int) -> Facts:
    assert HEALTHY.csg is not None
    stack = (LabelStackEntry("vpna", "203.0.113.0", 24, 1, 2, seen("csg-1"), "vpn", label),)
    return with_csg(vpns=(replace(HEALTHY.csg.vpns[0], label_stack=fact("csg-1", stack)),))


def families(*more: VpnFamily) -> Any:
    return fact("masg-2", (*(HEALTHY.backup.families.value or ()), *more))


def distant_peer(device: str, address: str) -> Any:
    peer = BgpPeer(address, seen(device), vpnv4=True, external=True, max_hops=10, local_ifnet_disable=False)
    return fact(device, (peer,))


def lsp_of_backup(**changes: Any) -> Any:
    lsps = HEALTHY.backup.lsps.value
    assert lsps
    return fact("masg-2", (replace(lsps[0], **changes),))


ONE_ROUTE = with_asbr(
    lsps=fact("asbr-1", (transit("asbr-1", MASTER, FrrType.PRIMARY),)),
    routes=fact("asbr-1", (asbr_facts().routes.value or ())[:1]),
)
NO_FRR = with_asbr(lsps=fact("asbr-1", (transit("asbr-1", MASTER, FrrType.PRIMARY),)))
SHARED_LOAD = with_asbr(
    lsps=fact("asbr-1", tuple(transit("asbr-1", nexthop, FrrType.PRIMARY) for nexthop in (MASTER, BACKUP)))
)
STITCHED = with_backup(
    lsps=lsp_of_backup(role=LspRole.TRANSIT, operation="swappush", nexthop=MASTER, out_label=48011)
)
GRE = with_asbr(
    rib=fact("asbr-1", tuple(replace(r, tunnel_type="gre") for r in asbr_facts().rib.value or ()))
)
OF_ANOTHER = with_backup(
    vpns=(replace(HEALTHY.backup.vpns[0], assigned_label=fact("masg-2", 2002)),),
    families=families(VpnFamily("vpnb", "ipv4-unicast", seen("masg-2"), 2001, 2001)),
)


def test_a_healthy_pair_goes_on() -> None:
    found = walked(HEALTHY)
    assert found.protected
    assert [step.device for step in found.after.steps] == ["csg-1", "asbr-1", "masg-2"]
    assert found.after.steps[1].stack == ("transport", 48205, 2001)
    assert found.detection_ms == 150


@pytest.mark.parametrize(
    ("facts", "verdict", "word"),
    [
        pytest.param(OF_ANOTHER, Verdict.WRONG_VPN, "that of vpnb (ipv4-unicast) there", id="1 foreign"),
        pytest.param(
            with_backups_vpn(assigned_label=fact("masg-2", 2002)),
            Verdict.DROPPED,
            "nobody holds",
            id="1 differs",
        ),
        pytest.param(
            with_backups_vpn(assigned_label=fact("masg-2", None)), Verdict.DROPPED, "nobody holds", id="2"
        ),
        pytest.param(
            with_backup(
                vpns=(replace(HEALTHY.backup.vpns[0], assigned_label=fact("masg-2", None)),),
                label_uses=fact("masg-2", (LabelUse("static LSP", "to-p1", 2001, seen("masg-2")),)),
            ),
            Verdict.WRONG_VPN,
            "that of to-p1 (static LSP) there",
            id="4 in use",
        ),
        pytest.param(
            with_backups_vpn(routes=fact("masg-2", ())), Verdict.DROPPED, "no route to the customer", id="5"
        ),
        pytest.param(
            with_backups_vpn(
                routes=fact("masg-2", (customer_route("masg-2", MASTER, tunnel_type="ldp", out_label=2001),))
            ),
            Verdict.LOOPED,
            "only by masg-1",
            id="6",
        ),
        pytest.param(
            with_backups_vpn(status=fact("masg-2", "down")), Verdict.DROPPED, "vpna is down", id="7"
        ),
        pytest.param(ONE_ROUTE, Verdict.DROPPED, "no second labeled route", id="8 to 10, 16"),
        pytest.param(STITCHED, Verdict.LOOPED, "sends the packet on to masg-1", id="15"),
        pytest.param(pushing(30017), Verdict.UNKNOWN, "csg-1 pushes 30017, masg-1 gave 2001", id="17"),
        pytest.param(
            with_csg(peers=distant_peer("csg-1", MASTER)), Verdict.DROPPED, "local-ifnet", id="19 CSG"
        ),
        pytest.param(
            with_backup(peers=distant_peer("masg-2", CSG)), Verdict.DROPPED, "local-ifnet", id="19 MASG"
        ),
        pytest.param(GRE, Verdict.DROPPED, "GRE", id="20"),
        pytest.param(
            with_backups_vpn(assigned_label=unknown("masg-2")),
            Verdict.UNKNOWN,
            "did not answer",
            id="unknown label",
        ),
        pytest.param(
            with_backup(lsps=unknown("masg-2")), Verdict.UNKNOWN, "did not answer", id="unknown LSPs"
        ),
        pytest.param(
            with_backups_vpn(routes=unknown("masg-2")), Verdict.UNKNOWN, "did not answer", id="unknown routes"
        ),
        pytest.param(with_asbr(lsps=unknown("asbr-1")), Verdict.UNKNOWN, "did not answer", id="unknown ASBR"),
        pytest.param(replace(HEALTHY, asbr=None), Verdict.UNKNOWN, "does not name", id="no ASBR"),
    ],
)
def test_where_the_packet_ends(facts: Facts, verdict: Verdict, word: str) -> None:
    found = walked(facts)
    assert found.verdict is verdict
    assert word in found.after.why


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        pytest.param(SHARED_LOAD, "shares the load", id="11"),
        pytest.param(NO_FRR, "no BGP FRR backup entry", id="12"),
        pytest.param(with_asbr(bfd_sessions=fact("asbr-1", ())), "no BFD", id="14 none"),
    ],
)
def test_what_delays_the_switch(facts: Facts, word: str) -> None:
    found = walked(facts)
    assert found.verdict is Verdict.DELAYED
    assert any(word in delay for delay in found.delays)


def test_bfd_to_another_address_watches_nothing() -> None:
    sessions = asbr_facts().bfd_sessions.value or ()
    elsewhere = with_asbr(bfd_sessions=fact("asbr-1", (replace(sessions[0], destination=ASBR),)))
    assert walked(elsewhere).verdict is Verdict.DELAYED


def test_without_a_csg_the_masters_label_is_what_is_pushed() -> None:
    found = walked(replace(HEALTHY, csg=None))
    assert found.protected
    assert found.after.steps[0].stack == (2001,)


def test_without_host_routes_in_the_intent_those_of_the_lsps_are_walked() -> None:
    assert [scene.host_route for scene in scenes_of(HEALTHY)] == [HOST_ROUTE]


def test_an_own_route_that_covers_the_customers_network_is_a_way() -> None:
    """The longest match counts, not the spelling."""
    wider = customer_route("masg-2", prefix="203.0.0.0", length=8)
    assert walked(with_backups_vpn(routes=fact("masg-2", (wider,)))).protected


def test_a_more_specific_route_by_the_partner_is_a_loop() -> None:
    by_partner = customer_route("masg-2", MASTER, tunnel_type="ldp", out_label=2001)
    wider = customer_route("masg-2", prefix="203.0.0.0", length=8)
    assert walked(with_backups_vpn(routes=fact("masg-2", (wider, by_partner)))).verdict is Verdict.LOOPED
