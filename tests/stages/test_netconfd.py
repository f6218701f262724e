"""Stages on two servers that we did not write, with our modules of BGP, interfaces and route policies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lxml import etree

import egresspair as ep
from egresspair._resources import yang_dir
from pair.rig import Rig, Watched
from servers.netconfd import Netconfd, available
from servers.recording import Recorder

from .documents import BACKUP, MASTER, intent, running

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=str(available())),
]

MODULES = tuple(
    f"huawei-{name}" for name in ("network-instance", "l3vpn", "routing-policy", "ifm", "ip", "bgp")
)
ACCEPT = {"interruption", "session-reset"}


@contextmanager
def server() -> Iterator[Watched]:
    with Netconfd([yang_dir()], MODULES) as one, one.plain_ncclient() as session:
        yield Watched(one, session)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with (
        server() as master,
        server() as backup,
        Recorder(master.server) as first,
        Recorder(backup.server) as second,
    ):
        yield Rig((master, backup), (first, second))


def texts(document: bytes, name: str) -> list[str]:
    return [str(each.text) for each in etree.fromstring(document).iterfind(f".//{{*}}{name}")]


def test_every_stage_is_there_after_and_gone_when_undone(rig: Rig) -> None:
    rig.edit(running())
    wanted = intent()
    with rig.open(wanted) as pair:
        results = pair.apply_stages(pair.plan_stages(wanted), accept=ACCEPT)
        assert [result.ending for result in results] == [ep.Ending.COMMITTED] * 4
        for document, own in zip(rig.running(), (MASTER, BACKUP), strict=True):
            assert texts(document, "static-label") == ["2001"]
            assert texts(document, "ip") == [own]
            assert texts(document, "export-policy") == ["label-out"]
            assert texts(document, "non-relay-tunnel") == ["true", "true"]
        assert pair.plan_stages(wanted).is_empty
        for result in reversed(results):
            undo = pair.plan_undo(pair.journal.entry(result.transaction))
            assert pair.apply(undo, accept=ACCEPT).ending is ep.Ending.COMMITTED
    gone = ("static-label", "ip", "export-policy", "network-route", "policy-definition", "interface")
    assert [texts(document, name) for document in rig.running() for name in gone] == [[]] * 12
    rig.assert_free()
