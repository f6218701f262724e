"""An audit of two servers that we did not write, with the vendor's own modules where these are at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lxml import etree

from egresspair.audit.check import Status
from egresspair.audit.report import AuditReport
from egresspair.dialects.huawei_audit_tree import NAMESPACES
from pair.documents import LABELLED
from pair.rig import Rig, Watched, watched
from servers.netconfd import Netconfd, available
from servers.recording import Recorder

from .genuine import NE40E, folder
from .paper import Paper, intent

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=str(available())),
]

LOADED = ("network-instance", "l3vpn", "routing-policy", "mpls", "mpls-res", "tunnel-management")
"""Of the genuine modules. netconfd 2.13 dies without a word of huawei-bgp and huawei-bfd."""
LEFT_OUT = ("//bgp:bgp", "//bfd:bfd", "//mpls-ldp:ldp", "//*[local-name()='ifm']")


def audited(rig: Rig) -> AuditReport:
    wanted = intent(core_asbr=None, csg=None)
    with rig.open(wanted) as pair:
        return pair.audit(wanted)


def test_a_server_without_state_and_without_most_modules_gives_a_report() -> None:
    with (
        watched("subset") as master,
        watched("subset") as backup,
        Recorder(master.server) as first,
        Recorder(backup.server) as second,
    ):
        rig = Rig((master, backup), (first, second))
        rig.edit(LABELLED)
        report = audited(rig)
    status = {(check.name, check.device): check.status for check in report}
    assert status["label-configured", "masg-1"] is Status.HOLDS
    assert status["label-assigned", "masg-1"] is Status.UNKNOWN
    assert status["masg-session", "masg-2"] is Status.UNKNOWN
    assert not report.protected
    assert "the router shows no state of this VPN instance" in str(report)


def configuration(name: str) -> bytes:
    """The part of a router on paper that netconfd can hold."""
    root = Paper.healthy()[name].startup
    for element in (each for path in LEFT_OUT for each in root.xpath(path, namespaces=NAMESPACES)):
        element.getparent().remove(element)
    root.tag = "{urn:ietf:params:xml:ns:netconf:base:1.0}config"
    return etree.tostring(root)


@contextmanager
def genuine() -> Iterator[Watched]:
    """A server with the vendor's modules."""
    modules = tuple(f"huawei-{name}" for name in LOADED)
    with Netconfd([folder(NE40E)], modules) as server, server.plain_ncclient() as session:
        yield Watched(server, session)


@pytest.mark.vendor
def test_what_is_configured_is_found_by_the_filters() -> None:
    with (
        genuine() as master,
        genuine() as backup,
        Recorder(master.server) as first,
        Recorder(backup.server) as second,
    ):
        master.edit(configuration("masg-1"))
        backup.edit(configuration("masg-2"))
        report = audited(Rig((master, backup), (first, second)))
    status = {check.name: check.status for check in report if check.device in ("masg-1", "")}
    held = {name for name, each in status.items() if each is Status.HOLDS}
    assert held >= {"label-configured", "same-label", "label-mode", "same-imports"}
    facts = report.facts.master
    assert [(policy.name, policy.nodes[0].applies_label) for policy in facts.policies.value or ()] == [
        ("label-out", True)
    ]
    assert facts.addresses.value == frozenset({"192.0.2.5"})
    assert facts.tunnels.value == ()
    assert not facts.peers.known
