"""A server that we did not write loads our modules and enforces them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree
from ncclient.operations import RPCError

from egresspair.schema import validate_config
from servers.netconfd import Netconfd, available

from .documents import Leaves, vpn_document
from .models import NE40E, YANG, subset_model

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=available() or ""),
]

RD: Leaves = {"route-distinguisher": "200:1"}


@pytest.fixture(scope="module")
def server() -> Iterator[Netconfd]:
    with Netconfd([YANG], ["huawei-network-instance", "huawei-l3vpn", *NE40E]) as running:
        yield running


@pytest.mark.parametrize(
    "leaves",
    [
        {**RD, "static-label": "2001", "target": "1:1"},
        {**RD, "label-mode": "per-instance", "static-label": "16"},
        {**RD, "static-label": "15"},
        {**RD, "static-label": "32784"},
        {**RD, "label-mode": "per-vrf"},
        {"route-distinguisher": "1"},
        {"label": "2001"},
    ],
    ids=lambda leaves: " ".join(f"{name}={value}" for name, value in leaves.items()),
)
def test_netconfd_gives_the_verdict_of_our_validation(server: Netconfd, leaves: Leaves) -> None:
    config = vpn_document(leaves)
    with server.plain_ncclient() as session:
        try:
            session.edit_config(etree.tostring(config).decode(), target="candidate")
            accepted = True
        except RPCError:
            accepted = False
        session.discard_changes()
    assert accepted == (validate_config(subset_model(NE40E), config) == ())
