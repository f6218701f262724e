"""Undoing on servers that we did not write, and that know neither interfaces nor BGP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import egresspair as ep
from egresspair.errors import RefusalReason
from pair.documents import ALL, intent_of
from pair.rig import NOTHING, Rig, watched
from servers.netconfd import available
from servers.recording import Recorder

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=str(available())),
]
NEW_VPN = {"name": "vpnx", "static_label": 2005, "route_distinguisher": "200:5"}
IPV6 = """<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
  <network-instance xmlns="urn:huawei:yang:huawei-network-instance"><instances><instance><name>vpnx</name>
  <afs xmlns="urn:huawei:yang:huawei-l3vpn"><af><type>ipv6-unicast</type></af></afs></instance></instances>
  </network-instance></config>"""


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with (
        watched("subset") as master,
        watched("subset") as backup,
        Recorder(master.server) as first,
        Recorder(backup.server) as second,
    ):
        yield Rig((master, backup), (first, second))


def test_a_created_vpn_instance_goes_again_unless_it_is_in_use(rig: Rig) -> None:
    rig.edit(NOTHING)
    wanted = intent_of(NEW_VPN)
    done = rig.apply(wanted)
    assert rig.labels() == [{"vpnx": "2005"}] * 2
    with rig.open(wanted) as pair:
        entry = pair.journal.entry(done.transaction)
        plan = pair.plan_undo(entry)
        rig.edit(IPV6.encode())
        with pytest.raises(ep.Refused) as caught:
            pair.plan_undo(entry)
        assert caught.value.reason is RefusalReason.STALE
        assert "it has the address family ipv6-unicast" in caught.value.what
        rig.edit(
            IPV6.replace(
                "<af>", '<af xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="remove">'
            ).encode()
        )
        assert pair.apply(plan, accept=ALL).ending is ep.Ending.COMMITTED
    assert rig.labels() == [{}, {}]
    assert not [running for running in rig.running() if b"vpnx" in running]
    rig.assert_free()
