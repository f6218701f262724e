"""What a session does with messages, right, odd or wrong (RFC 6241, sections 3, 4 and 8.1; RFC 6242)."""

from __future__ import annotations

import pytest
from lxml import etree

from egresspair.lab import Device, Lab

from .client import BASE, BASE_1_0, BASE_1_1, NS, Client, EndOfSession, session
from .documents import LOCK, edit, get_config, vpn


def test_both_framings(device: Device) -> None:
    for versions, chunked in (((BASE_1_0,), False), ((BASE_1_1,), True), ((BASE_1_0, BASE_1_1), True)):
        with session(device, *versions) as client:
            assert client.chunked is chunked
            client.ok(LOCK.format("running"))
        device.wait_for(lambda d: not d.locks)


def test_a_server_of_base_1_0_does_not_chunk() -> None:
    with Lab(["master"], switches={"any": ["base-1.0"]}) as lab, session(lab["master"]) as client:
        assert not client.chunked
        client.ok(LOCK.format("running"))


def test_bytes_may_come_one_at_a_time(client: Client) -> None:
    message = f'<rpc xmlns="{BASE}" message-id="x">{LOCK.format("running")}</rpc>'.encode()
    for octet in b"\n#%d\n%b\n##\n" % (len(message), message):
        client.raw(bytes([octet]))
    assert b"ok" in client.receive()


def test_a_message_may_come_in_many_chunks(client: Client) -> None:
    message = f'<rpc xmlns="{BASE}" message-id="x">{LOCK.format("running")}</rpc>'.encode()
    client.raw(b"".join(b"\n#1\n%c" % octet for octet in message) + b"\n##\n")
    assert b"ok" in client.receive()


def test_pipelined_operations_are_answered_in_order(client: Client) -> None:
    sent = [
        client.post(LOCK.format("running")),
        client.post(edit(vpn())),
        client.post(get_config("candidate")),
    ]
    replies = [etree.fromstring(client.receive()) for _ in sent]
    assert [reply.get("message-id") for reply in replies] == sent
    assert replies[2].xpath("//*[local-name()='name'][.='vpn1']")


def test_an_rpc_may_stand_right_behind_the_hello(device: Device) -> None:
    client = Client(device)
    message = f'<rpc xmlns="{BASE}" message-id="x">{LOCK.format("running")}</rpc>'.encode()
    client.greet(b"\n#%d\n%b\n##\n" % (len(message), message))
    assert b"ok" in client.receive()
    client.close()


def test_every_attribute_of_the_rpc_comes_back(client: Client) -> None:
    reply = client.call(get_config(), 'xmlns:ex="urn:example" ex:user="fred" colour="red"')
    assert reply.get("{urn:example}user") == "fred"
    assert reply.get("colour") == "red"


def test_prefixes_are_as_good_as_a_default_namespace(client: Client) -> None:
    lock = "<n:lock><n:target><n:running/></n:target></n:lock>"
    client.send(
        f'<?xml version="1.0"?><n:rpc xmlns:n="{BASE}" message-id="7"><!-- c -->{lock}</n:rpc>'.encode()
    )
    reply = etree.fromstring(client.receive())
    assert reply.get("message-id") == "7"
    assert reply.find("nc:ok", NS) is not None


MALFORMED = [
    b"this is not XML",
    b"<rpc",
    b"",
    f'<rpc xmlns="{BASE}" message-id="1"><get></rpc>'.encode(),
    b'<!DOCTYPE x [<!ENTITY e "boom">]><rpc xmlns="%b" message-id="1"><get/></rpc>' % BASE.encode(),
    b'<rpc xmlns="urn:other" message-id="1"><get/></rpc>',
    b"\xff\xfe<rpc/>",
]


@pytest.mark.parametrize("message", [each for each in MALFORMED if each])
def test_a_malformed_message_is_answered_and_the_session_goes_on(client: Client, message: bytes) -> None:
    client.send(message)
    reply = etree.fromstring(client.receive())
    assert reply.findtext(".//nc:error-tag", "", NS) == "malformed-message"
    client.ok(LOCK.format("running"))


@pytest.mark.parametrize("message", MALFORMED)
def test_an_old_peers_session_ends_instead(device: Device, message: bytes) -> None:
    with session(device, BASE_1_0) as client:
        client.send(message)
        with pytest.raises(EndOfSession):
            client.receive()


@pytest.mark.parametrize("octets", [b"<rpc/>]]>]]>", b"\n#0\n", b"\n#5\nabc\n##\n" + b"x" * 20])
def test_broken_framing_ends_the_session(client: Client, device: Device, octets: bytes) -> None:
    client.raw(octets)
    with pytest.raises(EndOfSession):
        client.receive()
    device.wait_for(lambda d: not d.sessions)


@pytest.mark.parametrize(
    ("rpc", "tag"),
    [
        (f'<rpc xmlns="{BASE}"><get/></rpc>', "missing-attribute"),
        (f'<rpc xmlns="{BASE}" message-id="1"/>', "missing-element"),
        (f'<rpc xmlns="{BASE}" message-id="1"><get/><get/></rpc>', "bad-element"),
        (f'<rpc xmlns="{BASE}" message-id="1"><comit/></rpc>', "operation-not-supported"),
        (f'<rpc xmlns="{BASE}" message-id="1"><get xmlns="urn:other"/></rpc>', "operation-not-supported"),
    ],
)
def test_an_rpc_that_is_none(client: Client, rpc: str, tag: str) -> None:
    client.send(rpc.encode())
    reply = etree.fromstring(client.receive())
    assert [error.text for error in reply.iterfind(".//nc:error-tag", NS)] == [tag]
    client.ok(LOCK.format("running"))


WITH_SESSION_ID = (
    f'<hello xmlns="{BASE}"><capabilities><capability>{BASE_1_1}</capability></capabilities>'
    "<session-id>4</session-id></hello>"
)


@pytest.mark.parametrize(
    "hello",
    [
        "<hello/>",
        f'<hello xmlns="{BASE}"/>',
        f'<hello xmlns="{BASE}"><capabilities><capability>urn:x</capability></capabilities></hello>',
        WITH_SESSION_ID,
        f'<rpc xmlns="{BASE}" message-id="1"><get/></rpc>',
        "nonsense",
    ],
)
def test_a_bad_hello_ends_the_session(device: Device, hello: str) -> None:
    client = Client(device)
    client.receive()
    client.raw(hello.encode() + b"]]>]]>")
    with pytest.raises(EndOfSession):
        client.receive()
    client.close()


def test_what_was_received_is_kept_byte_for_byte(client: Client, device: Device) -> None:
    message = f'<rpc  xmlns="{BASE}"\n message-id="é" ><!--kept-->{LOCK.format("running")}</rpc >'.encode()
    client.send(message)
    client.receive()
    hello, lock = device.received
    assert hello.name == "hello"
    assert lock.raw == message
    assert (lock.name, lock.session_id) == ("lock", client.session_id)
    assert "lock-running" in lock.names
    assert lock.at >= hello.at
    device.forget_received()
    assert device.received == ()


def test_a_large_edit_goes_through(client: Client, device: Device) -> None:
    crowd = [vpn(f"vpn{i}", rd=f"1:{i + 1}", label=100 + i) for i in range(300)]
    client.ok(edit(*crowd))
    client.ok("<commit/>")
    assert device.running.count(b"<static-label>") == 300
