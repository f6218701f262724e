"""What is read, and how it is asked for, judged by the vendor's own modules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from egresspair import Role
from egresspair.audit.facts import FrrType, LspRole
from egresspair.audit.mends import (
    DependOnTunnel,
    EnableAutoFrr,
    EnableLdpBfd,
    LabelPeer,
    Mend,
    Prefer,
    RelayLabels,
)
from egresspair.dialects import AuditAnswer
from egresspair.dialects.huawei_audit import AUDIT
from egresspair.lab.network import SCENARIOS
from yang.models import samples_folder

from .genuine import ATN, NE40E, complaints, missing, validate
from .paper import HOST_ROUTES, VPNS, Router, broken

pytestmark = pytest.mark.vendor

READS = {
    f"{kind} {read.name}": read
    for kind, reads in {
        "masg": AUDIT.masg_reads(VPNS, HOST_ROUTES),
        "asbr": AUDIT.asbr_reads(HOST_ROUTES),
        "csg": AUDIT.csg_reads(VPNS),
    }.items()
    for read in reads
}
MENDS: tuple[Mend, ...] = (
    EnableAutoFrr(),
    DependOnTunnel(),
    LabelPeer("192.0.2.5"),
    RelayLabels("192.0.2.2"),
    Prefer("192.0.2.5", 200, "egress-protection-prefer-192.0.2.5", ("192.0.2.5/32", "192.0.2.7/32")),
    EnableLdpBfd(),
)


@pytest.mark.parametrize("platform", [NE40E, ATN])
def test_filters_name_nodes_that_exist_and_match_on_keys_only(platform: str) -> None:
    wrong = {name: found for name, read in READS.items() if (found := complaints(read.subtree, platform))}
    assert wrong == {}


OPTIONAL = {"masg distinguishers"}
"""Reads that may be refused: a route distinguisher that is configured is read elsewhere."""


@pytest.mark.parametrize("platform", [NE40E, ATN, "8.20.10/ne40e-x8x16"])
def test_filters_name_nothing_that_a_platform_takes_away(platform: str) -> None:
    wrong = {name: gone for name, read in READS.items() if (gone := missing(read.subtree, platform))}
    assert set(wrong) <= OPTIONAL, wrong


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_every_module_that_a_filter_names_is_declared(read: object) -> None:
    from egresspair.dialects import AuditRead  # noqa: PLC0415

    assert isinstance(read, AuditRead)
    named = {
        str(etree.QName(element).namespace) for element in etree.fromstring(read.subtree).iter(etree.Element)
    }
    assert {namespace.rpartition(":")[2] for namespace in named} == set(read.modules)


def test_whatever_the_labs_routers_show_is_such_as_the_models_allow(tmp_path: Path) -> None:
    shown = {f"{name} {scenario}": router.running for scenario, name, router in _all_routers()}
    different = {inside(element): name for name, element in shown.items()}
    assert validate({name: document for document, name in different.items()}, "get", NE40E, tmp_path) == ""


def test_whatever_the_labs_routers_run_is_such_as_the_models_allow(tmp_path: Path) -> None:
    saved = {f"{name} {scenario}": router.startup for scenario, name, router in _all_routers()}
    different = {inside(element): name for name, element in saved.items()}
    assert validate({name: document for document, name in different.items()}, "config", NE40E, tmp_path) == ""


def _all_routers() -> Iterator[tuple[str, str, Router]]:
    """Every router in every scenario."""
    for scenario in SCENARIOS:
        for name, router in broken(scenario).routers.items():
            yield scenario, name, router


def inside(element: etree._Element) -> bytes:
    """The top-level nodes."""
    return b"".join(etree.tostring(child) for child in element.iterchildren(etree.Element))


@pytest.mark.parametrize("mend", MENDS, ids=lambda mend: type(mend).__name__)
def test_what_would_mend_an_asbr_is_an_edit_that_the_models_allow(mend: Mend, tmp_path: Path) -> None:
    config = AUDIT.mending([mend]).find("{*}config")
    assert config is not None
    assert validate({"mend": inside(config)}, "edit", NE40E, tmp_path) == ""


def sample(name: str) -> AuditAnswer:
    """A sample document as the answer to a read."""
    files = sorted(samples_folder().glob(f"{name}-*.xml"))
    if not files:
        pytest.skip(f"no sample {name} in {samples_folder()}")
    return AuditAnswer(etree.parse(files[0]).getroot())


def test_sample_of_a_vpn() -> None:
    answers = {"vpn": sample("60"), "vpn-state": sample("60")}
    vpn = AUDIT.read_masg("masg-1", Role.MASTER, VPNS, answers).vpn("vpna")
    assert (vpn.static_label.value, vpn.assigned_label.value, vpn.status.value) == (2001, 2001, "up")
    assert vpn.route_distinguisher.value == "200:101"
    assert not vpn.routes.known


def test_sample_of_a_transit_lsp() -> None:
    lsps = AUDIT.read_asbr("asbr-1", {"lsps": sample("61")}).lsps.value
    assert lsps is not None
    assert [(lsp.frr_type, lsp.nexthop, lsp.out_label) for lsp in lsps] == [
        (FrrType.PRIMARY, "192.0.2.5", 48120),
        (FrrType.BACKUP, "192.0.2.6", 48205),
    ]


@pytest.mark.parametrize(
    ("name", "role", "operation"), [("62", LspRole.EGRESS, "pop"), ("63", LspRole.TRANSIT, "swappush")]
)
def test_samples_of_the_backups_lsp(name: str, role: LspRole, operation: str) -> None:
    lsps = AUDIT.read_masg("masg-2", Role.BACKUP, VPNS, {"lsps": sample(name)}).lsps.value
    assert lsps is not None
    assert [(lsp.role, lsp.operation, lsp.in_label) for lsp in lsps] == [(role, operation, 48205)]


def test_sample_of_bfd() -> None:
    sessions = AUDIT.read_asbr("asbr-1", {"ldp-bfd-sessions": sample("64")}).bfd_sessions.value
    assert sessions is not None
    assert [(each.destination, each.up, each.interval_ms, each.multiplier) for each in sessions] == [
        ("192.0.2.5", True, 50, 3)
    ]


def test_sample_of_a_peer() -> None:
    answers = {"bgp": sample("30"), "peers": sample("65"), "as": sample("30")}
    peers = AUDIT.read_masg("masg-1", Role.MASTER, VPNS, answers).peers.value
    assert peers is not None
    assert [(p.address, p.state, p.labeled_unicast, p.export_policy, p.external) for p in peers] == [
        ("192.0.2.4", "established", True, "label-out", False)
    ]


def test_sample_of_labels() -> None:
    facts = AUDIT.read_masg(
        "masg-1", Role.MASTER, VPNS, {"idle-labels": sample("66"), "label-range": sample("66")}
    )
    assert facts.label_range.value is not None
    assert (facts.label_range.value.first, facts.label_range.value.last) == (16, 32783)
    assert not any(2001 in labels for labels in facts.idle_labels.value or ())


def test_sample_of_a_routing_table() -> None:
    routes = AUDIT.read_asbr("asbr-1", {"host-routes": sample("67")}).rib.value
    assert routes is not None
    assert [(r.destination, r.nexthop, r.protocol, r.active) for r in routes] == [
        ("192.0.2.5/32", "192.0.2.5", "bgp", True)
    ]


def test_sample_of_a_core_asbr() -> None:
    whole = sample("32")
    facts = AUDIT.read_asbr("asbr-1", {"bgp": whole, "policies": whole, "ldp-bfd": whole, "as": whole})
    assert (facts.auto_frr.value, facts.nexthop_select.value, facts.ldp_bfd.value) == (
        True,
        "depend-tunnel",
        True,
    )
    preferences = {
        policy.name: [node.local_preference for node in policy.nodes] for policy in facts.policies.value or ()
    }
    assert preferences == {"label-relay": [None], "prefer-master": [200], "prefer-backup": [100]}
