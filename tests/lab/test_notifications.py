"""Subscriptions (RFC 5277) to what happens to running (RFC 6470)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree

from egresspair.lab import Device, Lab

from .client import Client, session
from .documents import COMMIT, DISCARD, cancel, confirmed, confirming, edit, get, vpn

NOTIFICATION = "urn:ietf:params:xml:ns:netconf:notification:1.0"
EVENTS = "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"
SUBSCRIBE = f'<create-subscription xmlns="{NOTIFICATION}">{{}}</create-subscription>'
VPNA = "/ni:network-instance/ni:instances/ni:instance[ni:name='vpna']"
LABEL = VPNA + "/l3vpn:afs/l3vpn:af[l3vpn:type='ipv4-unicast']/l3vpn:static-label"


@pytest.fixture
def device() -> Iterator[Device]:
    with Lab(switches={"any": ["notifications"]}) as lab:
        yield lab["master"]


@pytest.fixture
def listener(device: Device) -> Iterator[Client]:
    with session(device) as client:
        client.ok(SUBSCRIBE.format(""))
        yield client


def heard(client: Client) -> etree._Element:
    """The event of the next notification."""
    root = etree.fromstring(client.receive())
    assert root.tag == f"{{{NOTIFICATION}}}notification"
    time, event = root
    assert time.tag == f"{{{NOTIFICATION}}}eventTime"
    assert (time.text or "").endswith("+00:00")
    return event


def facts(event: etree._Element) -> dict[str, str]:
    """The leaves of an event by their local names."""
    return {etree.QName(leaf).localname: leaf.text or "" for leaf in event.iter() if len(leaf) == 0}


def test_a_commit_is_announced_with_who_and_what(device: Device, listener: Client) -> None:
    with session(device) as other:
        other.ok(edit(vpn("vpna", label=2001)))
        other.ok(COMMIT)
        created = heard(listener)
        other.ok(edit(vpn("vpna", rd="", label=3001)))
        other.ok(COMMIT)
        changed = heard(listener)
        assert facts(created) == {
            "username": "lab",
            "session-id": str(other.session_id),
            "source-host": "127.0.0.1",
            "datastore": "running",
            "target": VPNA,
            "operation": "create",
        }
    assert (facts(changed)["target"], facts(changed)["operation"]) == (LABEL, "replace")
    target = changed.find(f".//{{{EVENTS}}}target")
    assert target is not None
    assert target.nsmap["l3vpn"] == "urn:huawei:yang:huawei-l3vpn"


def test_what_is_not_committed_is_not_announced(device: Device, listener: Client) -> None:
    with session(device) as other:
        other.ok(edit(vpn("vpna")))
        other.ok(DISCARD)
        other.ok(edit(vpn("vpnb")))
        other.ok(COMMIT)
    assert "vpnb" in facts(heard(listener))["target"]


def test_the_command_line_is_a_session_that_is_not_netconf(device: Device, listener: Client) -> None:
    device.edit_as_other(b'<network-instance xmlns="urn:huawei:yang:huawei-network-instance"><instances>'
                         b"<instance><name>vpna</name></instance></instances></network-instance>")  # fmt: skip
    assert facts(heard(listener))["session-id"] == "0"


def test_a_trial_is_announced_from_start_to_end(device: Device, listener: Client) -> None:
    def events(count: int) -> list[tuple[str, str]]:
        found = [heard(listener) for _ in range(count)]
        return [(etree.QName(each).localname, facts(each).get("confirm-event", "")) for each in found]

    change = ("netconf-config-change", "")
    with session(device) as other:
        other.ok(edit(vpn("vpna")))
        other.ok(confirmed(100, persist="t"))
        assert events(2) == [change, ("netconf-confirmed-commit", "start")]
        other.ok(confirmed(200, persist="t").replace("</commit>", "<persist-id>t</persist-id></commit>"))
        assert events(1) == [("netconf-confirmed-commit", "extend")]
        other.ok(confirming("t"))
        assert events(1) == [("netconf-confirmed-commit", "complete")]
        other.ok(edit(vpn("vpnb")))
        other.ok(confirmed(100, persist="u"))
        events(2)
        other.ok(cancel("u"))
        assert events(2) == [("netconf-confirmed-commit", "cancel"), change]


def test_a_timer_is_the_router_itself(device: Device, listener: Client) -> None:
    with session(device) as other:
        other.ok(edit(vpn("vpna")))
        other.ok(confirmed(1, persist="t"))
        assert facts(heard(listener))["username"] == "lab"
        assert facts(heard(listener))["timeout"] == "1"
        assert facts(heard(listener)) == {"confirm-event": "timeout"}
        change = facts(heard(listener))
    assert "server" in change
    assert "username" not in change
    assert change["operation"] == "delete"


def test_a_session_that_listens_can_go_on_asking(device: Device, listener: Client) -> None:
    """``:interleave``."""
    streams = get('<netconf xmlns="urn:ietf:params:xml:ns:netmod:notification"/>')
    assert "NETCONF" in etree.tostring(listener.call(streams)).decode()
    listener.ok(edit(vpn("vpna")))
    listener.post(COMMIT)
    messages = [etree.fromstring(listener.receive()) for _ in range(2)]
    assert {etree.QName(each).localname for each in messages} == {"rpc-reply", "notification"}


def test_a_filter_chooses_events(device: Device) -> None:
    wanted = f'<filter><netconf-confirmed-commit xmlns="{EVENTS}"/></filter>'
    with session(device) as client, session(device) as other:
        client.ok(SUBSCRIBE.format(wanted))
        other.ok(edit(vpn("vpna")))
        other.ok(confirmed(100, persist="t"))
        assert facts(heard(client))["confirm-event"] == "start"


@pytest.mark.parametrize(
    ("inside", "tag"),
    [
        ("<stream>SNMP</stream>", "invalid-value"),
        ("<startTime>2026-11-26T00:00:00Z</startTime>", "operation-failed"),
        ("<stopTime>2026-11-26T00:00:00Z</stopTime>", "operation-failed"),
        ('<filter type="xpath" select="/"/>', "bad-attribute"),
        ("<loudly/>", "unknown-element"),
    ],
)
def test_what_cannot_be_subscribed_to(device: Device, inside: str, tag: str) -> None:
    with session(device) as client:
        assert client.error(SUBSCRIBE.format(inside)) == tag


def test_a_session_subscribes_once(listener: Client) -> None:
    assert listener.error(SUBSCRIBE.format("")) == "operation-failed"


def test_without_the_switch_there_are_none() -> None:
    with Lab() as lab, session(lab["master"]) as client:
        assert not any("notification:1.0" in uri for uri in client.capabilities)
        assert client.error(SUBSCRIBE.format("")) == "operation-not-supported"


def test_with_it_they_are_offered(device: Device, listener: Client) -> None:
    assert "urn:ietf:params:netconf:capability:notification:1.0" in listener.capabilities
    assert "urn:ietf:params:netconf:capability:interleave:1.0" in listener.capabilities
