"""The bookkeeping of operations, without a connection."""

from __future__ import annotations

import pytest

from egresspair.netconf import rpc
from egresspair.netconf.exchange import Exchange, Operation, UnusableMessageError
from egresspair.netconf.outbox import Outbox
from egresspair.netconf.reply import Outcome
from servers.scripted import reply


class Clock:
    """Tells the time it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def outcomes(operations: tuple[Operation, ...]) -> list[Outcome | None]:
    return [operation.answer.outcome if operation.answer else None for operation in operations]


def test_what_was_given_up_before_it_was_written_must_not_be_written() -> None:
    exchange = Exchange()
    operations = exchange.submit([rpc.lock("running")])
    exchange.lose("gone")
    assert not exchange.release(operations)
    assert outcomes(operations) == [Outcome.NOT_SENT]


def test_what_was_released_for_writing_is_unknown_when_the_session_is_lost() -> None:
    exchange = Exchange()
    operations = exchange.submit([rpc.lock("running"), rpc.lock("candidate")])
    assert exchange.release(operations[:1])
    exchange.lose("gone")
    assert outcomes(operations) == [Outcome.UNKNOWN, Outcome.NOT_SENT]


def test_the_first_reason_of_a_loss_stays() -> None:
    exchange = Exchange()
    (operation,) = exchange.submit([rpc.lock("running")])
    exchange.lose("cable cut")
    exchange.lose("closed")
    assert operation.answer is not None
    assert operation.answer.reason == exchange.lost == "cable cut"


def test_a_reply_to_what_was_not_even_written_is_not_believed() -> None:
    exchange = Exchange()
    exchange.submit([rpc.lock("running")])
    with pytest.raises(UnusableMessageError, match="'1'"):
        exchange.receive(reply("1"))


def test_who_waits_is_woken_when_all_of_a_batch_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = Exchange()
    first = exchange.submit([rpc.lock("running"), rpc.lock("candidate")])
    second = exchange.submit([rpc.get_config("running")])
    exchange.release((*first, *second))
    woken: list[str] = []
    monkeypatch.setattr(exchange._changed, "notify_all", lambda: woken.append("woken"))
    for message_id in ("2", "3", "1"):
        exchange.receive(reply(message_id))
        woken.append(message_id)
    assert woken == ["2", "woken", "3", "woken", "1"]


def test_several_batches_may_be_waited_for() -> None:
    exchange = Exchange()
    first = exchange.submit([rpc.lock("running"), rpc.lock("candidate")])
    second = exchange.submit([rpc.get_config("running")])
    exchange.release((*first, *second))
    for answered in ("1", "3"):
        exchange.receive(reply(answered))
    assert exchange.wait(second, 0)
    assert not exchange.wait((*first, *second), 0)
    exchange.receive(reply("2"))
    assert exchange.wait((*first, *second), 0)
    assert exchange.wait((), 0)


def test_time_is_counted_from_sending() -> None:
    clock = Clock()
    exchange = Exchange(clock=clock)
    operations = exchange.submit([rpc.lock("running")])
    exchange.release(operations)
    clock.now += 2.5
    assert not exchange.wait(operations, 2.5)
    exchange.receive(reply("1"))
    assert exchange.wait(operations, 2.5)
    assert operations[0].answer is not None
    assert operations[0].answer.seconds == 2.5


def test_a_block_names_every_operation_that_has_bytes_in_it() -> None:
    first, second = Exchange().submit([rpc.lock("running"), rpc.lock("candidate")])
    outbox = Outbox()
    outbox.put(b"abcdef", first)
    outbox.put(b"ghi", second)
    assert outbox.block(4) == (b"abcd", (first,))
    outbox.written(3)
    assert outbox.block(4) == (b"defg", (first, second))
    outbox.written(4)
    assert outbox.block(4) == (b"hi", (second,))
    outbox.written(2)
    assert not outbox
