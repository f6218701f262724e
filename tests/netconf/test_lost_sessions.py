"""What is known of operations when a session ends: nothing is guessed, nothing is forgotten."""

from __future__ import annotations

import pytest

from egresspair.netconf import rpc
from egresspair.netconf.device import Device
from egresspair.netconf.reply import Answer, Outcome
from egresspair.netconf.rpc import Rpc
from servers.scripted import Peer, Script

from .conftest import Connect

_OPERATIONS = [rpc.lock("running"), rpc.lock("candidate"), rpc.commit_confirmed(timeout=60, persist="t")]


def answering_once_then(ending: Script) -> Script:
    """The first of three operations is answered, then ``ending`` happens."""

    async def script(peer: Peer) -> None:
        await peer.greet()
        first = await peer.receive()
        for _ in range(2):
            await peer.receive()
        await peer.answer(first)
        await ending(peer)

    return script


async def cut(peer: Peer) -> None:
    peer.cut()


async def end_of_file(peer: Peer) -> None:
    peer.process.stdout.write_eof()
    await peer.hang()


async def leave(peer: Peer) -> None:
    peer.process.exit(0)


async def not_xml(peer: Peer) -> None:
    await peer.send(b"% Error: out of memory")
    await peer.hang()


async def half_a_reply(peer: Peer) -> None:
    await peer.send(b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="2"><ok>')
    await peer.hang()


async def another_document(peer: Peer) -> None:
    await peer.send(b"<html><body>login</body></html>")
    await peer.hang()


async def wrong_id(peer: Peer) -> None:
    await peer.send(
        b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="99"><ok/></rpc-reply>'
    )
    await peer.hang()


async def no_id(peer: Peer) -> None:
    await peer.send(b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><ok/></rpc-reply>')
    await peer.hang()


async def id_of_the_answered(peer: Peer) -> None:
    await peer.send(
        b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><ok/></rpc-reply>'
    )
    await peer.hang()


async def no_framing(peer: Peer) -> None:
    await peer.send_framed(b"<rpc-reply/>]]>]]>")
    await peer.hang()


async def entities(peer: Peer) -> None:
    await peer.send(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    await peer.hang()


def assert_first_answered_rest_unknown(device: Device, answers: tuple[Answer, ...], reason: str) -> None:
    assert [answer.outcome for answer in answers] == [Outcome.OK, Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert all(reason in answer.reason for answer in answers[1:])
    assert not device.alive
    (later,) = device.send([rpc.discard_changes()]).wait(1)
    assert later.outcome is Outcome.NOT_SENT
    assert reason in later.reason


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (cut, "connection"),
        (end_of_file, "closed the connection"),
        (leave, "closed the connection"),
        (not_xml, "not XML"),
        (half_a_reply, "not XML"),
        (another_document, "html"),
        (entities, "no reply"),
        (wrong_id, "'99'"),
        (no_id, "no message-id"),
        (id_of_the_answered, "'1'"),
        (no_framing, "framing"),
    ],
)
def test_what_was_sent_and_not_answered_is_unknown(connected: Connect, ending: Script, reason: str) -> None:
    device = connected(answering_once_then(ending))
    answers = device.send(_OPERATIONS).wait(10)
    assert_first_answered_rest_unknown(device, answers, reason)


def test_silence_is_unknown_and_ends_the_session(connected: Connect) -> None:
    device = connected(answering_once_then(Peer.hang))
    answers = device.send(_OPERATIONS).wait(0.5)
    assert_first_answered_rest_unknown(device, answers, "no reply within 0.5 s")


def test_a_reply_that_came_in_time_counts_even_if_it_is_fetched_late(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.answer_all()

    device = connected(script)
    early = device.send([rpc.lock("running")])
    assert device.send([rpc.lock("candidate")]).wait(5)[0].ok  # so the reply to the first is here
    assert early.wait(0)[0].ok


def test_what_never_left_was_not_sent(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.process.wait_closed()  # reads nothing more: the window fills up

    large = Rpc("large", b"<large>" + b"x" * 9_000_000 + b"</large>")
    device = connected(script)
    begun, waiting = device.send([large, rpc.commit_confirmed(timeout=60, persist="t")]).wait(1)
    assert begun.outcome is Outcome.UNKNOWN
    assert waiting.outcome is Outcome.NOT_SENT


def test_after_the_end_nothing_is_sent(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.receive()
        peer.cut()

    device = connected(script)
    (first,) = device.send([rpc.lock("running")]).wait(5)
    (second,) = device.send([rpc.lock("running")]).wait(5)
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.NOT_SENT)


def test_an_error_without_message_id_is_told(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.receive()
        await peer.send(
            b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><rpc-error>'
            b"<error-tag>malformed-message</error-tag><error-severity>error</error-severity>"
            b"<error-message>cannot read this</error-message></rpc-error></rpc-reply>"
        )
        await peer.hang()

    (answer,) = connected(script).send([rpc.lock("running")]).wait(5)
    assert answer.outcome is Outcome.UNKNOWN
    assert "malformed-message: cannot read this" in answer.reason
