"""The facts of a lab pair, read over NETCONF with a client that we did not write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree
from ncclient import manager

from egresspair.audit.facts import Facts, MasgFacts, VpnFacts
from egresspair.dialects._auditing import AuditAnswer, AuditRead
from egresspair.dialects.huawei_audit import AUDIT
from egresspair.lab import Device, Lab


def with_labels_of(lab: Lab, by_hand: Facts) -> Facts:
    """What the lab's MASGs say of their VPN instances, in place of what was made by hand."""
    return replace(
        by_hand,
        master=_read(lab["master"], by_hand.master),
        backup=_read(lab["backup"], by_hand.backup),
    )


def _read(device: Device, by_hand: MasgFacts) -> MasgFacts:
    vpns = [vpn.name for vpn in by_hand.vpns]
    wanted = {"vpn", "vpn-state", "families"}
    reads = [read for read in AUDIT.masg_reads(vpns, []) if read.name in wanted]
    with _plain_ncclient(device) as session:
        answers = {read.name: AuditAnswer(_answer(session, read)) for read in reads}
    read = AUDIT.read_masg(device.name, by_hand.role, vpns, answers)
    return replace(by_hand, families=read.families, vpns=tuple(map(_routed, read.vpns, by_hand.vpns)))


def _routed(read: VpnFacts, by_hand: VpnFacts) -> VpnFacts:
    return replace(read, routes=by_hand.routes)


def _answer(session: Any, read: AuditRead) -> etree._Element:
    subtree = ("subtree", etree.fromstring(read.subtree))
    reply = session.get(subtree) if read.source == "state" else session.get_config(read.source, subtree)
    data = etree.fromstring(reply.xml.encode()).find("{*}data")
    assert data is not None
    return data


def _plain_ncclient(device: Device) -> Any:
    return manager.connect(
        host=device.host,
        port=device.port,
        username=device.username,
        key_filename=str(device.key_file),
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
        timeout=10,
        device_params={"name": "huaweiyang"},
    )
