"""A session against servers that behave: what is sent, what is answered."""

from __future__ import annotations

import asyncio
import threading

import pytest

from egresspair.netconf import rpc
from egresspair.netconf.reply import Outcome
from egresspair.netconf.rpc import Rpc
from servers.scripted import CAPABILITIES, Peer
from servers.wire import Message, chunk

from .conftest import Connect

_ERROR = (
    b"<rpc-error><error-type>application</error-type><error-tag>%s</error-tag>"
    b"<error-severity>%s</error-severity></rpc-error>"
)


async def obliging(peer: Peer) -> None:
    await peer.greet()
    await peer.answer_all()


def test_operations_go_out_together_and_are_answered_in_their_order(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        requests = [await peer.receive() for _ in range(3)]  # no answer before all are here
        for request in requests:
            await peer.answer(request)
        await peer.answer_all()

    device = connected(script)
    answers = device.send([rpc.lock("running"), rpc.lock("candidate"), rpc.get_config("running")]).wait(5)
    assert [answer.rpc.name for answer in answers] == ["lock", "lock", "get-config"]
    assert all(answer.outcome is Outcome.OK for answer in answers)


def test_replies_find_their_operation_by_message_id(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        first, second = await peer.receive(), await peer.receive()
        await peer.answer(second, b"<data><second/></data>")
        await peer.answer(first, b"<data><first/></data>")
        await peer.answer_all()

    device = connected(script)
    first, second = device.send([rpc.get_config("running"), rpc.get_config("candidate")]).wait(5)
    assert first.reply is not None
    assert second.reply is not None
    assert b"<first/>" in first.reply.raw
    assert b"<second/>" in second.reply.raw


def test_the_bytes_of_an_operation_arrive_as_they_are(connected: Connect) -> None:
    seen: list[Message] = []

    async def script(peer: Peer) -> None:
        seen.append(await peer.greet())
        while True:
            seen.append(await peer.receive())
            await peer.answer(seen[-1])

    odd = b'<x:edit  xmlns:x="urn:x" xmlns:unused=\'urn:u\'\n><y xmlns="urn:y" a="1"  b="&#x41;"/></x:edit>'
    plain = rpc.commit_confirmed(timeout=600, persist="token")
    connected(script).send([Rpc("edit", odd), plain]).wait(5)
    assert [message.operation for message in seen[1:3]] == [odd, plain.body]
    assert len({message.message_id for message in seen[1:3]}) == 2


def test_the_hello_selects_the_yang_mode_of_the_router(connected: Connect) -> None:
    seen: list[Message] = []

    async def script(peer: Peer) -> None:
        seen.append(await peer.greet())
        await peer.answer_all()

    connected(script)
    uris = [element.text for element in seen[0].root.iter("{*}capability")]
    assert uris == ["urn:ietf:params:netconf:base:1.0", "urn:ietf:params:netconf:base:1.1"]


def test_a_server_of_base_1_0_is_spoken_to_in_its_framing(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet(CAPABILITIES[:1])
        await peer.answer_all()

    assert all(answer.ok for answer in connected(script).send([rpc.lock("running")] * 3).wait(5))


def test_a_reply_may_come_in_any_chunks(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        request = await peer.receive()
        content = (
            b'\n<?xml version="1.0"?>\n<nc:rpc-reply xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" '
        )
        content += b'message-id="%s"><nc:ok/></nc:rpc-reply>\n' % request.message_id.encode()
        for byte in chunk(content, 1):
            await peer.send_framed(bytes([byte]))
        await peer.answer_all()

    assert connected(script).send([rpc.lock("running")]).wait(10)[0].ok


def test_every_error_of_a_reply_is_kept_even_behind_a_warning(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        errors = _ERROR % (b"careful", b"warning") + _ERROR % (b"in-use", b"error")
        await peer.answer(await peer.receive(), errors + _ERROR % (b"bad-element", b"error"))
        await peer.answer(await peer.receive(), _ERROR % (b"careful", b"warning") * 2 + b"<ok/>")
        await peer.answer_all()

    failed, warned = connected(script).send([rpc.validate(), rpc.validate()]).wait(5)
    assert failed.outcome is Outcome.ERRORS
    assert [error.tag for error in failed.errors] == ["in-use", "bad-element"]
    assert warned.outcome is Outcome.OK
    assert warned.reply is not None
    assert len(warned.reply.warnings) == 2


def test_a_reply_of_20_megabytes_comes_whole(connected: Connect) -> None:
    content = b"<data>" + b"<a>%s</a>" % (b"x" * 1000) * 20_000 + b"</data>"

    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.answer(await peer.receive(), content)
        await peer.answer_all()

    (answer,) = connected(script).send([rpc.get_config("running")]).wait(60)
    assert answer.reply is not None
    assert content in answer.reply.raw


def test_a_request_larger_than_any_window_arrives_whole(connected: Connect) -> None:
    sizes: list[int] = []

    async def script(peer: Peer) -> None:
        await peer.greet()
        while True:
            request = await peer.receive()
            sizes.append(len(request.operation))
            await peer.answer(request)

    large = Rpc("large", b"<large>" + b"x" * 6_000_000 + b"</large>")
    assert all(answer.ok for answer in connected(script).send([large, large]).wait(60))
    assert sizes[:2] == [len(large.body)] * 2


def test_notifications_are_kept_and_disturb_nothing(connected: Connect) -> None:
    notification = (
        b'<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><e/></notification>'
    )

    async def script(peer: Peer) -> None:
        await peer.greet()
        request = await peer.receive()
        await peer.send(notification)
        await peer.answer(request)
        await peer.answer_all()

    device = connected(script)
    assert device.send([rpc.lock("running")]).wait(5)[0].ok
    assert [each.raw for each in device.hear(0).notifications] == [notification]
    assert not device.hear(0)


def test_what_a_server_writes_on_stderr_disturbs_nothing(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        peer.process.stderr.write(b"warning: something\n" * 1000)
        await peer.answer_all()

    device = connected(script)
    assert all(device.send([rpc.lock("running")]).wait(5)[0].ok for _ in range(20))


def test_two_sessions_work_at_the_same_time_for_one_thread(connected: Connect) -> None:
    both_asked = threading.Barrier(2)

    async def script(peer: Peer) -> None:
        await peer.greet()
        request = await peer.receive()
        await asyncio.to_thread(both_asked.wait, 10)  # neither answers before the other was asked
        await peer.answer(request)
        await peer.answer_all()

    master, backup = connected(script), connected(script)
    pending = [device.send([rpc.lock("running")]) for device in (master, backup)]
    assert all(each.wait(10)[0].ok for each in pending)


def test_closing_says_goodbye_and_may_be_repeated(connected: Connect) -> None:
    heard: list[str] = []

    async def script(peer: Peer) -> None:
        await peer.greet()
        while True:
            request = await peer.receive()
            heard.append(request.name)
            await peer.answer(request)

    device = connected(script)
    device.close()
    device.close()
    assert heard == ["close-session"]
    assert not device.alive
    assert device.send([rpc.lock("running")]).wait(1)[0].outcome is Outcome.NOT_SENT


def test_closing_does_not_wait_for_a_server_that_hangs(connected: Connect) -> None:
    asked = threading.Event()

    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.receive()
        asked.set()
        await peer.hang()

    device = connected(script)
    pending = device.send([rpc.lock("running")])
    assert asked.wait(5)
    device.close()
    (answer,) = pending.wait(0)
    assert answer.outcome is Outcome.UNKNOWN
    assert "closed" in answer.reason


def test_who_answered_is_known(connected: Connect) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet(session_id="4711")
        await peer.answer_all()

    device = connected(script)
    assert device.name == "masg-1"
    assert device.peer.session_id == "4711"
    assert device.peer.capabilities.uris == CAPABILITIES
    assert device.peer.host_key.startswith("SHA256:")


def test_no_operation_no_answer(connected: Connect) -> None:
    assert connected(obliging).send([]).wait(1) == ()


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_no_message_and_no_password_is_logged(
    connected: Connect, caplog: pytest.LogCaptureFixture, level: str
) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        request = await peer.receive()
        await peer.answer(request, b"<data><key>answered-secret</key></data>")
        await peer.send(b"garbled-secret")
        await peer.hang()

    for logger in (
        "",
        "ncclient",
        "ncclient.transport.ssh",
        "ncclient.transport.session",
        "paramiko",
        "egresspair",
    ):
        caplog.set_level(level, logger=logger)
    device = connected(script, password="login-secret")
    device.send([Rpc("x", b"<x>asked-secret</x>")]).wait(5)
    (lost,) = device.send([Rpc("x", b"<x>asked-secret</x>")]).wait(5)
    assert lost.outcome is not Outcome.OK
    everything = caplog.text + repr(device) + repr(lost) + str(lost)
    assert "secret" not in everything
