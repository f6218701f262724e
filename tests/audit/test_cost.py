"""What an audit reads does not grow with what is beside the pair, apart from names, families and labels."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.dialects import AuditRead
from egresspair.dialects.huawei_audit import AUDIT

from .paper import HOST_ROUTES, VPNS, Paper

L3VPN = "urn:huawei:yang:huawei-l3vpn"
OTHER = (
    '<instance xmlns="urn:huawei:yang:huawei-network-instance"><name>other-{0}</name>'
    '<afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv4-unicast</type>'
    "<route-distinguisher>200:{0}</route-distinguisher><label-mode>per-instance</label-mode>"
    "<static-label>{0}</static-label><vpn-targets><vpn-target><value>1:{0}</value>"
    "<type>import-extcommunity</type></vpn-target></vpn-targets><state><label>{0}</label><status>up</status></state>"
    '<routing xmlns="urn:huawei:yang:huawei-routing"><routing-manage><topologys><topology><name>base</name><routes>'
    "<ipv4-unicast-routes><ipv4-unicast-route><prefix>10.0.0.0</prefix><mask-length>8</mask-length>"
    "<protocol-type>static</protocol-type></ipv4-unicast-route></ipv4-unicast-routes></routes></topology></topologys>"
    "</routing-manage></routing></af></afs></instance>"
)
MASG = AUDIT.masg_reads(VPNS, HOST_ROUTES)


def crowded(others: int) -> Paper:
    """A pair whose routers have that many other VPN instances."""
    paper = Paper.healthy()
    for name in ("masg-1", "masg-2", "asbr-1", "csg-1"):
        for number in range(3000, 3000 + others):
            paper[name].add("//ni:instances", OTHER.format(number))
    return paper


def size(paper: Paper, name: str, reads: tuple[AuditRead, ...]) -> int:
    """Octets of all answers but that of the labels."""
    answers = paper[name].answers(tuple(read for read in reads if read.name != "families"))
    return sum(len(etree.tostring(answer.data)) for answer in answers.values() if answer.data is not None)


@pytest.mark.parametrize(
    ("name", "reads"),
    [("masg-1", MASG), ("asbr-1", AUDIT.asbr_reads(HOST_ROUTES)), ("csg-1", AUDIT.csg_reads(VPNS))],
)
def test_200_other_vpns_make_no_answer_longer_but_the_labels(name: str, reads: tuple[AuditRead, ...]) -> None:
    assert size(crowded(200), name, reads) <= 1.3 * size(crowded(1), name, reads)


def test_of_other_vpns_the_labels_read_asks_for_names_families_labels_and_status_only() -> None:
    families = next(read for read in MASG if read.name == "families")
    answer = crowded(1)["masg-1"].answers((families,))["families"].data
    assert answer is not None
    other = answer.xpath("//*[local-name()='instance'][*='other-3000']")[0]
    leaves = {etree.QName(leaf).localname for leaf in other.iter(etree.Element) if len(leaf) == 0}
    assert leaves == {"name", "type", "static-label", "label", "status"}


def test_they_do_not_change_the_verdict_where_their_labels_agree() -> None:
    assert crowded(20).audit().protected
